"""Texts cut where marks begin and end, so that a template can escape every piece itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from search_service.models import Passage, Span


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text that is marked as a whole or not at all."""

    text: str
    start: int
    """Offset in the text that the marks count in."""
    end: int
    match: Span | None = None
    """The mark that this is in; over a line feed a mark goes on in the next line's piece."""

    @property
    def marked(self) -> bool:
        """Whether this is to be marked."""
        return self.match is not None

    @property
    def begins(self) -> bool:
        """Whether a mark begins here, rather than going on from the line before."""
        return self.match is not None and self.match.start == self.start


def pieces(text: str, spans: Iterable[Span], start: int = 0) -> Iterator[Piece]:
    """Cut ``text``, which begins at offset ``start``, at the borders of ``spans``."""
    reached = start
    for span in spans:
        first, last = max(span.start, reached), min(span.end, start + len(text))
        if first >= last:
            continue
        if reached < first:
            yield Piece(text[reached - start : first - start], reached, first)
        yield Piece(text[first - start : last - start], first, last, span)
        reached = last
    if reached < start + len(text):
        yield Piece(text[reached - start :], reached, start + len(text))


def paragraphs(text: str, spans: Sequence[Span]) -> Iterator[list[Piece]]:
    """Yield the pieces of each line; a mark that runs over a line feed is cut there.

    ``spans`` are in order and apart, so each line looks only at its own: thousands of lines
    with thousands of marks are usual in a long section.
    """
    start = first = beyond = 0
    for line in text.split("\n"):
        end = start + len(line)
        while first < len(spans) and spans[first].end <= start:
            first += 1
        while beyond < len(spans) and spans[beyond].start < end:
            beyond += 1
        yield list(pieces(line, spans[first:beyond], start))
        start = end + 1


def passage_pieces(passage: Passage) -> list[Piece]:
    """Cut a passage at its matches."""
    return list(pieces(passage.text, passage.matches, passage.start))
