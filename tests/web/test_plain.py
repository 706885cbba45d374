"""The pages without any script: a plain form, results, distribution and reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from search_service import build_index
from search_service.api import create_app
from tests.api.conftest import settings_for
from tests.api.server import Server
from tests.web.pages import PATIENCE, visit, wait


@pytest.fixture
def plain(page: Any) -> Iterator[Any]:
    """A browser that runs no scripts of pages."""
    page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    page.implicitly_wait(PATIENCE)
    yield page
    page.implicitly_wait(0)
    page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def ids(driver: Any) -> list[str]:
    found = driver.find_elements("css selector", ".hit h2 a")
    return [str(link.get_attribute("href")).partition("/documents/")[2] for link in found]


def expected(site: Server, **parameters: Any) -> list[str]:
    hits = site.json("/api/v1/search", **parameters)["hits"]
    return [hit["id"] for hit in hits]


def section_ids(links: list[str]) -> list[str]:
    return [f"{link.partition('?')[0]}/{link.rpartition('#s')[2]}" for link in links]


def test_search_filter_and_turn_the_page(plain: Any, site: Server) -> None:
    plain.get(site.url)
    plain.find_element("id", "q").send_keys("法治\n")
    plain.find_element("css selector", ".hit")
    assert section_ids(ids(plain)) == expected(site, q="法治")
    plain.find_element("css selector", ".pager [rel=next]").click()
    wait(plain, lambda d: "page=2" in d.current_url)
    plain.find_element("css selector", ".pager [rel=prev]")
    assert section_ids(ids(plain)) == expected(site, q="法治", page=2)
    plain.find_element("css selector", "input[value=武隆区]").click()
    plain.find_element("css selector", "button.main").click()
    wait(plain, lambda d: "district=" in d.current_url)
    plain.find_element("css selector", "input[value=武隆区]:checked")
    assert section_ids(ids(plain)) == expected(site, q="法治", district="武隆区")


def test_the_reader_marks_and_is_linked_to(plain: Any, site: Server) -> None:
    plain.get(site.url + "/?q=复调&district=南岸区")
    plain.find_element("css selector", ".hit h2 a").click()
    marks = plain.find_elements("css selector", ".part mark")
    assert {mark.text for mark in marks} == {"复调"}
    link = f"{site.url}/documents/nanan-2023?q=复调#{marks[0].get_attribute('id')}"
    plain.get("about:blank")
    plain.get(link)
    assert plain.find_element("css selector", "mark:target").text == "复调"


def test_the_form_sends_again_what_no_control_holds(plain: Any, site: Server) -> None:
    plain.get(site.url + "/?q=复调&year=2020..2024&district=南岸区&sort=-year&lang=en")
    plain.find_element("id", "q").send_keys("议\n")  # finds nothing: no boxes, no orders
    wait(plain, lambda d: "%E8%AE%AE" in d.current_url)
    plain.find_element("id", "q").clear()
    plain.find_element("id", "q").send_keys("枫桥经验\n")
    wait(plain, lambda d: "%E6%9E%AB" in d.current_url)
    assert parse_qs(urlsplit(plain.current_url).query) == {
        "q": ["枫桥经验"],
        "mode": ["auto"],
        "year": ["2020..2024"],
        "district": ["南岸区"],
        "sort": ["-year"],
        "lang": ["en"],
    }
    plain.find_element("css selector", ".hit")
    answer = expected(site, q="枫桥经验", year="2020..2024", district="南岸区", sort="-year")
    assert section_ids(ids(plain)) == answer


LINKS = """
    const links = (selector) => [...document.querySelectorAll(selector)].map((link) => {
      const url = new URL(link.href);
      const asked = [...url.searchParams].map(([name, value]) => `${name}=${value}`).sort();
      return [link.textContent.trim(), url.pathname, asked.join("&"), url.hash];
    });
    const texts = (selector) => [...document.querySelectorAll(selector)]
      .map((element) => element.textContent.replace(/\\s+/g, " ").trim());
    return [
      ...["chips a", "views a", "none a", "meant a", "tools a", "hit h2 a", "jump", "note a"]
        .map((name) => links(`#results .${name}`)),
      ...["hit .tag", "note", "none li", "none h2", "hit .path", "passage mark"]
        .map((name) => texts(`#results .${name}`)),
      [...document.querySelectorAll("select[name=sort]")].map((select) => select.value),
    ];
