"""Sections that hold what stands on both sides of one letter of a text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cache

from search_service.engines.base import Deadline
from search_service.engines.whoosh.postings import Ids
from search_service.engines.whoosh.sets import intersect
from search_service.engines.whoosh.snapshot import Snapshot


def around(
    snapshot: Snapshot, text: str, size: int, deadline: Deadline
) -> Iterator[tuple[int, str]]:
    """Yield places of letters in ``text``, and folded own texts that hold both sides of it.

    ``text`` has two code points or more. About ``size`` in all, evenly spread over the index.
    """
    holding = cache(snapshot.literal)  # many sides are asked for twice
    places = _places(text, holding, deadline)
    for at in places:
        deadline.check()
        left, right = text[:at], text[at + 1 :]
        ids = holding(left or right)
        if left and right:
            ids = intersect(ids, holding(right), snapshot.size)
        step = max(-(-len(ids) * len(places) // size), 1)
        for number in ids[::step].tolist():
            segment, local = snapshot.locate(number)
            yield at, segment.own.folded[local]


def _places(text: str, holding: Callable[[str], Ids], deadline: Deadline) -> list[int]:
    """Return where a letter of ``text`` stands both of whose sides are in the index.

    ``holding`` returns the sections that hold a text. What is in the index has all its
    beginnings there, so the places up to which a beginning and from which an end is there
    are found by bisection.
    """

    def absent(side: str) -> bool:
        deadline.check()
        return not len(holding(side))

    size = len(text)
    lengths = range(1, size)
    last = bisect_left(lengths, True, key=lambda length: absent(text[:length]))
    first = size - 1 - bisect_left(lengths, True, key=lambda length: absent(text[size - length :]))
    return [at for at in range(first, last + 1) if text[at].isalpha()]
