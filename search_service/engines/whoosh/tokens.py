"""Tokenising many texts, in parallel processes where there are enough of them.

The words are the same whatever the number of processes: every text is cut by itself.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from array import array
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from types import TracebackType

import numpy as np

from search_service.analysis import Segmenter
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


class _Worker:
    """A process of its own that cuts batches, one after the other.

    Not ``multiprocessing``: its "fork" copies the locks of a threaded server, and its
    "spawn" runs the caller's script again. Both ends of the pipes are ours, so what
    they carry may be pickled.
    """

    def __init__(self, segmenter: Segmenter) -> None:
        program = f"import sys; from {__name__} import work; work(*sys.argv[1:])"
        self._process = subprocess.Popen(  # noqa: S603 - this program, with our own arguments
            [sys.executable, "-c", program, segmenter.backend, segmenter.user_dictionary or ""],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        self._lock = threading.Lock()

    def cut(self, texts: Sequence[Parts]) -> _Cut:
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the worker has no pipes")
        with self._lock:
            pickle.dump(list(texts), process.stdin, pickle.HIGHEST_PROTOCOL)
            process.stdin.flush()
            result = pickle.load(process.stdout)  # noqa: S301 - written by our own child
        if not isinstance(result, _Cut):
            raise TypeError("the worker answered something else")
        return result

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


def work(backend: str, user_dictionary: str) -> None:
    """Serve batches from standard input until it ends."""
    segmenter = Segmenter(user_dictionary or None, "jieba" if backend == "jieba" else "rjieba")
    answers = sys.stdout.buffer
    while True:
        try:
            texts = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by our own parent
        except EOFError:
            return
        pickle.dump(_cut(segmenter, texts), answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


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
        self._workers: list[_Worker] = []
        self._threads: ThreadPoolExecutor | None = None

    def __enter__(self) -> Tokenizer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            worker.stop()
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)

    def start(self, texts: Sequence[Parts], weights: Sequence[int] | None) -> PendingTokens:
        """Begin to cut ``texts``; ``weights`` says what a word in each part counts (else 1)."""
        batches = list(_batches(texts))
        size = sum(len(part) for parts in texts for part in parts)
        if self._processes > 1 and size >= _PARALLEL_FROM:
            return PendingTokens(self._submit(batches), weights)
        return PendingTokens([_done(_cut(self._segmenter, batch)) for batch in batches], weights)

    def _submit(self, batches: Sequence[Sequence[Parts]]) -> list[Future[_Cut]]:
        if self._threads is None:
            self._workers = [_Worker(self._segmenter) for _ in range(self._processes)]
            self._threads = ThreadPoolExecutor(self._processes)
        idle: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self._workers:
            idle.put(worker)

        def cut(batch: Sequence[Parts]) -> _Cut:
            worker = idle.get()
            try:
                return worker.cut(batch)
            finally:
                idle.put(worker)

        return [self._threads.submit(cut, batch) for batch in batches]


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
