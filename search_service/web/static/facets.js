// Districts and years to choose from, with counts as numbers and as bars.

import { byId, el } from "./dom.js";
import { UNKNOWN } from "./state.js";
import { t } from "./texts.js";

const SHORT = 10;
const opened = new Set();

// Beside the results there is room for all, and nothing to fold them with.
const wide = matchMedia("(min-width: 60rem)");
wide.addEventListener("change", () => {
  const all = byId("facets").querySelector("details.all");
  if (all && wide.matches) all.open = true;
});

/** Show the facets of an answer. Their checkboxes belong to the search form. */
export function renderFacets(facets) {
  const place = byId("facets");
  const focused = document.activeElement;
  const wasOn = place.contains(focused) ? [focused.name, focused.value] : null;
  const open = wide.matches || place.querySelector("details.all")?.open;
  const groups = ["district", "year"]
    .filter((name) => facets[name]?.length)
    .map((name) => group(name, facets[name]));
  place.replaceChildren(
    el("details", { class: "all", open }, el("summary", {}, t("facets")), ...groups),
  );
  if (wasOn) {
    [...place.querySelectorAll("input")]
      .find((input) => input.name === wasOn[0] && input.value === wasOn[1])
      ?.focus();
  }
}

function group(name, values) {
  const top = Math.max(...values.map((value) => value.count), 1);
  const chosen = values.filter((value, at) => at < SHORT || value.selected);
  const rest = values.filter((value, at) => at >= SHORT && !value.selected);
  return el(
    "fieldset",
    { class: `facet ${name}` },
    el("legend", {}, t(`facet.${name}`)),
    chosen.map((value) => choice(name, value, top)),
    rest.length > 0 &&
      more(name, values.length, () => rest.map((value) => choice(name, value, top))),
  );
}

/** Return what unfolds the rest; thousands of districts are only made when they are asked for. */
function more(name, count, choices) {
  const details = el("details", {}, el("summary", {}, t("facet.more", { n: count })));
  const fill = () => details.childElementCount > 1 || details.append(...choices());
  details.addEventListener("toggle", () => {
    opened[details.open ? "add" : "delete"](name);
    if (details.open) fill();
  });
  if (opened.has(name)) fill();
  details.open = opened.has(name);
  return details;
}

function choice(name, { value, count, selected }, top) {
  const input = el("input", {
    type: "checkbox",
    form: "search",
    name,
    value: value === null ? UNKNOWN : value,
  });
  input.checked = selected;
  const bar = el("span", { class: "share", "aria-hidden": "true" });
  bar.style.setProperty("--share", String(count / top));
  return el(
    "label",
    {},
    input,
    el("span", { class: "name", lang: "zh-CN" }, value === null ? t("facet.unknown") : String(value)),
    bar,
    el(
      "span",
      { class: "count" },
      el("span", { "aria-hidden": "true" }, count.toLocaleString("en")),
      el("span", { class: "unseen" }, ` ${t("facet.sections", { n: count })}`),
    ),
  );
}
