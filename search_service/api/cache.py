"""Finished answers, kept for as long as the index does not change."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

_OVERHEAD = 400
"""Bytes of a key and the bookkeeping around one entry, about."""

_LARGEST_SHARE = 8
"""No answer may take more than this fraction of the cache."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of a 200 response with what is needed to send it again."""

    body: bytes
    mimetype: str
    etag: str
    hits: int | None = None
    """Total of a search, for the metrics."""


@dataclass(frozen=True, slots=True)
class Key:
    """What an answer depends on."""

    generation: str
    root: str
    """Where the application is mounted; part of the links in an answer."""
    path: str
    query: str


class Cache:
    """The answers used last, bounded by the bytes that they take.

    Every key names the generation that the answer was made from, and storing an answer
    of another generation forgets all that came before.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._generation = ""
        self._lock = threading.Lock()

    def get(self, key: Key) -> Answer | None:
        """Return the answer kept for ``key``."""
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def put(self, key: Key, answer: Answer) -> None:
        """Keep ``answer`` unless it is too large."""
        cost = _cost(key, answer)
        if cost > self.limit // _LARGEST_SHARE:
            return
        with self._lock:
            if key.generation != self._generation:
                self._answers.clear()
                self.size = 0
                self._generation = key.generation
            replaced = self._answers.pop(key, None)
            if replaced is not None:
                self.size -= _cost(key, replaced)
            self._answers[key] = answer
            self.size += cost
            while self.size > self.limit:
                old_key, old = self._answers.popitem(last=False)
                self.size -= _cost(old_key, old)


def _cost(key: Key, answer: Answer) -> int:
    # A Python string takes up to four bytes a character.
    return len(answer.body) + 4 * (len(key.path) + len(key.query)) + _OVERHEAD
