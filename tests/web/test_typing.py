"""Typing: input methods, suggestions, and doing everything with the keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.server import Server
from tests.web.browser import ActionChains, Keys
from tests.web.pages import (
    api_calls,
    asked,
    search_for,
    text,
    texts,
    visit,
    wait,
    wait_ready,
    wait_total,
)

SHORT_TIMERS_AT_ONCE = """
    const later = window.setTimeout;
    window.setTimeout = (call, delay, ...rest) => later(call, delay < 500 ? 0 : delay, ...rest);
"""
"""Makes the page's pause before suggestions nothing, so that a request that must not be
sent would be sent at once, and the test has nothing to wait for."""


@pytest.fixture
def hasty(page: Any) -> Any:
    added = page.execute_cdp_cmd(
        "Page.addScriptToEvaluateOnNewDocument", {"source": SHORT_TIMERS_AT_ONCE}
    )
    yield page
    page.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


def settle(driver: Any) -> None:
    """Let everything run that was due, timers without delay included."""
    driver.execute_async_script(
        "const done = arguments[0]; setTimeout(() => setTimeout(() => requestAnimationFrame("
        "() => setTimeout(done)))) "
    )


def compose(driver: Any, letters: str) -> None:
    """Type ``letters`` into an input method that is still composing."""
    for end in range(1, len(letters) + 1):
        driver.execute_cdp_cmd(
            "Input.imeSetComposition",
            {"text": letters[:end], "selectionStart": end, "selectionEnd": end},
        )
        settle(driver)


def commit(driver: Any, chosen: str) -> None:
    driver.execute_cdp_cmd("Input.insertText", {"text": chosen})


def test_nothing_is_asked_for_while_composing(hasty: Any, site: Server) -> None:
    visit(hasty, site.url, "/")
    hasty.find_element("id", "q").click()
    compose(hasty, "fuyi")
    assert hasty.find_element("id", "q").get_attribute("value") == "fuyi"
    # Enter takes the letters as they are in an input method; it must not search.
    for kind in ("rawKeyDown", "keyUp"):
        hasty.execute_cdp_cmd(
            "Input.dispatchKeyEvent",
            {"type": kind, "key": "Enter", "windowsVirtualKeyCode": 229, "code": "Enter"},
        )
    settle(hasty)
    assert api_calls(hasty, "") == []
    assert asked(hasty) == {}
    commit(hasty, "复议")
    wait_ready(hasty, "#suggestions:not([hidden]) li")
    assert [call.partition("?")[2] for call in api_calls(hasty, "suggest")] == ["q=复议&limit=8"]


def test_composing_a_second_word_keeps_the_first(hasty: Any, site: Server) -> None:
    visit(hasty, site.url, "/")
    field = hasty.find_element("id", "q")
    field.send_keys("南岸区 ")
    compose(hasty, "fu")
    commit(hasty, "复")
    wait_ready(hasty, "#suggestions:not([hidden]) li")
    field.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    suggested = site.json("/api/v1/suggest", q="复", limit=8)["suggestions"][0]["text"]
    wait(hasty, lambda d: asked(d).get("q") == [f"南岸区 {suggested}"])


TYPED_EARLY = """
    document.addEventListener("readystatechange", () => {
      const field = document.getElementById("q");
      if (field && document.readyState === "interactive") field.value = "行政复";
    });
