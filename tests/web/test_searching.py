"""A search, its facets, pages and views, and the address that holds all of it."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from werkzeug.datastructures import MultiDict

from search_service import build_index, open_index
from search_service.web.asked import read
from tests.api.conftest import settings_for
from tests.api.server import Server, running
from tests.web.browser import set_view
from tests.web.pages import (
    api_calls,
    asked,
    click,
    search_for,
    text,
    texts,
    visit,
    wait,
    wait_ready,
    wait_total,
)


def shown(driver: Any) -> list[str]:
    """Return the ids of the hits on the page."""
    script = "return [...document.querySelectorAll('.hit')].map((hit) => hit.dataset.id)"
    return list(driver.execute_script(script))


def box(name: str, value: str) -> str:
    return f"#facets input[name={name}][value='{value}']"


def test_a_search_shows_what_the_api_returns(page: Any, site: Server) -> None:
    visit(page, site.url, "/")
    search_for(page, "行政执法")
    answer = site.json("/api/v1/search", q="行政执法")
    wait_total(page, answer["total"])
    assert asked(page) == {"q": ["行政执法"]}
    assert texts(page, ".hit .title") == [hit["document"]["title"] for hit in answer["hits"]]
    marked = texts(page, ".hits li:first-child .passage mark")
    first = answer["hits"][0]["passages"]
    assert marked == [
        passage["text"][match["start"] - passage["start"] : match["end"] - passage["start"]]
        for passage in first
        for match in passage["matches"]
    ]
    assert page.title.startswith("行政执法")


def test_passages_are_the_text_also_where_only_the_heading_matches(page: Any, site: Server) -> None:
    query = "依法高效化解矛盾纠纷"
    answer = site.json("/api/v1/search", q=query, mode="literal")
    passages = [passage for hit in answer["hits"] for passage in hit["passages"]]
    assert any(not passage["matches"] for passage in passages)
    visit(page, site.url, f"/?q={query}&mode=literal", ".hit .actions")
    shown = texts(page, ".passage .words")
    assert shown == [passage["text"] for passage in passages]
    for line, text_alone in zip(texts(page, ".passage"), shown, strict=True):
        assert line.removeprefix(text_alone) in ("", "…", "↗", "…↗")


def test_examples_on_the_empty_page_find_something(page: Any, site: Server) -> None:
    visit(page, site.url, "/")
    for number in range(len(texts(page, ".examples a"))):
        visit(page, site.url, "/")
        example = texts(page, ".examples a")[number]
        click(page, f".examples li:nth-child({number + 1}) a")
        wait_total(page, site.json("/api/v1/search", q=example)["total"])
        assert texts(page, ".hit"), example


def test_facets_are_disjunctive_and_may_be_combined(page: Any, site: Server) -> None:
    visit(page, site.url, "/?q=行政执法", ".hit")
    before = texts(page, ".facet.district .count")
    click(page, box("district", "武隆区"))
    wait_total(page, site.json("/api/v1/search", q="行政执法", district="武隆区")["total"])
    assert texts(page, ".facet.district .count") == before
    click(page, box("district", "酉阳县"))
    both = site.json("/api/v1/search", q="行政执法", district=["武隆区", "酉阳县"])
    wait_total(page, both["total"])
    click(page, box("year", "2020"))
    wanted = {"q": ["行政执法"], "district": ["武隆区", "酉阳县"], "year": ["2020"]}
    wait_total(page, site.json("/api/v1/search", **wanted)["total"])
    assert asked(page) == wanted
    assert page.switch_to.active_element.get_attribute("value") == "2020", "focus stays"
    click(page, ".chips a:last-child")
    wait_total(page, site.json("/api/v1/search", q="行政执法")["total"])
    assert not page.find_elements("css selector", "#facets input:checked")


def test_another_query_keeps_the_filters_that_have_no_box(page: Any, site: Server) -> None:
    visit(page, site.url, "/?q=复调&year=2020..2024&district=南岸区&sort=-year", ".hit")
    assert len(texts(page, ".facet.year .name")) < 5, "not every year of the range has a box"
    for query in ("星际航行", "枫桥经验"):  # the first finds nothing: no boxes, no order to choose
        search_for(page, query)
        answer = site.json("/api/v1/search", q=query, year="2020..2024", district="南岸区")
        wait_total(page, answer["total"])
        assert asked(page) == {
            "q": [query],
            "year": ["2020..2024"],
            "district": ["南岸区"],
            "sort": ["-year"],
        }
    click(page, box("year", "2021"))
    wait(page, lambda d: asked(d)["year"] == ["2023"])
    assert asked(page)["district"] == ["南岸区"]


def test_back_and_forward_restore_everything(page: Any, site: Server) -> None:
    visit(page, site.url, "/")
    totals: dict[str, int] = {}
    search_for(page, "法治")
    totals["q"] = site.json("/api/v1/search", q="法治")["total"]
    wait_total(page, totals["q"])
    click(page, box("district", "南岸区"))
    totals["district"] = site.json("/api/v1/search", q="法治", district="南岸区")["total"]
    wait_total(page, totals["district"])
    click(page, "label:has([value=literal])")
    totals["mode"] = site.json("/api/v1/search", q="法治", district="南岸区", mode="literal")[
        "total"
    ]
    wait(page, lambda d: asked(d).get("mode") == ["literal"])
    wait_total(page, totals["mode"])
    calls = len(api_calls(page, "search"))

    page.back()
    wait_total(page, totals["district"])
    assert "mode" not in asked(page)
    assert page.find_element("css selector", "[name=mode][value=auto]").is_selected()
    assert page.find_element("css selector", box("district", "南岸区")).is_selected()
    page.back()
    wait_total(page, totals["q"])
    assert not page.find_element("css selector", box("district", "南岸区")).is_selected()
    page.back()
    wait(page, lambda d: d.find_element("id", "home").is_displayed())
    assert page.find_element("id", "q").get_attribute("value") == ""
    page.forward()
    wait_total(page, totals["q"])
    assert page.find_element("id", "q").get_attribute("value") == "法治"
    page.forward()
    wait_total(page, totals["district"])
    assert len(api_calls(page, "search")) == calls, "going back asks for nothing again"


def test_an_address_can_be_shared(page: Any, site: Server) -> None:
    visit(
        page,
        site.url,
        "/?q=法治&mode=literal&year=2020..2023&district=南岸区&sort=-year&page=2",
        ".hit",
    )
    answer = site.json(
        "/api/v1/search",
        q="法治",
        mode="literal",
        year="2020..2023",
        district="南岸区",
        sort="-year",
        page=2,
    )
    wait_total(page, answer["total"])
    assert [hit["id"] for hit in answer["hits"]] == shown(page)
    assert page.find_element("css selector", "select[name=sort]").get_attribute("value") == "-year"
    assert page.find_element("css selector", ".hits").get_attribute("start") == "11"


def test_pages_do_not_overlap(page: Any, site: Server) -> None:
    visit(page, site.url, "/?q=法治", ".hit")
    total = site.json("/api/v1/search", q="法治")["total"]
    seen = shown(page)
    for number in range(2, -(-total // 10) + 1):
        click(page, ".pager [rel=next]")
        wait(page, lambda d, n=number: text(d, ".pager [aria-current]") == str(n))
        seen += shown(page)
    assert not page.find_elements("css selector", ".pager [rel=next]")
    assert len(seen) == len(set(seen)) == total


def test_a_page_beyond_the_last_says_so_and_leads_back(page: Any, site: Server) -> None:
    visit(page, site.url, "/?q=法治&page=50", "#results .note")
    pages = site.json("/api/v1/search", q="法治")["pages"]
    assert f"结果到第 {pages} 页为止" in text(page, "#results .note")
    click(page, "#results .note a")
    wait(page, lambda d: text(d, ".pager [aria-current]") == str(pages))


def test_paging_ends_where_the_service_lets_it_end(page: Any, tmp_path: Path) -> None:
    many = {"id": "many", "year": 2020, "sections": [{"heading": f"第{n}条"} for n in range(150)]}
    (tmp_path / "many.jsonl").write_text(json.dumps(many), "utf-8")
    build_index([tmp_path / "many.jsonl"], settings=settings_for(tmp_path / "index"))
    with running(tmp_path / "index", workers="1", log_level="error", max_window="100") as server:
        assert server.json("/api/v1/search", q="第")["pages"] == 15
        visit(page, server.url, "/?q=第&page=10", ".pager [aria-current]")
        assert not page.find_elements("css selector", ".pager [rel=next]")
        assert "导出" in texts(page, ".pager > span")[-1]
        plain = server.get("/?q=第&page=10").text
        assert 'rel="next"' not in plain
        assert "翻页到此为止" in plain


def test_sorting(page: Any, site: Server) -> None:
    visit(page, site.url, "/?q=行政执法", ".hit")
    click(page, "select[name=sort] option[value='year']")
    wait(page, lambda d: asked(d).get("sort") == ["year"])
    wait_ready(page, ".hit")
    wait(page, lambda d: texts(d, ".hit .tag:not(.place):not(.kind)")[0] == "2020 年")
    assert page.switch_to.active_element.get_attribute("name") == "sort", "focus stays"


def test_what_the_service_did_with_the_query_is_explained(page: Any, site: Server) -> None:
    visit(page, site.url, "/?q=行政复议 星际航行", ".hit")
    assert "只含其中一部分" in text(page, "#results .note")
    visit(page, site.url, "/?q=法治 OR", ".hit")
    assert site.json("/api/v1/search", q="法治 OR")["query"]["warnings"][0] in texts(
        page, ".note span"
    )


def test_what_may_have_been_meant_is_one_click_away(page: Any, site: Server) -> None:
    visit(page, site.url, "/?q=枫桥经念&year=2023", ".note.meant")
    assert "您要找的是不是" in text(page, ".note.meant")
    click(page, ".note.meant a")
    wait(page, lambda d: asked(d).get("q") == ["枫桥经验"])
    assert asked(page)["year"] == ["2023"], "filters stay"
    wait_ready(page, ".hit")


def test_what_was_searched_beside_the_words_is_said(page: Any, site: Server) -> None:
    q = "怎么处理信访户的矛盾？"
    visit(page, site.url, f"/?q={q}", ".hit")
    synonyms = site.json("/api/v1/search", q=q)["query"]["synonyms"]
    assert synonyms
    said = texts(page, ".note")
    for synonym, note in zip(synonyms, said, strict=False):
        assert synonym["text"] in note
        assert all(term in note for term in synonym["terms"])


def test_nothing_found_says_what_to_do(page: Any, site: Server) -> None:
    visit(page, site.url, "/?q=星际航行&mode=literal&district=南岸区", ".none")
    assert "星际航行" in text(page, ".none h2")
    click(page, ".none li:nth-child(2) a")
    wait(page, lambda d: "district" not in asked(d))
    wait_ready(page, ".none")


def test_exports_the_same_search(page: Any, site: Server) -> None:
    visit(page, site.url, "/?q=行政复议&year=2023", ".hit")
    link = page.find_element("css selector", ".tools a[download]").get_attribute("href")
    rows = csv.reader(io.StringIO(site.session.get(link, timeout=20).content.decode("utf-8-sig")))
    total = site.json("/api/v1/search", q="行政复议", year=2023)["total"]
    assert len(list(rows)) == 1 + total


def test_citations_name_title_heading_year_and_link(page: Any, site: Server) -> None:
    page.execute_cdp_cmd(
        "Browser.grantPermissions",
        {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"], "origin": site.url},
    )
    visit(page, site.url, "/?q=枫桥经验&district=开州区", ".hit")
    hit = site.json("/api/v1/search", q="枫桥经验", district="开州区")["hits"][0]
    click(page, ".hit .actions button")
    wait(page, lambda d: text(d, ".hit .actions button") == "已复制")
    copied = page.execute_async_script(
        "navigator.clipboard.readText().then(arguments[arguments.length - 1])"
    )
    assert copied == (
        f"《{hit['document']['title']}》，“{hit['heading']}”，2024 年。"
        f"{site.url}{hit['links']['page']}"
    )


def test_titles_in_the_title_of_a_citation_have_other_marks(page: Any, site: Server) -> None:
    visit(page, site.url, "/")
    for title, cited in (
        ("法治报告", "《法治报告》"),
        ("《法治报告》", "《法治报告》"),
        ("关于《纲要》的报告", "《关于〈纲要〉的报告》"),
        ("《纲要》与《条例》", "《〈纲要〉与〈条例〉》"),
    ):
        citation = page.execute_async_script(
            """
            const [title, done] = arguments;
            const base = document.querySelector("script[type=module]").src;
            import(new URL("copy.js", base)).then(({ citation }) =>
              done(citation({ title, heading: "", year: 2023, link: "/" })));
            """,
            title,
        )
        assert citation.startswith(f"{cited}，")


def test_english(page: Any, site: Server) -> None:
    visit(page, site.url, "/?q=行政复议", ".hit")
    click(page, "#language")
    wait_ready(page, ".hit")
    assert page.find_element("css selector", "html").get_attribute("lang") == "en"
    assert "sections found" in text(page, ".total")
    click(page, box("year", "2023"))
    wait(page, lambda d: asked(d).get("year") == ["2023"])
    assert asked(page)["lang"] == ["en"]


def test_the_distribution_counts_and_tells_zero_from_not_held(
    page: Any, site: Server, web_index: Any
) -> None:
    visit(page, site.url, "/?q=营商环境&view=matrix", ".matrix")
    rows = site.json("/api/v1/matrix", q="营商环境")["rows"]
    districts = texts(page, ".matrix tbody th")
    years = [int(year) for year in texts(page, ".matrix thead th")[1:-1]]
    assert years == list(range(2020, 2025))
    held = {(row["district"], row["year"]): row for row in rows}
    for number, district in enumerate(districts):
        cells = page.find_elements("css selector", f"tbody tr:nth-child({number + 1}) td")
        for year, cell in zip(years, cells, strict=False):
            row = held.get((district, year))
            if row is None:
                assert "absent" in cell.get_attribute("class")
                assert cell.text == "未收录"
            else:
                assert "absent" not in cell.get_attribute("class")
                assert cell.text.split("\n")[0] == str(row["sections"])
                assert ("shade0" in cell.get_attribute("class")) == (row["occurrences"] == 0)
    assert any(row["sections"] == 0 for row in rows), "the query must leave a zero to look at"


@pytest.mark.parametrize(
    ("years", "columns"),
    [((2020, 2023), ["2020", "2021", "2022", "2023"]), ((1203, 2023), ["1203", "2023"])],
)
def test_gaps_are_columns_unless_a_year_is_far_off(
    page: Any, tmp_path: Path, years: tuple[int, ...], columns: list[str]
) -> None:
    lines = [json.dumps({"id": f"of-{year}", "year": year, "text": "一、内容"}) for year in years]
    (tmp_path / "two.jsonl").write_text("\n".join(lines), "utf-8")
    build_index([tmp_path / "two.jsonl"], settings=settings_for(tmp_path / "index"))
    with running(tmp_path / "index", workers="1", log_level="error") as server:
        plain = re.findall('<th scope="col">([0-9]+)</th>', server.get("/?view=matrix").text)
        visit(page, server.url, "/?view=matrix", ".matrix .sum")
        assert texts(page, ".matrix thead th")[1:-1] == plain == columns


def test_the_years_of_a_long_distribution_stay_in_view(page: Any, tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": f"d{n}", "district": f"第{n:03}区", "year": 2020 + n % 4, "text": "法治"})
        for n in range(60)
    ]
    (tmp_path / "many.jsonl").write_text("\n".join(lines), "utf-8")
    build_index([tmp_path / "many.jsonl"], settings=settings_for(tmp_path / "index"))
    years_in_view = """
        const box = document.querySelector(".scroll");
        box.scrollIntoView();
        const { top } = box.getBoundingClientRect();
        return ["2020", "2021"].filter((year, at) => {
          const cell = document.querySelectorAll("thead th")[at + 1].getBoundingClientRect();
          const seen = document.elementFromPoint(cell.left + cell.width / 2, top + 20);
          return seen.textContent === year;
        });
    """
    first_is_hidden = """
        const [head, first] = ["thead", "tbody td a"].map(
          (selector) => document.querySelector(selector).getBoundingClientRect());
        return first.top < head.bottom;
    """
    focus = "document.querySelector(arguments[0]).focus()"
    with running(tmp_path / "index", workers="1", log_level="error") as server:
        for width in (1440, 360):
            set_view(page, width)
            visit(page, server.url, "/?q=法治&view=matrix", ".matrix .sum")
            page.execute_script(focus, "tbody tr:last-child td a")
            assert page.execute_script("return document.querySelector('.scroll').scrollTop") > 0
            page.execute_script("document.querySelector('.scroll').scrollLeft = 0")
            assert page.execute_script(years_in_view) == ["2020", "2021"]
            page.execute_script(focus, "tbody td a")
            assert not page.execute_script(first_is_hidden)


def test_a_distribution_of_nothing_says_so(page: Any, site: Server) -> None:
    visit(page, site.url, "/?view=matrix&district=无此区", ".none")
    assert "没有符合条件的报告" in text(page, ".none")
    assert "点开任何一格" not in text(page, "#results"), "there is no cell"
    click(page, ".none a")
    wait_ready(page, ".matrix")


def test_a_cell_opens_its_passages(page: Any, site: Server, web_index: Any) -> None:
    visit(page, site.url, "/?q=行政复议&view=matrix", ".matrix")
    click(page, ".matrix tbody td:not(.absent):not(.shade0) a")
    wait(page, lambda d: "view" not in asked(d))
    wait_ready(page, ".hit mark")
    given = asked(page)
    with_service = open_index(web_index)
    try:
        expected = with_service.search(
            "行政复议", mode="literal", district=given["district"], year=given["year"]
        )
    finally:
        with_service.close()
    wait_total(page, expected.total)
    page.back()
    wait_ready(page, ".matrix")


def test_unknown_values_in_an_address_are_the_default(page: Any, site: Server) -> None:
    visit(page, site.url, "/?q=法治&mode=strange&sort=strange&view=strange&lang=xx&page=x", ".hit")
    wait_total(page, site.json("/api/v1/search", q="法治")["total"])


def test_the_address_means_the_same_to_the_server_and_to_the_scripts(
    page: Any, site: Server
) -> None:
    visit(page, site.url, "/")
    for query in (
        "",
        "q=枫桥 经验&mode=literal&page=3",
        "district=南岸区&district=武隆区&district=南岸区&year=2020..2023&lang=en",
        "q=+ a%26b %2B&view=matrix&sort=-year&town=涂山镇&document=nanan-2023",
        "page=-1&mode=auto&sort=relevance",
        "q=a&mode=strange&sort=strange&view=strange&lang=xx&page=3abc",
        "q=a&mode=&sort= year&page=" + "9" * 5000,
        "q=a&page=007",
        "q=a&page=000",
    ):
        state = read(MultiDict(parse_qsl(query)))
        in_browser = page.execute_async_script(
            """
            const [query, done] = arguments;
            const base = document.querySelector("script[type=module]").src;
            import(new URL("state.js", base)).then(({ read, address }) => {
              const state = read(query);
              done(new URL(address(state, { page: state.page }), location.href).search);
            });
            """,
            query,
        )
        assert sorted(parse_qsl(in_browser[1:])) == sorted(state.pairs())
