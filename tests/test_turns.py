"""Turns: one thread computes at a time, and short requests do not wait for long ones."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from search_service import turns
from search_service.turns import Turns, give_way

LONG = 100
"""Hits of a long request."""


class Clock:
    """Time that passes only when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now

    thread_time = perf_counter


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(turns, "time", clock)
    return clock


class Requests:
    """Threads that take a turn each and write down who they are."""

    def __init__(self, shared: Turns) -> None:
        self.shared = shared
        self.order: list[str] = []
        self.threads: list[threading.Thread] = []

    def wait(
        self,
        name: str,
        hits: int = 0,
        characters: int = 0,
        work: Callable[[], None] = lambda: None,
    ) -> None:
        """Let a request wait for its turn, which somebody must have."""

        def run() -> None:
            with self.shared.taken(hits, characters):
                self.order.append(name)
                work()

        thread = threading.Thread(target=run, daemon=True)
        self.threads.append(thread)
        before = self.shared.waiting
        thread.start()
        while self.shared.waiting == before:
            assert thread.is_alive()

    def done(self) -> list[str]:
        """Return who computed when, once all have."""
        for thread in self.threads:
            thread.join(30)
            assert not thread.is_alive()
        assert self.shared.waiting == 0
        return self.order


@pytest.fixture
def requests() -> Requests:
    return Requests(Turns())


def test_nobody_else_computes_between_two_places_where_one_gives_way() -> None:
    shared = Turns()
    computing: list[int] = []
    seen: list[list[int]] = []

    def run(number: int) -> None:
        for _ in range(300):
            with shared.taken(number * LONG):
                for _ in range(3):
                    computing.append(number)
                    seen.append(computing.copy())
                    computing.remove(number)
                    give_way()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(seen) == 6 * 300 * 3
    assert all(len(together) == 1 for together in seen)


def test_a_long_request_gives_way_to_a_short_one_and_then_goes_on(
    requests: Requests, clock: Clock
) -> None:
    with requests.shared.taken(LONG):
        requests.wait("short", 10)
        clock.now += 0.002
        give_way()
        requests.order.append("long")
    assert requests.done() == ["short", "long"]


def test_a_request_that_turns_out_to_be_long_gives_way_too(
    requests: Requests, clock: Clock
) -> None:
    with requests.shared.taken():
        requests.wait("second")
        clock.now += 0.006
        give_way()
        requests.order.append("first, still short")
        clock.now += 0.006
        give_way()
        requests.order.append("first, long")
    assert requests.done() == ["first, still short", "second", "first, long"]


def test_short_requests_are_not_interrupted_by_each_other(requests: Requests, clock: Clock) -> None:
    with requests.shared.taken():
        for name in "abcd":
            clock.now += 0.001
            requests.wait(name)
            give_way()
        requests.order.append("first")
    assert requests.done() == ["first", "a", "b", "c", "d"]


def test_short_requests_go_before_long_ones_that_wait_longer(
    requests: Requests, clock: Clock
) -> None:
    with requests.shared.taken():
        for name, hits, characters in (("page", LONG, 2), ("question", 10, 64), ("short", 10, 6)):
            clock.now += 0.001
            requests.wait(name, hits, characters)
    assert requests.done()[0] == "short"


def test_long_requests_get_a_turn_although_short_ones_never_end(
    requests: Requests, clock: Clock
) -> None:
    def another() -> None:
        if "long" not in requests.order and len(requests.order) < 100:
            clock.now += 0.001
            requests.wait("short", work=another)

    with requests.shared.taken():
        requests.wait("long", LONG)
        another()
    assert "long" in requests.done()[:10]


def test_what_fails_passes_its_turn_on(requests: Requests) -> None:
    def fail() -> None:
        with requests.shared.taken():
            requests.wait("next")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert requests.done() == ["next"]


def test_who_has_no_turn_any_more_gives_way_to_nobody(requests: Requests) -> None:
    with requests.shared.taken():
        pass
    with requests.shared.taken():
        give_way()
    give_way()
    assert requests.done() == []
