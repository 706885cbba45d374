"""What a caller of the service sees: requests per second over HTTP, and latency."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

import search_service
from benchmarks.engines import report
from benchmarks.engines.adapter import Query
from benchmarks.engines.client import ROOT
from benchmarks.engines.queries import KINDS

WORKERS = 2
CONNECTIONS = 16
SECONDS = 5.0
ROUNDS = 3
REPEATS = 5


def http_section(index: Path, queries: Sequence[Query]) -> str:
    return _latency(index, queries) + "\n" + _throughput(index, queries)


def _asked(query: Query) -> tuple[str, search_service.Mode]:
    if query.kind == "literal":
        return query.text, "literal"
    return " ".join(query.words), "auto"


def _latency(index: Path, queries: Sequence[Query]) -> str:
    """Time ``SearchService.search``: parsing, searching, reading, passages."""
    service = search_service.open_index(index)
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for query in queries:
        q, mode = _asked(query)
        best = 1e9
        for _ in range(REPEATS):
            started = time.perf_counter()
            service.search(q, mode=mode)
            best = min(best, time.perf_counter() - started)
        times[query.kind].append(best)
    service.close()
    times["mixed"] = [seconds for found in times.values() for seconds in found]
    rows = [
        [kind, *map(report.milliseconds, (median(found), report.percentile(found, 0.95)))]
        for kind, found in times.items()
    ]
    return (
        "`service.search`, in process: query text in, ten hits with passages and marks out (words "
        f"in mode `auto`, literals in mode `literal`); best of {REPEATS}, milliseconds.\n\n"
        + report.table(["queries", "median", "p95"], rows)
    )


def _throughput(index: Path, queries: Sequence[Query]) -> str:
    paths = []
    for query in queries:
        q, mode = _asked(query)
        paths.append(f"/api/v1/search?q={quote(q, safe='')}&mode={mode}")
    with _Server(index, 1000) as server:
        sizes = [len(urlopen(server.address + path).read()) for path in paths]
    size = round(sum(sizes) / len(sizes))
    asked = {"constant, WSGI alone": ["/constant"], "constant, in the API": ["/api/v1/constant"],
             "search": paths}  # fmt: skip
    rates: dict[str, list[float]] = {name: [] for name in asked}
    with _Server(index, size) as server:
        for _ in range(ROUNDS):
            for name, wanted in asked.items():
                rates[name].append(server.load(wanted, 0)["rate"])
        half = median(rates["search"]) / 2
        at_half = [server.load(paths, half) for _ in range(ROUNDS)]
    base = median(rates["constant, WSGI alone"])
    rows = [
        [name, f"{median(found):.0f}", f"{median(found) / base:.2f}"]
        for name, found in rates.items()
    ]
    p50, p99 = (
        report.milliseconds(median(run[name] for run in at_half)) for name in ("p50", "p99")
    )
    return (
        f"`/api/v1/search`, ten hits with passages, {len(paths)} queries in turn, no answers kept "
        f"(`CACHE_SIZE` 0), against a constant of the mean size of these answers ({size:,} bytes) "
        f"on the same server: {WORKERS} workers, {CONNECTIONS} connections, the load generator on "
        f"the same machine; median of {ROUNDS} runs of {SECONDS:g} s, in turn.\n\n"
        + report.table(["address", "requests/s", "÷ constant"], rows)
        + f"\nAt half of the search rate ({half:.0f}/s, from the moment each was due): median "
        f"{p50} ms, p99 {p99} ms.\n"
    )


class _Server:
    """The service's server in processes of its own."""

    def __init__(self, index: Path, size: int) -> None:
        settings = {"INDEX_DIR": index, "WORKERS": WORKERS, "PORT": 0, "CACHE_SIZE": 0,
                    "LOG_LEVEL": "warning"}  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.engines.http_server", str(size)],
            cwd=ROOT,
            env={**os.environ, **{f"SEARCH_SERVICE_{n}": str(v) for n, v in settings.items()}},
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> _Server:
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().strip()
        urlopen(self.address + "/readyz").read()
        time.sleep(1)  # until both workers have opened the index
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.communicate()

    def load(self, paths: Sequence[str], rate: float) -> dict[str, Any]:
        url = urlsplit(self.address)
        connections = 4 * CONNECTIONS if rate else CONNECTIONS
        arguments = (url.hostname, url.port, connections, SECONDS, rate)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.engines.load", *map(str, arguments)],
            input="\n".join(paths),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        result: dict[str, Any] = json.loads(done.stdout)
        return result
