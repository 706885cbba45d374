"""Waiting for the pages and asking them things."""

from __future__ import annotations

from typing import Any

from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 15.0
"""Seconds until a test gives up waiting for a condition."""


def wait(driver: Any, condition: Any, what: str = "") -> Any:
    """Wait until ``condition(driver)`` is true, and return it."""
    return WebDriverWait(driver, PATIENCE, poll_frequency=0.02).until(condition, what)


def wait_ready(driver: Any, selector: str = "html") -> Any:
    """Wait until the scripts have taken over, nothing is being loaded and ``selector`` is there."""
    script = """
        const ready = document.documentElement.dataset.ready !== undefined
            && !document.body.classList.contains("busy") && document.fonts.status === "loaded";
        return ready ? document.querySelector(arguments[0]) : null;
    """
    return wait(driver, lambda d: d.execute_script(script, selector), f"{selector} on a ready page")
