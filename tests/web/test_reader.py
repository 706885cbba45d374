"""The reader: the whole text, its matches, links into it, neighbours and comparison."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from search_service import build_index
from tests.api.conftest import settings_for
from tests.api.server import Server, running
from tests.web.browser import Keys, set_view
from tests.web.hostile import DOCUMENT, ID
from tests.web.pages import click, text, texts, visit, wait, wait_ready

IN_VIEW = """
    const box = document.querySelector(arguments[0]).getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight;
"""


def test_shows_every_character_of_the_report(page: Any, site: Server) -> None:
    visit(page, site.url, "/documents/wulong-2020")
    for entry in site.json("/api/v1/documents/wulong-2020")["outline"]:
        section = site.json(f"/api/v1/documents/wulong-2020/sections/{entry['ordinal']}")
        part = f"#s{entry['ordinal']}"
        assert texts(page, f"{part} .text p") == section["text"].split("\n")
        if section["heading"]:
            assert text(page, f"{part} .heading").startswith(section["heading"])
    headings = [e["heading"] for e in site.json("/api/v1/documents/wulong-2020")["outline"]]
    assert texts(page, ".outline li a") == [heading for heading in headings if heading]


def test_marks_all_matches_and_goes_through_them(page: Any, site: Server) -> None:
    visit(page, site.url, "/documents/nanan-2023?q=行政复议", ".current")
    expected = 0
    for entry in site.json("/api/v1/documents/nanan-2023")["outline"]:
        section = site.json(
            f"/api/v1/documents/nanan-2023/sections/{entry['ordinal']}", q="行政复议"
        )
        expected += len(section["matches"]) + len(section["heading_matches"])
        for match in section["matches"]:
            mark = f"s{entry['ordinal']}-{match['start']}-{match['end']}"
            assert text(page, f"[id='{mark}']") == section["text"][match["start"] : match["end"]]
    assert expected > 2
    assert text(page, "#at") == f"第 1 / {expected} 处"
    for number in (2, 3):
        click(page, "#next")
        wait(page, lambda d, n=number: text(d, "#at") == f"第 {n} / {expected} 处")
        assert page.execute_script(IN_VIEW, ".current")
    click(page, "#previous")
    wait(page, lambda d: text(d, "#at") == f"第 2 / {expected} 处")
    find = page.find_element("id", "find")
    find.send_keys(Keys.ENTER)
    wait(page, lambda d: text(d, "#at") == f"第 3 / {expected} 处")


def test_enter_finds_and_enter_goes_on(page: Any, site: Server) -> None:
    visit(page, site.url, "/documents/nanan-2023")
    page.find_element("id", "find").send_keys("行政复议" + Keys.ENTER)
    wait_ready(page, ".current")
    assert page.execute_script(IN_VIEW, ".current")
    page.switch_to.active_element.send_keys(Keys.ENTER)
    wait(page, lambda d: text(d, "#at").startswith("第 2 / "))
    # Who comes by a link reads: the space bar scrolls and types nothing.
    visit(page, site.url, "/documents/nanan-2023?q=行政复议", ".current")
    assert page.execute_script("return document.activeElement === document.body")


def test_a_link_from_the_results_goes_to_the_very_match(page: Any, site: Server) -> None:
    visit(page, site.url, "/?q=复调&district=南岸区", ".hit .jump")
    click(page, ".hit .jump")
    current = wait_ready(page, ".part mark.current")
    assert page.current_url.endswith("#" + current.get_attribute("id"))
    assert current.text == "复调"
    assert page.execute_script(IN_VIEW, ".current")
    assert text(page, "#at").startswith("第 ")


def test_another_search_or_comparison_leaves_the_place_of_the_last_one(
    page: Any, site: Server
) -> None:
    visit(page, site.url, "/documents/nanan-2023?q=枫桥经验#s6", ".current")
    find = page.find_element("id", "find")
    find.clear()
    find.send_keys("行政复议\n")
    wait(page, lambda d: parse_qs(urlsplit(d.current_url).query) == {"q": ["行政复议"]})
    assert wait_ready(page, ".current").get_attribute("id") == page.execute_script(
        "return document.querySelector('.part mark').id"
    )
    assert urlsplit(page.current_url).fragment == ""
    visit(page, site.url, "/documents/nanan-2023#s6")
    click(page, ".compare button")
    wait(page, lambda d: "with=" in d.current_url)
    assert urlsplit(page.current_url).fragment == ""


def test_a_link_to_a_section(page: Any, site: Server) -> None:
    visit(page, site.url, "/documents/nanan-2023#s6")
    assert page.execute_script(IN_VIEW, "#s6 .heading")


def test_a_link_to_a_range_marks_it(page: Any, site: Server) -> None:
    section = site.json("/api/v1/documents/nanan-2023/sections/6")
    border = section["text"].index("\n")
    start, end = border - 5, border + 6
    visit(page, site.url, f"/documents/nanan-2023#s6-{start}-{end}", ".cited")
    assert "\n".join(texts(page, ".cited")) == section["text"][start:end]
    assert page.execute_script(IN_VIEW, ".cited")
    page.execute_script("location.hash = '#s6-0-4'")
    wait(page, lambda d: texts(d, ".cited") == [section["text"][:4]])


def test_reading_goes_on_from_the_range_that_a_link_points_to(page: Any, site: Server) -> None:
    focused = "return document.activeElement.textContent"
    visit(page, site.url, "/documents/nanan-2023#s6-10-40", ".cited")
    cited = texts(page, ".cited")
    assert page.execute_script(focused) == cited[0]
    page.execute_script("document.querySelector('.skip').focus()")
    page.switch_to.active_element.send_keys(Keys.ENTER)
    wait(page, lambda d: d.current_url.endswith("#content"))
    assert page.switch_to.active_element.get_attribute("id") == "content"
    assert texts(page, ".cited") == cited, "the text that it skips to is marked as before"
    visit(page, site.url, "/?q=复调&district=南岸区", ".hit .jump")
    click(page, ".hit .jump")
    wait_ready(page, ".part mark.current")
    assert page.execute_script(focused) == "复调"
    assert page.execute_script(IN_VIEW, ".current")


def test_the_other_language_shows_the_same_place(page: Any, site: Server) -> None:
    visit(page, site.url, "/documents/nanan-2023#s6-10-40", ".cited")
    page.execute_script("location.hash = '#s6-0-4'")
    wait(page, lambda d: [len(one) for one in texts(d, ".cited")] == [4])
    click(page, "#language")
    wait_ready(page, "html[lang=en] .cited")
    assert page.current_url == f"{site.url}/documents/nanan-2023?lang=en#s6-0-4"


def test_a_match_over_the_end_of_a_paragraph_is_one(page: Any, site: Server) -> None:
    section = site.json("/api/v1/documents/nanan-2023/sections/6")
    border = section["text"].index("\n")
    query = section["text"][border - 5 : border + 6]
    address = f"/documents/nanan-2023?q={''.join(query.split())}&mode=literal"
    anchor = f"s6-{border - 5}-{border + 6}"
    for link in (address, f"{address}#{anchor}"):
        visit(page, site.url, link, ".current")
        assert text(page, "#at") == "第 1 / 1 处"
        assert "\n".join(texts(page, "mark.current")) == query
        assert page.execute_script(IN_VIEW, f"[id='{anchor}']")
        assert texts(page, ".cited") == []


def test_a_range_counts_code_points(page: Any, site: Server) -> None:
    section = DOCUMENT["sections"][1]["text"]  # type: ignore[index]
    start = section.index("𠮷")
    visit(page, site.url, f"/documents/{ID}#s1-{start}-{start + 2}", ".cited")
    assert texts(page, ".cited") == ["𠮷祥"]


def test_impossible_ranges_do_no_harm(page: Any, site: Server) -> None:
    for anchor in ("s6-9-5", "s6-99999-999999", "s999", "s6-a-b", "s999-1-2", "content"):
        visit(page, site.url, f"/documents/nanan-2023#{anchor}")
        assert texts(page, ".cited") == []


def test_selected_text_can_be_cited_by_a_link_to_it(page: Any, site: Server) -> None:
    page.execute_cdp_cmd(
        "Browser.grantPermissions",
        {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"], "origin": site.url},
    )
    visit(page, site.url, "/documents/nanan-2023?q=枫桥经验", ".current")
    mark = page.find_element("css selector", "#s6 .text mark").get_attribute("id")
    page.execute_script(
        """
        const mark = document.getElementById(arguments[0]);
        const before = mark.previousSibling;
        getSelection().setBaseAndExtent(before, before.length - 3, mark.nextSibling, 1);
        """,
        mark,
    )
    wait(page, lambda d: d.find_element("id", "quote").is_displayed())
    click(page, "#quote")
    wait(page, lambda d: text(d, "#quote") == "已复制")
    copied = page.execute_async_script(
        "navigator.clipboard.readText().then(arguments[arguments.length - 1])"
    )
    start, end = (int(part) for part in mark.split("-")[1:])
    section = site.json("/api/v1/documents/nanan-2023/sections/6")
    quote = section["text"][start - 3 : end + 1]
    assert copied.startswith(f"“{quote}”——《重庆市南岸区人民政府")
    assert copied.endswith(f"{site.url}/documents/nanan-2023#s6-{start - 3}-{end + 1}")
    link = copied.rpartition("。")[2].removeprefix(site.url)
    visit(page, site.url, link, ".cited")
    assert "".join(texts(page, ".cited")) == quote


@pytest.mark.parametrize(
    ("address", "place"),
    [("/documents/nanan-2023", "#s6"), ("/?q=枫桥经验&district=南岸区", ".hit .passage")],
)
def test_what_is_copied_is_the_text_without_the_controls(
    page: Any, site: Server, address: str, place: str
) -> None:
    visit(page, site.url, address, place)
    copied = page.execute_script(
        """
        getSelection().selectAllChildren(document.querySelector(arguments[0]));
        return getSelection().toString();
        """,
        place,
    )
    words = ".heading .words" if "#" in place else ".words"
    assert copied.split("\n")[0].rstrip("… ") == text(page, f"{place} {words}")


def test_a_paragraph_selected_by_a_triple_click_can_be_cited(page: Any, site: Server) -> None:
    lines = site.json("/api/v1/documents/nanan-2023/sections/6")["text"].split("\n")
    for number in (1, len(lines)):  # the last one ends where another section begins
        visit(page, site.url, "/documents/nanan-2023")
        x, y = page.execute_script(
            """
            const line = document.querySelector(arguments[0]);
            line.scrollIntoView({ block: "center" });
            const box = line.getClientRects()[0];
            return [box.left + 60, box.top + 15];
            """,
            f"#s6 .text p:nth-child({number})",
        )
        for count in (1, 2, 3):
            for kind in ("mousePressed", "mouseReleased"):
                event = {"type": kind, "x": x, "y": y, "button": "left", "clickCount": count}
                page.execute_cdp_cmd("Input.dispatchMouseEvent", event)
        wait(page, lambda d: d.find_element("id", "quote").is_displayed())
        found = page.execute_async_script(
            """
            const done = arguments[arguments.length - 1];
            const base = document.querySelector("script[type=module]").src;
            import(new URL("ranges.js", base)).then(({ selected }) => done(selected()));
            """
        )
        start = sum(len(line) + 1 for line in lines[: number - 1])
        assert found["quote"] == lines[number - 1]
        assert (found["start"], found["end"]) == (start, start + len(lines[number - 1]))


def test_other_years_of_the_same_place(page: Any, site: Server) -> None:
    visit(page, site.url, "/documents/nanan-2023?q=枫桥经验")
    click(page, ".years [rel=prev]")
    wait(page, lambda d: f"/documents/{ID}?" in d.current_url)
    wait_ready(page, ".current")
    click(page, ".years [rel=next]")
    wait(page, lambda d: "/documents/nanan-2023?" in d.current_url)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a district whose towns have more reports than are offered."""
    place = tmp_path_factory.mktemp("crowded")
    towns = [{"town": f"第{n:03}镇", "year": 2022} for n in range(120)]
    own = [{"id": f"own-{year}", "year": year} for year in (2015, 2018, 2020, 2021, 2024)]
    elsewhere = [{"id": f"far-{n:03}", "district": "武隆区", "year": 1990} for n in range(120)]
    documents = [{"id": f"town-{n:03}", **town} for n, town in enumerate(towns)] + own + elsewhere
    lines = [json.dumps({"district": "南岸区", "text": "一、法治", **one}) for one in documents]
    (place / "many.jsonl").write_text("\n".join(lines), "utf-8")
    build_index([place / "many.jsonl"], settings=settings_for(place / "index"))
    with running(place / "index", workers="1", log_level="error") as server:
        yield server


