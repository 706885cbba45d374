// How the query was read, in words, and what to do when nothing was found.

import { el } from "./dom.js";
import { address, filtered, NO_FILTERS } from "./state.js";
import { t } from "./texts.js";

/** Return notes about how the query was read. */
export function notes(answer, state) {
  const { query } = answer;
  const found = [];
  const meant = query.did_you_mean;
  if (meant) {
    found.push(el("p", { class: "note meant" }, t("say.meant"), " ", go(state, { q: meant }, meant)));
  }
  if (query.relaxed) found.push(el("p", { class: "note" }, t("say.relaxed")));
  for (const { text, terms } of query.synonyms) {
    found.push(el("p", { class: "note" }, t("say.synonyms", { text, words: terms.join("、") })));
  }
  for (const warning of query.warnings) {
    found.push(el("p", { class: "note" }, t("say.warning"), el("span", { lang: "zh-CN" }, warning)));
  }
  return found;
}

/** Return what to say when nothing was found. */
export function nothing(state) {
  const title = state.q ? t("none.title", { q: state.q }) : t("none.browse");
  return none(title, [
    state.mode === "literal" && state.q && go(state, { mode: "auto" }, t("none.mode")),
    filtered(state) && go(state, NO_FILTERS, t("none.filters")),
    state.q && el("span", {}, t("none.shorter")),
    go(state, { q: "", view: "matrix", ...NO_FILTERS }, t("none.coverage")),
  ]);
}

/** Return what to say when no report is held that fits the filters. */
export function noReports(state) {
  return none(t("none.browse"), [filtered(state) && go(state, NO_FILTERS, t("none.filters"))]);
}

function none(title, steps) {
  const items = steps.filter(Boolean).map((step) => el("li", {}, step));
  return el("div", { class: "none" }, el("h2", {}, title), items.length > 0 && el("ul", {}, items));
}

function go(state, changes, text) {
  return el("a", { href: address(state, changes), "data-go": true }, text);
}
