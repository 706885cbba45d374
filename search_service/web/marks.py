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
    marked: bool


def pieces(text: str, spans: Iterable[Span], start: int = 0) -> Iterator[Piece]:
    """Cut ``text``, which begins at offset ``start``, at the borders of ``spans``."""
    reached = start
    for span in spans:
        first, last = max(span.start, reached), min(span.end, start + len(text))
        if first >= last:
            continue
        if reached < first:
            yield Piece(text[reached - start : first - start], reached, first, False)
        yield Piece(text[first - start : last - start], first, last, True)
        reached = last
    if reached < start + len(text):
        yield Piece(text[reached - start :], reached, start + len(text), False)


def paragraphs(text: str, spans: Sequence[Span]) -> Iterator[list[Piece]]:
    """Yield the pieces of each line; a mark that runs over a line feed is cut there."""
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        inside = [span for span in spans if span.start < end and span.end > start]
        yield list(pieces(line, inside, start))
        start = end + 1


def passage_pieces(passage: Passage) -> list[Piece]:
    """Cut a passage at its matches."""
    return list(pieces(passage.text, passage.matches, passage.start))
