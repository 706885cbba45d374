"""Texts as two columns: the folded text, and the edits that restore the original.

The folded text is what literal search reads, so it is stored plainly, as UTF-16, in
which nearly every character of these reports takes two bytes. The original differs
from it in about one character of ten (punctuation, quotation marks, line feeds): each
such character is kept with the number of unchanged characters before it. That takes
a tenth of a second copy of the text, and restoring a section is a few slices.

A text with a character whose folding depends on its neighbours (combining marks,
conjoining jamo), or with one outside the table of edited characters, is kept whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from search_service.analysis import Change, FoldedText, fold, joins_preceding
from search_service.engines.whoosh.arrays import Array, ArrayFile, offsets
from search_service.engines.whoosh.postings import Ids

_MAX_GAP = 255
_SKIP = 0
"""The edit that stands for no character: it only carries 255 unchanged ones on."""
_MAX_EDITS = 255
"""Different edited characters in one column, the skip included."""


def storable(text: str) -> str:
    """Return ``text`` with NUL and lone surrogates, which no text has, replaced by U+FFFD."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode("utf-16-le")
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


@dataclass(frozen=True)
class _FoldTable:
    """The fold of every character of the Basic Multilingual Plane."""

    character: npt.NDArray[np.uint32]
    """The folded character where the fold is one character; else undefined."""
    length: npt.NDArray[np.uint8]
    """Characters that the fold has."""
    identity: npt.NDArray[np.bool_]
    """Where the fold is the character itself."""
    alone: npt.NDArray[np.bool_]
    """Where folding does not depend on the character before."""


@lru_cache(maxsize=1)
def _fold_table() -> _FoldTable:
    character = np.arange(0x10000, dtype=np.uint32)
    length = np.ones(0x10000, np.uint8)
    alone = np.ones(0x10000, np.bool_)
    for code in range(0x10000):
        if 0xD800 <= code < 0xE000 or 0x4E00 <= code < 0xA000:
            continue  # no characters, and ideographs that fold to themselves
        text = chr(code)
        folded = fold(text)
        if folded != text:
            length[code] = len(folded)
            if len(folded) == 1:
                character[code] = ord(folded)
        alone[code] = not joins_preceding(text)
    identity = (character == np.arange(0x10000)) & (length == 1)
    return _FoldTable(character, length, identity, alone)


@dataclass(frozen=True)
class FoldedColumn:
    """Folded texts one after the other."""

    codes: npt.NDArray[np.uint32]
    """The code points of all texts."""
    bounds: npt.NDArray[np.int64]
    """Where each text starts, and the end."""


def fold_all(texts: Sequence[str]) -> tuple[FoldedColumn, npt.NDArray[np.bool_]]:
    """Fold all ``texts`` at once; also return which of them have to be kept whole."""
    table = _fold_table()
    codes = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32)
    bounds = offsets([len(text) for text in texts])
    wide = codes > 0xFFFF
    narrow = np.where(wide, 0xFFFD, codes)
    odd = wide | ~table.alone[narrow]
    whole = np.zeros(len(texts), np.bool_)
    whole[np.searchsorted(bounds, np.flatnonzero(odd), side="right") - 1] = True
    lengths = table.length[narrow]
    positions = offsets(lengths)
    folded = np.repeat(table.character[narrow], lengths)
    longer = np.flatnonzero(lengths > 1)
    for code in np.unique(narrow[longer]).tolist():
        at = positions[longer[narrow[longer] == code]]
        for number, character in enumerate(fold(chr(code))):
            folded[at + number] = ord(character)
    new_bounds = positions[bounds]
    if not whole.any():
        return FoldedColumn(folded, new_bounds), whole
    pieces = [
        np.frombuffer(fold(text).encode("utf-32-le"), np.uint32) if keep else folded[a:b]
        for text, keep, a, b in zip(texts, whole, new_bounds[:-1], new_bounds[1:], strict=True)
    ]
    return FoldedColumn(np.concatenate(pieces), offsets([len(p) for p in pieces])), whole


def encode_folded(field: str, column: FoldedColumn) -> dict[str, Array]:
    """Return the arrays of the folded column, as UTF-16."""
    units = 1 + (column.codes > 0xFFFF)
    bounds = offsets(units)[column.bounds]
    data = column.codes.tobytes()
    utf16 = np.frombuffer(data.decode("utf-32-le").encode("utf-16-le"), np.uint8)
    return {f"{field}.folded": utf16, f"{field}.folded.bounds": (2 * bounds).astype(np.uint32)}


