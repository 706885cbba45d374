"""SIGKILL of a writer at random moments: nothing acknowledged is lost, nothing is half there."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from search_service.analysis import Segmenter
from search_service.engines.whoosh import WhooshEngine
from tests.reliability.support import State, put, state_of

ROOT = Path(__file__).parent.parent.parent


class Writer:
    """The process of ``writer.py``."""

    def __init__(self, index: Path, journal: Path) -> None:
        journal.touch()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.writer", str(index), str(journal)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdin
        assert self.process.stdout
        self.input: IO[str] = self.process.stdin
        self.output: IO[str] = self.process.stdout
        assert self.output.readline() == "ready\n"

    def run_and_kill(self, seed: int, after: float) -> None:
        print(seed, file=self.input, flush=True)
        child = int(self.output.readline())
        time.sleep(after)  # the moment of the fault; nothing waits for it
        os.kill(child, signal.SIGKILL)
        print("end", file=self.input, flush=True)
        assert self.output.readline() == "ended\n"

    def close(self) -> None:
        self.input.close()
        assert self.process.wait(timeout=10) == 0
        self.output.close()


def replay(journal: Path, state: State) -> tuple[State, State]:
    """Return the state after all that was acknowledged, and with what was begun after it."""
    begun = dict(state)
    for line in journal.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if "done" in entry:
            state = begun
            continue
        change = entry["begin"]
        begun = {} if change["kind"] == "rebuild" else dict(state)
        for name in change["delete"] if change["kind"] == "update" else ():
            begun.pop(name, None)
        begun = {**begun, **change["put"]}
    return state, begun


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    started = Writer(tmp_path / "index", tmp_path / "journal")
    yield started
    started.close()


def test_killed_writers_lose_nothing(
    writer: Writer, tmp_path: Path, warm: Segmenter, long_form: bool
) -> None:
    index, journal = tmp_path / "index", tmp_path / "journal"
    draw = random.Random(1)
    state: State = {"r0": 0}
    finished = unfinished = 0
    commit = 0.02  # about what one takes; a fault comes within the first few
    for seed in range(1, 1001 if long_form else 51):
        journal.write_bytes(b"")
        writer.run_and_kill(seed, draw.uniform(0, 4 * min(commit, 0.03)))
        acknowledged, begun = replay(journal, state)
        started = time.monotonic()
        engine = WhooshEngine(index, warm)
        found = state_of(engine)
        assert time.monotonic() - started < 2
        assert found in (acknowledged, begun)
        finished += acknowledged != state
        unfinished += acknowledged != begun
        started = time.monotonic()
        put(engine, {"r0": seed})
        commit = time.monotonic() - started
        assert commit < 1
        state = {**found, "r0": seed}
        assert state_of(engine) == state
        engine.close()
        assert len(list(index.iterdir())) < 30  # what was left over is cleaned up
    assert finished > 0  # the moments fell between commits and inside them
    assert unfinished > 0


def test_a_lock_outlives_neither_its_holder_nor_a_fork(
    writer: Writer, tmp_path: Path, warm: Segmenter
) -> None:
    """A writer that is killed while a child of it lives on leaves the lock free."""
    writer.run_and_kill(1, 0.05)  # the forking parent, with the index open, still runs
    engine = WhooshEngine(tmp_path / "index", warm)
    started = time.monotonic()
    put(engine, {"r1": 77})
    assert time.monotonic() - started < 1
    assert state_of(engine)["r1"] == 77
    engine.close()


def test_a_stale_lock_file_means_nothing(tmp_path: Path, warm: Segmenter) -> None:
    (tmp_path / "lock").write_text("12345\n")
    engine = WhooshEngine(tmp_path, warm)
    put(engine, {"r1": 1})
    assert state_of(engine) == {"r1": 1}
    engine.close()
