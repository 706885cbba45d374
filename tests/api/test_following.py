"""Requests while the server looks whether the index has changed, and that takes long."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from search_service.api import context
from search_service.api.context import ServedIndex
from search_service.errors import EngineUnavailable
from search_service.service import SearchService
from tests.api.conftest import settings_for

TAKES = 0.4
CLIENTS = 8


class Slow:
    """A service that takes long to say whether the index has changed."""

    def __init__(self, fails: bool) -> None:
        self.looks = 0
        self._fails = fails

    def refresh(self) -> bool:
        self.looks += 1
        time.sleep(TAKES)
        if self._fails:
            raise EngineUnavailable("does not answer")
        return False


def served(service: Slow) -> ServedIndex:
    settings = settings_for(Path("none"), refresh_interval="0.01")
    return ServedIndex(settings, cast(SearchService, service))


def longest_wait(ask: Callable[[], object]) -> float:
    """Return how long the slowest of several clients waits who come one after the other."""
    waits: list[float] = []

    def client() -> None:
        began = time.monotonic()
        try:
            ask()
        except EngineUnavailable:
            pass
        finally:
            waits.append(time.monotonic() - began)

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in clients:
        thread.start()
        time.sleep(TAKES / CLIENTS / 2)
    for thread in clients:
        thread.join()
    return max(waits)


def test_who_waited_for_a_failed_look_does_not_look_again() -> None:
    service = Slow(fails=True)
    assert longest_wait(served(service).service) < 2 * TAKES
    assert service.looks == 1


def test_one_look_serves_all_who_came_before_it() -> None:
    service = Slow(fails=False)
    # Who came while one was under way may not rely on it: it may have missed a change.
    assert longest_wait(served(service).service) < 3 * TAKES
    assert service.looks == 2


def test_who_waited_for_a_failed_opening_does_not_open_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    attempts = []

    def opening(**_: object) -> SearchService:
        attempts.append(1)
        time.sleep(TAKES)
        raise EngineUnavailable("does not answer")

    monkeypatch.setattr(context, "open_index", opening)
    monkeypatch.setattr(context, "_RETRY_OPENING", 0.01)  # shorter than an attempt takes
    index = ServedIndex(settings_for(Path("none")))
    assert longest_wait(index.service) < 2 * TAKES
    assert len(attempts) == 1
