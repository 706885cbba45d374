// Links to the other pages of results.

import { el } from "./dom.js";
import { address } from "./state.js";
import { t } from "./texts.js";

const LAST = Number(document.documentElement.dataset.lastPage); // that may be asked for

/** Return the navigation between pages, or null where there is only one. */
export function pager(answer, state) {
  if (answer.pages && state.page > answer.pages) return beyond(answer.pages, state);
  const last = Math.min(answer.pages, LAST);
  if (last < 2) return null;
  const link = (page, text, properties = {}) =>
    el("a", { href: address(state, { page }), "data-go": true, ...properties }, text);
  const items = numbers(state.page, last).map((page) => {
    if (page === 0) return el("span", { class: "gap" }, "…");
    if (page === state.page) {
      return el("a", { "aria-current": "page", href: address(state, { page }) }, String(page));
    }
    return link(page, String(page), { "aria-label": t("page.number", { page }) });
  });
  return el(
    "nav",
    { class: "pager", "aria-label": t("pages") },
    state.page > 1 && link(state.page - 1, t("page.previous"), { rel: "prev" }),
    items,
    state.page < last && link(state.page + 1, t("page.next"), { rel: "next" }),
    state.page === last && answer.pages > last && el("span", {}, t("page.limit")),
  );
}

/** Say that the results end before the page asked for, as those of an old link may. */
function beyond(last, state) {
  const back = el("a", { href: address(state, { page: last }), "data-go": true }, t("page.last"));
  return el("p", { class: "note" }, t("page.beyond", { page: state.page, last }), " ", back);
}

/** Return the pages to link to; 0 stands for a gap. */
function numbers(current, last) {
  const near = [1, current - 1, current, current + 1, last];
  const wanted = [...new Set(near)].filter((page) => page >= 1 && page <= last);
  return wanted.sort((a, b) => a - b).flatMap((page, at, all) =>
    at > 0 && page - all[at - 1] > 1 ? [0, page] : [page],
  );
}
