// The list of hits.

import { resource } from "./api.js";
import { citation, copyButton } from "./copy.js";
import { el, marked } from "./dom.js";
import { pager } from "./pager.js";
import { nothing, notes } from "./say.js";
import { address, NO_FILTERS, parameters, PER_PAGE, readerAddress, SORTS, UNKNOWN } from "./state.js";
import { t, yearText } from "./texts.js";

/** Return everything of an answer but its facets. */
export function results(answer, state) {
  const hits = answer.hits.map((hit) => el("li", {}, hitCard(hit, state)));
  const start = (answer.page - 1) * PER_PAGE + 1;
  return [
    bar(state, total(answer, state)),
    chips(answer, state),
    ...notes(answer, state),
    answer.total === 0 ? nothing(state) : tools(state),
    el("ol", { class: "hits", start }, hits),
    pager(answer, state),
  ].filter(Boolean);
}

/** Return how much was found, in words. */
export function total(answer, state) {
  const text = t(state.q ? "found.total" : "found.all", { n: answer.total });
  const exact = state.q && answer.total_literal < answer.total;
  return el(
    "p",
    { class: "total" },
    el("strong", {}, text),
    exact && el("span", {}, ` ${t("found.literal", { n: answer.total_literal })}`),
    el("span", { class: "took" }, ` ${t("found.took", { ms: answer.took_ms.toFixed(1) })}`),
  );
}

/** Return the line over the results with the switch between the two views. */
export function bar(state, left) {
  const view = (name, label) =>
    el(
      "a",
      {
        href: address(state, { view: name }),
        "data-go": true,
        "aria-current": state.view === name ? "true" : null,
      },
      t(label),
    );
  return el(
    "div",
    { class: "bar" },
    left,
    el(
      "nav",
      { class: "views", "aria-label": t("view.label") },
      view("", "view.list"),
      view("matrix", "view.matrix"),
    ),
  );
}

function tools(state) {
  const options = SORTS.map((value) => {
    const option = el("option", { value }, t(`sort.${value}`));
    option.selected = state.sort === value;
    return option;
  });
  const file = (format) => {
    const asked = parameters(state, "q", "mode", "sort");
    asked.set("format", format);
    return el("a", { href: resource("export", asked), download: true }, t(`export.${format}`));
  };
  return el(
    "div",
    { class: "tools" },
    el("label", {}, `${t("sort.label")} `, el("select", { name: "sort", form: "search" }, options)),
    el("p", {}, `${t("export")} `, file("csv"), " · ", file("jsonl")),
  );
}

/** Return the active filters, each with a link that takes it out; null without any. */
export function chips(answer, state) {
  const titles = new Map((answer?.hits ?? []).map((hit) => [hit.document.id, titleOf(hit.document)]));
  const shown = {
    document: (value) => t("filter.document", { value: titles.get(value) ?? value }),
    year: (value) => value.replace("..", "–"),
  };
  const links = Object.keys(NO_FILTERS).flatMap((name) =>
    state[name].map((value) => {
      const text = value === UNKNOWN ? t("facet.unknown") : (shown[name]?.(value) ?? value);
      const kept = state[name].filter((other) => other !== value);
      const label = t("filter.remove", { value: text });
      const href = address(state, { [name]: kept });
      return el("a", { class: "chip", href, "data-go": true, "aria-label": label }, `${text} ×`);
    }),
  );
  if (links.length === 0) return null;
  const clear = el("a", { href: address(state, NO_FILTERS), "data-go": true }, t("filter.clear"));
  const all = links.length > 1 ? [...links, clear] : links;
  return el("p", { class: "chips", role: "group", "aria-label": t("filters") }, all);
}

function hitCard(hit, state) {
  const { document: report } = hit;
  const ordinal = Number(hit.id.slice(hit.id.lastIndexOf("/") + 1));
  const link = readerAddress(report.id, ordinal, state);
  const heading = hit.heading ? marked(hit.heading, hit.heading_matches) : t("opening");
  const title = titleOf(report);
  const cite = () =>
    citation({ ...report, title, heading: hit.heading, link: readerAddress(report.id, ordinal, null) });
  return el(
    "article",
    { class: "hit", "data-id": hit.id },
    el(
      "p",
      { class: "about" },
      tags(report),
      " ",
      el("span", { class: "title", lang: "zh-CN" }, title),
      kind(hit.match, state),
    ),
    el(
      "div",
      { lang: "zh-CN" },
      hit.path.length > 0 && el("p", { class: "path" }, hit.path.join(" › ")),
      el("h2", {}, el("a", { href: link }, heading)),
      hit.passages.map((passage) => passageOf(passage, report.id, ordinal, state)),
    ),
    el(
      "p",
      { class: "actions" },
      el("a", { href: link, "aria-hidden": "true", tabindex: "-1" }, t("hit.read")),
      copyButton(t("cite"), cite),
    ),
  );
}

/** Return how a report is called: one whose title is not known goes by its id. */
function titleOf(report) {
  return report.title || report.id;
}

/** Return the labels that tell reports apart: where and when. */
function tags(report) {
  const place = report.district ?? t("facet.unknown");
  return [
    el("span", { class: "tag place" }, report.town ? `${place} · ${report.town}` : place),
    " ",
    el("span", { class: "tag" }, yearText(report.year)),
  ];
}

function kind(match, state) {
  if (match === "literal" || !state.q) return null;
  return el("span", { class: "tag kind", title: t(`match.${match}.hint`) }, t(`match.${match}`));
}

function passageOf(passage, documentId, ordinal, state) {
  const cut = !/[。！？；!?;”’」』）)]$/.test(passage.text.trimEnd());
  const at = passage.matches[0];
  return el(
    "p",
    { class: "passage" },
    el("span", { class: "words" }, marked(passage.text, passage.matches, passage.start)),
    cut && "…",
    at &&
      el(
        "a",
        {
          class: "jump",
          href: readerAddress(documentId, ordinal, state, at),
          title: t("passage.open"),
          "aria-label": t("passage.open"),
        },
        "↗",
      ),
  );
}
