"""Folding: the form of a text in which literal matching takes place.

``fold(s)`` is Unicode NFKC, then casefold, then the removal of white space and of
quotation marks. ``FoldedText`` keeps, beside the folded text, which code points of
the original each folded code point came from.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from search_service.models import Span

FOLD_VERSION = 1
"""Part of every index's fingerprint; raised whenever ``fold`` changes its answer."""

QUOTATION_MARKS = "\"'“”‘’「」『』＂＇〝〞"

_REMOVED = re.compile(rf"[\s{QUOTATION_MARKS}]+")


def fold(text: str) -> str:
    """Return ``text`` as literal matching sees it."""
    return _REMOVED.sub("", unicodedata.normalize("NFKC", text).casefold())


class _FoldedCharacters(dict[str, str]):
    """``fold`` of single characters, remembered."""

    def __missing__(self, character: str) -> str:
        folded = self[character] = fold(character)
        return folded


_FOLDED = _FoldedCharacters()


class FoldedText:
    """A folded text that maps its offsets back to the original.

    ``text`` is ``fold(original)``; all offsets count code points.
    """

    __slots__ = ("_ends", "_starts", "text")

    def __init__(self, original: str) -> None:
        self.text = fold(original)
        self._starts: list[int] = []
        self._ends: list[int] = []
        folded = _FOLDED
        pieces = [folded[character] for character in original]
        if "".join(pieces) == self.text:
            self._map(pieces, range(len(original)), range(1, len(original) + 1))
        else:  # characters that normalisation joins or reorders are mapped together
            bounds = _cluster_bounds(original)
            starts, ends = bounds[:-1], bounds[1:]
            pieces = [fold(original[a:b]) for a, b in zip(starts, ends, strict=True)]
            self._map(pieces, starts, ends)

    def _map(self, pieces: list[str], starts: range | list[int], ends: range | list[int]) -> None:
        for piece, start, end in zip(pieces, starts, ends, strict=True):
            if len(piece) == 1:
                self._starts.append(start)
                self._ends.append(end)
            elif piece:
                self._starts.extend([start] * len(piece))
                self._ends.extend([end] * len(piece))

    def original(self, start: int, end: int) -> Span:
        """Return the shortest span of the original whose fold contains ``text[start:end]``.

        The folded range must not be empty.
        """
        return Span(self._starts[start], self._ends[end - 1])

    def folded_offset(self, original: int) -> int:
        """Return how many folded code points come from before ``original``."""
        low, high = 0, len(self._starts)
        while low < high:
            middle = (low + high) // 2
            if self._starts[middle] < original:
                low = middle + 1
            else:
                high = middle
        return low


def _cluster_bounds(text: str) -> list[int]:
    """Split ``text`` where NFKC of the whole is the concatenation of NFKC of the parts.

    That holds before every starter that does not compose with what precedes it
    (Unicode Standard Annex #15, "normalization-safe" boundaries).
    """
    joining = _composing_starters()
    bounds = [
        index
        for index, character in enumerate(text)
        if index == 0
        or (
            unicodedata.combining((decomposed := unicodedata.normalize("NFKD", character))[0]) == 0
            and decomposed[0] not in joining
        )
    ]
    return [*bounds, len(text)]


@lru_cache(maxsize=1)
def _composing_starters() -> frozenset[str]:
    """Return the starters that can be the second half of a canonical composition."""
    hangul = {chr(code) for code in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))}
    seconds = set()
    for code in range(0x30000):
        decomposition = unicodedata.decomposition(chr(code))
        if decomposition and not decomposition.startswith("<"):
            parts = decomposition.split()
            if len(parts) == 2:
                seconds.add(chr(int(parts[1], 16)))
    return frozenset(hangul | {second for second in seconds if not unicodedata.combining(second)})