def encode_originals(
    field: str, texts: Sequence[str], whole: npt.NDArray[np.bool_]
) -> dict[str, Array]:
    """Return the arrays from which ``Originals`` restores ``texts``."""
    table = _fold_table()
    codes = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32)
    bounds = offsets([len(text) for text in texts])
    narrow = np.where(codes > 0xFFFF, 0xFFFD, codes)
    edited = np.flatnonzero(~table.identity[narrow])
    counts = np.bincount(narrow[edited], minlength=0x10000)
    kept = np.argsort(-counts, kind="stable")[: _MAX_EDITS - 1]
    kept = np.sort(kept[counts[kept] > 0])
    number = np.zeros(0x10000, np.uint8)
    number[kept] = np.arange(1, len(kept) + 1)
    owner = np.searchsorted(bounds, edited, side="right") - 1
    whole = whole.copy()
    whole[owner[number[narrow[edited]] == _SKIP]] = True
    keep = ~whole[owner]
    edited, owner = edited[keep], owner[keep]
    previous = np.concatenate(([0], edited[:-1] + 1))
    gaps = edited - np.maximum(previous, bounds[owner])
    skips = gaps // _MAX_GAP
    units = skips + 1
    last = np.cumsum(units) - 1
    gap_column = np.full(int(units.sum()), _MAX_GAP, np.uint8)
    gap_column[last] = gaps - skips * _MAX_GAP
    edit_column = np.full(len(gap_column), _SKIP, np.uint8)
    edit_column[last] = number[narrow[edited]]
    per_text = np.bincount(owner, weights=units, minlength=len(texts)).astype(np.int64)
    raw = [text.encode() for text, keep_whole in zip(texts, whole, strict=True) if keep_whole]
    return {
        f"{field}.gaps": gap_column,
        f"{field}.edits": edit_column,
        f"{field}.edits.bounds": offsets(per_text).astype(np.uint32),
        f"{field}.characters": kept.astype(np.uint16),
        f"{field}.whole": np.flatnonzero(whole).astype(np.uint32),
        f"{field}.whole.text": np.frombuffer(b"".join(raw), np.uint8),
        f"{field}.whole.bounds": offsets([len(item) for item in raw]).astype(np.uint64),
    }


class Folded:
    """The folded column of a field: substring search in one text at a time."""

    def __init__(self, file: ArrayFile, field: str) -> None:
        self._map, self._begin = file.place(f"{field}.folded")
        self.bounds = file[f"{field}.folded.bounds"]

    def __getitem__(self, number: int) -> str:
        start, end = self.bounds[number : number + 2].tolist()
        return self._map[self._begin + start : self._begin + end].decode("utf-16-le")

    def containing(self, needle: str, numbers: Ids) -> Ids:
        """Return those of ``numbers`` whose text contains ``needle`` (already folded)."""
        pattern = needle.encode("utf-16-le")
        data, begin = self._map, self._begin
        # In 64 bits: the file may be longer than one of its arrays can be.
        starts = (self.bounds[numbers].astype(np.int64) + begin).tolist()
        ends = (self.bounds[numbers + 1].astype(np.int64) + begin).tolist()
        contained = [
            (at := (text := data[start:end]).find(pattern)) >= 0
            and (not at & 1 or _stands_aligned(text, pattern, at))
            for start, end in zip(starts, ends, strict=True)
        ]
        return numbers[np.array(contained, np.bool_)]


def _stands_aligned(text: bytes, pattern: bytes, at: int) -> bool:
    """Return whether ``pattern`` stands at an even place of ``text``, from ``at`` on.

    UTF-16 is aligned: an odd place is half a character further.
    """
    while at & 1 and at != -1:
        at = text.find(pattern, at + 1)
    return at != -1


class Originals:
    """Restores the original texts of a field."""

    def __init__(self, file: ArrayFile, field: str, folded: Folded) -> None:
        self._folded = folded
        self._gaps = file.buffer(f"{field}.gaps")
        self._edits = file.buffer(f"{field}.edits")
        self._bounds = file[f"{field}.edits.bounds"]
        characters = [chr(code) for code in file[f"{field}.characters"].tolist()]
        self._characters = ["", *characters]
        self._widths = [len(fold(character)) for character in self._characters]
        self._whole = file[f"{field}.whole"]
        self._whole_text = file.buffer(f"{field}.whole.text")
        self._whole_bounds = file[f"{field}.whole.bounds"]

    def __getitem__(self, number: int) -> tuple[str, FoldedText]:
        """Return a text as it was given, and folded."""
        place = int(self._whole.searchsorted(number))
        if place < len(self._whole) and self._whole[place] == number:
            start, end = self._whole_bounds[place : place + 2].tolist()
            original = bytes(self._whole_text[start:end]).decode()
            return original, FoldedText(original)
        folded = self._folded[number]
        characters, widths = self._characters, self._widths
        start, end = int(self._bounds[number]), int(self._bounds[number + 1])
        pieces: list[str] = []
        changes: list[Change] = []
        at = removed = 0
        for gap, edit in zip(self._gaps[start:end], self._edits[start:end], strict=True):
            edited = at + gap
            pieces += folded[at:edited], characters[edit]
            width = widths[edit]
            at = edited + width
            if width != 1 and edit != _SKIP:
                place = edited + removed
                changes.append((edited, at, place, place + 1))
                removed += 1 - width
        pieces.append(folded[at:])
        original = "".join(pieces)
        return original, FoldedText.restored(original, folded, changes)
