"""A document that attacks the page is shown as the text that it is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.server import Server
from tests.web.hostile import ATTRIBUTE, DOCUMENT, ID, IMAGE, SCRIPT, TURNED
from tests.web.pages import text, texts, visit, wait_ready

PLACES = (
    "/?q=枫桥经验&year=2021",
    "/?document=hostile-2021",
    "/?q=枫桥经验&view=matrix",
    f"/documents/{ID}",
    f"/documents/{ID}?q=枫桥经验",
    f"/documents/nanan-2023?with={ID}",
    f"/?q={SCRIPT}",
    f"/?q={ATTRIBUTE}",
    f"/?district={IMAGE}&year=2020&document={SCRIPT}&town={ATTRIBUTE}",
    f"/documents/{ID}?q={ATTRIBUTE}",
)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_nothing_of_it_runs(page: Any, site: Server, place: str, scripts: bool) -> None:
    if scripts:
        visit(page, site.url, place)
    else:
        page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        try:
            page.get(site.url + place)
        finally:
            page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert page.execute_script("return window.hacked") is None
    strange = page.execute_script(
        """
        return [...document.body.querySelectorAll("*")]
          .filter((e) => ["SCRIPT", "svg"].includes(e.nodeName)
            || (e.nodeName === "IMG" && e.getAttribute("src") === "x")
            || e.getAttributeNames().some((name) => name.startsWith("on"))
            || /^javascript:/i.test(e.getAttribute("href") ?? ""))
          .map((e) => e.outerHTML);
        """
    )
    assert strange == []


def test_it_can_be_read_as_written(page: Any, site: Server) -> None:
    visit(page, site.url, "/?q=枫桥经验&year=2021", ".hit")
    assert texts(page, ".hit .title")[0] == DOCUMENT["title"]
    assert f"一、{IMAGE}枫桥经验" in texts(page, ".hit h2 a")
    assert any(SCRIPT in passage for passage in texts(page, ".passage"))
    visit(page, site.url, f"/documents/{ID}")
    assert text(page, "h1") == DOCUMENT["title"]
    assert page.title.startswith(str(DOCUMENT["title"]))
    assert DOCUMENT["issuer"] in texts(page, "dd")
    assert "{{ 7*7 }}" in text(page, "#s2 .text")


def test_a_search_for_markup_is_answered(page: Any, site: Server) -> None:
    visit(page, site.url, "/")
    page.find_element("id", "q").send_keys("<script>\n")
    wait_ready(page, ".hit mark")
    assert "<script>" in texts(page, ".hit mark")


def test_marks_of_direction_turn_nothing_around_beside_them(page: Any, site: Server) -> None:
    left = "return document.querySelector(arguments[0]).getBoundingClientRect().left"

    def in_this_order(*selectors: str) -> None:
        places = [page.execute_script(left, selector) for selector in selectors]
        assert places == sorted(places), selectors

    visit(page, site.url, "/?q=联动正文&year=2021", ".hit .jump")
    in_this_order(".hit .title", ".hit .kind")
    in_this_order(".passage .words", ".passage .jump")
    visit(page, site.url, f"/documents/{TURNED}")
    in_this_order(".report dd", ".report div:last-child dt")
    in_this_order("#s0 .words", "#s0 .anchor", "#s0 .quiet")
