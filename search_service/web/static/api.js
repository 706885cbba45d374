// Calling the JSON API, and turning whatever goes wrong into something to tell people.

import { root } from "./state.js";

const SLOW = 1500;
const PATIENCE = 20000;

/** Why a call failed. `kind` names the texts that explain it. */
export class Trouble extends Error {
  constructor(kind, { detail = [], retryAfter = 0, id = "" } = {}) {
    super(kind);
    this.kind = kind;
    this.detail = detail;
    this.retryAfter = retryAfter;
    this.id = id;
  }
}

/** Return the address of an API resource. */
export function resource(path, parameters = "") {
  const query = parameters.toString();
  return `${root}/api/v1/${path}${query ? `?${query}` : ""}`;
}

/**
 * Get JSON. Throws Trouble, or AbortError when `signal` says that nobody waits any more.
 * `onSlow` is called once if the answer takes long.
 */
export async function get(path, parameters, { signal, onSlow } = {}) {
  const either = new AbortController();
  const slow = onSlow ? setTimeout(onSlow, SLOW) : 0;
  const patience = setTimeout(() => either.abort(), PATIENCE);
  signal?.addEventListener("abort", () => either.abort(), { once: true });
  try {
    const response = await fetch(resource(path, parameters), {
      signal: either.signal,
      headers: { Accept: "application/json" },
    });
    if (!response.ok) throw await refusal(response);
    return await response.json();
  } catch (error) {
    if (error instanceof Trouble) throw error;
    if (signal?.aborted) throw new DOMException("superseded", "AbortError");
    if (either.signal.aborted) throw new Trouble("timeout");
    throw new Trouble(navigator.onLine ? "unreachable" : "offline");
  } finally {
    clearTimeout(slow);
    clearTimeout(patience);
  }
}

async function refusal(response) {
  const problem = await response.json().catch(() => ({}));
  const retryAfter = Number.parseInt(response.headers.get("Retry-After") ?? "", 10) || 0;
  // Only what was typed makes an address too long.
  const errors = problem.errors ?? (response.status === 414 ? { q: [problem.detail] } : {});
  const detail = Object.entries(errors).flatMap(([name, messages]) =>
    messages.map((message) => [name, message]),
  );
  const id = response.headers.get("X-Request-ID") ?? String(response.status);
  return new Trouble(kindOf(response.status, problem.code), { detail, retryAfter, id });
}

function kindOf(status, code) {
  if (status === 429) return "busy";
  if (code === "deadline_exceeded") return "slow";
  if (status === 503) return "unready";
  if (status === 404) return "missing";
  return status >= 400 && status < 500 ? "invalid" : "failed";
}
