"""Which character sequences stand in which texts, so that literal search never scans.

Indexed are every character, every pair of characters, and every longer sequence (here
"phrase") both of whose parts (all but its last, all but its first character) are
frequent: in at least ``FREQUENT`` texts. So for any string either the answer is a
posting list as it stands, or some part of the string is in fewer than ``FREQUENT``
texts and only those are looked at. The cost is bounded whatever the string.

The phrases are few: they are the stock phrases of the corpus. Only where whole passages
stand in many texts, phrases end before these do (``levels.MOST_POSTINGS``): then the texts
that have all parts of a string are looked at, nearly all of which have the string.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from search_service.engines.whoosh.arrays import Array, ArrayFile
from search_service.engines.whoosh.cache import ByteCache
from search_service.engines.whoosh.levels import Numbers, levels
from search_service.engines.whoosh.postings import (
    Ids,
    PostingLists,
    PostingsReader,
    encode_lists,
    encode_postings,
)
from search_service.engines.whoosh.sets import EMPTY
from search_service.engines.whoosh.texts import Folded, FoldedColumn

FREQUENT = 1024
"""Texts; looking at this many takes about a millisecond. Half as many would halve that, but
make 56,000 phrases of 114,091 sections of laws instead of 16,000, and their index 7 % larger."""

_LONG = 256
"""Postings; decoding fewer costs less than keeping them."""
_DECODED_BYTES = 4 * 1024 * 1024

_CODE = np.uint64(32)
_CODE_MASK = np.uint64((1 << 32) - 1)


def encode_grams(field: str, column: FoldedColumn, frequent: int = FREQUENT) -> dict[str, Array]:
    """Return the arrays of the grams of ``column``. NUL separates: no gram holds it."""
    size = len(column.bounds) - 1
    by_length = levels(column, frequent)
    characters, pairs = next(by_length), next(by_length)
    codes = pairs.grams.astype(np.uint64)
    phrases = {
        term: ids
        for level in by_length
        for term, ids in zip(
            level.terms(), np.split(level.ids, np.cumsum(level.frequencies)[:-1]), strict=True
        )
    }
    terms = sorted(phrases)
    lists = [phrases[term] for term in terms]
    return {
        **encode_postings(
            f"{field}.characters",
            characters.terms(),
            characters.frequencies,
            characters.ids,
            size,
        ),
        **encode_lists(f"{field}.pairs", pairs.frequencies, pairs.ids, size),
        f"{field}.pairs.keys": _pair_keys(codes[:, 0], codes[:, 1]),
        **encode_postings(
            f"{field}.phrases",
            terms,
            np.array([len(ids) for ids in lists], np.int64),
            np.concatenate([np.empty(0, np.uint32), *lists]),
            size,
        ),
    }


class Exhausted(Exception):
    """More texts would have to be read than may be."""


class Effort:
    """How many texts may still be read to find literals; no limit by default."""

    def __init__(self, texts: int | None = None) -> None:
        self._left = texts

    def spend(self, texts: int) -> None:
        """Take off what is about to be read; raises ``Exhausted`` if it is more than is left."""
        if self._left is not None:
            if texts > self._left:
                raise Exhausted
            self._left -= texts


UNLIMITED = Effort()

_Cover = tuple[PostingLists, int]
"""A posting list: its reader, and its number there."""


class _Pairs(PostingLists):
    """The posting lists of pairs of characters, found by one integer each."""

    def __init__(self, file: ArrayFile, field: str) -> None:
        super().__init__(file, field)
        self.keys = file[f"{field}.keys"]

    def term(self, number: int) -> bytes:
        """Return the pair at ``number`` in the order of code points, as UTF-8."""
        key = self.keys[number]
        return (chr(key >> _CODE) + chr(key & _CODE_MASK)).encode()

    def lower_bound(self, term: bytes) -> int:
        """Return the number of the first pair that is not less than ``term``."""
        return bisect_left(range(len(self)), term, key=self.term)


class Grams:
    """Finds the texts of one field of one segment that contain a string."""

    _FEW = 64
    """Texts; looking at this many costs less than narrowing them down further."""

    _READING = 100
    """Postings of a list that are decoded in the time that looking at one text takes."""

    _LISTS = 5
    """Posting lists; more than this rarely narrow further what the rarest ones left."""

    def __init__(self, file: ArrayFile, field: str, folded: Folded, words: PostingsReader) -> None:
        self.characters = PostingsReader(file, f"{field}.characters")
        self.pairs = _Pairs(file, f"{field}.pairs")
        self.phrases = PostingsReader(file, f"{field}.phrases")
        self._folded = folded
        self._words = words
        self._decoded: ByteCache[Ids] = ByteCache(_DECODED_BYTES, lambda ids: ids.nbytes)

    def containing(self, text: str, keys: Numbers, effort: Effort) -> Ids:
        """Return the texts whose folded form contains ``text`` (folded, not empty), ascending.

        ``keys`` is ``pair_keys(text)``, made once for all segments. Raises ``Exhausted`` if
        that takes more than is left of ``effort``.
        """
        if len(text) == 1:
            number = self.characters.find(text)
            return self.characters.ids(number) if number >= 0 else EMPTY
        covers, whole = self._covers(text, keys)
        if not covers:
            return EMPTY
        if whole:
            return covers[0][0].ids(covers[0][1])
        candidates = self._narrowed(self._ids(*covers[0]), covers[1 : self._LISTS])
        known = self._having_word(text) if len(candidates) > self._FEW else EMPTY
        if len(known):
            places = known.searchsorted(candidates)
            candidates = candidates[known.take(places, mode="clip") != candidates]
        effort.spend(len(candidates))
        found = self._folded.containing(text, candidates)
        if len(known):
            found = np.concatenate([known, found])
            found.sort()
        return found

    def beside(self, left: str, right: str) -> dict[str, float]:
        """Return the characters that stand after ``left`` and, maybe elsewhere, before ``right``.

        One of them may be empty. Each with the number of texts that have all in a row, if
        what stands before a character said nothing of what stands after it.
        """
        if not left:
            return self._expected(*self._before(right))
        letters, after = self._after(left)
        if not right:
            return self._expected(letters, after)
        keys = _pair_keys(letters, np.array(_code(right)))
        numbers = self.pairs.keys.searchsorted(keys)
        there = self.pairs.keys.take(numbers, mode="clip") == keys
        letters, after, before = letters[there], after[there], numbers[there]
        alone = self.characters.frequencies[self._character_codes.searchsorted(letters)]
        return self._expected(letters, after * (self.pairs.frequencies[before] / alone))

    def _after(self, character: str) -> tuple[Numbers, npt.NDArray[np.uint32]]:
        """Return what stands after a character, with the number of texts."""
        code = _code(character)
        keys = np.array([code, code + np.uint64(1)]) << _CODE
        first, end = self.pairs.keys.searchsorted(keys)
        return self.pairs.keys[first:end] & _CODE_MASK, self.pairs.frequencies[first:end]

    def _before(self, character: str) -> tuple[Numbers, npt.NDArray[np.uint32]]:
        """Return what stands before a character, with the number of texts."""
        numbers = np.flatnonzero(self.pairs.keys & _CODE_MASK == _code(character))
        return self.pairs.keys[numbers] >> _CODE, self.pairs.frequencies[numbers]

    @staticmethod
    def _expected(letters: Numbers, texts: npt.NDArray[Any]) -> dict[str, float]:
        return dict(zip(map(chr, letters.tolist()), texts.tolist(), strict=True))

    def _narrowed(self, candidates: Ids, covers: list[_Cover]) -> Ids:
        """Return those of ``candidates`` that are in the lists of ``covers``, as far as it pays.

        Grams of a stock phrase stand in the same texts, so a list is expected to leave
        out as large a part as the one before it did.
        """
        removed = 1.0
        for reader, number in covers:
            size = len(candidates)
            if size <= self._FEW or removed * size * self._READING < reader.frequency(number):
                break
            inside = reader.among(number, candidates)
            if inside is None:
                ids = self._ids(reader, number)
                inside = ids.take(ids.searchsorted(candidates), mode="clip") == candidates
            candidates = candidates[inside]
            removed = 1 - len(candidates) / size
        return candidates

    def _ids(self, reader: PostingLists, number: int) -> Ids:
        """Return a posting list; long ones used last are kept decoded.

        Completions of one prefix share most of their grams, and so do the words of a field.
        """
        if reader.frequency(number) < _LONG:
            return reader.ids(number)
        return self._decoded.get((reader is self.pairs, number), lambda: reader.ids(number))

    def _having_word(self, text: str) -> Ids:
        """Return the texts that have ``text`` as a word: a word stands in its folded text."""
        number = self._words.find(text)
        return self._words.ids(number) if number >= 0 else EMPTY

    def _covers(self, text: str, keys: Numbers) -> tuple[list[_Cover], bool]:
        """Return posting lists that cover ``text``, the rarest first; none if it is nowhere.

        Or only that of all of ``text``, and that it is.
        """
        pairs = self._pairs_of(keys)
        if pairs is None:
            return [], False
        if len(text) == 2:
            return [(self.pairs, int(pairs[0]))], True
        frequencies = self.pairs.frequencies[pairs]
        order = frequencies.argsort(kind="stable")
        if frequencies[order[0]] >= FREQUENT:
            return self._phrases_of(text, pairs.tolist())
        return [(self.pairs, number) for number in pairs[order[: self._LISTS]].tolist()], False

    def _pairs_of(self, keys: Numbers) -> npt.NDArray[np.intp] | None:
        """Return the number of each pair, or ``None`` if one is in no text."""
        known = self.pairs.keys
        numbers = known.searchsorted(keys)
        if not len(known) or (known.take(numbers, mode="clip") != keys).any():
            return None
        return numbers

    def _phrases_of(self, text: str, pairs: list[int]) -> tuple[list[_Cover], bool]:
        """Return the longest gram at each place of ``text``, the rarest first.

        Or only that of all of ``text``, and that it is.
        """
        covers: list[tuple[int, PostingLists, int]] = []
        for start, pair in enumerate(pairs):
            reader: PostingLists = self.pairs
            number, length = pair, 2
            while start + length < len(text):
                longer = self._phrase_numbers.get(text[start : start + length + 1], -1)
                if longer < 0:
                    break
                reader, number, length = self.phrases, longer, length + 1
            if length == len(text):
                return [(reader, number)], True
            covers.append((reader.frequency(number), reader, number))
        covers.sort(key=lambda cover: cover[0])
        return [cover[1:] for cover in covers], False

    @cached_property
    def _character_codes(self) -> Numbers:
        """The code points of all characters, ascending."""
        return np.array([ord(character) for character in self.characters.terms()], np.uint64)

    @cached_property
    def _phrase_numbers(self) -> dict[str, int]:
        """The numbers of all phrases: some thousands, asked many times for one string."""
        return {phrase: number for number, phrase in enumerate(self.phrases.terms())}


def pair_keys(text: str) -> Numbers:
    """Return the keys of the pairs of characters in ``text``."""
    codes = np.frombuffer(text.encode("utf-32-le"), "<u4").astype(np.uint64)
    return _pair_keys(codes[:-1], codes[1:])


def _code(character: str) -> np.uint64:
    code: np.uint64 = np.uint64(ord(character))
    return code


def _pair_keys(first: Numbers, second: Numbers) -> Numbers:
    """Return one integer a pair of code points, in the order of the pairs as strings."""
    keys: Numbers = (first << _CODE) | second
    return keys
