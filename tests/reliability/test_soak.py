"""A long mixed load: descriptors, threads, memory and disk stay where they were.

A minute by default, an hour in the long form. What is taken is looked at after every turn;
the most of the last third must not be more than the most of the first third, after a
warm-up, but for the slack that is named here.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from search_service import build_index
from tests.api.conftest import settings_for
from tests.api.server import ROOT, Server, running
from tests.api.test_server import until, workers
from tests.reliability.test_server_faults import KEY, Load, private, put

Taken = dict[str, int]

SAMPLES = 30
"""At least; where turns are slow, that takes longer."""

THREADS = 8
"""Threads of a worker's pool."""

SLACK: dict[str, Callable[[int], int]] = {
    "descriptors": lambda first: first + 8,  # connections come and go
    "threads": lambda _: 2 * (THREADS + 1) + 1,  # a pool makes a thread when it needs one more
    "mebibytes": lambda first: first + max(first // 10, 8),
    "disk": lambda first: 2 * first,  # a generation more or less
}


def taken(server: Server, index: Path) -> Taken:
    """Return what the server's processes and its index take now."""
    processes = [server.process.pid, *workers(server)]
    return {
        "descriptors": sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in processes),
        "threads": sum(len(os.listdir(f"/proc/{pid}/task")) for pid in processes),
        "mebibytes": sum(map(private, processes)),
        "disk": sum(entry.stat().st_size for entry in index.iterdir()),
    }


def some_of_everything(server: Server, index: Path, turn: int) -> None:
    """Ask for what ``Load`` does not ask for, and change the index."""
    for path in (
        "/api/v1/suggest?q=行政",
        "/api/v1/matrix?q=法治",
        "/api/v1/export?q=行政复议&format=csv",
        "/api/v1/documents/nanan-2023",
        "/metrics",
        "/?q=枫桥经验",
    ):
        assert server.get(path).status_code == 200
    assert put(server, f"d{turn % 7}", 2000 + turn % 20) in (200, 201)
    if turn % 10 == 9:
        build_index([ROOT / "seeds"], settings=settings_for(index), rebuild=True)


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="Linux shows it")
def test_nothing_grows_under_a_long_mixed_load(tmp_path: Path, long_form: bool) -> None:
    seconds = 3600 if long_form else 60
    index = tmp_path / "index"
    build_index([ROOT / "seeds"], settings=settings_for(index))
    samples: list[Taken] = []
    options = {"workers": "2", "threads": str(THREADS), "admin_key": KEY}
    with running(index, **options) as server, Load(server.port).running() as load:
        assert until(lambda: len(workers(server)) == 2)
        first = workers(server)
        started = time.monotonic()
        for turn in count():
            some_of_everything(server, index, turn)
            if time.monotonic() - started > seconds / 6:
                samples.append(taken(server, index))
            if time.monotonic() - started > seconds and len(samples) >= SAMPLES:
                break
        assert workers(server) == first  # none was lost on the way
    third = len(samples) // 3
    thirds = samples[:third], samples[-third:]
    most = {name: [max(sample[name] for sample in part) for part in thirds] for name in SLACK}
    print(f"{load.answered} requests in {seconds} s; most in the first and last third: {most}")
    assert load.failures == []
    for name, slack in SLACK.items():
        assert most[name][1] <= slack(most[name][0]), (name, most[name])
