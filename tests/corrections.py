"""What may have been meant, in plain Python: every text that differs in one letter."""

from __future__ import annotations

from itertools import accumulate

from search_service.analysis import Segmenter
from search_service.engines.base import Suggestion
from tests.model import ModelEngine


def corrections(model: ModelEngine, text: str) -> set[Suggestion]:
    """Return all texts of ``model`` that differ in one letter, found by trying every place."""
    pieces = {
        entry.folded[at : at + len(text)]
        for entry in model.entries
        for at in range(len(entry.folded))
        if _corrects(model.segmenter, text, entry.folded, at)
    }
    return {Suggestion(p, sum(p in entry.folded for entry in model.entries)) for p in pieces}


def _corrects(segmenter: Segmenter, text: str, folded: str, at: int) -> bool:
    """Whether what stands at ``at`` has one other letter, and begins and ends where words do.

    What is one word by itself need not end there.
    """
    end = at + len(text)
    piece = folded[at:end]
    if len(piece) < len(text) or len(text) < 2 or not _one_letter_apart(piece, text):
        return False
    first = max(at - 6, 0)
    lengths = map(len, segmenter.pieces(folded[first : end + 6]))
    borders = [first, *accumulate(lengths, initial=first)]
    return at in borders and (end in borders or len(segmenter.pieces(piece)) == 1)


def _one_letter_apart(first: str, second: str) -> bool:
    apart = [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]]
    return len(apart) == 1 and all(character.isalpha() for character in apart[0])
