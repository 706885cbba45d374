// Where and when a phrase appears: a table of districts and years.

import { el } from "./dom.js";
import { bar, chips } from "./results.js";
import { noReports } from "./say.js";
import { address, UNKNOWN } from "./state.js";
import { t, yearText } from "./texts.js";

const SHADES = 5; // as many as matrix.py has
const LONGEST_SPAN = 100; // as facets.py has it
const MOST_ROWS = 200;

/** Return the distribution view for the rows of the API. */
export function distribution(answer, state) {
  const { rows } = answer;
  const sections = rows.reduce((sum, row) => sum + row.sections, 0);
  const left = el(
    "p",
    { class: "total" },
    state.q && el("strong", {}, t("found.total", { n: sections })),
    state.q && el("span", {}, ` ${t("matrix.literal")}`),
  );
  if (rows.length === 0) return [bar(state, left), chips(null, state), noReports(state)].filter(Boolean);
  return [
    bar(state, left),
    chips(null, state),
    state.q && sections === 0 && el("p", { class: "note" }, t("matrix.none")),
    table(rows, state),
    el("p", { class: "how" }, t(state.q ? "matrix.how" : "matrix.how.held")),
    legend(state),
  ].filter(Boolean);
}

function table(rows, state) {
  const years = yearsOf(rows);
  const byDistrict = Map.groupBy
    ? Map.groupBy(rows, (row) => row.district)
    : rows.reduce((map, row) => map.set(row.district, [...(map.get(row.district) ?? []), row]), new Map());
  const top = Math.max(...rows.map((row) => row.per_10000));
  const all = [...byDistrict.entries()];
  const shown = all.length > MOST_ROWS ? busiest(all).slice(0, MOST_ROWS) : all;
  const head = [
    el("th", { scope: "col" }, t("matrix.district")),
    ...years.map((year) => el("th", { scope: "col" }, year === null ? t("facet.unknown") : String(year))),
    el("th", { scope: "col" }, t("matrix.total")),
  ];
  const body = shown.map(([district, cells]) => line(district, cells, years, top, state));
  const caption = state.q ? t("matrix.caption", { q: state.q }) : t("matrix.caption.held");
  return el(
    "div",
    { class: "sheet" },
    el("h2", { id: "distribution" }, caption),
    el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": t("matrix.scroll") },
      el(
        "table",
        { class: "matrix", "aria-labelledby": "distribution" },
        el("thead", {}, el("tr", {}, head)),
        el("tbody", {}, body),
      ),
    ),
    shown.length < all.length &&
      el("p", { class: "note" }, t("matrix.more", { shown: shown.length, all: all.length })),
  );
}

/** Return every year from the first to the last held, so that gaps can be seen, if it can be. */
function yearsOf(rows) {
  const held = [...new Set(rows.map((row) => row.year))].filter((year) => year !== null);
  held.sort((a, b) => a - b);
  const span = held.length ? held.at(-1) - held[0] + 1 : 0;
  const years =
    span > LONGEST_SPAN ? held : Array.from({ length: span }, (_, at) => held[0] + at);
  return rows.some((row) => row.year === null) ? [...years, null] : years;
}

function busiest(entries) {
  const weight = ([, cells]) => cells.reduce((sum, row) => sum + row.occurrences, 0);
  return [...entries].sort((a, b) => weight(b) - weight(a));
}

function line(district, cells, years, top, state) {
  const byYear = new Map(cells.map((row) => [row.year, row]));
  const counted = cells.reduce((sum, row) => sum + (state.q ? row.sections : row.documents), 0);
  return el(
    "tr",
    {},
    el("th", { scope: "row", lang: "zh-CN" }, el("span", {}, district ?? t("facet.unknown"))),
    years.map((year) => cell(district, year, byYear.get(year), top, state)),
    el("td", { class: "sum" }, String(counted)),
  );
}

function cell(district, year, row, top, state) {
  const named = { district: district ?? t("facet.unknown"), year: yearText(year) };
  if (!row) {
    const label = t("matrix.cell.absent", named);
    return el("td", { class: "absent", title: label }, el("span", {}, t("matrix.absent.short")));
  }
  const rate = row.per_10000.toFixed(1);
  const label = t(state.q ? "matrix.cell" : "matrix.cell.held", { ...named, ...row, ...named, rate });
  const href = address(state, {
    view: "",
    mode: state.q ? "literal" : "auto",
    district: [district ?? UNKNOWN],
    year: [String(year ?? UNKNOWN)],
  });
  const shade = row.occurrences ? Math.min(SHADES, Math.ceil((SHADES * row.per_10000) / top)) : 0;
  return el(
    "td",
    { class: `shade${state.q ? shade : 0}` },
    el(
      "a",
      { href, "data-go": true, title: label },
      el("b", {}, String(state.q ? row.sections : row.documents)),
      state.q && row.occurrences > 0 && el("small", {}, t("matrix.rate", { rate })),
    ),
  );
}

function legend(state) {
  const sample = (name, text) => el("li", {}, el("span", { class: `sample ${name}` }), text);
  const shades = Array.from({ length: SHADES }, (_, at) => el("span", { class: `sample shade${at + 1}` }));
  return el(
    "ul",
    { class: "legend" },
    state.q && el("li", {}, t("matrix.sparse"), " ", shades, " ", t("matrix.dense")),
    state.q && sample("shade0", t("matrix.zero")),
    sample("absent", t("matrix.absent")),
  );
}
