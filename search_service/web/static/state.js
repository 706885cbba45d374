// What the address of the search page asks for; asked.py is its twin on the server.

const LISTS = ["district", "town", "year", "document"];
const DEFAULTS = { q: "", mode: "auto", sort: "relevance", page: 1, view: "", lang: "zh" };

const KNOWN = {
  mode: ["auto", "literal", "words"],
  sort: ["relevance", "-year", "year", "district", "document"],
  view: ["", "matrix"],
  lang: ["zh", "en"],
};
export const SORTS = KNOWN.sort;
export const UNKNOWN = "未知";
export const PER_PAGE = 10;
export const root = document.documentElement.dataset.root;

/**
 * Read the state from parameters: a query string or the fields of the form.
 * Unlike the API, a page takes what it does not know for the default.
 */
export function read(source) {
  const given = new URLSearchParams(source);
  const state = { ...DEFAULTS };
  for (const name of LISTS) state[name] = [...new Set(given.getAll(name).filter(Boolean))];
  state.q = (given.get("q") ?? "").trim();
  for (const [name, values] of Object.entries(KNOWN)) {
    if (values.includes(given.get(name))) state[name] = given.get(name);
  }
  state.page = pageNumber(given.get("page") ?? "");
  return state;
}

/** Return a page's number. One with more digits than are read is beyond every limit anyway. */
function pageNumber(text) {
  return /^[0-9]+$/.test(text) ? Number(text.replace(/^0+/, "").slice(0, 9)) || 1 : 1;
}

/** Return the parameters that differ from the default. */
function pairs(state, names) {
  const found = new URLSearchParams();
  for (const name of names) {
    if (LISTS.includes(name)) state[name].forEach((value) => found.append(name, value));
    else if (state[name] !== DEFAULTS[name]) found.set(name, state[name]);
  }
  return found;
}

/** Return the address of the search page for `state` with `changes`, from page 1. */
export function address(state, changes = {}) {
  const names = ["q", "mode", ...LISTS, "sort", "page", "view", "lang"];
  const query = pairs({ ...state, page: 1, ...changes }, names).toString();
  return `${root}/${query ? `?${query}` : ""}`;
}

/** Return the address of `state` without the parameter `name`, or null if typing mends it. */
export function leavingOut(state, name) {
  const usual = read("");
  return name !== "q" && Object.hasOwn(usual, name) ? address(state, { [name]: usual[name] }) : null;
}

/** Return the parameters of an API call for `state`. */
export function parameters(state, ...names) {
  return pairs(state, [...LISTS, ...names]);
}

/** Whether there is anything to look up, rather than the empty first page. */
export function searches(state) {
  return Boolean(
    state.q || state.view || state.page > 1 || state.sort !== DEFAULTS.sort ||
      LISTS.some((name) => state[name].length),
  );
}

/** Whether any filter restricts the search. */
export function filtered(state) {
  return LISTS.some((name) => state[name].length);
}

export const NO_FILTERS = Object.fromEntries(LISTS.map((name) => [name, []]));

/** Return where to read a section; `at` names a range of code points in it. */
export function readerAddress(documentId, ordinal, state, at = null) {
  const query = new URLSearchParams();
  if (state?.q) query.set("q", state.q);
  if (state?.q && state.mode !== DEFAULTS.mode) query.set("mode", state.mode);
  if (state && state.lang !== DEFAULTS.lang) query.set("lang", state.lang);
  const anchor = `s${ordinal}${at ? `-${at.start}-${at.end}` : ""}`;
  const asked = query.toString() ? `?${query}` : "";
  return `${root}/documents/${encodeURIComponent(documentId)}${asked}#${anchor}`;
}
