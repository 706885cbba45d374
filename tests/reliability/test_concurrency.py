"""Writers and readers at once: nothing is lost, no question fails, nothing grows."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from search_service.analysis import Segmenter
from search_service.engines.whoosh import WhooshEngine
from search_service.engines.whoosh.store import Store
from search_service.errors import IndexLocked
from search_service.query import parse, plan
from tests.reliability.support import put, state_of, version

SPAWN = multiprocessing.get_context("spawn")


def write(index: Path, name: str, commits: int) -> None:
    engine = WhooshEngine(index, Segmenter())
    for number in range(1, commits + 1):
        put(engine, {f"{name}-{number}": number, name: number})


@pytest.mark.parametrize("kind", ["processes", "threads"])
def test_two_writers_lose_nothing(
    kind: str, tmp_path: Path, warm: Segmenter, long_form: bool
) -> None:
    commits = 100 if long_form else 10
    index = tmp_path / "index"
    start = SPAWN.Process if kind == "processes" else threading.Thread
    writers = [start(target=write, args=(index, name, commits)) for name in ("x", "y")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(600)
        assert not writer.is_alive()
    engine = WhooshEngine(index, warm)
    expected = {f"{name}-{n}": n for name in ("x", "y") for n in range(1, commits + 1)}
    assert state_of(engine) == {**expected, "x": commits, "y": commits}
    engine.close()


def test_a_second_writer_is_told_to_wait(tmp_path: Path, warm: Segmenter) -> None:
    first, second = Store(tmp_path), Store(tmp_path)
    with first.lock(), pytest.raises(IndexLocked, match="try again later"), second.lock(0.05):
        pass
    with second.lock(0.05):
        pass


def read_until(
    index: Path, stop: Path, ready: Barrier, answers: multiprocessing.Queue[tuple[int, str]]
) -> None:
    """Ask until told to stop; answer how often, and what went wrong."""
    segmenter = Segmenter()
    engine = WhooshEngine(index, segmenter)
    asked = plan(parse("枫桥经验 -航空母舰", segmenter), "auto")
    count = 0
    ready.wait(120)
    try:
        while not stop.exists():
            engine.refresh()
            result = engine.search(asked, limit=20, facets=("district", "year"))
            versions = {hit.document.title for hit in result.hits}
            # One generation at a time: every report is of one version, and all are there.
            assert result.total == result.total_literal == 9, result.total
            assert len(versions) == 1, versions
            assert all(hit.document.title[:-1] in hit.section.text for hit in result.hits)
            count += 1
    except BaseException as error:
        answers.put((count, repr(error)))
    else:
        answers.put((count, ""))


def test_readers_never_fail_while_generations_change(
    tmp_path: Path, warm: Segmenter, long_form: bool
) -> None:
    index, stop = tmp_path / "index", tmp_path / "stop"
    engine = WhooshEngine(index, warm)
    put(engine, {"a": 0, "b": 0, "c": 0})
    answers: multiprocessing.Queue[tuple[int, str]] = SPAWN.Queue()
    ready = SPAWN.Barrier(5)
    readers = [
        SPAWN.Process(target=read_until, args=(index, stop, ready, answers)) for _ in range(4)
    ]
    for reader in readers:
        reader.start()
    ready.wait(120)
    for number in range(1, 3001 if long_form else 41):
        reports = [version(name, number) for name in "abc"]
        if number % 3:
            engine.update(reports)
        else:
            engine.rebuild(reports)
    stop.touch()
    results = [answers.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join(60)
    answers.close()
    answers.join_thread()
    assert [error for _, error in results] == [""] * 4
    assert all(count > 0 for count, _ in results)
    engine.close()


def test_threads_may_share_an_engine_while_it_changes(tmp_path: Path, warm: Segmenter) -> None:
    engine = WhooshEngine(tmp_path / "index", warm)
    put(engine, {"a": 0, "b": 0, "c": 0})
    stop = threading.Event()

    def ask() -> int:
        asked = plan(parse("枫桥经验 -航空母舰", warm), "auto")
        count = 0
        while not stop.is_set():
            result = engine.search(asked, limit=20, facets=("district",))
            assert result.total == 9
            assert len({hit.document.title for hit in result.hits}) == 1
            assert result.facets == {"district": {"南岸区": 9}}
            count += 1
        return count

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        try:
            for number in range(1, 16):
                engine.update([version(name, number) for name in "abc"])
        finally:
            stop.set()
        assert all(future.result() > 0 for future in asking)
    engine.close()


def resources(index: Path) -> dict[str, int]:
    gc.collect()
    with open("/proc/self/maps", encoding="ascii") as maps:
        mapped = sum(str(index) in line for line in maps)
    return {
        "descriptors": len(os.listdir("/proc/self/fd")),
        "threads": threading.active_count(),
        "maps": mapped,
        "files": len(list(index.iterdir())),
        "bytes": sum(path.stat().st_size for path in index.iterdir()),
    }


@pytest.mark.skipif(not os.path.exists("/proc/self/maps"), reason="counts what Linux shows")
def test_nothing_grows(tmp_path: Path, warm: Segmenter, long_form: bool) -> None:
    index = tmp_path / "index"
    engine = WhooshEngine(index, warm)
    asked = plan(parse("枫桥经验 行政复议", warm), "auto")

    def work(rounds: int) -> None:
        for number in range(1, rounds + 1):
            put(engine, {f"r{number % 5}": number})
            engine.search(asked, facets=("district", "year"))

    work(30)
    before = resources(index)
    work(3000 if long_form else 60)
    after = resources(index)
    assert after["descriptors"] <= before["descriptors"]
    assert after["threads"] <= before["threads"]
    assert after["maps"] <= before["maps"] + 10
    assert after["files"] <= 30
    assert after["bytes"] <= 3 * before["bytes"]
    engine.close()
