const id = location.pathname.split("/").pop();
const base = `../api/v1/documents/${id}`;
const response = await fetch(base);
const report = await response.json();
if (response.ok) {
  document.title = title.textContent = report.title || report.id;
  for (const { ordinal, heading, level } of report.outline) {
    const part = document.createElement("section");
    part.id = `s${ordinal}`;
    if (heading) part.append(Object.assign(document.createElement(`h${Math.min(level + 1, 6)}`), { textContent: heading }));
    sections.append(part);
    const { text } = await (await fetch(`${base}/sections/${ordinal}`)).json();
    for (const line of text.split("\n")) part.append(Object.assign(document.createElement("p"), { textContent: line }));
  }
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
} else state.textContent = report.detail;
