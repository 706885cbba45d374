"""Tokenising many texts, in parallel processes where there are enough of them.

The words are the same whatever the number of processes: every text is cut by itself.
"""

from __future__ import annotations

import multiprocessing
from array import array
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from types import TracebackType

import numpy as np

from search_service.analysis import Segmenter
from search_service.analysis.segmenter import Backend
from search_service.engines.whoosh.words import Tokens

_PARALLEL_FROM = 1_000_000
"""Characters; below, starting processes takes longer than cutting."""

_BATCH = 500_000
"""Characters that one task cuts."""

Parts = Sequence[str]
"""The parts of one text, such as heading and text."""


class _Vocabulary(dict[str, int]):
    """Numbers words as they are first seen."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


@dataclass(frozen=True)
class _Cut:
    """The words of a batch of texts."""

    vocabulary: list[str]
    words: bytes
    """Numbers in ``vocabulary``, 4 bytes each, part after part."""
    counts: list[tuple[int, ...]]
    """Per text, the number of words of each part."""


def _cut(segmenter: Segmenter, texts: Sequence[Parts]) -> _Cut:
    vocabulary = _Vocabulary()
    words = array("I")
    counts = []
    for parts in texts:
        lengths = []
        for part in parts:
            found = segmenter.search_words(part)
            words.extend(map(vocabulary.__getitem__, found))
            lengths.append(len(found))
        counts.append(tuple(lengths))
    return _Cut(list(vocabulary), words.tobytes(), counts)


_segmenter: Segmenter | None = None
"""The segmenter of a worker process."""


def _start_worker(user_dictionary: str | None, backend: Backend) -> None:
    global _segmenter  # noqa: PLW0603 - a worker process has one segmenter for its life
    _segmenter = Segmenter(user_dictionary, backend)


def _cut_in_worker(texts: Sequence[Parts]) -> _Cut:
    if _segmenter is None:
        raise RuntimeError("the worker was not started by Tokenizer")
    return _cut(_segmenter, texts)


class PendingTokens:
    """Tokens that are being made."""

    def __init__(self, cuts: list[Future[_Cut]], weights: Sequence[int] | None) -> None:
        self._cuts = cuts
        self._weights = weights

    def result(self) -> Tokens:
        """Wait for all batches and put them together in order."""
        vocabulary = _Vocabulary()
        words, counts = [], []
        for future in self._cuts:
            cut = future.result()
            number = np.array([vocabulary[word] for word in cut.vocabulary], np.uint32)
            words.append(number[np.frombuffer(cut.words, np.uint32)])
            counts.extend(cut.counts)
        per_part = np.array([n for count in counts for n in count], np.int64)
        part_counts = [len(count) for count in counts]
        owner_of_part = np.repeat(np.arange(len(counts), dtype=np.uint32), part_counts)
        weight_of_part = np.ones(len(per_part), np.uint8)
        if self._weights is not None:
            weight_of_part = np.tile(np.array(self._weights, np.uint8), len(counts))
        return Tokens(
            list(vocabulary),
            np.concatenate([np.empty(0, np.uint32), *words]),
            np.repeat(owner_of_part, per_part),
            np.repeat(weight_of_part, per_part),
        )


class Tokenizer:
    """Cuts texts with up to ``processes`` processes, started when they are worth it."""

    def __init__(self, segmenter: Segmenter, processes: int) -> None:
        self._segmenter = segmenter
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Tokenizer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def start(self, texts: Sequence[Parts], weights: Sequence[int] | None) -> PendingTokens:
        """Begin to cut ``texts``; ``weights`` says what a word in each part counts (else 1)."""
        batches = list(_batches(texts))
        size = sum(len(part) for parts in texts for part in parts)
        if self._processes > 1 and size >= _PARALLEL_FROM:
            pool = self._workers()
            return PendingTokens([pool.submit(_cut_in_worker, b) for b in batches], weights)
        return PendingTokens([_done(_cut(self._segmenter, batch)) for batch in batches], weights)

    def _workers(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # "spawn": a forked child of a threaded server can hold locks for ever.
            self._pool = ProcessPoolExecutor(
                self._processes,
                multiprocessing.get_context("spawn"),
                _start_worker,
                (self._segmenter.user_dictionary, self._segmenter.backend),
            )
        return self._pool


def _done(cut: _Cut) -> Future[_Cut]:
    future: Future[_Cut] = Future()
    future.set_result(cut)
    return future


def _batches(texts: Sequence[Parts]) -> list[Sequence[Parts]]:
    batches, start, size = [], 0, 0
    for number, parts in enumerate(texts):
        size += sum(map(len, parts))
        if size >= _BATCH:
            batches.append(texts[start : number + 1])
            start, size = number + 1, 0
    if start < len(texts):
        batches.append(texts[start:])
    return batches
