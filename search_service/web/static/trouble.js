// Saying calmly what went wrong, what to do, and trying again where that makes sense.

import { announce, byId, el } from "./dom.js";
import { leavingOut } from "./state.js";
import { has, t } from "./texts.js";

const RETRIED = new Set(["busy", "unready"]);
let pending = () => {};

/** Take back whatever was said before. */
export function clearTrouble() {
  pending();
  pending = () => {};
  const place = byId("trouble");
  if (place.contains(document.activeElement)) byId("content").focus({ preventScroll: true });
  place.replaceChildren();
}

/**
 * Say what went wrong with the search for `state`; `retry` is called at the user's wish, or by
 * itself after a while.
 */
export function showTrouble(trouble, state, retry) {
  clearTrouble();
  const countdown = el("span", { class: "countdown" });
  const explained = t(`trouble.${trouble.kind}`) + (trouble.kind === "failed" ? trouble.id : "");
  // Only what is said once is an alert: a countdown in it would be read out every second.
  byId("trouble").append(
    el(
      "div",
      { class: "trouble", "data-trouble": trouble.kind },
      el(
        "div",
        { role: "alert" },
        el("h2", {}, t(`trouble.${trouble.kind}.title`)),
        el("p", {}, explained),
        trouble.detail.length > 0 && el("ul", {}, trouble.detail.map((one) => wrong(one, state))),
      ),
      trouble.kind !== "invalid" &&
        el(
          "p",
          {},
          el("button", { type: "button", click: retry }, t("trouble.retry")),
          " ",
          countdown,
        ),
    ),
  );
  if (RETRIED.has(trouble.kind)) pending = after(trouble.retryAfter || 5, countdown, retry);
  if (trouble.kind === "offline") {
    addEventListener("online", retry, { once: true });
    pending = () => removeEventListener("online", retry);
  }
}

/** Say what to do about a parameter, and what the API says is wrong with it. */
function wrong([name, why], state) {
  const todo = `trouble.invalid.${name}`;
  const href = leavingOut(state, name);
  return el(
    "li",
    {},
    has(todo) && `${t(todo)} `,
    el("small", { lang: "en" }, `${name}: ${why}`),
    href && [" ", el("a", { href, "data-go": true }, t("trouble.without"))],
  );
}

/** Say that an answer takes long; it goes away with the answer. */
export function showSlow() {
  byId("trouble").replaceChildren(el("p", { class: "note" }, t("trouble.slow.wait")));
  announce(t("trouble.slow.wait"));
}

function after(seconds, countdown, retry) {
  let left = seconds;
  const show = () => {
    countdown.textContent = t("trouble.countdown", { seconds: left });
  };
  show();
  const timer = setInterval(() => {
    left -= 1;
    show();
    if (left <= 0) {
      clearInterval(timer);
      retry();
    }
  }, 1000);
  return () => clearInterval(timer);
}
