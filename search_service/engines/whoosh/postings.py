"""Posting lists: which documents each term is in, as compact arrays.

A list of ascending document numbers is stored in the smallest of three encodings, each
of which decodes with a few array operations:

- steps of one byte: the differences between numbers; 255 means "255 on, no document";
- steps of two bytes, likewise with 65,535;
- a bitmap with one bit a document.

The terms of an index are sorted as UTF-8 bytes (which is code point order) and found
by binary search in the map, so opening costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from search_service.engines.whoosh.arrays import Array, ArrayFile, offsets

Ids = npt.NDArray[np.intp]
"""Ascending document numbers."""

_STEPS8, _STEPS16, _BITMAP = 0, 1, 2


class PostingLists:
    """The posting lists of one field of one segment, by the numbers of their terms."""

    def __init__(self, file: ArrayFile, field: str) -> None:
        self.frequencies = file[f"{field}.df"]
        """How many documents have each term."""
        self._starts = file[f"{field}.starts"]
        self._kinds = file[f"{field}.kinds"]
        self._stream = file[f"{field}.stream"]

    def __len__(self) -> int:
        return len(self.frequencies)

    def frequency(self, number: int) -> int:
        """Return how many documents have the term."""
        return int(self.frequencies[number])

    def ids(self, number: int) -> Ids:
        """Return the documents that have the term, ascending."""
        kind = self._kinds[number]
        stream = self._stream[self._starts[number] : self._starts[number + 1]]
        if kind == _BITMAP:
            return np.unpackbits(stream, bitorder="little").view(np.bool_).nonzero()[0]
        steps = stream if kind == _STEPS8 else stream.view("<u2")
        numbers: Ids = steps.cumsum(dtype=np.intp)
        if len(steps) == self.frequencies[number]:
            return numbers
        result: Ids = numbers[steps != (255 if kind == _STEPS8 else 65535)]
        return result

    def among(self, number: int, candidates: Ids) -> npt.NDArray[np.bool_] | None:
        """Return which of ``candidates`` have the term, if its list need not be decoded for it.

        That is so for the terms that most documents have.
        """
        if self._kinds[number] != _BITMAP:
            return None
        stream = self._stream[self._starts[number] : self._starts[number + 1]]
        bits = stream[candidates >> 3] >> (candidates & 7).astype(np.uint8)
        inside: npt.NDArray[np.bool_] = (bits & 1).view(np.bool_)
        return inside

    def weights(self, number: int) -> npt.NDArray[np.uint8]:
        """Return the weighted frequency in each of ``ids(number)``."""
        return np.ones(self.frequency(number), np.uint8)


class PostingsReader(PostingLists):
    """The posting lists of one field of one segment, found by their terms."""

    def __init__(self, file: ArrayFile, field: str) -> None:
        super().__init__(file, field)
        self._text = file.buffer(f"{field}.text")
        self._bounds = file[f"{field}.bounds"]
        weights = f"{field}.weights"
        weighted = weights in file
        self._weights = file[weights] if weighted else None
        self._weight_starts = file[f"{weights}.starts"] if weighted else None

    def term(self, number: int) -> bytes:
        """Return the term at ``number`` in sorted order, as UTF-8."""
        return bytes(self._text[self._bounds[number] : self._bounds[number + 1]])

    def terms(self) -> list[str]:
        """Return all terms in their order."""
        data = bytes(self._text)
        # Bytes that go on a character are no starts of one: bounds in code points.
        starts = offsets(np.frombuffer(data, np.uint8) & 0xC0 != 0x80)[self._bounds].tolist()
        text = data.decode()
        return [text[start:end] for start, end in pairwise(starts)]

    def lower_bound(self, term: bytes) -> int:
        """Return the number of the first term that is not less than ``term``."""
        text, bounds = self._text, self._bounds
        low, high = 0, len(self.frequencies)
        while low < high:
            middle = (low + high) >> 1
            if bytes(text[bounds[middle] : bounds[middle + 1]]) < term:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, term: str) -> int:
        """Return the number of ``term``, or -1 if no document has it."""
        data = term.encode("utf-8", "surrogatepass")
        number = self.lower_bound(data)
        if number < len(self.frequencies) and self.term(number) == data:
            return number
        return -1

    def weights(self, number: int) -> npt.NDArray[np.uint8]:
        """Return the weighted frequency in each of ``ids(number)``."""
        if self._weights is None or self._weight_starts is None:
            return super().weights(number)
        start = int(self._weight_starts[number])
        result: npt.NDArray[np.uint8] = self._weights[start : start + self.frequency(number)]
        return result

    def frequent(self, prefix: str, limit: int | None) -> list[tuple[str, int]]:
        """Return terms that start with ``prefix`` with their frequencies.

        All of them, or the ``limit`` most frequent with those that are as frequent as
        the last.
        """
        data = prefix.encode("utf-8", "surrogatepass")
        first, end = self.lower_bound(data), self.lower_bound(data + b"\xff")
        frequencies = self.frequencies[first:end]
        chosen = np.arange(len(frequencies))
        if limit is not None and 0 < limit < len(frequencies):
            least = np.partition(frequencies, len(frequencies) - limit)[len(frequencies) - limit]
            chosen = np.flatnonzero(frequencies >= least)
        return [
            (self.term(first + number).decode(), int(frequencies[number]))
            for number in chosen.tolist()
        ]


def encode_postings(
    field: str,
    terms: Sequence[str],
    frequencies: Array,
    ids: Array,
    size: int,
    weights: Array | None = None,
) -> dict[str, Array]:
    """Return the arrays of a field whose lists are found by their terms.

    ``terms`` ascend by code points; the other arguments are those of ``encode_lists``,
    ``weights`` in the order of ``ids`` if given.
    """
    encoded = [term.encode("utf-8", "surrogatepass") for term in terms]
    arrays: dict[str, Array] = {
        f"{field}.text": np.frombuffer(b"".join(encoded), np.uint8),
        f"{field}.bounds": offsets([len(term) for term in encoded]).astype(np.uint32),
        **encode_lists(field, frequencies, ids, size),
    }
    if weights is not None:
        arrays[f"{field}.weights"] = weights
        arrays[f"{field}.weights.starts"] = _small(offsets(frequencies)[:-1])
    return arrays


def encode_lists(field: str, frequencies: Array, ids: Array, size: int) -> dict[str, Array]:
    """Return the arrays of posting lists.

    Term i is in the next ``frequencies[i]`` of ``ids`` (each list ascending, below ``size``).
    """
    stream, kinds, starts = _encode_lists(frequencies, ids, size)
    return {
        f"{field}.df": frequencies.astype(np.uint32),
        f"{field}.starts": _small(starts),
        f"{field}.kinds": kinds,
        f"{field}.stream": stream,
    }


def _small(values: npt.NDArray[np.int64]) -> Array:
    """Return ``values`` in 32 bits where they fit."""
    fits = not len(values) or int(values[-1]) < 2**32
    return values.astype(np.uint32 if fits else np.uint64)


def _encode_lists(
    frequencies: Array, ids: Array, size: int
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Encode all lists at once; return the bytes, the kind and the start of each list."""
    ends = np.cumsum(frequencies, dtype=np.int64)
    firsts = ends - frequencies
    steps = np.diff(ids.astype(np.int64), prepend=0)
    steps[firsts] = ids[firsts]  # the first step of a list is its first number
    jumps8, jumps16 = steps // 255, steps // 65535
    total = offsets(jumps8)
    bytes8 = frequencies + total[ends] - total[firsts]
    total = offsets(jumps16)
    bytes16 = 2 * (frequencies + total[ends] - total[firsts])
    bitmap = -(-size // 8)
    sizes = np.stack([bytes8, bytes16, np.full_like(bytes8, bitmap)])
    kinds = np.argmin(sizes, axis=0).astype(np.uint8)
    lengths = np.min(sizes, axis=0)
    starts = offsets(lengths)
    stream = np.zeros(int(starts[-1]), np.uint8)
    for kind, jumps, step, width in (
        (_STEPS8, jumps8, 255, np.uint8),
        (_STEPS16, jumps16, 65535, np.uint16),
    ):
        chosen = np.repeat(kinds == kind, frequencies)
        if not chosen.any():
            continue
        # Each posting becomes its jumps and then its remaining step.
        units = jumps[chosen] + 1
        values = np.full(int(units.sum()), step, dtype=width)
        values[np.cumsum(units) - 1] = steps[chosen] - jumps[chosen] * step
        _place(
            stream,
            values.astype(f"<u{values.itemsize}").view(np.uint8),
            kinds == kind,
            starts,
            sizes[kind],
        )
    for number in np.flatnonzero(kinds == _BITMAP):
        bits = np.zeros(bitmap * 8, np.uint8)
        bits[ids[firsts[number] : ends[number]]] = 1
        stream[starts[number] : starts[number] + bitmap] = np.packbits(bits, bitorder="little")
    return stream, kinds, starts


def _place(
    stream: npt.NDArray[np.uint8],
    values: npt.NDArray[np.uint8],
    chosen: npt.NDArray[np.bool_],
    starts: npt.NDArray[np.int64],
    sizes: npt.NDArray[np.int64],
) -> None:
    """Copy the consecutive lists in ``values`` to where ``starts`` says each belongs."""
    lengths = sizes[chosen]
    shift = starts[:-1][chosen] - (np.cumsum(lengths) - lengths)
    stream[np.arange(len(values)) + np.repeat(shift, lengths)] = values
