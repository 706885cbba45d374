"""Sizes of screens, light and dark, accessibility, and how much is transferred."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.api.server import Server
from tests.web.browser import set_view
from tests.web.pages import visit, wait_ready

AXE = Path(__file__).parent / "vendor" / "axe.min.js"

PLACES = {
    "empty": "/",
    "results": "/?q=行政复议",
    "results-filtered": "/?q=行政执法&district=南岸区&district=武隆区&year=2023&mode=words",
    "results-english": "/?q=行政复议&lang=en",
    "results-relaxed": "/?q=行政复议 星际航行",
    "browsing": "/?sort=-year&page=2",
    "nothing": "/?q=星际航行&mode=literal&year=2023",
    "distribution": "/?q=营商环境&view=matrix",
    "holdings": "/?view=matrix",
    "reader": "/documents/wulong-2020",
    "reader-matches": "/documents/nanan-2023?q=行政复议",
    "reader-range": "/documents/nanan-2023#s6-10-40",
    "side-by-side": "/documents/nanan-2023?with=wulong-2020&q=行政执法",
    "hostile": "/documents/hostile-2021?q=枫桥经验",
    "long": "/?q=四步工作法&town=" + "b" * 90,
    "long-distribution": "/?q=四步工作法&view=matrix",
    "long-reader": "/documents/long-2021?q=四步工作法",
    "long-side-by-side": "/documents/long-2021?with=hostile-2021",
}

FIRST_PAGE = 60_000
"""Bytes that the first visit to the first page may transfer."""


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_nothing_is_wider_than_the_screen(page: Any, site: Server, place: str) -> None:
    script = "return [document.documentElement.scrollWidth, window.innerWidth]"
    for width in (320, 360, 768, 1440, 2560):
        set_view(page, width)
        if width == 320:  # as a phone loads it
            visit(page, site.url, place)
        content, screen = page.execute_script(script)
        assert screen == width
        assert content <= width


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_axe_finds_no_violation(page: Any, site: Server, place: str) -> None:
    visit(page, site.url, place)
    for dark in (False, True):
        set_view(page, 1440, dark=dark)
        assert violations(page) == [], "dark" if dark else "light"


def test_axe_finds_no_violation_on_a_phone_or_among_suggestions(page: Any, site: Server) -> None:
    set_view(page, 360)
    visit(page, site.url, "/?q=行政复议", ".hit")
    page.find_element("css selector", "#facets summary").click()
    assert violations(page) == []
    visit(page, site.url, "/")
    page.find_element("id", "q").send_keys("复")
    wait_ready(page, "#suggestions:not([hidden]) li")
    assert violations(page) == []


def violations(page: Any) -> list[str]:
    page.execute_script(AXE.read_text("utf-8"))
    found = page.execute_async_script(
        "axe.run(document, { resultTypes: ['violations'] })"
        ".then((result) => arguments[arguments.length - 1](result.violations))"
    )
    return [
        f"{violation['id']}: {violation['help']}: {node['html']}"
        for violation in found
        for node in violation["nodes"]
    ]


def test_dark_is_dark_and_light_is_light(page: Any, site: Server) -> None:
    script = """
        const style = getComputedStyle(document.body);
        return [style.backgroundColor, style.color].map(
          (color) => color.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0)
        );
    """
    for dark in (False, True):
        set_view(page, 1440, dark=dark)
        visit(page, site.url, "/?q=行政复议")
        paper, ink = page.execute_script(script)
        assert (paper < ink) is dark
        assert abs(paper - ink) > 400


def test_what_is_marked_and_chosen_shows_in_the_colours_of_the_system(
    page: Any, site: Server
) -> None:
    forced = [{"name": "forced-colors", "value": "active"}]
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": forced})
    style = "return getComputedStyle(document.querySelector(arguments[0])).backgroundColor"
    try:
        visit(page, site.url, "/?q=行政复议", ".hit mark")
        for one, other in (
            (".passage mark", ".passage"),
            (".modes :checked + span", ".modes input:not(:checked) + span"),
            (".views [aria-current]", ".views a:not([aria-current])"),
        ):
            assert page.execute_script(style, one) != page.execute_script(style, other), one
        visit(page, site.url, "/documents/nanan-2023?q=行政复议", ".current")
        current, other = ".current", "mark:not(.current)"
        assert page.execute_script(style, current) != page.execute_script(style, other)
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_where_one_types_and_how_dense_text_is_shows_in_the_colours_of_the_system(
    page: Any, site: Server
) -> None:
    style = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
    shades = [".shade0", *(f".sample.shade{step}" for step in range(1, 6)), "td.shade5"]
    visit(page, site.url, "/?q=行政复议&view=matrix", ".legend")
    colours = [page.execute_script(style, shade, "backgroundColor") for shade in shades]
    page.find_element("id", "q").click()
    assert page.execute_script(style, "#q", "outlineColor") == "rgba(0, 0, 0, 0)"
    forced = [{"name": "forced-colors", "value": "active"}]
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": forced})
    try:
        assert page.execute_script(style, "#q", "outlineColor") != "rgba(0, 0, 0, 0)"
        assert page.execute_script(style, "#q", "outlineStyle") == "solid"
        assert [page.execute_script(style, one, "backgroundColor") for one in shades] == colours
        for absent in ("td.absent", ".sample.absent"):
            assert "gradient" in page.execute_script(style, absent, "backgroundImage")
        assert violations(page) == []
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


LEFT_OUT = {
    "/?q=行政复议": ("#facets", ".views", "#results .tools", ".actions", ".jump", ".modes"),
    "/?q=行政复议&view=matrix": (".views", ".modes"),
    "/documents/nanan-2023?q=行政复议": (".tools", ".outline", ".compare", ".anchor"),
    "/documents/nanan-2023?q=行政复议&with=wulong-2020": (".tools", ".compare"),
}
"""What is of no use on paper, by page."""


@pytest.mark.parametrize("place", LEFT_OUT)
def test_on_paper_there_is_what_was_found_and_marks_need_no_colour(
    page: Any, site: Server, place: str
) -> None:
    visit(page, site.url, place)
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": dark})
    try:
        style = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
        for selector in LEFT_OUT[place]:
            assert not page.find_element("css selector", selector).is_displayed(), selector
        if "matrix" in place:
            assert page.execute_script(style, ".scroll", "overflowX") == "visible"
        else:
            assert page.execute_script(style, "mark", "textDecorationLine") == "underline"
        assert page.execute_script(style, "body", "color") == "rgb(29, 27, 24)", "ink, not light"
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})


def test_the_first_page_is_small(page: Any, site: Server) -> None:
    page.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
    try:
        visit(page, site.url, "/")
        assert 0 < transferred(page) < FIRST_PAGE
    finally:
        page.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": False})


def transferred(page: Any) -> float:
    """Return the bytes that came over the network since the log was last read."""
    messages = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    return sum(
        float(message["params"]["encodedDataLength"])
        for message in messages
        if message["method"] == "Network.loadingFinished"
    )


def test_nothing_comes_from_elsewhere(page: Any, site: Server) -> None:
    visit(page, site.url, "/?q=行政复议", ".hit")
    script = "return performance.getEntriesByType('resource').map((entry) => entry.name)"
    names = page.execute_script(script)
    assert names
    assert all(name.startswith(site.url + "/") for name in names)
