// The search page: the address is the state, the form is its controls, the API answers.

import { get, Trouble } from "./api.js";
import { announce, byId } from "./dom.js";
import { renderFacets } from "./facets.js";
import { distribution } from "./matrix.js";
import { results } from "./results.js";
import { address, parameters, PER_PAGE, read, searches } from "./state.js";
import { completions } from "./suggest.js";
import { t } from "./texts.js";
import { clearTrouble, showSlow, showTrouble } from "./trouble.js";

const form = byId("search");
const input = byId("q");
const REMEMBERED = 20;
const remembered = new Map(); // answers by address, for the back button only
const site = document.title.split(" – ").pop();

let state = read(location.search);
let running = null;

const addressOf = (one) => address(one, { page: one.page });
let shown = byId("results").childElementCount ? addressOf(state) : null; // whose results are there

function go(next) {
  const same = addressOf(next) === addressOf(state);
  history[same ? "replaceState" : "pushState"](null, "", addressOf(next));
  show(next);
}

/** Show what `next` asks for; `again` takes an answer that was shown before. */
function show(next, again = false) {
  state = next;
  syncForm();
  if (input.value.trim() !== state.q) input.value = state.q;
  look(again);
}

/** Look up what the state asks for. What is being typed meanwhile is not touched. */
function look(again = false) {
  const asks = searches(state);
  document.title = state.q ? `${state.q} – ${site}` : site;
  const other = state.lang === "en" ? "zh" : "en";
  byId("language").setAttribute("href", addressOf({ ...state, lang: other }));
  leave(addressOf(state));
  running?.abort();
  clearTrouble();
  if (asks) return run(again);
  busy(false);
  arrange();
  return announce("");
}

/** Leave the address of this search to the reader, whose link leads back to it. */
function leave(asked) {
  try {
    sessionStorage.setItem("search", asked);
  } catch {
    // Storage may be forbidden or full: the reader then links to the same words alone.
  }
}

/** Make room for what the state asks for; only when it is there, so nothing is laid out twice. */
function arrange() {
  const asks = searches(state);
  document.body.classList.toggle("empty", !asks);
  byId("home").hidden = asks;
  byId("found").hidden = !asks;
  byId("found").classList.toggle("wide", state.view === "matrix");
}

async function run(again) {
  const asked = state;
  const key = addressOf(asked);
  if (again && remembered.has(key)) {
    busy(false);
    return render(remembered.get(key), asked);
  }
  running = new AbortController();
  const { signal } = running;
  busy(true);
  try {
    const answer = await ask(asked, signal);
    if (signal.aborted) return undefined;
    clearTrouble();
    remember(key, answer);
    render(answer, asked);
  } catch (error) {
    if (error.name === "AbortError") return undefined;
    if (!(error instanceof Trouble)) throw error;
    if (key !== shown) clear();
    arrange();
    showTrouble(error, asked, () => look());
  }
  return busy(false);
}

function ask(asked, signal) {
  const options = { signal, onSlow: showSlow };
  if (asked.view === "matrix") {
    const query = parameters(asked);
    query.set("q", asked.q);
    return get("matrix", query, options);
  }
  const query = parameters(asked, "q", "mode", "sort", "page");
  query.set("per_page", String(PER_PAGE));
  return get("search", query, options);
}

/** Take away what another search found. */
function clear() {
  shown = null;
  byId("facets").replaceChildren();
  byId("results").replaceChildren();
}

function render(answer, asked) {
  shown = addressOf(asked);
  const sorting = document.activeElement?.name === "sort";
  arrange();
  if (asked.view === "matrix") {
    byId("facets").replaceChildren();
    byId("results").replaceChildren(...distribution(answer, asked));
  } else {
    renderFacets(answer.facets);
    byId("results").replaceChildren(...results(answer, asked));
    if (sorting) byId("results").querySelector("[name=sort]")?.focus(); // it is a new one
  }
  announce(byId("results").querySelector(".total")?.textContent ?? "");
}

function remember(key, answer) {
  remembered.delete(key);
  remembered.set(key, answer);
  if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value);
}

function busy(yes) {
  byId("results").setAttribute("aria-busy", String(yes));
  document.body.classList.toggle("busy", yes);
}

/** Make the choices show the state, which may come from the address. */
function syncForm() {
  for (const radio of form.querySelectorAll("[name=mode]")) radio.checked = radio.value === state.mode;
  byId("mode-hint").textContent = t(`mode.${state.mode}.hint`);
  for (const box of byId("facets").querySelectorAll("input")) {
    box.checked = state[box.name].includes(box.value);
  }
}

/**
 * Return what is asked for after `changed`, a control of the form, or after typing. All else
 * stays as the address has it: a range of years has no box, and answers may show no boxes.
 */
function fromForm(changed = null) {
  const given = read(new FormData(form));
  const { q, mode } = given;
  return { ...state, q, mode, ...(changed && { [changed.name]: given[changed.name] }), page: 1 };
}

function searchTyped() {
  if (matchMedia("(pointer: coarse)").matches) input.blur(); // the keyboard covers the results
  const next = fromForm();
  if (searches(next) || searches(state)) go(next);
}

const suggestions = completions(input, searchTyped);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (suggestions.composing()) return;
  suggestions.close();
  searchTyped();
});

// A change of mode, filter or order counts at once; typing waits for the button or Enter.
document.addEventListener("change", (event) => {
  const { target } = event;
  if (target.form !== form || target === input) return;
  const next = fromForm(target);
  if (searches(next)) go(next);
  else byId("mode-hint").textContent = t(`mode.${next.mode}.hint`);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-go]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(read(new URL(link.href).search));
  // What was clicked may be gone now: go on from the top of what it led to.
  byId("content").focus({ preventScroll: true });
  scrollTo({ top: 0 });
});

addEventListener("popstate", () => {
  const next = read(location.search);
  if (addressOf(next) !== addressOf(state)) show(next, true); // else only the fragment changed
});

byId("kept").replaceChildren(); // the address holds it
syncForm();
look(); // what was typed while the scripts were loading stays
document.documentElement.dataset.ready = "";
