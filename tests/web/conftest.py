"""A real Chromium and a real server over the seeds and a document that attacks the page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search_service import build_index
from tests.api.conftest import settings_for
from tests.api.server import ROOT, Server, running
from tests.web.browser import browser, missing, set_view
from tests.web.hostile import write

REQUIRED = "REQUIRE_BROWSER"
"""Environment variable under which a missing browser is a failure: set where tests must run."""


@pytest.fixture(scope="session")
def web_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the seed reports and the hostile document, which tests do not change."""
    place = tmp_path_factory.mktemp("web")
    hostile = write(place / "hostile.jsonl")
    report = build_index([ROOT / "seeds", hostile], settings=settings_for(place / "index"))
    assert not report.refused
    return place / "index"


@pytest.fixture(scope="session")
def site(web_index: Path) -> Iterator[Server]:
    """A server process over ``web_index``."""
    with running(web_index, workers="1", log_level="error") as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests; ``page`` gives each test a clean state in it."""
    lacking = missing()
    if lacking and os.environ.get(REQUIRED):
        pytest.fail(f"{REQUIRED} is set, but these are not installed: {lacking}")
    if lacking:
        pytest.skip(f"browser tests need what is not installed: {lacking}")
    with browser() as driver:
        driver.execute_cdp_cmd("Network.enable", {})
        yield driver


@pytest.fixture
def page(chromium: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The browser on an empty page; afterwards its console must hold no complaint.

    Tests that break the network on purpose say so with ``@pytest.mark.console("text")``:
    complaints that contain the text are expected there.
    """
    chromium.get("about:blank")
    set_view(chromium, 1440)
    chromium.get_log("browser")
    chromium.get_log("performance")
    yield chromium
    complaints = [entry["message"] for entry in chromium.get_log("browser")]
    marker = request.node.get_closest_marker("console")
    expected = marker.args[0] if marker else None
    unexpected = [text for text in complaints if not (expected and expected in text)]
    assert not unexpected, unexpected


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "console(text): complaints in the console that are expected")
