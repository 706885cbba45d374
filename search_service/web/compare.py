"""Two reports side by side: which section of one answers to which of the other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from search_service.models import Section

Pair = tuple[Section | None, Section | None]

_LARGEST = 90_000
"""Pairs of sections that are held against each other at most; it takes about 0.2 s."""

_ENOUGH = 0.22
"""Likeness from which two sections are put side by side; found by looking at reports."""

_NUMBERING = re.compile(
    r"[\s（(]*(?:第?[一二三四五六七八九十百]+|[0-9]+)[）)、．.章条，,\s]*|[0-9]{4}\s*年度?"
)


def align(left: Sequence[Section], right: Sequence[Section]) -> list[Pair]:
    """Pair the sections of two reports, keeping the order of both.

    Every section appears exactly once, alone if nothing in the other report is like it.
    """
    if len(left) * len(right) > _LARGEST:
        return [
            (_at(left, number), _at(right, number)) for number in range(max(len(left), len(right)))
        ]
    return _walk(left, right, _best(left, right))


def _at(sections: Sequence[Section], number: int) -> Section | None:
    return sections[number] if number < len(sections) else None


def _best(left: Sequence[Section], right: Sequence[Section]) -> list[list[float]]:
    """Return the best total likeness of what follows each pair of positions."""
    grams_left = [_grams(section) for section in left]
    grams_right = [_grams(section) for section in right]
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) - 1, -1, -1):
        for j in range(len(right) - 1, -1, -1):
            alike = _likeness(left[i], grams_left[i], right[j], grams_right[j])
            together = best[i + 1][j + 1] + alike if alike >= _ENOUGH else 0.0
            best[i][j] = max(together, best[i + 1][j], best[i][j + 1])
    return best


def _walk(left: Sequence[Section], right: Sequence[Section], best: list[list[float]]) -> list[Pair]:
    pairs: list[Pair] = []
    i = j = 0
    while i < len(left) or j < len(right):
        if i < len(left) and best[i][j] == best[i + 1][j]:
            pairs.append((left[i], None))
            i += 1
        elif j < len(right) and best[i][j] == best[i][j + 1]:
            pairs.append((None, right[j]))
            j += 1
        else:
            pairs.append((left[i], right[j]))
            i, j = i + 1, j + 1
    return pairs


def _grams(section: Section) -> frozenset[str]:
    heading = _NUMBERING.sub("", section.heading)
    return frozenset(heading[at : at + 2] for at in range(max(len(heading) - 1, 1)))


def _likeness(
    left: Section, grams_left: frozenset[str], right: Section, grams_right: frozenset[str]
) -> float:
    """Return how alike two headings are, from 0 to 1; openings are alike, levels matter."""
    if not left.heading or not right.heading:
        return float(left.heading == right.heading)
    common = len(grams_left & grams_right)
    alike = 2 * common / (len(grams_left) + len(grams_right))
    return alike if left.level == right.level else 0.6 * alike
