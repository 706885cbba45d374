"""Builds every engine's index, asks every engine the same questions, and compares."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import fmean, median
from typing import Any

from benchmarks.engines import report
from benchmarks.engines.adapter import Query
from benchmarks.engines.client import ROOT, EngineFailed, EngineProcess, python_with, size_of
from benchmarks.engines.corpus import Rows
from benchmarks.engines.queries import KINDS

LABELS = {
    "ours": "**this engine**",
    "ours-hits": "this engine, 10 sections read",
    "tantivy": "tantivy",
    "tantivy-hits": "tantivy, 10 sections read",
    "lucene": "Lucene",
    "xapian": "Xapian",
    "fts5": "SQLite FTS5",
    "whoosh": "stock Whoosh",
}
NAMES = tuple(LABELS)
REPEATS = 5
BUDGET = 1.0
"""Seconds after which a query is not repeated again."""


@dataclass
class Measured:
    """What is known of one engine."""

    build_seconds: float | None = None
    index_bytes: int = 0
    baseline_bytes: int = 0
    open_bytes: int = 0
    private_bytes: int = 0
    times: dict[str, list[float]] = field(default_factory=dict)
    """Seconds per kind of query, and ``mixed``."""


class Bench:
    """The engines that can be had, and what was measured."""

    def __init__(
        self, work: Path, corpus: Path, rows: Rows, names: Sequence[str], jar: Path | None
    ) -> None:
        self.work, self.corpus, self.rows = work, corpus, rows
        self.measured: dict[str, Measured] = {}
        self.skipped: dict[str, str] = {}
        self._commands: dict[str, list[str] | None] = {}
        for name in names:
            self._add(name, jar)

    def _add(self, name: str, jar: Path | None) -> None:
        try:
            self._commands[name] = _command(name, jar)
        except EngineFailed as error:
            self.skipped[name] = str(error)
        else:
            self.measured[name] = Measured()

    def directory(self, name: str) -> Path:
        return self.work / name.removesuffix("-hits")

    def start(self, name: str) -> EngineProcess:
        return EngineProcess(name, self.directory(name), self._commands[name])

    def build(self, reuse: bool) -> None:
        for name in self.measured:
            directory = self.directory(name)
            seconds = directory.with_suffix(".seconds")
            if not (reuse and seconds.exists()) and not name.endswith("-hits"):
                print(f"building {name}", file=sys.stderr)
                process = self.start(name)
                paths = {"rows": str(self.rows.path), "corpus": str(self.corpus)}
                seconds.write_text(str(process.ask("build", **paths)["seconds"]))
                process.stop()
            if seconds.exists():
                self.measured[name].build_seconds = float(seconds.read_text())
            self.measured[name].index_bytes = size_of(directory)

    def ask_all(self, queries: Sequence[Query]) -> None:
        """Ask every engine each query in turn; stop where answers differ."""
        processes = {name: self.start(name) for name in self.measured}
        try:
            for name, process in processes.items():
                self.measured[name].baseline_bytes = process.ask("memory")["bytes"]
                process.ask("open")
                self.measured[name].open_bytes = process.ask("memory")["bytes"]
            for number, query in enumerate(queries):
                if number % 50 == 0:
                    print(f"query {number} of {len(queries)}", file=sys.stderr)
                self._ask(processes, query)
            for name, process in processes.items():
                self.measured[name].private_bytes = process.ask("memory")["bytes"]
        finally:
            for process in processes.values():
                process.stop()

    def _ask(self, processes: dict[str, EngineProcess], query: Query) -> None:
        first: tuple[str, dict[str, Any]] | None = None
        for name, process in processes.items():
            answer = process.ask("query", repeats=REPEATS, budget=BUDGET, **asdict(query))
            seconds = answer.pop("seconds")
            answer.pop("way")
            if first is None:
                first = name, answer
            elif answer != first[1]:
                raise SystemExit(
                    f"{query}: {first[0]} answers {first[1]}, but {name} answers {answer}"
                )
            for kind in (query.kind, "mixed"):
                self.measured[name].times.setdefault(kind, []).append(seconds)


def _command(name: str, jar: Path | None) -> list[str] | None:
    worker = ["-m", "benchmarks.engines.worker", name]
    if name == "lucene":
        if jar is None:
            raise EngineFailed("no jar of Lucene was given (--lucene-jar)")
        return ["java", "-Xmx2g", "-cp", str(jar), str(ROOT / "benchmarks/engines/Lucene.java")]
    module = {"xapian": "xapian", "tantivy": "tantivy", "tantivy-hits": "tantivy"}.get(name)
    if module is None:
        return None
    python = python_with(module)
    if python is None:
        raise EngineFailed(f"no Python here has its binding ({module})")
    return [python, *worker]


def queries_section(bench: Bench) -> str:
    kinds = (*KINDS, "mixed")
    any_times = next(iter(bench.measured.values())).times
    counts = ", ".join(f"{len(any_times[kind])} {kind}" for kind in KINDS)
    body = (
        f"{bench.rows.sections:,} sections; queries: {counts}. Each: top 10, exact total, counts "
        f"per district and per year; best of {REPEATS} warm (fewer where they take over "
        f"{BUDGET:g} s); totals and counts are equal in all engines. Milliseconds.\n\n"
    )
    for kind in kinds:
        rows = []
        for name, measured in bench.measured.items():
            times = measured.times[kind]
            figures = median(times), report.percentile(times, 0.95), fmean(times)
            rows.append(
                [LABELS[name], *map(report.milliseconds, figures), *_ratios(bench, kind, figures)]
            )
        header = [kind, "median", "p95", "mean", "median ÷ tantivy", "p95 ÷ tantivy",
                  "median ÷ ours", "p95 ÷ ours"]  # fmt: skip
        body += report.table(header, rows) + "\n"
    return body + "".join(f"{LABELS[n]}: not run, {why}.\n\n" for n, why in bench.skipped.items())


def _ratios(bench: Bench, kind: str, figures: tuple[float, float, float]) -> list[str]:
    ratios = []
    for other in ("tantivy", "ours"):
        if other not in bench.measured:
            ratios += ["", ""]
            continue
        times = bench.measured[other].times[kind]
        ratios.append(f"{figures[0] / median(times):.2f}")
        ratios.append(f"{figures[1] / report.percentile(times, 0.95):.2f}")
    return ratios


def build_section(bench: Bench) -> str:
    rows = []
    own = {"ours", "ours-hits"}
    for name, measured in bench.measured.items():
        if measured.build_seconds is None or name.endswith("-hits"):
            continue
        whole = measured.build_seconds + (0 if name in own else bench.rows.seconds)
        rows.append(
            [
                LABELS[name],
                "" if name in own else f"{measured.build_seconds:.1f}",
                f"{whole:.1f}",
                f"{measured.index_bytes / 1e6:.1f}",
                f"{measured.index_bytes / bench.rows.text_bytes:.2f}",
            ]
        )
    header = ["engine", "index rows, s", "from .jsonl.gz, s", "index, MB", "index ÷ text"]
    return (
        f"The text (headings and texts, UTF-8) has {bench.rows.text_bytes / 1e6:.1f} MB. "
        "“From .jsonl.gz” adds, for the other engines, reading and cutting the corpus on two "
        f"processes ({bench.rows.seconds:.1f} s). All store the sections' texts and index words "
        "and single characters (FTS5: trigrams too).\n\n" + report.table(header, rows)
    )


def memory_section(bench: Bench) -> str:
    rows = [
        [
            LABELS[name],
            f"{(measured.open_bytes - measured.baseline_bytes) / 1e6:.1f}",
            f"{(measured.private_bytes - measured.baseline_bytes) / 1e6:.1f}",
            f"{measured.baseline_bytes / 1e6:.1f}",
        ]
        for name, measured in bench.measured.items()
    ]
    return (
        "Private memory, MB (`Private_Dirty` of `smaps_rollup`: what no file holds), after "
        "opening and after the whole log, beyond the interpreter with libraries (for this engine "
        "also the segmenter's dictionary) loaded.\n\n"
        + report.table(["engine", "opened", "after the log", "before opening"], rows)
    )
