"""The character sequences of a column of texts, by length, with the texts that each is in.

Characters, pairs, and then sequences both of whose parts are frequent: so a level is made
of the one before it, and the last one is that of the longest stock phrases. Where long
passages stand in many texts, such as the notice of a website, there is no end to these:
they would take many times the space of the texts, so ``MOST_POSTINGS`` ends them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search_service.engines.whoosh.texts import FoldedColumn

_PART_BITS = np.uint64(17)
_PART_MASK = np.uint64((1 << 17) - 1)
_TEXT_BITS = np.uint64(30)
_TEXT_MASK = np.uint64((1 << 30) - 1)

MOST_POSTINGS = 2
"""Postings of phrases for each character of the column, after which no longer ones are made;
114,091 sections of laws have 0.4. The last level may add one more."""

_TABLE_CELLS = 1 << 24
"""A larger table of pairs takes more memory (4 bytes each) than searching takes time."""
_NOWHERE = np.iinfo(np.int32).max

Numbers = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Level:
    """The grams of one length, in code point order, with their posting lists."""

    keys: Numbers
    """What stands for each gram while the next level is made."""
    grams: npt.NDArray[np.uint32]
    """A row of code points each."""
    frequencies: npt.NDArray[np.int64]
    """How many texts have each gram."""
    ids: npt.NDArray[np.uint32]
    """The numbers of these texts, gram after gram, ascending for each."""

    def terms(self) -> list[str]:
        """Return the grams as strings, in their order."""
        length = self.grams.shape[1]
        text = self.grams.astype("<u4").tobytes().decode("utf-32-le")
        return [text[at : at + length] for at in range(0, len(text), length)]


def levels(column: FoldedColumn, frequent: int) -> Iterator[Level]:
    """Yield the characters, the pairs, and then the phrases by length.

    Phrases are those both of whose parts are in ``frequent`` texts or more, up to a length
    that ``MOST_POSTINGS`` allows. Raises ``ValueError`` for more characters or texts than
    one segment holds.

    A gram of n + 1 characters stands where two parts of n characters stand one apart.
    ``at`` are the positions of the current parts and ``part`` their numbers in ``parts``.
    """
    texts = len(column.bounds) - 1
    owner = np.repeat(np.arange(texts, dtype=np.uint64), np.diff(column.bounds))
    characters = np.flatnonzero(np.bincount(column.codes, minlength=1)[1:]) + 1
    if len(characters) > _PART_MASK or texts > _TEXT_MASK:
        raise ValueError("too many different characters or texts for one segment")
    dense = np.zeros(0x110000, np.uint64)
    dense[characters] = np.arange(len(characters))
    at = np.flatnonzero(column.codes)
    part = dense[column.codes[at]]
    level = _level(part, owner[at], characters.astype(np.uint32)[:, None], whole=True)
    yield level
    parts = level.grams
    postings = 0
    while postings <= MOST_POSTINGS * len(column.codes):
        apart = np.flatnonzero((np.diff(at) == 1) & (owner[at[1:]] == owner[at[:-1]]))
        pair = (part[apart] << _PART_BITS) | part[apart + 1]
        at = at[apart]
        level = _level(pair, owner[at], parts)
        if parts.shape[1] == 1 or len(level.keys):
            yield level
        if parts.shape[1] > 1:
            postings += len(level.ids)
        common = level.frequencies >= frequent
        if not common.any():
            return
        number = _numbers(level.keys[common], pair)
        stands = np.flatnonzero(number < len(level.keys))
        at, part = at[stands], number[stands].astype(np.uint64)
        parts = level.grams[common]


def _level(
    keys: Numbers, owner: Numbers, parts: npt.NDArray[np.uint32], whole: bool = False
) -> Level:
    """Collect the posting lists of ``keys``: of the parts themselves, or of pairs of them."""
    packed = (keys << _TEXT_BITS) | owner
    packed.sort()
    packed = packed[_changes(packed)]
    key = packed >> _TEXT_BITS
    firsts = np.flatnonzero(_changes(key))
    distinct = key[firsts]
    if whole:
        grams = parts[distinct]
    else:
        last = parts[distinct & _PART_MASK][:, -1:]
        grams = np.hstack([parts[distinct >> _PART_BITS], last])
    frequencies = np.diff(firsts, append=len(key))
    return Level(distinct, grams, frequencies, (packed & _TEXT_MASK).astype(np.uint32))


def _changes(values: Numbers) -> npt.NDArray[np.bool_]:
    """Return where a value of a sorted array differs from the one before."""
    result = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=result[1:])
    return result


def _numbers(common: Numbers, pairs: Numbers) -> npt.NDArray[np.int32]:
    """Return the place of each pair in ``common`` (ascending), or a large number for none.

    A table over the parts that occur in ``common`` is much faster than a search, where it
    is small: it has as many rows and columns as there are such parts.
    """
    left, right = common >> _PART_BITS, common & _PART_MASK
    rows, row = np.unique(left, return_inverse=True)
    columns, column = np.unique(right, return_inverse=True)
    if len(rows) * len(columns) > _TABLE_CELLS:
        place = common.searchsorted(pairs).astype(np.int32)
        place[common.take(place, mode="clip") != pairs] = _NOWHERE
        return place
    table = np.full((len(rows) + 1, len(columns) + 1), _NOWHERE, np.int32)
    table[row, column] = np.arange(len(common))
    row_of = np.full(int(_PART_MASK) + 1, len(rows), np.int32)
    row_of[rows] = np.arange(len(rows))
    column_of = np.full(int(_PART_MASK) + 1, len(columns), np.int32)
    column_of[columns] = np.arange(len(columns))
    numbers: npt.NDArray[np.int32] = table[
        row_of[pairs >> _PART_BITS], column_of[pairs & _PART_MASK]
    ]
    return numbers
