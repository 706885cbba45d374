"""Whose turn it is to compute: short requests do not wait for long ones.

Python computes in one thread at a time, and changes between threads by the clock: beside
a few requests that compute for long, every other one takes several times its own time.
Here one request computes until it is done; a long one gives way to shorter ones
whenever it comes to a place where it may.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

_Item = TypeVar("_Item")

_CLASS = 0.008
"""Requests that have computed for as many of these seconds are equals: first come, first served.

So most requests compute without a break, which is fastest for all of them together.
"""
_HIT = 0.0001
"""Seconds of computing that are expected per hit that is asked for: 100 take about 10 ms."""
_CHARACTER = 0.0002
"""The same per code point of the question, so that those of thirty and more count as long.

These decide only who goes first; what a request really computes is counted too.
"""
_SLICE = 0.001
"""Seconds for which a turn is kept at least, so that whoever waited long gets something done."""
_OLDEST = 5
"""Every so many turns whoever waits longest goes first, so that nobody waits for ever."""


class _Turn:
    """One request that computes or waits for computing."""

    __slots__ = ("clock", "computed", "ready", "since")

    def __init__(self, computed: float) -> None:
        self.computed = computed
        """Seconds of computing, those that are expected and those so far."""
        self.clock = 0.0
        """The computing time of its thread up to which ``computed`` counts."""
        self.since = 0.0
        """Since when it waits."""
        self.ready = threading.Lock()
        """Held while it waits."""

    def rank(self) -> tuple[int, float]:
        return int(self.computed / _CLASS), self.since


class Turns:
    """Lets the threads that share it compute one at a time."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._passed = 0
        self._waiting: list[_Turn] = []

    @property
    def waiting(self) -> int:
        """How many threads wait for a turn."""
        return len(self._waiting)

    @contextmanager
    def taken(self, hits: int = 0, characters: int = 0) -> Iterator[None]:
        """Wait for a turn, and have it inside. Not to be nested.

        What it is for is a question of so many ``characters`` that asks for so many ``hits``.
        """
        turn = _Turn(hits * _HIT + characters * _CHARACTER)
        with self._guard:
            waits = self._taken
            self._taken = True
            if waits:
                self._queue(turn)
        self._begin(turn)
        _here.give_way = lambda: self._give_way(turn)
        try:
            yield
        finally:
            _here.give_way = _go_on
            with self._guard:
                if self._waiting:
                    self._pass_on()
                else:
                    self._taken = False

    def _give_way(self, turn: _Turn) -> None:
        if not self._waiting:
            return
        now = time.thread_time()
        if now - turn.clock < _SLICE:
            return
        turn.computed += now - turn.clock
        turn.clock = now
        with self._guard:
            if not self._waiting or min(map(_Turn.rank, self._waiting))[0] >= turn.rank()[0]:
                return
            self._queue(turn)
            self._pass_on()
        self._begin(turn)

    def _queue(self, turn: _Turn) -> None:
        turn.ready.acquire()
        turn.since = time.perf_counter()
        self._waiting.append(turn)

    def _pass_on(self) -> None:
        self._passed += 1
        oldest = self._passed % _OLDEST == 0
        turn = min(self._waiting, key=(lambda turn: turn.since) if oldest else _Turn.rank)
        self._waiting.remove(turn)
        turn.ready.release()

    @staticmethod
    def _begin(turn: _Turn) -> None:
        with turn.ready:
            turn.clock = time.thread_time()


def _go_on() -> None:
    pass


class _Here(threading.local):
    give_way: Callable[[], None] = staticmethod(_go_on)


_here = _Here()


def give_way() -> None:
    """Let shorter requests compute first, if this thread has a turn and any wait."""
    _here.give_way()


def in_turns(items: Iterable[_Item]) -> Iterator[_Item]:
    """Yield ``items``, and let shorter requests compute between two of them."""
    for item in items:
        give_way()
        yield item
