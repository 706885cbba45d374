// Completions while typing. Nothing is asked for while an input method is composing.

import { get } from "./api.js";
import { announce, byId, el } from "./dom.js";
import { t } from "./texts.js";

const PAUSE = 120;
const LIMIT = "8";
const MOVING = new Set(["ArrowLeft", "ArrowRight", "Home", "End"]);
const LONGEST = 64; // what is longer was pasted: it is complete

/** Complete what is typed into `input`; `search` runs when a completion is taken. */
export function completions(input, search) {
  const list = byId("suggestions");
  let composing = false;
  let timer = 0;
  let running = null;
  let active = -1;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  const close = () => {
    clearTimeout(timer);
    running?.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const choose = (at) => {
    active = at;
    [...list.children].forEach((option, number) => {
      option.setAttribute("aria-selected", String(number === at));
    });
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[at].id);
  };

  const take = (text) => {
    const { start, end } = chunkAt(input.value, input.selectionStart);
    input.setRangeText(text, start, end, "end");
    close();
    search();
  };

  const show = (found) => {
    list.replaceChildren(
      ...found.map(({ text, sections }, at) =>
        el(
          "li",
          { role: "option", id: `suggestion-${at}`, "aria-selected": "false", click: () => take(text) },
          el("span", { lang: "zh-CN" }, text),
          el("small", {}, t("suggest.sections", { n: sections })),
        ),
      ),
    );
    active = -1;
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    if (found.length > 0) announce(t("suggest.count", { n: found.length }));
  };

  const ask = async () => {
    running?.abort();
    const { text } = chunkAt(input.value, input.selectionStart);
    if (!text || text.length > LONGEST) return close();
    running = new AbortController();
    const { signal } = running;
    try {
      const answer = await get("suggest", new URLSearchParams({ q: text, limit: LIMIT }), { signal });
      if (!signal.aborted) show(answer.suggestions.filter((one) => one.text !== text));
    } catch {
      // Suggestions are a convenience: without them searching still works.
    }
    return undefined;
  };

  const later = () => {
    clearTimeout(timer);
    if (!composing) timer = setTimeout(ask, PAUSE);
  };

  input.addEventListener("compositionstart", () => {
    composing = true;
    close();
  });
  input.addEventListener("compositionend", () => {
    composing = false;
    later();
  });
  input.addEventListener("input", later);
  input.addEventListener("blur", close);
  input.addEventListener("pointerdown", close); // the caret may go to another chunk
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus
  input.addEventListener("keydown", (event) => {
    // Keys that an input method uses, Enter above all, must not search. Some browsers say
    // so by the key code 229 only.
    if (event.isComposing || event.keyCode === 229) {
      if (event.key === "Enter") event.preventDefault();
      return undefined;
    }
    if (MOVING.has(event.key)) return close();
    const count = list.hidden ? 0 : list.children.length;
    if (event.key === "Escape" && count) close();
    else if (event.key === "Enter" && active >= 0) {
      list.children[active].click();
    } else if (event.key === "ArrowDown" && count) choose(active + 1 < count ? active + 1 : -1);
    else if (event.key === "ArrowUp" && count) choose(active >= 0 ? active - 1 : count - 1);
    else return undefined;
    return event.preventDefault();
  });

  return { close, composing: () => composing };
}

/** Return the chunk being typed, the one at `caret`: chunks end at spaces and signs. */
function chunkAt(value, caret) {
  const [before] = /[^\s\u3000"“”「」()（）-]*$/.exec(value.slice(0, caret));
  const [after] = /^[^\s\u3000"“”「」()（）-]*/.exec(value.slice(caret));
  const start = caret - before.length;
  return { start, end: caret + after.length, text: before + after };
}
