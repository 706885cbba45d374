"""Sections that hold a text but for one letter."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cache

from search_service.analysis import homophones
from search_service.engines.base import Deadline
from search_service.engines.whoosh.grams import Effort, Exhausted
from search_service.engines.whoosh.postings import Ids
from search_service.engines.whoosh.sets import EMPTY, intersect
from search_service.engines.whoosh.snapshot import Snapshot

_LETTERS = 32
"""Letters that are tried at one place: those that are expected in most texts. Beside these
those that sound like what was typed, because most people type by sound."""

_EFFORT = 10_000
"""Sections that may be read to try letters, at all places together: some milliseconds."""


def around(
    snapshot: Snapshot, text: str, size: int, deadline: Deadline
) -> Iterator[tuple[int, str]]:
    """Yield places of letters in ``text``, and folded own texts that hold both sides of it.

    ``text`` has two code points or more. About ``size`` in all, evenly spread over the index
    or over the sections that hold a letter.
    """
    holding = cache(snapshot.literal)  # many sides are asked for twice
    places = _places(text, holding, deadline)
    share = -(-size // max(len(places), 1))
    effort = Effort(_EFFORT)
    for at in places:
        deadline.check()
        lists = _lists(snapshot, text, at, share, holding, effort)
        step = max(-(-sum(map(len, lists)) // share), 1)
        for ids in lists:
            for number in ids[::step].tolist():
                segment, local = snapshot.locate(number)
                yield at, segment.own.folded[local]


def _lists(
    snapshot: Snapshot,
    text: str,
    at: int,
    share: int,
    holding: Callable[[str], Ids],
    effort: Effort,
) -> list[Ids]:
    """Return sections that hold both sides of the letter at ``at``.

    Where they are more than ``share`` a sample would miss rare letters: then those are
    looked for that sound like the letter and, since two sides stand anywhere in most of
    the sections that hold them, those that are expected between them.
    """
    left, right = text[:at], text[at + 1 :]
    ids = holding(left or right)
    if left and right:
        ids = intersect(ids, holding(right), snapshot.size)
    if len(ids) <= share:
        return [ids]
    expected = _letters(snapshot, left[-1:], right[:1])
    alike = homophones(text[at])
    letters = [letter for letter in expected if letter in alike]
    lists = [ids]
    if left and right:
        lists, letters = [], list(dict.fromkeys(expected[:_LETTERS] + letters))
    return lists + [_tried(snapshot, left + letter + right, effort) for letter in letters]


def _tried(snapshot: Snapshot, text: str, effort: Effort) -> Ids:
    try:
        return snapshot.literal(text, effort)
    except Exhausted:
        return EMPTY


def _letters(snapshot: Snapshot, left: str, right: str) -> list[str]:
    """Return letters that stand after ``left`` and before ``right``, the likeliest first."""
    expected: dict[str, float] = {}
    for segment in snapshot.segments:
        for character, texts in segment.own.grams.beside(left, right).items():
            expected[character] = expected.get(character, 0) + texts
    letters = filter(str.isalpha, expected)
    return sorted(letters, key=lambda letter: (-expected[letter], letter))


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
