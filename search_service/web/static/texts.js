// What the page says. The table comes with the page, so both speak the same language.

const table = JSON.parse(document.getElementById("texts").textContent);

export const language = document.documentElement.dataset.lang;

/** Return the text called `name` with its {placeholders} filled in. */
export function t(name, values = {}) {
  const text = (values.n === 1 && table[`${name}.one`]) || table[name];
  return text.replace(/\{(\w+)\}/g, (whole, key) => {
    const value = values[key];
    if (value === undefined) return whole;
    return key === "n" ? Number(value).toLocaleString("en") : String(value);
  });
}

/** Whether there is a text called `name`. */
export function has(name) {
  return Object.hasOwn(table, name);
}

/** Return how a year is written; null is an unknown one. */
export function yearText(year) {
  return year === null ? t("facet.unknown") : t("year.of", { year });
}
