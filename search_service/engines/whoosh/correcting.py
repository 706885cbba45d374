"""What may have been meant: texts of the index that differ from what was typed in one letter.

Mined from a sample of the sections that hold what stands beside the letter, so it needs
no index of its own and is never out of date. Counts are exact.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import islice

from search_service.analysis import Segmenter
from search_service.engines.base import Deadline, Suggestion
from search_service.engines.whoosh.postings import Ids
from search_service.engines.whoosh.sets import intersect
from search_service.engines.whoosh.snapshot import Snapshot

_SAMPLE = 200
"""Sections looked at for one text, all places together: about 1 ms."""
_EXAMPLES = 3
"""Places of a candidate that are cut into words."""
_AROUND = 6
"""Characters on either side of one that are cut with it."""

_Example = tuple[str, int, int]
"""A piece of a folded text, where the candidate starts in it and where the letter is."""


def corrections(
    snapshot: Snapshot, segmenter: Segmenter, text: str, limit: int, deadline: Deadline
) -> list[Suggestion]:
    """Return texts of the index that differ from ``text`` (folded) in one letter.

    ``text`` has two code points or more. At most ``limit`` of those found, most frequent
    first. Raises ``DeadlineExceeded``.
    """
    holding = cache(snapshot.literal)  # many sides are asked for twice
    places = _places(text, holding, deadline)
    counts: Counter[str] = Counter()
    examples: dict[str, list[_Example]] = {}
    for at in places:
        deadline.check()
        left, right = text[:at], text[at + 1 :]
        ids = holding(left or right)
        if left and right:
            ids = intersect(ids, holding(right), snapshot.size)
        step = max(-(-len(ids) * len(places) // _SAMPLE), 1)
        pattern = re.compile(f"{re.escape(left)}(.){re.escape(right)}")
        for number in ids[::step].tolist():
            segment, local = snapshot.locate(number)
            folded = segment.own.folded[local]
            found = {match[1]: match.start() for match in pattern.finditer(folded)}
            for letter, start in found.items():
                if letter != text[at] and letter.isalpha():
                    candidate = left + letter + right
                    counts[candidate] += 1
                    known = examples.setdefault(candidate, [])
                    if len(known) < _EXAMPLES:
                        first = max(start - _AROUND, 0)
                        piece = folded[first : start + len(text) + _AROUND]
                        known.append((piece, start - first, start - first + at))
    ordered = sorted(counts, key=lambda candidate: (-counts[candidate], candidate))
    whole = (
        candidate
        for candidate in ordered
        if any(_is_whole(segmenter, *example, len(text)) for example in examples[candidate])
    )
    return _counted(snapshot, list(islice(whole, limit)), deadline)


def _is_whole(segmenter: Segmenter, piece: str, start: int, letter: int, length: int) -> bool:
    """Whether the word that has the letter lies within the candidate.

    Else a part of a word would be proposed: 民营企业公 of 民营企业公平参与.
    """
    at = 0
    for token in segmenter.pieces(piece):
        end = at + len(token)
        if end > letter:
            return start <= at and end <= start + length
        at = end
    return False


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


def _counted(snapshot: Snapshot, texts: list[str], deadline: Deadline) -> list[Suggestion]:
    counted = []
    for text in texts:
        deadline.check()
        counted.append(Suggestion(text, len(snapshot.literal(text))))
    return sorted(counted, key=lambda suggestion: (-suggestion.sections, suggestion.text))
