"""What may have been meant: texts of an index that differ from what was typed in one letter.

Mined from a sample of the sections that hold what stands beside the letter, so it needs
no index of its own and is never out of date. Counts are exact.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, islice

from search_service.analysis import Segmenter
from search_service.engines.base import Deadline, Engine, Suggestion
from search_service.query import Literal, Plan

_SAMPLE = 200
"""Sections looked at for one text, all places together."""
_EFFORT = 20_000
"""Sections that may be read to count the candidates; as good as no limit for a few."""
_EXAMPLES = 3
"""Places of a candidate that are cut into words."""
_AROUND = 6
"""Characters on either side of one that are cut with it."""

_NUMERALS = frozenset("〇零一二三四五六七八九十百千万亿两")

_Example = tuple[str, int]
"""A piece of a folded text, and where the candidate starts in it."""


def corrections(
    text: str, limit: int, engine: Engine, segmenter: Segmenter, deadline: Deadline
) -> Sequence[Suggestion]:
    """Return texts of the index that differ from ``text`` (folded) in one letter.

    Ideographs are letters; figures are not, because every number may be meant, and 七 does not
    become 八. Each begins and ends where words do in some place, or is one word. At most
    ``limit``, the most frequent first, then by code points; a single letter has none.
    Raises ``DeadlineExceeded``.
    """
    deadline.check()
    counts: Counter[str] = Counter()
    examples: dict[str, list[_Example]] = {}
    if len(text) > 1:
        for at, folded in engine.around(text, _SAMPLE, deadline):
            for candidate, start in _candidates(text, at, folded):
                counts[candidate] += 1
                known = examples.setdefault(candidate, [])
                if len(known) < _EXAMPLES:
                    first = max(start - _AROUND, 0)
                    piece = folded[first : start + len(text) + _AROUND]
                    known.append((piece, start - first))
    ordered = sorted(counts, key=lambda candidate: (-counts[candidate], candidate))
    whole = (
        candidate
        for candidate in ordered
        if any(_is_whole(segmenter, candidate, *example) for example in examples[candidate])
    )
    return _counted(list(islice(whole, limit)), engine, deadline)


def _candidates(text: str, at: int, folded: str) -> list[tuple[str, int]]:
    """Return what stands in ``folded`` with another letter at ``at``, each with a place of it."""
    found = {match[1]: match.start() for match in _pattern(text, at).finditer(folded)}
    left, right = text[:at], text[at + 1 :]
    return [
        (left + letter + right, start)
        for letter, start in found.items()
        if letter != text[at] and letter.isalpha() and not {letter, text[at]} <= _NUMERALS
    ]


@lru_cache(64)
def _pattern(text: str, at: int) -> re.Pattern[str]:
    return re.compile(f"{re.escape(text[:at])}(.){re.escape(text[at + 1 :])}")


def _is_whole(segmenter: Segmenter, candidate: str, piece: str, start: int) -> bool:
    """Whether the candidate at ``start`` of ``piece`` begins and ends where words do.

    Else a part of a word would be proposed: 民营企业公 of 民营企业公平参与. It need not end
    there where it is one word by itself, as 法治政府 is although 法治政府建设 is one too.
    """
    borders = {0, *accumulate(map(len, segmenter.pieces(piece)))}
    if start not in borders:
        return False
    return start + len(candidate) in borders or len(segmenter.pieces(candidate)) == 1


def _counted(texts: Sequence[str], engine: Engine, deadline: Deadline) -> list[Suggestion]:
    totals = engine.totals([Plan(literal=Literal(text)) for text in texts], _EFFORT, deadline)
    found = [Suggestion(text, total) for text, total in zip(texts, totals, strict=True) if total]
    return sorted(found, key=lambda suggestion: (-suggestion.sections, suggestion.text))
