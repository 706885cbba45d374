"""Folding: the form of a text in which literal matching takes place.

``fold(s)`` is Unicode NFKC, then casefold, then the removal of white space and of
quotation marks. ``FoldedText`` keeps, beside the folded text, which code points of
the original each folded code point came from.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

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

Change = tuple[int, int, int, int]
"""Where folding changes the number of code points: the folded range, which is empty
where something is removed, and the range of the original that it came from."""

_LONGEST_SHRUNK = 16
"""Code points joined by normalisation that are searched for the shortest span: more
marks on one character are no text, and are marked as one."""


class FoldedText:
    """A folded text that maps its offsets back to the original.

    ``text`` is ``fold(original)``; all offsets count code points.
    """

    __slots__ = ("_changes", "_original", "_shifts", "_starts", "text")

    def __init__(self, original: str) -> None:
        text = fold(original)
        self._set(original, text, _changes(original, text))

    @classmethod
    def restored(cls, original: str, text: str, changes: Sequence[Change]) -> FoldedText:
        """Return ``FoldedText(original)``, whose parts are known already, without folding."""
        folded = cls.__new__(cls)
        folded._set(original, text, changes)
        return folded

    def _set(self, original: str, text: str, changes: Sequence[Change]) -> None:
        self.text = text
        self._original = original
        self._changes = changes
        self._starts: list[int] | None = None
        self._shifts: list[int] | None = None

    def original(self, start: int, end: int) -> Span:
        """Return the shortest span of the original whose fold contains ``text[start:end]``.

        The folded range must not be empty.
        """
        return Span(*self.place(start, end))

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return what ``original`` returns, as a bare pair: texts have many matches."""
        if not self._changes:
            return start, end
        starts, shifts = self._starts, self._shifts
        if starts is None:
            starts, shifts = self._look_up()
        first = bisect_right(starts, start)
        last = bisect_right(starts, end - 1, first)
        if shifts is not None:
            return start + shifts[first], end + shifts[last]
        head, tail = self._group(first, start), self._group(last, end - 1)
        best = self._shortest(start, end, head, tail)
        if best[1] - best[0] > 1 and (head[0] < start or end < tail[1]):
            # A part of a group is needed: the groups may hold the same again, in less.
            needle, other = self.text[start:end], head[0] - 1
            while (other := self.text.find(needle, other + 1, tail[1])) != -1:
                best = min(best, self._itself(other, end - start), key=_length)
        return best

    def _itself(self, start: int, length: int) -> tuple[int, int]:
        """Return the place of what is at ``start``, whatever stands beside it."""
        starts = self._starts or []
        last = start + length - 1
        head = self._group(bisect_right(starts, start), start)
        tail = self._group(bisect_right(starts, last), last)
        return self._shortest(start, start + length, head, tail)

    def _look_up(self) -> tuple[list[int], list[int] | None]:
        """Make the table of where changes start.

        And where they only remove characters, as in nearly every text, how far what
        follows each of them is from its place in the original.
        """
        starts = [change[0] for change in self._changes]
        shifts = None
        if all(start == end for start, end, _, _ in self._changes):
            shifts = [0, *(end - at for _, at, _, end in self._changes)]
        self._shifts = shifts
        self._starts = starts  # last: another thread may be here too
        return starts, shifts

    def _shortest(self, start: int, end: int, head: Change, tail: Change) -> tuple[int, int]:
        """Narrow the groups of characters at both ends down to what is needed of them."""
        (_, _, first, first_end), (_, _, last, last_end) = head, tail
        if 1 < max(first_end - first, last_end - last) <= _LONGEST_SHRUNK:
            needle = self.text[start:end]
            spans = [
                (b - a, a, b)
                for a in range(first, first_end)
                for b in range(last + 1, last_end + 1)
                if a < b
            ]
            for _, a, b in sorted(spans):
                if needle in fold(self._original[a:b]):
                    return a, b
        return first, last_end

    def _group(self, number: int, offset: int) -> Change:
        """Return what folds together to what is at ``offset``: its folded and original range.

        ``number`` changes start at ``offset`` or before.
        """
        if not number:
            return offset, offset + 1, offset, offset + 1
        folded_start, folded_end, start, end = self._changes[number - 1]
        if offset < folded_end:
            return folded_start, folded_end, start, end
        at = end + offset - folded_end
        return offset, offset + 1, at, at + 1


def _length(span: tuple[int, int]) -> int:
    return span[1] - span[0]


def _changes(original: str, folded: str) -> list[Change]:
    pieces = list(map(_FOLDED.__getitem__, original))
    bounds: Sequence[int] = range(len(original) + 1)
    if "".join(pieces) != folded:
        pieces, bounds = _groups(original, pieces)
    changes: list[Change] = []
    at = 0
    for piece, (start, end) in zip(pieces, pairwise(bounds), strict=True):
        length = len(piece)
        if length != 1 or end - start != 1:
            changes.append((at, at + length, start, end))
        at += length
    return changes


def _groups(original: str, pieces: list[str]) -> tuple[list[str], list[int]]:
    """Split ``original`` into groups that fold by themselves; return their folds and bounds.

    Characters that normalisation joins or reorders make one group.
    """
    folds: list[str] = []
    bounds = [0]
    for start, end in pairwise(_cluster_bounds(original)):
        folded = fold(original[start:end])
        if "".join(pieces[start:end]) == folded:
            folds.extend(pieces[start:end])
            bounds.extend(range(start + 1, end + 1))
        else:
            folds.append(folded)
            bounds.append(end)
    return folds, bounds


def _cluster_bounds(text: str) -> list[int]:
    """Split ``text`` where NFKC of the whole is the concatenation of NFKC of the parts.

    That holds before every starter that does not compose with what precedes it
    (Unicode Standard Annex #15, "normalization-safe" boundaries).
    """
    inner = (index for index in range(1, len(text)) if not joins_preceding(text[index]))
    return [0, *inner, len(text)]


def joins_preceding(character: str) -> bool:
    """Return whether normalisation may reorder ``character`` or join it to what precedes it."""
    start = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.combining(start) != 0 or start in _composing_starters()


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
