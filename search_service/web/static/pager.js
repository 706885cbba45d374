// Links to the other pages of results.

import { el } from "./dom.js";
import { address, PER_PAGE } from "./state.js";
import { t } from "./texts.js";

const WINDOW = 10000;

/** Return the navigation between pages, or null where there is only one. */
export function pager(answer, state) {
  const last = Math.min(answer.pages, Math.floor(WINDOW / PER_PAGE));
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

/** Return the pages to link to; 0 stands for a gap. */
function numbers(current, last) {
  const near = [1, current - 1, current, current + 1, last];
  const wanted = [...new Set(near)].filter((page) => page >= 1 && page <= last);
  return wanted.sort((a, b) => a - b).flatMap((page, at, all) =>
    at > 0 && page - all[at - 1] > 1 ? [0, page] : [page],
  );
}
