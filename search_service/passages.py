"""Which clauses of a section to show, and exactly what to mark in them.

Marks come from the folded text and its offset map, never from the segmenter, so what
is marked is exactly what was asked for. A chunk that stands in the section literally is
marked as a whole; otherwise the words it was found by are marked.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache

from search_service.analysis import FoldedText, fold
from search_service.models import Passage, Section, Span
from search_service.query import Chunk

MAX_PASSAGES = 3
MAX_LENGTH = 160
"""Code points of a passage; a longer one only where a single match is longer."""

# The first character alone decides where the next two look on: that makes them fast.
_SENTENCE_END = re.compile(r"[。！？；!?;\n](?:(?<=\n)|[”’」』）)]*)")
_CLAUSE_END = re.compile(  # but not the comma of 1,253 or the colon of 12:30
    r"(?:[，：]|(?<![0-9])[,:]|[,:](?![0-9]))[”’」』）)]*|(?<=[》”])、"
)
_ENUMERATION = re.compile(
    r"[一二三四五六七八九十其](?<![^。；，：！？,;:!?”）)\s].)"
    r"(?:(?<=其)[一二三四五六七八九十]|(?<!其)[一二三四五六七八九十]?[是要])",
    re.DOTALL,
)


_fold_short = lru_cache(4096)(fold)
"""``fold`` of words and matches, which are never longer than a query."""


def find_matches(
    section: Section, chunks: Iterable[Chunk], own: FoldedText | None = None
) -> tuple[list[Span], list[Span]]:
    """Return what to mark in the section's heading and in its text.

    ``own`` is the section's own text folded, if that is done already. Spans are ordered
    and disjoint; where matches overlap, the leftmost and then the longest wins. A match
    that runs from the heading into the text is marked in both.
    """
    own = own or FoldedText(section.own_text)
    found: set[tuple[int, int]] = set()
    for chunk in chunks:
        found.update(_occurrences(own.text, _needles(own.text, chunk)))
    border = len(section.heading)
    heading: list[Span] = []
    text: list[Span] = []
    reached = -1
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        span = own.original(start, end)
        if span.start < reached:
            continue
        reached = span.end
        if span.start < border:
            heading.append(Span(span.start, min(span.end, border)))
        if span.end > border + 1:
            text.append(Span(max(span.start - border - 1, 0), span.end - border - 1))
    return heading, text


def _needles(folded: str, chunk: Chunk) -> list[str]:
    if chunk.folded in folded:
        return [chunk.folded]
    needles = [_fold_short(word) for word in chunk.words]
    if chunk.sentence or not any(needle in folded for needle in needles):
        needles.extend(_fold_short(word) for word in chunk.other_words)
    return needles


def _occurrences(folded: str, needles: list[str]) -> Iterable[tuple[int, int]]:
    for needle in needles:
        start = folded.find(needle)
        while start != -1 and needle:
            yield start, start + len(needle)
            start = folded.find(needle, start + len(needle))


def select_passages(text: str, matches: Sequence[Span]) -> list[Passage]:
    """Return the passages of ``text`` to show, best first; they do not overlap.

    ``matches`` are ordered and disjoint. Best is the passage with the most different
    matches, then the most matches, then the first. Without matches it is the beginning
    of the text.
    """
    if not text.strip():
        return []
    passages = list(_Layout(text, matches).passages())
    if len(passages) > 1:
        passages.sort(key=lambda p: (-_variety(text, p), -len(p.matches), p.start))
    return passages[:MAX_PASSAGES]


def _variety(text: str, passage: Passage) -> int:
    return len({_fold_short(text[match.start : match.end]) for match in passage.matches})


class _Layout:
    """The sentences of a text and what is marked in it."""

    def __init__(self, text: str, matches: Sequence[Span]) -> None:
        self.text = text
        self.matches = matches
        self.match_starts = [match.start for match in matches]
        sentences = _sentences(text)
        self.starts = [start for start, _ in sentences]
        self.ends = [end for _, end in sentences]

    def passages(self) -> Iterable[Passage]:
        """Yield passages in reading order until every match is in one."""
        if not self.matches:
            yield self._passage(self._window(Span(self.starts[0], self.starts[0]), 0))
        free = 0
        for match in self.matches:
            if match.end > free:
                window = self._window(match, free)
                free = window.end
                yield self._passage(window)

    def _passage(self, window: Span) -> Passage:
        first = bisect_left(self.match_starts, window.start)
        last = bisect_left(self.match_starts, window.end)
        marked = tuple(self.matches[first:last])
        return Passage(self.text[window.start : window.end], window.start, window.end, marked)

    def _window(self, match: Span, free: int) -> Span:
        """Return whole sentences or clauses around ``match`` that start at ``free`` or later."""
        first = max(bisect_right(self.starts, match.start) - 1, 0)
        last = min(bisect_left(self.ends, match.end), len(self.ends) - 1)
        start = min(_skip_space(self.text, max(self.starts[first], free)), match.start)
        end = max(self.ends[last], match.end)
        if end - start > MAX_LENGTH:
            start, end = self._clauses(start, end, match)
        else:
            end = self._extended(start, end, last + 1)
        return Span(start, self._before_cut_match(match, start, end))

    def _extended(self, start: int, end: int, following: int) -> int:
        """Add sentences of the same paragraph and item, or that a match runs into, if they fit."""
        for number in range(following, len(self.starts)):
            a, b = self.starts[number], self.ends[number]
            new = "\n" in self.text[end:a] or _ENUMERATION.match(self.text, a)
            if b - start > MAX_LENGTH or (new and self._cut_match(end) is None):
                break
            end = b
        return end

    def _clauses(self, start: int, end: int, match: Span) -> tuple[int, int]:
        """Cut sentences longer than ``MAX_LENGTH`` at clause borders around ``match``."""
        reach = Span(max(start, match.start - MAX_LENGTH), min(end, match.end + MAX_LENGTH))
        ends = [m.end() for m in _CLAUSE_END.finditer(self.text, reach.start, reach.end)]
        low = max((b for b in (start, *ends) if b <= match.start), default=start)
        if match.end - low > MAX_LENGTH:  # not a border near enough
            low = max(match.start - max(MAX_LENGTH - (match.end - match.start), 0) // 2, start)
        limit = max(low + MAX_LENGTH, match.end)
        high = max((b for b in (*ends, end) if match.end <= b <= limit), default=limit)
        return min(_skip_space(self.text, low), match.start), high

    def _cut_match(self, end: int) -> Span | None:
        """Return the match that a passage ending at ``end`` would cut in two."""
        number = bisect_left(self.match_starts, end) - 1
        if number >= 0 and self.matches[number].end > end:
            return self.matches[number]
        return None

    def _before_cut_match(self, match: Span, start: int, end: int) -> int:
        cut = self._cut_match(end)
        if cut is None:
            return end
        borders = [m.end() for m in _CLAUSE_END.finditer(self.text, start, cut.start)]
        borders.extend(m.end() for m in _SENTENCE_END.finditer(self.text, start, cut.start))
        end = max((border for border in borders if border >= match.end), default=cut.start)
        return match.end + len(self.text[match.end : end].rstrip())


def _sentences(text: str) -> list[tuple[int, int]]:
    """Split ``text`` into sentences (line feeds left out); enumerations start new ones."""
    breaks = {m.end() for m in _SENTENCE_END.finditer(text)}
    breaks.update(m.start() for m in _ENUMERATION.finditer(text))
    sentences = []
    start = 0
    for bound in sorted({*breaks, len(text)}):
        end = bound
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if start < end:
            sentences.append((start, end))
        start = bound
    return sentences


def _skip_space(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start
