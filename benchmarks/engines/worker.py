"""Runs one engine and answers a JSON request a line on standard input.

Needs only the standard library and that engine, so that it runs in any interpreter:
``python -m benchmarks.engines.worker ENGINE DIRECTORY``.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.engines.adapter import Adapter, Query, Source

ADAPTERS = {
    "ours": ("benchmarks.engines.ours", "Ours"),
    "ours-hits": ("benchmarks.engines.ours", "OursWithHits"),
    "tantivy": ("benchmarks.engines.tantivy", "Tantivy"),
    "tantivy-hits": ("benchmarks.engines.tantivy", "TantivyWithHits"),
    "whoosh": ("benchmarks.engines.stock_whoosh", "StockWhoosh"),
    "fts5": ("benchmarks.engines.fts5", "Fts5"),
    "xapian": ("benchmarks.engines.xapian", "Xapian"),
}


def private_bytes() -> int:
    """Memory that only this process has and no file holds.

    Mapped pages of the index count as "private clean" while one process maps them, and as
    shared once a second one does, so only what is dirty says what a worker adds.
    """
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty"))


def measure(adapter: Adapter, query: Query, repeats: int, budget: float) -> dict[str, Any]:
    """Return the best time of ``repeats`` (fewer once ``budget`` seconds are spent)."""
    best: dict[int, float] = {}
    answers = []
    for number, way in enumerate(adapter.ways(query)):
        spent = 0.0
        for _ in range(repeats):
            started = time.perf_counter()
            result = way()
            seconds = time.perf_counter() - started
            best[number] = min(seconds, best.get(number, seconds))
            spent += seconds
            if spent > budget:
                break
        answers.append(adapter.read(result))
    if any(answer != answers[0] for answer in answers):
        raise SystemExit(f"{type(adapter).__name__} contradicts itself on {query}: {answers}")
    fastest = min(best, key=best.__getitem__)
    return {"seconds": best[fastest], "way": fastest, **answers[0].as_json()}


def handle(adapter: Adapter, directory: Path, request: dict[str, Any]) -> dict[str, Any]:
    started = time.perf_counter()
    match request:
        case {"op": "build", "rows": rows, "corpus": corpus}:
            directory.mkdir(parents=True)
            adapter.build(Source(Path(rows), Path(corpus)), directory)
        case {"op": "open"}:
            adapter.open(directory)
        case {"op": "memory"}:
            return {"bytes": private_bytes()}
        case {"op": "query", "repeats": repeats, "budget": budget, **rest}:
            query = Query(rest["kind"], tuple(rest["words"]), rest["text"])
            return measure(adapter, query, repeats, budget)
    return {"seconds": time.perf_counter() - started}


def main(name: str, directory: str) -> None:
    module, kind = ADAPTERS[name]
    adapter: Adapter = getattr(importlib.import_module(module), kind)()
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        answer = handle(adapter, Path(directory), json.loads(line))
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
