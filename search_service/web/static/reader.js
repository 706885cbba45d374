// The reader: going from match to match, links to a range of characters, citations.
// The text and its matches come with the page.

import { citation, copy, copyButton } from "./copy.js";
import { announce, byId } from "./dom.js";
import { mark, selected, unmark } from "./ranges.js";
import { t } from "./texts.js";

const main = byId("content");
const matches = marksByMatch();
const title = main.querySelector("h1")?.textContent ?? "";
const year = Number(document.documentElement.dataset.year) || null;
let current = -1;
let cited = [];

// --- from match to match ---

/** Return the marks of each match: one, or several where it runs over the end of a line. */
function marksByMatch() {
  const found = [];
  for (const piece of main.querySelectorAll(".part mark")) {
    if (piece.id) found.push([piece]);
    else found.at(-1).push(piece);
  }
  return found;
}

function show(at) {
  choose(at);
  matches[at][0].scrollIntoView({ block: "center" });
  const words = matches[at].map((piece) => piece.textContent).join("");
  announce(`${byId("at").textContent} ${words}`);
}

function step(by) {
  const from = current < 0 && by < 0 ? 0 : current;
  show((from + by + matches.length) % matches.length);
}

function connectMatches() {
  for (const [id, by] of [["previous", -1], ["next", 1]]) {
    byId(id).hidden = false;
    byId(id).addEventListener("click", () => step(by));
  }
  // Enter in an unchanged search box goes on to the next match, as in a browser's own search.
  const find = byId("find");
  find.form.addEventListener("submit", (event) => {
    if (find.value !== find.defaultValue) return;
    event.preventDefault();
    step(1);
  });
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.shiftKey || event.isComposing) return;
    event.preventDefault();
    step(-1);
  });
}

// --- links to a section (#s6) or to a range of its characters (#s6-177-181) ---

function follow() {
  const asked = /^#s(\d+)(?:-(\d+)-(\d+))?$/.exec(location.hash);
  const section = asked && byId(`s${asked[1]}`);
  if (!section) return false; // the skip link leads elsewhere, and what is cited stays marked
  unmark(cited);
  cited = [];
  if (asked[2] === undefined) {
    section.scrollIntoView();
    const first = matches.findIndex(([piece]) => section.contains(piece));
    if (first >= 0) choose(first);
    return true;
  }
  const known = matches.findIndex(([piece]) => `#${piece.id}` === location.hash);
  if (known >= 0) {
    show(known);
    readFrom(matches[known][0]);
    return true;
  }
  cited = mark(section.querySelector(".text"), Number(asked[2]), Number(asked[3]));
  cited.forEach((piece) => piece.setAttribute("title", t("reader.cited")));
  (cited[0] ?? section).scrollIntoView({ block: cited.length ? "center" : "start" });
  if (cited.length) readFrom(cited[0]);
  return true;
}

/** Let the keyboard and screen readers go on from a mark: a browser knows no range to go to. */
function readFrom(piece) {
  piece.tabIndex = -1;
  piece.focus({ preventScroll: true });
}

/** Make a match the current one without moving the page. */
function choose(at) {
  matches[current]?.forEach((piece) => piece.classList.remove("current"));
  current = at;
  matches[at].forEach((piece) => piece.classList.add("current"));
  byId("at").textContent = t("reader.match", { at: at + 1, n: matches.length });
}

// --- citations ---

function cite(section, range = null) {
  const heading = headingOf(section);
  const anchor = `#s${section.dataset.ordinal}${range ? `-${range.start}-${range.end}` : ""}`;
  const link = new URL(encodeURIComponent(section.dataset.document), location.href);
  return citation({ title, heading, year, link: link.href + anchor, quote: range?.quote });
}

function headingOf(section) {
  return section.querySelector(".heading .words")?.textContent ?? "";
}

function connectCitations() {
  // Only of this report: the one beside it has a title and a year of its own.
  for (const anchor of main.querySelectorAll(".part[id^=s] .anchor")) {
    const section = anchor.closest(".part");
    const label = `${t("cite")} ${headingOf(section)}`;
    anchor.after(copyButton(t("cite"), () => cite(section), { "aria-label": label }));
  }
  const button = byId("quote");
  let range = null;
  document.addEventListener("selectionchange", () => {
    const found = selected();
    const own = found?.container.closest(".part[id^=s]");
    button.hidden = !own;
    if (own) range = { ...found, section: own };
  });
  button.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
  button.addEventListener("click", () => copy(cite(range.section, range), button, t("cite.selected")));
}

/** Keep the focus where a search was typed: another Enter goes on. Who came to read scrolls. */
function keepFocus() {
  const find = byId("find");
  if (find.value && kept("typed") === find.value) find.focus({ preventScroll: true });
  keep("typed", "");
  find.form.addEventListener("submit", () => {
    if (find.value !== find.defaultValue) keep("typed", find.value);
  });
}

// --- the other language, and back to the search ---

/** Let the same place be read in the other language; the server is not told of it. */
function keepPlace() {
  byId("language").hash = location.hash;
}

/**
 * Go back to the filters, order and page of the search that led here; search.js leaves it.
 * Looking for other words in the report does not lead away from it.
 */
function returnToSearch() {
  const last = kept("search"); // without it, the link leads to the same words alone
  const since = kept("since");
  const here = words(location.search);
  if (!last || (words(new URL(last, location.href).search) !== here && since !== last + here)) return;
  document.querySelector(".back").setAttribute("href", last);
  byId("find").form.addEventListener("submit", ({ target }) => {
    keep("since", last + words(new FormData(target)));
  });
}

/** Keep a text for the next page of this tab. */
function keep(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // storage may be forbidden
  }
}

/** Return a text that was kept, or none. */
function kept(name) {
  try {
    return sessionStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

/** Return what of an address or a form tells searches apart in the reader. */
function words(source) {
  const given = new URLSearchParams(source);
  return [(given.get("q") ?? "").trim(), given.get("lang") ?? ""].join("\n");
}

const { repeated } = document.documentElement.dataset;
if (repeated) setTimeout(() => location.reload(), 1000 * Number(repeated));
if (main.querySelector(".report")) {
  returnToSearch();
  connectCitations();
  if (matches.length > 0) connectMatches();
  // The outline is long: on narrow screens it would push the text off the first view.
  const outline = document.querySelector(".outline details");
  if (outline && !matchMedia("(min-width: 60rem)").matches) outline.open = false;
  if (!follow() && matches.length > 0) show(0);
  addEventListener("hashchange", follow);
  keepFocus();
  keepPlace();
  addEventListener("hashchange", keepPlace);
}
document.documentElement.dataset.ready = "";
