"""Which quotation marks and brackets of a query are signs, and which are text.

A sign stands at the border of an item: after white space, an opening bracket or a
minus it opens, before white space or a closing bracket it closes. Quotations go before
groups: brackets inside them are text. Everything here takes time in proportion to the
length of the query.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping

MINUS = frozenset("-－")
OPENING_BRACKETS, CLOSING_BRACKETS = frozenset("(（"), frozenset(")）")
OR_WORDS = frozenset(["OR", "ＯＲ", "|", "｜"])
_OR_BETWEEN = re.compile(rf"(?<!\s)\s+(?:{'|'.join(map(re.escape, sorted(OR_WORDS)))})\s+")
_STRAIGHT = '"＂'
_PAIRED = {"“": "”", "「": "」", "『": "』", "〝": "〞"}


def closing_marks(sign: str) -> str:
    """Return the marks that close a quotation opened by ``sign``; ``""`` if it opens none."""
    return _STRAIGHT if sign in _STRAIGHT else _PAIRED.get(sign, "")


def find_quotations(q: str) -> dict[int, int]:
    """Map each mark that opens a quotation to the one that closes it.

    A quotation begins an item and ends it: ``“源头”治理`` is text. Paired marks nest.
    """
    partners = _partners(q)
    quotations: dict[int, int] = {}
    open_brackets = 0
    at, starts_item = 0, True
    while at < len(q):
        sign = q[at]
        if starts_item and (closing := _closing(q, at, partners, open_brackets)) is not None:
            quotations[at] = closing
            at = closing + 1
            starts_item = False
            continue
        if sign in OPENING_BRACKETS:
            open_brackets += 1
        elif sign in CLOSING_BRACKETS and open_brackets:
            open_brackets -= 1
        opens = sign.isspace() or sign in OPENING_BRACKETS
        starts_item = opens or (sign in MINUS and starts_item)
        at += 1
    return quotations


def _closing(q: str, opening: int, partners: Mapping[int, int], open_brackets: int) -> int | None:
    if q[opening] not in _STRAIGHT:
        closing = partners.get(opening)
        return closing if closing and _ends_quotation(q, closing, open_brackets) else None
    for at in range(opening + 1, len(q)):
        if q[at] in _STRAIGHT:
            if _ends_quotation(q, at, open_brackets):
                return at
            if q[at - 1].isspace():
                return None  # it opens another quotation
    return None


def _partners(q: str) -> dict[int, int]:
    """Pair the paired quotation marks, each kind by itself."""
    stacks: dict[str, list[int]] = {closing: [] for closing in _PAIRED.values()}
    partners: dict[int, int] = {}
    for at, sign in enumerate(q):
        if sign in _PAIRED:
            stacks[_PAIRED[sign]].append(at)
        elif stacks.get(sign):
            partners[stacks[sign].pop()] = at
    return partners


def _ends_quotation(q: str, at: int, open_brackets: int) -> bool:
    """Whether an item ends after ``at``; brackets that close open groups may come between."""
    after = at + 1
    while after < len(q) and q[after] in CLOSING_BRACKETS and open_brackets:
        after += 1
        open_brackets -= 1
    return after == len(q) or q[after].isspace()


def find_groups(q: str, quotations: Mapping[int, int]) -> dict[int, int]:
    """Map each bracket that opens a group to the one that closes it.

    A group begins an item, ends before white space or another group's end, and holds
    white space: ``（五）`` and ``（扩大）会议`` are text. After a minus or beside an OR, where
    no text of a report is meant, it need not hold any.
    """
    beside_or = [match.span() for match in _OR_BETWEEN.finditer(q)]
    left, right = {start for start, _ in beside_or}, {end for _, end in beside_or}
    spaces = [at for at, sign in enumerate(q) if sign.isspace()]
    groups: dict[int, int] = {}
    ends: set[int] = set()
    for opening, closing in sorted(_bracket_pairs(q, quotations).items()):
        before = opening - 1 if opening and q[opening - 1] in MINUS else opening
        begins = before == 0 or q[before - 1].isspace() or before - 1 in groups
        finishes = closing + 1 == len(q) or q[closing + 1].isspace() or closing + 1 in ends
        inside = bisect_left(spaces, closing) - bisect_left(spaces, opening)
        meant = before < opening or before in right or closing + 1 in left
        if begins and finishes and (inside or meant) and inside < closing - opening - 1:
            groups[opening] = closing
            ends.add(closing)
    return groups


def _bracket_pairs(q: str, quotations: Mapping[int, int]) -> dict[int, int]:
    stack: list[int] = []
    pairs: dict[int, int] = {}
    at = 0
    while at < len(q):
        at = quotations.get(at, at)
        if q[at] in OPENING_BRACKETS:
            stack.append(at)
        elif q[at] in CLOSING_BRACKETS and stack:
            pairs[stack.pop()] = at
        at += 1
    return pairs
