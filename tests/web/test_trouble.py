"""What the page says when the network or the service fails, and that it recovers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.serving import make_server

from search_service import build_index
from search_service.api import create_app
from tests.api.conftest import settings_for
from tests.api.server import ROOT, Server, running
from tests.web.pages import (
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

FAILED_TO_LOAD = "Failed to load resource"
"""What the browser itself writes to its console about a response that is an error."""


def network(driver: Any, offline: bool = False, latency: int = 0) -> None:
    driver.execute_cdp_cmd(
        "Network.emulateNetworkConditions",
        {
            "offline": offline,
            "latency": latency,
            "downloadThroughput": -1,
            "uploadThroughput": -1,
        },
    )


@pytest.fixture
def fragile(page: Any) -> Iterator[Any]:
    """A page whose network may be broken; it is mended afterwards."""
    yield page
    network(page)


@pytest.mark.console(FAILED_TO_LOAD)
def test_the_service_goes_away(page: Any, web_index: Path) -> None:
    with running(web_index, workers="1", log_level="error") as server:
        visit(page, server.url, "/?q=行政复议", ".hit")
        server.process.terminate()
        server.process.wait(20)
        search_for(page, "营商环境")
        wait_ready(page, "[data-trouble=unreachable]")
        assert page.find_element("id", "q").get_attribute("value") == "营商环境"
        assert "稍后重试" in text(page, "#trouble")
        assert asked(page) == {"q": ["营商环境"]}
        click(page, "#trouble button")
        wait_ready(page, "[data-trouble=unreachable]")
        focused = page.switch_to.active_element.get_attribute("id")
        assert focused == "content", "the button that had the focus is another one now"


@pytest.mark.console(FAILED_TO_LOAD)
def test_offline_and_online_again(fragile: Any, site: Server) -> None:
    visit(fragile, site.url, "/?q=行政复议", ".hit")
    network(fragile, offline=True)
    search_for(fragile, "营商环境")
    wait_ready(fragile, "[data-trouble=offline]")
    network(fragile)
    wait_total(fragile, site.json("/api/v1/search", q="营商环境")["total"])
    assert text(fragile, "#trouble") == ""


@pytest.mark.console(FAILED_TO_LOAD)
def test_a_filter_that_was_taken_out_does_not_come_back(fragile: Any, site: Server) -> None:
    visit(fragile, site.url, "/?q=法治&district=南岸区&district=武隆区&year=2023", ".chip")
    network(fragile, latency=1500)
    click(fragile, ".chip:nth-child(1)")
    chosen = "return [...document.querySelectorAll('#facets :checked')].map((box) => box.value)"
    assert fragile.find_element("css selector", "body.busy")
    assert fragile.execute_script(chosen) == ["武隆区", "2023"], "before there is an answer"
    answer = site.json("/api/v1/search", q="法治", district="武隆区", year=2023)
    wait_total(fragile, answer["total"])
    network(fragile, offline=True)
    click(fragile, ".chip:nth-child(1)")
    wait_ready(fragile, "[data-trouble=offline]")
    assert texts(fragile, "#facets label") == [], "they count what another search found"
    network(fragile)
    wait_total(fragile, site.json("/api/v1/search", q="法治", year=2023)["total"])
    assert fragile.execute_script(chosen) == ["2023"]


@pytest.mark.console(FAILED_TO_LOAD)
@pytest.mark.parametrize("view", ["", "&view=matrix"])
def test_results_that_are_there_stay_when_asking_for_them_again_fails(
    fragile: Any, site: Server, view: str
) -> None:
    links = "return [...document.querySelectorAll('.hit h2 a, td a')].map((link) => link.href)"
    fragile.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/api/v1/*"]})
    try:
        visit(fragile, site.url, f"/?q=行政复议{view}", "[data-trouble=unreachable]")
        there = fragile.execute_script(links)
        assert there
        assert fragile.find_element("css selector", ".hit, td a").is_displayed()
        search_for(fragile, "法治")
        wait(fragile, lambda d: asked(d)["q"] == ["法治"])
        wait_ready(fragile, "[data-trouble=unreachable]")
        assert fragile.execute_script(links) == [], "they are of another search"
        fragile.back()
        wait(fragile, lambda d: asked(d)["q"] == ["行政复议"])
    finally:
        fragile.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    wait_ready(fragile, "[data-trouble=unreachable]")
    click(fragile, "#trouble button")
    wait(fragile, lambda d: d.execute_script(links) == there)
    assert text(fragile, "#trouble") == ""


def test_a_slow_answer(fragile: Any, site: Server) -> None:
    visit(fragile, site.url, "/?q=行政复议", ".hit")
    network(fragile, latency=3000)
    search_for(fragile, "营商环境")
    wait(fragile, lambda d: "比平时慢" in text(d, "#trouble"))
    assert "比平时慢" in text(fragile, "#status"), "screen readers are told, too"
    assert text(fragile, ".hit") != "", "what was there stays until there is something new"
    wait_total(fragile, site.json("/api/v1/search", q="营商环境")["total"])
    assert text(fragile, "#trouble") == ""


def test_only_the_last_of_many_searches_counts(fragile: Any, site: Server) -> None:
    visit(fragile, site.url, "/?q=行政复议", ".hit")
    network(fragile, latency=500)
    for query in ("法治", "执法", "营商环境"):
        search_for(fragile, query)
    wait_total(fragile, site.json("/api/v1/search", q="营商环境")["total"])
    assert asked(fragile) == {"q": ["营商环境"]}


@pytest.mark.console(FAILED_TO_LOAD)
def test_too_many_searches(page: Any, web_index: Path) -> None:
    with running(web_index, workers="1", log_level="error", rate_limit="2") as server:
        visit(page, server.url, "/?q=行政复议", ".hit")  # the page and the API, once each
        search_for(page, "营商环境")
        wait_ready(page, "[data-trouble=busy]")
        assert "秒后自动重试" in text(page, ".countdown")
        without_scripts = server.get("/?q=法治")
        assert without_scripts.status_code == 429
        assert int(without_scripts.headers["Retry-After"]) > 0
        assert "查得太快了" in without_scripts.text
        assert server.get("/").status_code == 200


@pytest.mark.console(FAILED_TO_LOAD)
def test_a_report_can_be_read_while_no_search_is_allowed(page: Any, web_index: Path) -> None:
    with running(web_index, workers="1", log_level="error", rate_limit="1") as server:
        visit(page, server.url, "/documents/nanan-2023?q=枫桥经验", ".current")
        address = "/documents/nanan-2023?q=行政复议&with=wulong-2020"
        visit(page, server.url, address, "[data-trouble=busy]")
        assert text(page, "#s6 .text p")
        assert not page.find_elements("css selector", "mark, .pairs")
        assert page.find_element("id", "find").get_attribute("value") == "行政复议"
        answer = server.get(address)
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
        assert server.get("/documents/nowhere?q=行政复议").status_code == 404


@pytest.mark.console(FAILED_TO_LOAD)
def test_a_refused_search_does_not_lose_the_filters(page: Any, site: Server) -> None:
    visit(page, site.url, f"/?q={'法' * 300}&district=武隆区&year=2020", "[data-trouble=invalid]")
    search_for(page, "法治")
    wait_total(page, site.json("/api/v1/search", q="法治", district="武隆区", year=2020)["total"])
    assert asked(page) == {"q": ["法治"], "district": ["武隆区"], "year": ["2020"]}


@contextmanager
def serving(index: Path) -> Iterator[str]:
    """Serve an index that is not there yet; the command line would build it first."""
    app = create_app(settings_for(index))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.console(FAILED_TO_LOAD)
def test_an_index_that_is_not_ready_yet(page: Any, tmp_path: Path) -> None:
    with serving(tmp_path / "index") as url:
        visit(page, url, "/", "#home:not([hidden])")
        search_for(page, "行政复议")
        wait_ready(page, "[data-trouble=unready]")
        assert "自动重试" in text(page, "#trouble")
        page.find_element("id", "q").send_keys("机")
        build_index([ROOT / "seeds"], settings=settings_for(tmp_path / "index"))
        wait_ready(page, ".hit")  # by itself
        assert page.find_element("id", "q").get_attribute("value") == "行政复议机", "still typing"
        assert text(page, "#trouble") == ""


@pytest.mark.console(FAILED_TO_LOAD)
def test_the_reader_asks_again_by_itself_as_it_says(page: Any, tmp_path: Path) -> None:
    with serving(tmp_path / "index") as url:
        visit(page, url, "/documents/nanan-2023", "[data-trouble=unready]")
        assert "自动重试" in text(page, "[role=alert]")
        build_index([ROOT / "seeds"], settings=settings_for(tmp_path / "index"))
        wait_ready(page, ".report")


def test_pages_without_scripts_ask_again_by_themselves_as_they_say(tmp_path: Path) -> None:
    with serving(tmp_path / "index") as url:
        for address in ("/?q=法治", "/documents/nanan-2023"):
            answer = requests.get(url + address, timeout=20)
            answer.encoding = "utf-8"
            assert answer.status_code == 503
            assert "自动重试" in answer.text
            seconds = answer.headers["Retry-After"]
            assert f'<meta http-equiv="refresh" content="{seconds}">' in answer.text
        assert "http-equiv" not in requests.get(f"{url}/", timeout=20).text


@pytest.mark.console(FAILED_TO_LOAD)
def test_a_countdown_is_not_read_out(page: Any, tmp_path: Path) -> None:
    with serving(tmp_path / "index") as url:
        visit(page, url, "/?q=法治", "[data-trouble=unready]")
        wait(page, lambda d: text(d, ".countdown"))
        live = "[role=alert], [role=status], [aria-live]"
        assert "索引" in text(page, "[role=alert]")
        assert not page.execute_script(
            "return document.querySelector('.countdown').closest(arguments[0])", live
        )


@pytest.mark.console(FAILED_TO_LOAD)
def test_a_search_that_is_refused(page: Any, site: Server) -> None:
    visit(page, site.url, "/")
    for address, todo in (
        ("/?q=" + "法" * 300, "删短"),
        ("/?q=法治&year=soon", "2020..2024"),
        ("/?q=法治&page=9999", "缩小范围"),
    ):
        assert todo in site.get(address).text, "without scripts, too"
        visit(page, site.url, address, "[data-trouble=invalid]")
        assert todo in text(page, "#trouble li")
    search_for(page, "法" * 300)
    wait_ready(page, "[data-trouble=invalid]")
    assert "256" in text(page, "#trouble li")
    page.execute_script("document.getElementById('q').value = '法'.repeat(3000)")
    page.find_element("id", "q").send_keys("\n")
    wait(page, lambda d: "414" in str(d.get_log("browser")))
    wait_ready(page, "[data-trouble=invalid]")
    assert "删短" in text(page, "#trouble li")
    search_for(page, "法治")
    wait_ready(page, ".hit")
    assert text(page, "#trouble") == ""


@pytest.mark.console(FAILED_TO_LOAD)
@pytest.mark.parametrize("scripts", [True, False])
def test_what_is_wrong_in_an_address_can_be_left_out(
    page: Any, site: Server, scripts: bool
) -> None:
    rest = {"q": ["法治"], "district": ["武隆区"]}
    for wrong in ("year=soon", "page=9999", "year=2023&year=soon&page=3"):
        page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})
        try:
            page.get(f"{site.url}/?q=法治&district=武隆区&{wrong}")
            if scripts:
                wait_ready(page, "[data-trouble=invalid]")
            click(page, "[data-trouble=invalid] li a")
            wait(page, lambda d: asked(d) == rest)
        finally:
            page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        wait(page, lambda d: d.find_elements("css selector", ".hit"))


@pytest.mark.console(FAILED_TO_LOAD)
def test_suggestions_that_fail_are_not_missed(fragile: Any, site: Server) -> None:
    visit(fragile, site.url, "/")
    network(fragile, offline=True)
    fragile.find_element("id", "q").send_keys("复")
    script = "return performance.getEntriesByType('resource').map((entry) => entry.name)"
    wait(fragile, lambda d: any("/suggest?" in name for name in d.execute_script(script)))
    assert text(fragile, "#trouble") == ""
