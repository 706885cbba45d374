// Citations, and putting them on the clipboard.

import { announce, el } from "./dom.js";
import { t, yearText } from "./texts.js";

/** Return a citation of a section, or of a `quote` from it. */
export function citation({ title, heading, year, link, quote = "" }) {
  const values = {
    title: inMarks(title),
    heading: heading ? `“${heading}”` : t("opening"),
    year: yearText(year),
    link: new URL(link, location.href).href,
    quote,
  };
  return t(quote ? "cite.quote" : "cite.format", values);
}

/** Put a title in its marks; titles in it have the other ones, as punctuation has it. */
function inMarks(title) {
  if (/^《[^《》]*》$/.test(title)) return title;
  return `《${title.replaceAll("《", "〈").replaceAll("》", "〉")}》`;
}

/** Return a button that copies what `text()` returns and says so. */
export function copyButton(label, text, properties = {}) {
  const button = el("button", { type: "button", class: "quiet", ...properties }, label);
  button.addEventListener("click", () => copy(text(), button, label));
  return button;
}

/** Copy `text`; `button` says for a moment that it is done. */
export async function copy(text, button, label) {
  if (!(await written(text))) {
    offer(text, button);
    return;
  }
  button.textContent = t("cite.done");
  announce(t("cite.done"));
  setTimeout(() => {
    button.textContent = label;
  }, 1600);
}

async function written(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return writtenTheOldWay(text); // the clipboard is only there over https
  }
}

function writtenTheOldWay(text) {
  const area = el("textarea", { class: "unseen", readonly: true });
  const focused = document.activeElement;
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  focused?.focus();
  return done;
}

function offer(text, button) {
  const area = el("textarea", { readonly: true, rows: 3, "aria-label": t("cite.failed") });
  area.value = text;
  button.parentNode.querySelector(".byhand")?.remove();
  button.after(el("span", { class: "byhand" }, t("cite.failed"), area));
  area.select();
}
