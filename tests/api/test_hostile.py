"""Whatever is sent, the answer is right or a problem, in time, and memory stays flat."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.hostile import Attack, attacks
from tests.api.server import Answer, Server, running
from tests.api.test_server import until, workers

ATTACKS = list(attacks())
GROWTH = 30 * 1024
"""KiB that a worker may grow by."""


@pytest.fixture(scope="module")
def target(index: Path) -> Iterator[Server]:
    with running(index, workers="1", threads="4", client_timeout="1") as server:
        yield server


def test_there_are_three_hundred() -> None:
    assert len({attack.data for attack in ATTACKS}) >= 300


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_is_answered_in_time(target: Server, attack: Attack) -> None:
    started = time.monotonic()
    answer = Answer.of(target.raw(attack.data))
    assert time.monotonic() - started < 2
    assert answer.status in attack.statuses, answer
    if answer.status >= 400 and answer.body:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def memory(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_memory_stays_flat(target: Server) -> None:
    assert until(lambda: len(workers(target)) == 1)
    (worker,) = workers(target)
    for attack in ATTACKS:
        target.raw(attack.data)
    before = memory(worker)
    for _ in range(2):
        for attack in ATTACKS:
            target.raw(attack.data)
    assert workers(target) == {worker}
    assert memory(worker) - before < GROWTH
