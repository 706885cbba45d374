"""A fresh process, files not in memory: open the index and answer one query."""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from pathlib import Path
from statistics import median

from benchmarks.engines import report
from benchmarks.engines.adapter import Query
from benchmarks.engines.bench import LABELS, Bench

ROUNDS = 5
QUERY = Query("term", ("管理",))


def forget(directory: Path) -> None:
    """Ask the system to drop the files of ``directory`` from its page cache."""
    for path in directory.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def cold_section(bench: Bench) -> str:
    names = [name for name in bench.measured if not name.endswith("-hits")]
    times: dict[str, list[tuple[float, ...]]] = {name: [] for name in names}
    for _ in range(ROUNDS):
        for name in names:
            times[name].append((*_start(bench, name, cold=True), *_start(bench, name, cold=False)))
    rows = [
        [
            LABELS[name],
            *(report.milliseconds(median(column)) for column in zip(*found, strict=True)),
        ]
        for name, found in times.items()
    ]
    header = ["engine", "cold: open + query", "cold: with start", "warm: open + query",
              "warm: with start"]  # fmt: skip
    return (
        f"A process starts and imports its libraries; then it opens the index and answers one "
        f"query ({QUERY.words[0]}) with top 10, total and facets. “Cold” after the system was "
        f"asked to drop the index from its page cache. Median of {ROUNDS}, milliseconds.\n\n"
        + report.table(header, rows)
    )


def _start(bench: Bench, name: str, cold: bool) -> tuple[float, float]:
    if cold:
        forget(bench.directory(name))
    started = time.perf_counter()
    process = bench.start(name)
    process.ask("memory")
    imported = time.perf_counter()
    process.ask("open")
    process.ask("query", repeats=1, budget=1.0, **asdict(QUERY))
    ended = time.perf_counter()
    process.stop()
    return ended - imported, ended - started