"""
"""Types as soon as the page is there, before its scripts, which may take long, run."""


def test_what_is_typed_while_the_scripts_load_stays(page: Any, site: Server) -> None:
    added = page.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": TYPED_EARLY})
    try:
        visit(page, site.url, "/?q=营商环境", ".hit .actions")
    finally:
        page.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)
    assert page.find_element("id", "q").get_attribute("value") == "行政复"
    page.find_element("id", "q").send_keys("议\n")
    wait_total(page, site.json("/api/v1/search", q="行政复议")["total"])


def test_skipping_to_the_results_keeps_what_is_typed(page: Any, site: Server) -> None:
    visit(page, site.url, "/?q=营商环境", ".hit .actions")
    page.find_element("id", "q").send_keys("建设")
    page.execute_script("location.hash = '#content'")
    wait(page, lambda d: d.current_url.endswith("#content"))
    settle(page)
    assert page.find_element("id", "q").get_attribute("value") == "营商环境建设"


def test_the_same_search_again_is_one_step_back(page: Any, site: Server) -> None:
    visit(page, site.url, "/")
    for _ in range(3):
        search_for(page, "营商环境")
        wait_ready(page, ".hit .actions")
    page.back()
    wait(page, lambda d: d.find_element("id", "home").is_displayed())


def test_the_word_at_the_caret_is_completed(hasty: Any, site: Server) -> None:
    visit(hasty, site.url, "/")
    field = hasty.find_element("id", "q")
    field.send_keys("法治 南岸区")
    wait(hasty, lambda d: api_calls(d, "suggest"))
    field.send_keys(Keys.HOME, "复")
    field.send_keys(Keys.DELETE, Keys.DELETE)
    suggested = site.json("/api/v1/suggest", q="复", limit=8)["suggestions"][0]["text"]
    wait(hasty, lambda d: suggested in texts(d, "#suggestions:not([hidden]) li span"))
    field.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    wait(hasty, lambda d: asked(d).get("q") == [f"{suggested} 南岸区"])


def test_suggestions_exist_and_say_how_often(page: Any, site: Server) -> None:
    visit(page, site.url, "/")
    page.find_element("id", "q").send_keys("复")
    wait_ready(page, "#suggestions:not([hidden]) li")
    expected = site.json("/api/v1/suggest", q="复", limit=8)["suggestions"]
    assert texts(page, "#suggestions li span") == [one["text"] for one in expected]
    assert texts(page, "#suggestions li small") == [f"{one['sections']} 节" for one in expected]


def test_what_was_pasted_is_not_completed(hasty: Any, site: Server) -> None:
    visit(hasty, site.url, "/")
    field = hasty.find_element("id", "q")
    hasty.execute_script("arguments[0].value = '法'.repeat(300)", field)
    field.send_keys("治")
    settle(hasty)
    assert api_calls(hasty, "") == []


def test_suggestions_by_keyboard(page: Any, site: Server) -> None:
    visit(page, site.url, "/")
    field = page.find_element("id", "q")
    field.send_keys("复")
    wait_ready(page, "#suggestions:not([hidden]) li")
    assert field.get_attribute("aria-expanded") == "true"
    field.send_keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_UP)
    assert field.get_attribute("aria-activedescendant") == "suggestion-0"
    field.send_keys(Keys.ARROW_UP)
    assert field.get_attribute("aria-activedescendant") is None
    field.send_keys(Keys.ESCAPE)
    assert field.get_attribute("aria-expanded") == "false"
    assert field.get_attribute("value") == "复"
    assert asked(page) == {}


def test_suggestions_by_pointer(page: Any, site: Server) -> None:
    visit(page, site.url, "/")
    page.find_element("id", "q").send_keys("复")
    wait_ready(page, "#suggestions:not([hidden]) li")
    second = texts(page, "#suggestions li span")[1]
    page.find_element("css selector", "#suggestions li:nth-child(2)").click()
    wait(page, lambda d: asked(d).get("q") == [second])
    wait_total(page, site.json("/api/v1/search", q=second)["total"])


def press(driver: Any, *keys: str) -> None:
    ActionChains(driver).send_keys(*keys).perform()


def tab_to(driver: Any, selector: str, most: int = 60) -> None:
    """Press Tab until an element that fits ``selector`` has the focus, and can be seen to."""
    for _ in range(most):
        press(driver, Keys.TAB)
        script = """
            const focused = document.activeElement;
            if (!focused.matches(arguments[0])) return "";
            const own = getComputedStyle(focused);
            const next = focused.nextElementSibling && getComputedStyle(focused.nextElementSibling);
            return [own.outlineStyle, own.boxShadow, next?.outlineStyle].some(
              (style) => style && style !== "none") ? "seen" : "unseen";
        """
        found = driver.execute_script(script, selector)
        if found:
            assert found == "seen", f"{selector} has the focus but does not show it"
            return
    pytest.fail(f"{selector} cannot be reached with Tab")


def test_the_keyboard_of_a_phone_makes_room_for_the_results(page: Any, site: Server) -> None:
    for touch in (False, True):
        page.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": touch})
        visit(page, site.url, "/")
        search_for(page, "营商环境")
        wait_ready(page, ".hit .actions")
        typing = page.switch_to.active_element.get_attribute("id") == "q"
        assert typing is not touch
    page.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})


def test_everything_by_keyboard(page: Any, site: Server) -> None:
    visit(page, site.url, "/")
    tab_to(page, ".skip")
    tab_to(page, "#q")
    press(page, "行政执法", Keys.ENTER)
    wait_total(page, site.json("/api/v1/search", q="行政执法")["total"])
    tab_to(page, "[name=mode]")
    press(page, Keys.ARROW_RIGHT)
    wait(page, lambda d: asked(d).get("mode") == ["literal"])
    wait_ready(page, ".hit")
    tab_to(page, "#facets [name=district]")
    district = page.switch_to.active_element.get_attribute("value")
    press(page, Keys.SPACE)
    wait(page, lambda d: asked(d).get("district") == [district])
    wait_ready(page, ".hit")
    tab_to(page, ".views a[href*=matrix]")
    press(page, Keys.ENTER)
    wait_ready(page, ".matrix")
    tab_to(page, ".scroll")
    tab_to(page, ".matrix td:not(.shade0) a")
    press(page, Keys.ENTER)
    wait_ready(page, ".hit")
    tab_to(page, ".hit h2 a")
    press(page, Keys.ENTER)
    wait_ready(page, ".reader .current")
    first = text(page, "#at")
    tab_to(page, "#next")
    press(page, Keys.ENTER)
    wait(page, lambda d: text(d, "#at") != first)
    tab_to(page, ".outline a")
    tab_to(page, ".part .quiet")
