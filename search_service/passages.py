"""Which clauses of a section to show, and exactly what to mark in them.

Marks come from the folded text and its offset map, never from the segmenter, so what
is marked is exactly what was asked for. A chunk that stands in the section literally is
marked as a whole; otherwise the words it was found by are marked, and in a chunk that was
read in parts the places, the years and the words between them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from search_service.analysis import FoldedText, fold
from search_service.models import Passage, Section, Span
from search_service.query import Chunk, Part

MAX_PASSAGES = 3
MAX_LENGTH = 160
"""Code points of a passage; a longer one only where a single match is longer."""

_SENTENCE_END = re.compile(r"[。！？；!?;\n](?:(?<=\n)|[”’」』）)]*)")
_SENTENCE = re.compile(rf"[^。！？；!?;\n]+(?:{_SENTENCE_END.pattern})?|{_SENTENCE_END.pattern}")
# The first character alone decides where these look on: that makes them fast.
_CLAUSE_END = re.compile(  # but not the comma of 1,253 or the colon of 12:30
    r"(?:[，：]|(?<![0-9])[,:]|[,:](?![0-9]))[”’」』）)]*|(?<=[》”])、"
)
_PHRASE_END = re.compile(r"[、）)》」”】\]]+|(?=\s)")
"""Where a clause too long to show may be cut, rather than in a word or number."""
_INSIDE = re.compile("(?<=[0-9a-z])(?=[0-9a-z])|(?<=[0-9])(?=[.,][0-9])|(?<=[0-9][.,])(?=[0-9])")
"""A place within a number or Latin word of a folded text."""
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
    found: list[tuple[int, int]] = []
    """Where each match starts, and minus where it ends: in the order of precedence."""
    for chunk in chunks:
        occurrences = _occurrences if chunk.folded in own.text else _occurrences_of_word
        for needle in _needles(own.text, chunk):
            found += occurrences(own.text, needle)
    found.sort()
    border = len(section.heading)
    heading: list[Span] = []
    text: list[Span] = []
    reached = -1
    for folded_start, minus_end in found:
        start, end = own.place(folded_start, -minus_end)
        if start < reached:
            continue
        reached = end
        if start < border:
            heading.append(Span(start, min(end, border)))
        if end > border + 1:
            text.append(Span(max(start - border - 1, 0), end - border - 1))
    return heading, text


def _needles(folded: str, chunk: Chunk) -> list[str]:
    if chunk.folded in folded:
        return [chunk.folded]
    if chunk.parts:
        needles = [needle for part in chunk.parts for needle in _needles_of(part, folded)]
    else:
        needles = [_fold_short(word) for word in chunk.words]
    needles.extend(_fold_short(word) for word in chunk.other_words)
    return needles


def _needles_of(part: Part, folded: str) -> Iterable[str]:
    if part.folded in folded:
        return (part.folded,)
    if part.kind == "text":
        return map(_fold_short, part.words)
    return (*part.names, *_years_of(part))


def _years_of(part: Part) -> Iterator[str]:
    if part.years is not None:
        first, last = part.years
        yield from map(str, range(first, last + 1))


def _occurrences(folded: str, needle: str) -> list[tuple[int, int]]:
    found = []
    if needle:
        length = len(needle)
        start = folded.find(needle)
        while start != -1:
            end = start + length
            found.append((start, -end))
            start = folded.find(needle, end)
    return found


def _occurrences_of_word(folded: str, word: str) -> list[tuple[int, int]]:
    """Return where ``word`` stands, if it can be told not within a number or Latin word."""
    found = _occurrences(folded, word)
    if found and (word[0].isascii() or word[-1].isascii()):
        apart = [
            (start, minus_end)
            for start, minus_end in found
            if not (_INSIDE.match(folded, start) or _INSIDE.match(folded, -minus_end))
        ]
        return apart or found  # else what stood between them was folded away
    return found


def named_beside(chunks: Iterable[Chunk]) -> frozenset[str]:
    """Return the places and years of ``chunks`` as they may stand in a folded text.

    They say where and when; what was asked about it stands in the other parts.
    """
    parts = [part for chunk in chunks for part in chunk.parts if part.kind != "text"]
    named = ((part.folded, *part.names, *_years_of(part)) for part in parts)
    return frozenset(name for names in named for name in names)


def select_passages(
    text: str, matches: Sequence[Span], beside: frozenset[str] = frozenset()
) -> list[Passage]:
    """Return the passages of ``text`` to show, best first; they do not overlap.

    ``matches`` are ordered and disjoint. Best is the passage with the most different
    matches, those that are not in ``beside`` (folded) before all, then the most matches,
    then the first. Without matches it is the beginning of the text, if there is anything to see.
    """
    if not matches and not any(c.isprintable() and not c.isspace() for c in text):
        return []
    passages = _Layout(text, matches).passages()
    if len(passages) > 1:
        passages.sort(key=lambda passage: _rank(passage, beside))
    return passages[:MAX_PASSAGES]


def _rank(passage: Passage, beside: frozenset[str]) -> tuple[int, int, int, int]:
    text, offset, matches = passage.text, passage.start, passage.matches
    different = {_fold_short(text[start - offset : end - offset]) for start, end in matches}
    return -len(different - beside), -len(different), -len(matches), offset


class _Layout:
    """The sentences of a text and what is marked in it."""

    def __init__(self, text: str, matches: Sequence[Span]) -> None:
        self.text = text
        self.matches = matches
        self.match_starts = [match.start for match in matches]
        self.items = _items(text)
        """Where enumerated items begin."""
        bounds = [0, *accumulate(map(len, _SENTENCE.findall(text)))]
        self.bounds = sorted({*bounds, *self.items}) if self.items else bounds
        """Where sentences begin, white space before them included, and the end of the text."""

    def passages(self) -> list[Passage]:
        """Return passages in reading order until every match is in one."""
        if not self.matches:
            start = _skip_space(self.text, 0)
            return [self._passage(self._window(Span(start, start), 0))]
        passages = []
        free = 0
        for match in self.matches:
            if match.end > free:
                window = self._window(match, free)
                free = window.end
                passages.append(self._passage(window))
        return passages

    def _passage(self, window: Span) -> Passage:
        start, end = window
        first = bisect_left(self.match_starts, start)
        last = bisect_left(self.match_starts, end, first)
        return Passage(self.text[start:end], start, end, tuple(self.matches[first:last]))

    def _window(self, match: Span, free: int) -> Span:
        """Return whole sentences or clauses around ``match`` that start at ``free`` or later."""
        first = bisect_right(self.bounds, match.start) - 1
        after = bisect_left(self.bounds, match.end, first + 1)
        start = min(_skip_space(self.text, max(self.bounds[first], free)), match.start)
        end = max(self._end(after), match.end)
        if end - start > MAX_LENGTH:
            start, end = self._clauses(start, end, match)
        else:
            end = self._extended(start, end, after)
        return Span(start, self._before_cut_match(match, start, end))

    def _end(self, bound: int) -> int:
        """Return where the sentence before a bound ends, white space left out."""
        start = self.bounds[bound - 1]
        return start + len(self.text[start : self.bounds[bound]].rstrip())

    def _extended(self, start: int, end: int, following: int) -> int:
        """Add sentences of the same paragraph and item, or that a match runs into, if they fit."""
        new = False
        for number in range(following, len(self.bounds) - 1):
            bound = self.bounds[number]
            new = new or bound in self.items or self.text[bound - 1] == "\n"
            longer = self._end(number + 1)
            if max(longer, bound + 1) - start > MAX_LENGTH:
                break
            if longer > bound:  # else there is only white space
                if new and self._cut_match(end) is None:
                    break
                end, new = longer, False
        return end

    def _clauses(self, start: int, end: int, match: Span) -> tuple[int, int]:
        """Cut sentences longer than ``MAX_LENGTH`` at clause borders around ``match``."""
        reach = Span(max(start, match.start - MAX_LENGTH), min(end, match.end + MAX_LENGTH))
        ends = [m.end() for m in _CLAUSE_END.finditer(self.text, reach.start, reach.end)]
        low = max((b for b in (start, *ends) if b <= match.start), default=start)
        if match.end - low > MAX_LENGTH:  # not a border near enough
            first = max(match.start - max(MAX_LENGTH - (match.end - match.start), 0) // 2, start)
            phrases = [m.end() for m in _PHRASE_END.finditer(self.text, first, reach.end)]
            low = min((b for b in phrases if b <= match.start), default=first)
        limit = max(low + MAX_LENGTH, match.end)
        high = max((b for b in (*ends, end) if match.end <= b <= limit), default=0)
        if not high:
            phrases = [m.end() for m in _PHRASE_END.finditer(self.text, match.end, limit)]
            high = max(phrases, default=limit)
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


def _items(text: str) -> set[int]:
    if "是" in text or "要" in text or "其" in text:  # each has one of these
        return {match.start() for match in _ENUMERATION.finditer(text)}
    return set()


def _skip_space(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start
