"""One document is added, replaced or deleted in the full index, and then queries go on."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks.engines import report
from benchmarks.engines.adapter import Query
from benchmarks.engines.ours import Ours
from search_service.engines.whoosh.building import MERGE_SEGMENTS
from search_service.engines.whoosh.engine import WhooshEngine
from search_service.models import Report

ROUNDS = 7
REPEATS = 5


def update_section(index: Path, copy: Path, queries: Sequence[Query]) -> str:
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(index, copy)
    untouched, changed = Ours(), Ours()
    untouched.open(index)
    changed.open(copy)
    engine = changed.engine
    seconds: dict[str, list[float]] = {"add": [], "replace": [], "delete": []}
    slower: list[list[str]] = []
    sample = _report(engine)
    for number in range(ROUNDS):
        # One new segment a round: an addition that stays, replaced, and one that goes.
        added = _renamed(sample, f"added-{number}")
        seconds["add"].append(_timed(engine, lambda report=added: engine.update([report])))
        if number == 0:
            slower.append(["1 addition", *_slowdown(untouched, changed, queries)])
        replaced = replace(added, sections=added.sections[::-1])
        seconds["replace"].append(_timed(engine, lambda report=replaced: engine.update([report])))
    for number in range(ROUNDS):
        name = engine.snapshot().documents.ids[number]
        seconds["delete"].append(_timed(engine, lambda name=name: engine.update(delete=[name])))
    segments = len(engine.snapshot().segments)
    change = f"{2 * ROUNDS} additions and replacements, {ROUNDS} deletions ({segments} segments)"
    slower.append([change, *_slowdown(untouched, changed, queries)])
    while len(engine.snapshot().segments) <= MERGE_SEGMENTS:
        before = len(engine.snapshot().segments)
        number += 1
        added = _renamed(sample, f"added-{number}")
        took = _timed(engine, lambda report=added: engine.update([report]))
        if len(engine.snapshot().segments) <= before:
            seconds["add that merges"] = [took]
            break
    rows = [
        [what, f"{median(values) * 1000:.0f}", f"{max(values) * 1000:.0f}"]
        for what, values in seconds.items()
    ]
    header = ["queries after", "median before", "median after", "ratio", "p95 ratio"]
    shutil.rmtree(copy)
    return (
        "Milliseconds until the change is durable and searched by the process that made it "
        f"(the document has {len(sample.sections)} sections), median and worst of {ROUNDS}.\n\n"
        + report.table(["change", "median", "worst"], rows)
        + "\nThe same queries, before any merge, in turn on the index as it was and on the "
        f"changed one, best of {REPEATS}, milliseconds:\n\n" + report.table(header, slower)
    )


def _report(engine: WhooshEngine) -> Report:
    """Return a report of middling size."""
    names = engine.snapshot().documents.ids[:200]
    reports = [found for name in names if (found := engine.report(name)) is not None]
    return sorted(reports, key=lambda report: len(report.sections))[len(reports) // 2]


def _renamed(report_: Report, name: str) -> Report:
    return replace(report_, document=replace(report_.document, id=name))


def _timed(engine: WhooshEngine, change: Callable[[], object]) -> float:
    started = time.perf_counter()
    change()
    engine.snapshot()
    return time.perf_counter() - started


def _slowdown(before: Ours, after: Ours, queries: Sequence[Query]) -> list[str]:
    columns: tuple[list[float], list[float]] = ([], [])
    for query in queries:
        for adapter, times in zip((before, after), columns, strict=True):
            way = adapter.ways(query)[0]
            best = 1e9
            for _ in range(REPEATS):
                started = time.perf_counter()
                way()
                best = min(best, time.perf_counter() - started)
            times.append(best)
    medians = [median(times) for times in columns]
    p95s = [report.percentile(times, 0.95) for times in columns]
    return [
        *map(report.milliseconds, medians),
        f"{medians[1] / medians[0]:.2f}",
        f"{p95s[1] / p95s[0]:.2f}",
    ]
