"""A headless Chromium for the tests, the benchmark and the screenshots."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
CHROMEDRIVER = shutil.which("chromedriver")

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import WebDriverWait
except ImportError:  # the tests that need it are skipped
    webdriver = None  # type: ignore[assignment]
    Service = ActionChains = Keys = WebDriverWait = None  # type: ignore[assignment, misc]

__all__ = ["ActionChains", "Keys", "WebDriverWait", "browser", "missing", "set_view"]

_FLAGS = (
    "--headless",
    "--no-sandbox",  # containers run as root
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--lang=zh-CN",
)


def missing() -> str:
    """Return what is not installed, or an empty string."""
    lacking = [
        name
        for name, there in (
            ("selenium (pip install '.[test]')", webdriver),
            ("chromium", CHROMIUM),
            ("chromedriver (Debian: chromium-driver)", CHROMEDRIVER),
        )
        if not there
    ]
    return ", ".join(lacking)


@contextmanager
def browser() -> Iterator[Any]:
    """Start Chromium with an empty profile."""
    with tempfile.TemporaryDirectory(prefix="search-service-chromium-") as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM or ""
        for flag in (*_FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        driver = webdriver.Chrome(options, Service(CHROMEDRIVER))
        try:
            yield driver
        finally:
            driver.quit()


def set_view(driver: Any, width: int, height: int = 900, dark: bool = False) -> None:
    """Make the page see a screen of this size and colour scheme."""
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
    )
    scheme = "dark" if dark else "light"
    driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
