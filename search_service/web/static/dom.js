// Building elements. Text only ever becomes text nodes: no string is parsed as HTML.

/**
 * Make an element; `properties` are attributes, or listeners where the value is a function.
 * Children that are false, null or undefined are left out, so that conditions can stand there.
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat().filter((child) => child !== false && (child ?? null) !== null));
  return element;
}

/** Find what must be on the page. */
export function byId(id) {
  return document.getElementById(id);
}

/** Return a function that cuts `text` at code points, as the API counts, not UTF-16 units. */
function cutter(text) {
  if (!/[\ud800-\udfff]/.test(text)) return (start, end) => text.slice(start, end);
  const points = Array.from(text);
  return (start, end) => points.slice(start, end).join("");
}

/** Return nodes for `text`, which begins at offset `from`, with `spans` in <mark>. */
export function marked(text, spans, from = 0) {
  const cut = cutter(text);
  const nodes = [];
  let reached = 0;
  for (const span of spans) {
    const start = Math.max(span.start - from, reached);
    const end = span.end - from;
    if (end <= start) continue;
    if (start > reached) nodes.push(cut(reached, start));
    nodes.push(el("mark", {}, cut(start, end)));
    reached = end;
  }
  const rest = cut(reached, undefined);
  if (rest) nodes.push(rest);
  return nodes;
}

/** Tell screen readers what changed. */
export function announce(text) {
  byId("status").textContent = text;
}
