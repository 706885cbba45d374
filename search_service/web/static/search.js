const query = new URLSearchParams(location.search);
const element = (name, text = "") => Object.assign(document.createElement(name), { textContent: text });

function link(text, changes) {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) next.set(name, value);
  const anchor = element("a", text);
  anchor.href = `?${next}`;
  return anchor;
}

function show(answer) {
  state.textContent = `${answer.total} 节，其中 ${answer.total_literal} 节与输入逐字相同`
    + (answer.query.relaxed ? "；没有完全符合的，列出含部分词语的" : "");
  for (const warning of answer.query.warnings) state.append(element("br"), warning);
  for (const [name, values] of Object.entries(answer.facets)) {
    const row = element("p");
    for (const { value, count } of values) row.append(link(`${value ?? "未知"} ${count}`, { [name]: value ?? "未知", page: 1 }), " ");
    facets.append(row);
  }
  for (const hit of answer.hits) {
    const item = element("li");
    const anchor = element("a", hit.heading || hit.document.title);
    anchor.href = hit.links.page.replace(/^\//, "");
    item.append(anchor, element("small", ` ${hit.document.district ?? "未知"} ${hit.document.year ?? "未知"}`));
    for (const passage of hit.passages) {
      const paragraph = element("p");
      paragraph.innerHTML = passage.html; // escaped by the API but for <mark>
      item.append(paragraph);
    }
    hits.append(item);
  }
  for (const page of [answer.page - 1, answer.page + 1]) {
    if (page >= 1 && page <= answer.pages) pages.append(link(`第 ${page} 页`, { page }), " ");
  }
}

if (query.has("q")) {
  document.querySelector("input").value = query.get("q");
  const response = await fetch(`api/v1/search?${query}`).catch(() => null);
  const answer = await response?.json();
  if (response?.ok) show(answer);
  else state.textContent = answer?.detail ?? "服务暂时无法连接，请稍后再试。";
}
