"""What continues the text that is being typed: phrases and headings.

They are mined from a sample of the sections that hold what was typed, so they need no
index of their own and are never out of date.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

from search_service.analysis import Segmenter, fold
from search_service.engines.base import Deadline, Engine

_SAMPLE = 24
"""Sections looked at for completions: less than 1 ms; more adds only rare phrases."""
_PHRASES, _HEADINGS = 5, 2
"""How many completions there are at most."""
_ENDS = frozenset(
    [
        "应当",
        "可以",
        "不得",
        "必须",
        "或者",
        "以及",
        "及其",
        "有关",
        "负责",
        "进行",
        "予以",
        "加强",
        "按照",
        "依照",
        "处以",
        "并处",
    ]
)
"""Words that a phrase ends before: what follows is a sentence, not a name."""
_BEFORE, _AFTER = 6, 14
"""Characters around what was typed that are cut into words."""
_LONGEST = 12
"""Characters of a mined phrase; headings may be longer."""
_LONGEST_HEADING = 40
_ABSORBED = 0.8
"""A phrase is left out where a longer one has this share of its occurrences."""
_NUMBERING = re.compile(r"[（(]?第?[一二三四五六七八九十百零\d]{0,5}[)）]?[、.．章节条款]?[,，]?")


def completions(
    prefix: str, engine: Engine, segmenter: Segmenter, deadline: Deadline = Deadline()
) -> list[str]:
    """Return phrases and headings that begin with ``prefix`` (folded).

    The most frequent of the sample first. Where no phrase was met twice, the word in which
    the prefix ends is completed: a rare name is found too.
    """
    counts: Counter[str] = Counter()
    begun: set[str] = set()
    headings: set[str] = set()
    for section in engine.sample(prefix, _SAMPLE, deadline):
        text = section.folded
        at = text.find(prefix)
        for phrase, ends_begun in _phrases(text, at, prefix, segmenter):
            counts[phrase] += 1
            if ends_begun:
                begun.add(phrase)
        if len(headings) < _HEADINGS and at < _LONGEST and _NUMBERING.fullmatch(text[:at]):
            heading = fold(section.heading())[at:].rstrip("。")
            if len(prefix) < len(heading) <= _LONGEST_HEADING:
                headings.add(heading)
    mined = list(_repeated(counts)) or list(begun)
    mined.sort(key=lambda text: (-counts[text], text))
    return [*mined[:_PHRASES], *sorted(headings)]


def _phrases(text: str, at: int, prefix: str, segmenter: Segmenter) -> Iterator[tuple[str, bool]]:
    """Yield what begins at ``at`` and ends with a word, longer than ``prefix``.

    And whether ``prefix`` ends inside that word. Signs may stand in what was typed only,
    after a letter.
    """
    first = max(at - _BEFORE, 0)
    place = first
    signs_end = at + len(prefix) if prefix[0].isalnum() else at
    for token in segmenter.pieces(text[first : at + len(prefix) + _AFTER]):
        end = place + len(token)
        if place < at < end or (place >= at and token in _ENDS):
            return
        if end > signs_end and not token.isalnum():
            return
        if end > first + _BEFORE + _AFTER and end > at + _LONGEST:
            return
        if end > at + len(prefix) and segmenter.is_word(token):
            yield text[at:end], place < at + len(prefix)
        place = end


def _repeated(counts: Counter[str]) -> Iterator[str]:
    """Yield what was met more than once, but not nearly always as a part of something longer."""
    ordered = sorted(counts)
    for number, text in enumerate(ordered):
        if counts[text] > 1:
            end = bisect_left(ordered, text + "\U0010ffff")  # up to here all begin with it
            longer = ordered[number + 1 : end]
            if all(counts[other] < _ABSORBED * counts[text] for other in longer):
                yield text
