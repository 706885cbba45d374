"""Two reports side by side: which section of one answers to which of the other.

Chapters are paired first, by all they contain; then, inside each pair, their sections.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from search_service.models import Section

Pair = tuple[Section | None, Section | None]


@dataclass
class Row:
    """Sections to show beside each other."""

    left: list[Section] = field(default_factory=list)
    right: list[Section] = field(default_factory=list)
    paired: bool = False
    """Whether they answer to each other; else they only stand in the same place."""


_LARGEST = 2_500
"""Pairs that are held against each other at most, about 0.1 s; beyond, position decides."""

_ENOUGH = 0.09
"""Likeness from which two sections are put side by side; found by looking at reports."""

_NUMBERING = re.compile(
    r"^[\s（(]*(?:第?[一二三四五六七八九十百]+|[0-9]+)[）)、．.章条，,\s]*|[0-9]{4}\s*年度?"
)

_CUSTOMARY = (
    (re.compile("不足|短板|困难"), "问题"),
    (re.compile("下一?步|打算|思路|[0-9]{4}年.{0,12}安排|工作计划"), "下步打算"),
)
"""The closing chapters, which most reports have under one name or another."""

_Vector = dict[str, float]


@dataclass(frozen=True)
class _Branch:
    """A section with everything below it."""

    head: Section
    below: list[Section]


def rows(left: Sequence[Section], right: Sequence[Section]) -> list[Row]:
    """Put two reports side by side: pairs, and between them what has no counterpart."""
    found: list[Row] = []
    for one, other in align(left, right):
        if one is not None and other is not None:
            found.append(Row([one], [other], paired=True))
            continue
        if not found or found[-1].paired:
            found.append(Row())
        if one is not None:
            found[-1].left.append(one)
        if other is not None:
            found[-1].right.append(other)
    return found


def align(left: Sequence[Section], right: Sequence[Section]) -> list[Pair]:
    """Pair the sections of two reports, keeping the order of both.

    Every section appears exactly once, alone if nothing in the other report is like it.
    """
    pairs: list[Pair] = []
    for one, other in _paired(_branches(left), _branches(right)):
        if one is not None and other is not None:
            pairs.append((one.head, other.head))
            pairs.extend(align(one.below, other.below))
        elif one is not None:
            pairs.extend((section, None) for section in (one.head, *one.below))
        elif other is not None:
            pairs.extend((None, section) for section in (other.head, *other.below))
    return pairs


def _branches(sections: Sequence[Section]) -> list[_Branch]:
    """Cut at the sections of the highest rank; openings stand for themselves."""
    top = min((section.level for section in sections if section.level), default=0)
    found: list[_Branch] = []
    for section in sections:
        if section.level <= top or not found or not found[-1].head.level:
            found.append(_Branch(section, []))
        else:
            found[-1].below.append(section)
    return found


def _paired(
    left: list[_Branch], right: list[_Branch]
) -> list[tuple[_Branch | None, _Branch | None]]:
    if len(left) * len(right) > _LARGEST:
        longest = range(max(len(left), len(right)))
        return [(_at(left, number), _at(right, number)) for number in longest]
    alike = _likenesses(left, right)
    return _walk(left, right, _best(alike, len(right)))


def _at(branches: list[_Branch], number: int) -> _Branch | None:
    return branches[number] if number < len(branches) else None


def _best(alike: list[list[float]], width: int) -> list[list[float]]:
    """Return the best total likeness of what follows each pair of positions."""
    best = [[0.0] * (width + 1) for _ in range(len(alike) + 1)]
    for i in range(len(alike) - 1, -1, -1):
        for j in range(width - 1, -1, -1):
            together = best[i + 1][j + 1] + alike[i][j] if alike[i][j] >= _ENOUGH else 0.0
            best[i][j] = max(together, best[i + 1][j], best[i][j + 1])
    return best


def _walk(
    left: list[_Branch],
    right: list[_Branch],
    best: list[list[float]],
) -> list[tuple[_Branch | None, _Branch | None]]:
    pairs: list[tuple[_Branch | None, _Branch | None]] = []
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


def _likenesses(left: list[_Branch], right: list[_Branch]) -> list[list[float]]:
    """Return how alike each two branches are, from 0 to 1; openings are alike."""
    branches = [*left, *right]
    headings = _vectors([_heading(branch.head) for branch in branches])
    texts = _vectors([_text(branch) for branch in branches])

    def alike(i: int, j: int) -> float:
        if not branches[i].head.heading or not branches[j].head.heading:
            return float(branches[i].head.heading == branches[j].head.heading)
        return (_cosine(headings[i], headings[j]) + _cosine(texts[i], texts[j])) / 2

    return [[alike(i, len(left) + j) for j in range(len(right))] for i in range(len(left))]


def _heading(section: Section) -> str:
    heading = _NUMBERING.sub("", section.heading)
    for pattern, name in _CUSTOMARY:
        heading = pattern.sub(name, heading)
    return heading


def _text(branch: _Branch) -> str:
    below = (line for section in branch.below for line in (section.heading, section.text))
    return "\n".join((branch.head.text, *below))


def _vectors(texts: list[str]) -> list[_Vector]:
    """Return the pairs of characters of each text, the rarer the heavier, of length 1."""
    counted = [{text[at : at + 2] for at in range(len(text) - 1)} for text in texts]
    spread = Counter(gram for grams in counted for gram in grams)
    found = []
    for grams in counted:
        weights = {gram: math.log(1 + len(texts) / spread[gram]) for gram in grams}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        found.append({gram: weight / length for gram, weight in weights.items()})
    return found


def _cosine(left: _Vector, right: _Vector) -> float:
    if len(left) > len(right):
        left, right = right, left
    return sum(weight * right.get(gram, 0.0) for gram, weight in left.items())
