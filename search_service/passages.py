"""Which clauses of a section to show, and exactly what to mark in them.

Marks come from the folded text and its offset map, never from the segmenter, so what
is marked is exactly what was asked for. A chunk that stands in the section literally is
marked as a whole; otherwise the words it was found by are marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from search_service.analysis import FoldedText, fold
from search_service.models import Passage, Section, Span
from search_service.query import Chunk

MAX_PASSAGES = 3
MAX_LENGTH = 160
"""Code points of a passage; a longer one only where a single match is longer."""

_SENTENCE_END = re.compile(r"[。！？；!?;][”’」』）)]*|\n")
_CLAUSE_END = re.compile(r"[，：,:][”’」』）)]*|(?<=[》”])、")
_ENUMERATION = re.compile(
    r"(?:(?<=^)|(?<=[。；，：！？\n”]))(?:[一二三四五六七八九十]{1,2}[是要]|其[一二三四五六七八九十])"
)


def find_matches(section: Section, chunks: Iterable[Chunk]) -> tuple[list[Span], list[Span]]:
    """Return what to mark in the section's heading and in its text.

    Spans are ordered and disjoint; where matches overlap, the leftmost and then the
    longest wins. A match that runs from the heading into the text is marked in both.
    """
    own = FoldedText(section.own_text)
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
    return [fold(word) for word in chunk.words]


def _occurrences(folded: str, needles: list[str]) -> Iterable[tuple[int, int]]:
    for needle in needles:
        start = folded.find(needle)
        while start != -1 and needle:
            yield start, start + len(needle)
            start = folded.find(needle, start + len(needle))


def select_passages(text: str, matches: Sequence[Span]) -> list[Passage]:
    """Return the passages of ``text`` to show, best first; they do not overlap.

    Best is the passage with the most different matches, then the most matches, then the
    first. Without matches it is the beginning of the text.
    """
    if not text:
        return []
    sentences = _sentences(text)
    if not matches:
        return [_passage(text, _extended(text, sentences, *sentences[0]), ())]
    windows: list[Span] = []
    for match in matches:
        if not windows or match.end > windows[-1].end:
            windows.append(_window(text, sentences, match, windows[-1].end if windows else 0))
    passages = [
        _passage(
            text, window, [m for m in matches if window.start <= m.start and m.end <= window.end]
        )
        for window in windows
    ]
    passages.sort(key=lambda p: (-_variety(text, p), -len(p.matches), p.start))
    return passages[:MAX_PASSAGES]


def _variety(text: str, passage: Passage) -> int:
    return len({fold(text[match.start : match.end]) for match in passage.matches})


def _passage(text: str, window: Span, matches: Sequence[Span]) -> Passage:
    return Passage(text[window.start : window.end], window.start, window.end, tuple(matches))


def _sentences(text: str) -> list[tuple[int, int]]:
    """Split ``text`` into sentences (line feeds left out); enumerations start new ones."""
    breaks = {m.end() for m in _SENTENCE_END.finditer(text)}
    breaks.update(m.start() for m in _ENUMERATION.finditer(text))
    bounds = sorted({0, len(text), *breaks})
    spans = (_stripped(text, a, b) for a, b in pairwise(bounds))
    return [span for span in spans if span[0] < span[1]] or [(0, len(text))]


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _window(text: str, sentences: list[tuple[int, int]], match: Span, free: int) -> Span:
    """Return whole sentences or clauses around ``match`` that start at ``free`` or later."""
    start = max((a for a, _ in sentences if a <= match.start), default=match.start)
    end = min((b for _, b in sentences if b >= match.end), default=match.end)
    if free <= match.start:  # else the window before ends inside this match
        start = max(start, free)
    if end - start > MAX_LENGTH:
        return _clauses(text, start, end, match)
    return _extended(text, sentences, start, end)


def _extended(text: str, sentences: list[tuple[int, int]], start: int, end: int) -> Span:
    """Add the sentences that follow in the same paragraph and item while they fit."""
    if end - start > MAX_LENGTH:
        return _clauses(text, start, end, Span(start, start))
    for a, b in sentences:
        if a < end:
            continue
        if b - start > MAX_LENGTH or "\n" in text[end:a] or _ENUMERATION.match(text, a):
            break
        end = b
    return Span(start, end)


def _clauses(text: str, start: int, end: int, match: Span) -> Span:
    """Cut a sentence longer than ``MAX_LENGTH`` at clause borders around ``match``."""
    borders = [start, *(m.end() for m in _CLAUSE_END.finditer(text, start, end)), end]
    low = max(border for border in borders if border <= match.start)
    if match.end - low > MAX_LENGTH:
        low = max(match.start - (MAX_LENGTH - min(MAX_LENGTH, match.end - match.start)) // 2, start)
    fitting = [b for b in borders if match.end <= b <= low + MAX_LENGTH and b > low]
    high = max(fitting, default=min(max(low + MAX_LENGTH, match.end), end))
    return Span(low, high)
