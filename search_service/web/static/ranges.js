// Ranges of code points in a section's text, found in the page and the other way round.
// A section's text is its paragraphs with a line feed between them.

/** Yield the text nodes of a `.text` element, each with the offset of its first code point. */
function* textNodes(container) {
  let offset = 0;
  for (const paragraph of container.children) {
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      yield { node, offset };
      offset += points(node.data);
    }
    offset += 1;
  }
}

function points(text) {
  return /[\ud800-\udfff]/.test(text) ? Array.from(text).length : text.length;
}

/** Return how many UTF-16 units the first `count` code points of `text` take. */
function units(text, count) {
  return Array.from(text).slice(0, count).join("").length;
}

/** Wrap the code points from `start` to `end` in <mark class="cited">; return the marks. */
export function mark(container, start, end) {
  const found = [];
  for (const { node, offset } of [...textNodes(container)]) {
    const from = Math.max(start - offset, 0);
    const to = Math.min(end - offset, points(node.data));
    if (from >= to) continue;
    const range = document.createRange();
    range.setStart(node, units(node.data, from));
    range.setEnd(node, units(node.data, to));
    const wrapper = document.createElement("mark");
    wrapper.className = "cited";
    range.surroundContents(wrapper);
    found.push(wrapper);
  }
  return found;
}

/** Take back what `mark` did. */
export function unmark(marks) {
  for (const wrapper of marks) {
    const parent = wrapper.parentNode;
    wrapper.replaceWith(...wrapper.childNodes);
    parent?.normalize();
  }
}

/** Return which part of one section is selected, or null. */
export function selected() {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0).cloneRange(); // the selection itself stays as it is
  const first = range.startContainer;
  const element = first.nodeType === Node.ELEMENT_NODE ? first : first.parentElement;
  const container = element?.closest(".text");
  if (!container) return null;
  // A triple click selects a paragraph up to the beginning of what follows, which for the
  // last one is another section: what counts is whether anything of that is selected.
  if (!container.contains(range.endContainer)) {
    const beyond = range.cloneRange();
    beyond.setStartAfter(container);
    if (beyond.toString().trim()) return null;
    range.setEnd(container, container.childNodes.length);
  }
  const start = offsetOf(container, range.startContainer, range.startOffset);
  const end = offsetOf(container, range.endContainer, range.endOffset);
  const quote = selection.toString().replace(/\s*\n\s*/g, "");
  return end > start && quote ? { container, start, end, quote } : null;
}

/** Return the offset in the section's text of a position in the page. */
function offsetOf(container, node, unit) {
  const before = document.createRange();
  before.setStart(container, 0);
  before.setEnd(node, unit);
  let reached = 0;
  for (const { node: text, offset } of textNodes(container)) {
    if (text === node) return offset + points(text.data.slice(0, unit));
    if (before.comparePoint(text, 0) > 0) break;
    reached = offset + points(text.data);
  }
  return reached;
}
