"""Waiting for the pages and asking them things."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from tests.web.browser import WebDriverWait

PATIENCE = 15.0
"""Seconds until a test gives up waiting for a condition."""

_READY = """
    const ready = document.documentElement.dataset.ready !== undefined
        && !document.body.classList.contains("busy") && document.fonts.status === "loaded";
    return ready ? document.querySelector(arguments[0]) : null;
"""


def wait(driver: Any, condition: Any, what: str = "") -> Any:
    """Wait until ``condition(driver)`` is true, and return it."""
    return WebDriverWait(driver, PATIENCE, poll_frequency=0.02).until(condition, what)


def wait_ready(driver: Any, selector: str = "html") -> Any:
    """Wait until the scripts have taken over, nothing is being loaded and ``selector`` is there."""
    return wait(driver, lambda d: d.execute_script(_READY, selector), f"{selector} on a ready page")


def visit(driver: Any, url: str, address: str, selector: str = "html") -> Any:
    """Open an address that may hold Chinese as typed, and wait until it is ready."""
    driver.get("about:blank")  # so that an address with a fragment is really loaded
    driver.get(url + quote(address, safe="/?=&#%"))
    return wait_ready(driver, selector)


def wait_total(driver: Any, count: int) -> None:
    """Wait until the results say that ``count`` sections were found."""
    wait(
        driver,
        lambda d: f" {count} 节" in text(d, "#results .total") and d.execute_script(_READY, "html"),
        f"{count} sections",
    )


def text(driver: Any, selector: str) -> str:
    """Return the text of the first element, or an empty string."""
    script = "return document.querySelector(arguments[0])?.textContent ?? ''"
    return str(driver.execute_script(script, selector))


def texts(driver: Any, selector: str) -> list[str]:
    """Return the texts of all elements."""
    script = "return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)"
    return [str(value) for value in driver.execute_script(script, selector)]


def asked(driver: Any) -> dict[str, list[str]]:
    """Return the parameters in the address bar."""
    return parse_qs(urlsplit(driver.current_url).query)


def api_calls(driver: Any, name: str) -> list[str]:
    """Return the decoded addresses of the API calls of this page to one resource."""
    script = "return performance.getEntriesByType('resource').map((entry) => entry.name)"
    return [unquote(url) for url in driver.execute_script(script) if f"/api/v1/{name}" in url]


def click(driver: Any, selector: str) -> None:
    """Click an element as a user does."""
    element = driver.find_element("css selector", selector)
    # The driver scrolls just far enough, which may be under the bar at the top.
    driver.execute_script("arguments[0].scrollIntoView({ block: 'center' })", element)
    element.click()


def search_for(driver: Any, query: str) -> None:
    """Type a query in place of what is there, and press Enter."""
    field = driver.find_element("id", "q")
    field.clear()
    field.send_keys(query + "\n")