def test_other_years_are_found_among_many_reports_of_towns(page: Any, crowded: Server) -> None:
    visit(page, crowded.url, "/documents/own-2020", ".report")
    assert texts(page, ".years a") == ["← 上一份：2018 年", "下一份：2021 年 →"]
    visit(page, crowded.url, "/documents/own-2024", ".report")
    assert texts(page, ".years a") == ["← 上一份：2021 年"]
    visit(page, crowded.url, "/documents/town-007", ".report")
    assert texts(page, ".years a") == [], "those of the district are of another place"


def test_the_nearest_years_and_the_report_beside_can_always_be_chosen(
    page: Any, crowded: Server
) -> None:
    chosen = "return document.getElementById('with').selectedOptions[0].value"
    visit(page, crowded.url, "/documents/town-007", ".report")
    assert not page.find_elements("css selector", "#with [value=own-2015], #with [value=far-119]")
    visit(page, crowded.url, "/documents/own-2020", ".report")
    assert page.find_elements("css selector", "#with [value=own-2018]")
    for other, label in (
        ("town-119", "同一地区"),
        ("own-2015", "同一地区"),
        ("far-119", "其他报告"),
    ):
        visit(page, crowded.url, f"/documents/own-2020?with={other}", ".pairs")
        assert page.execute_script(chosen) == other
        group = page.find_element("css selector", f"optgroup:has([value={other}])")
        assert group.get_attribute("label") == label


