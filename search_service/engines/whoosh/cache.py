"""A cache bounded in bytes, for decoded posting lists."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")

_ENTRY_OVERHEAD = 300
"""Bytes of an entry beyond its arrays, roughly."""


class ByteCache(Generic[T]):
    """Keeps the most recently used values whose sizes add up to at most ``capacity`` bytes.

    Safe to share between threads; reading takes no lock. Two threads may compute the
    same value at once; one of them is kept.
    """

    def __init__(self, capacity: int, size_of: Callable[[T], int]) -> None:
        self._capacity = capacity
        self._size_of = size_of
        self._size = 0
        self._values: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return the value of ``key``, computed if it is not there."""
        values = self._values
        try:
            value = values[key]
        except KeyError:
            value = compute()
            self._add(key, value)
            return value
        with suppress(KeyError):  # evicted by another thread in between
            values.move_to_end(key)
        return value

    def _add(self, key: Hashable, value: T) -> None:
        size = self._size_of(value) + _ENTRY_OVERHEAD
        if size > self._capacity // 4:
            return  # one huge value must not push out everything else
        with self._lock:
            if key not in self._values:
                self._values[key] = value
                self._size += size
            while self._size > self._capacity:
                _, old = self._values.popitem(last=False)
                self._size -= self._size_of(old) + _ENTRY_OVERHEAD