"""
"""What can be followed on a page of results, and what is said there."""


@pytest.mark.parametrize(
    "address",
    [
        "/?q=行政执法&district=南岸区&district=武隆区&year=2020..2024&sort=-year",
        "/?q=枫桥经验&mode=literal&lang=en&town=涂山镇&document=nanan-tushan-2023",
        "/?q=星际航行&mode=literal&year=2023",
        "/?q=行政复议 星际航行",
        "/?q=法治 OR&district=未知&lang=en",
        "/?q=风桥经验",
        "/?q=法治&page=99",
        "/?sort=year",
        "/?q=行政复议&view=matrix&district=南岸区&year=2023",
        "/?q=行政复议&view=matrix&district=无此区",
    ],
)
def test_results_lead_to_the_same_without_scripts(page: Any, site: Server, address: str) -> None:
    page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.get(site.url + address)
        without = page.execute_script(LINKS)
    finally:
        page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    visit(page, site.url, address, "#results .bar")
    assert without == page.execute_script(LINKS)
    assert any(without)


def test_the_distribution(plain: Any, site: Server) -> None:
    plain.get(site.url + "/?q=行政复议")
    plain.find_element("css selector", ".views a:last-child").click()
    cells = plain.find_elements("css selector", ".matrix td:not(.absent)")
    rows = site.json("/api/v1/matrix", q="行政复议")["rows"]
    assert [cell.text.split("\n")[0] for cell in cells] == [str(row["sections"]) for row in rows]


def test_comparison(plain: Any, site: Server) -> None:
    plain.get(site.url + "/documents/nanan-2023")
    plain.find_element("css selector", "#with option[value=wulong-2020]")
    plain.find_element("css selector", ".compare button").click()
    plain.find_element("css selector", ".pairs .pair")


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/?q=" + "法" * 300, 422, "256"),
        ("/?year=soon", 422, "year"),
        ("/?q=法治&page=99999", 422, "page"),
        ("/?q=法治&page=" + "9" * 5000, 422, "page"),
        ("/?q=法治&page=-3&mode=strange&sort=strange&view=strange&lang=xx", 200, "找到"),
        ("/?q=法治&page=50", 200, "没有第 50 页"),
        ("/?q=法治&utm_source=mail", 200, "找到"),
        ("/documents/nowhere-1999", 404, "没有这份报告"),
        ("/documents/nanan-2023?with=nowhere-1999", 404, "没有要对照的那份报告"),
        ("/documents/nanan-2023?q=" + "法" * 300, 422, "256"),
        ("/static/0/page.css", 200, "--paper"),
        ("/static/0/nothing.css", 404, ""),
        ("/static/0/..%2Fpages.py", 404, ""),
    ],
)
def test_addresses_typed_by_hand(site: Server, address: str, status: int, says: str) -> None:
    answer = site.get(address)
    assert answer.status_code == status
    assert says in answer.content.decode("utf-8")


def test_the_first_page_says_how_much_is_held(tmp_path: Path) -> None:
    place = {"district": "南岸区", "year": 2020}
    sections = [{"heading": f"第{number}条"} for number in range(1_200)]
    documents = [{"id": "a", **place, "sections": sections}, {"id": "b", "sections": sections[:1]}]
    lines = [json.dumps(document, ensure_ascii=False) for document in documents]
    (tmp_path / "two.jsonl").write_text("\n".join(lines), "utf-8")
    build_index([tmp_path / "two.jsonl"], settings=settings_for(tmp_path / "index"))
    client = create_app(settings_for(tmp_path / "index")).test_client()
    first = client.get("/").text
    assert "收录 2 份报告，共 1,201 节" in first
    assert "涵盖 1 个地区、2020—2020 年" in first, "one that is not known is not a place"


def test_pages_are_asked_for_again_and_their_parts_are_not(site: Server) -> None:
    first = site.get("/?q=法治")
    assert first.headers["Cache-Control"] == "no-cache"
    assert first.headers["Content-Type"] == "text/html; charset=utf-8"
    unpacked = site.get("/?q=法治", headers={"Accept-Encoding": "identity"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in unpacked.headers
    assert unpacked.text == first.text
    again = site.get("/?q=法治", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    style = first.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    kept = site.get(style)
    assert "immutable" in kept.headers["Cache-Control"]
    assert kept.headers["Content-Encoding"] == "gzip"
    assert kept.headers["Vary"] == "Accept-Encoding"
    assert site.get("/static/0/page.css").headers["Cache-Control"] == "no-cache"