def test_back_to_the_very_search_that_led_here(page: Any, site: Server) -> None:
    search = "/?q=法治&district=南岸区&sort=-year&page=2"
    visit(page, site.url, search, ".hit .actions")
    before = page.current_url
    click(page, ".hit h2 a")
    wait_ready(page, ".report")
    click(page, ".back")
    wait_ready(page, ".hit .actions")
    assert page.current_url == before
    click(page, ".hit h2 a")
    wait_ready(page, ".report")
    for words in ("行政复议", "法治政府"):  # looked for in the report
        find = page.find_element("id", "find")
        find.clear()
        find.send_keys(words + Keys.ENTER)
        wait(page, lambda d, q=words: parse_qs(urlsplit(d.current_url).query) == {"q": [q]})
        wait_ready(page, ".report")
    click(page, ".back")
    wait_ready(page, ".hit .actions")
    assert page.current_url == before
    visit(page, site.url, "/documents/nanan-2023?q=枫桥经验")
    click(page, ".back")
    wait_ready(page, ".hit .actions")
    assert parse_qs(urlsplit(page.current_url).query) == {"q": ["枫桥经验"]}, "another search"


def test_reports_to_compare_with_can_be_told_apart(page: Any, tmp_path: Path) -> None:
    names = ("甲", "乙", "丙")
    lines = [
        json.dumps({"id": f"law-{at}", "title": name, "year": 2020 + at // 2, "text": "一、内容"})
        for at, name in enumerate(names)
    ]
    (tmp_path / "laws.jsonl").write_text("\n".join(lines), "utf-8")
    build_index([tmp_path / "laws.jsonl"], settings=settings_for(tmp_path / "index"))
    with running(tmp_path / "index", workers="1", log_level="error") as server:
        visit(page, server.url, "/documents/law-2")
        assert texts(page, "#with option") == ["未知 2020 年 · 甲", "未知 2020 年 · 乙"]
        visit(page, server.url, "/documents/law-0")
        assert texts(page, "#with option") == ["未知 2020 年", "未知 2021 年"]


def test_a_report_without_a_title_goes_by_its_id(page: Any, tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text('{"id": "nameless", "text": "一、内容"}', "utf-8")
    build_index([tmp_path / "one.jsonl"], settings=settings_for(tmp_path / "index"))
    with running(tmp_path / "index", workers="1", log_level="error") as server:
        assert '<span class="title" lang="zh-CN">nameless</span>' in server.get("/?q=内容").text
        visit(page, server.url, "/?q=内容&document=nameless", ".hit .actions")
        assert texts(page, ".hit .title") == ["nameless"]
        assert texts(page, ".chip") == ["报告：nameless ×"]
        click(page, ".hit h2 a")
        wait_ready(page, ".report")
        assert text(page, "h1") == "nameless"
        assert page.title.startswith("nameless – ")


def test_two_reports_side_by_side(page: Any, site: Server) -> None:
    visit(page, site.url, "/documents/nanan-2023?q=行政执法")
    click(page, "#with option[value=youyang-2023]")
    click(page, ".compare button")
    wait(page, lambda d: "with=youyang-2023" in d.current_url)
    wait_ready(page, ".pairs .current")
    for prefix, document in (("s", "nanan-2023"), ("r", "youyang-2023")):
        outline = site.json(f"/api/v1/documents/{document}")["outline"]
        parts = page.find_elements("css selector", f".part[id^={prefix}]")
        assert sorted(int(part.get_attribute("data-ordinal")) for part in parts) == [
            entry["ordinal"] for entry in outline
        ]
    left, right = page.find_elements("css selector", ".pair:not(.heads):not(.alone) .side")[2:4]
    assert left.text.startswith("一、2023年推进法治政府建设")
    assert right.text.startswith("一、2023 年法治政府建设开展情况")
    assert left.rect["y"] == right.rect["y"]
    assert left.rect["x"] < right.rect["x"]
    click(page, ".compare a")
    wait(page, lambda d: "with=" not in d.current_url)


def test_side_by_side_every_box_says_whose_it_is_where_they_are_not(
    page: Any, site: Server
) -> None:
    label = "return getComputedStyle(arguments[0], '::before').content"
    for width, shown in ((360, True), (1440, False)):
        set_view(page, width)
        visit(page, site.url, "/documents/nanan-tushan-2023?with=wulong-2020")
        boxes = page.find_elements("css selector", ".pair:not(.heads) .side")
        names = [box.get_attribute("aria-label") for box in boxes]
        assert names == ["南岸区 · 涂山镇 2023 年", "武隆区 2020 年"] * (len(boxes) // 2)
        assert (names[0] in page.execute_script(label, boxes[0])) is shown


def test_a_report_that_is_not_there(page: Any, site: Server) -> None:
    page.get(site.url + "/documents/nowhere-1999")
    wait_ready(page, "[data-trouble=missing]")
    assert texts(page, "h1") == ["没有这份报告"]
    assert site.get("/documents/nowhere-1999").status_code == 404
    complaints = page.get_log("browser")  # the browser reports the 404 itself
    assert all("404" in entry["message"] for entry in complaints)


@pytest.mark.console("Failed to load resource")
def test_a_report_to_compare_with_that_is_gone_leaves_the_other_to_read(
    page: Any, site: Server
) -> None:
    visit(page, site.url, "/documents/nanan-2023?q=枫桥经验&with=nowhere", "[data-trouble=beside]")
    assert wait_ready(page, ".current").text == "枫桥经验"
    click(page, ".compare button")
    wait(page, lambda d: "with=nowhere" not in d.current_url)
    wait_ready(page, ".pairs .current")


@pytest.mark.console("Failed to load resource")
def test_a_refused_query_leaves_the_report_to_read_and_the_query_to_change(
    page: Any, site: Server
) -> None:
    query = "法" * 300
    visit(page, site.url, f"/documents/nanan-2023?q={query}", "[data-trouble=invalid]")
    assert page.find_element("id", "find").get_attribute("value") == query
    assert "删短" in text(page, "[role=alert]")
    assert texts(page, "#s6 .text p")
    assert not page.find_elements("id", "at")
    find = page.find_element("id", "find")
    find.clear()
    find.send_keys("枫桥经验\n")
    wait_ready(page, ".current")
