"""Backups: whole generations taken while writes go on, and put back all or nothing."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import numpy as np
import pytest

from search_service.analysis import Segmenter
from search_service.engines.whoosh import WhooshEngine
from search_service.engines.whoosh.arrays import ArrayFile, array_file
from search_service.engines.whoosh.store import Store
from search_service.errors import (
    IndexDamaged,
    IndexMissing,
    IndexUntrusted,
    IndexUnusable,
    InvalidRequest,
)
from tests.reliability.power import Recorder
from tests.reliability.support import State, put, state_of, version
from tests.reliability.test_damage import DAMAGES
from tests.reliability.test_power_loss import replayed

STATE: State = {"a": 1, "b": 2, "c": 3}
LATER: State = {"b": 5, "z": 6}


@pytest.fixture
def engine(tmp_path: Path, warm: Segmenter) -> WhooshEngine:
    """An index of several segments, with a document replaced and one deleted."""
    engine = WhooshEngine(tmp_path / "index", warm)
    put(engine, {"a": 0, "b": 2, "x": 1})
    put(engine, {"a": 1, "c": 3}, ["x"])
    assert state_of(engine) == STATE
    return engine


@pytest.fixture
def backup(engine: WhooshEngine, tmp_path: Path) -> Path:
    """A backup of ``STATE``; the index holds ``LATER`` since."""
    engine.backup(tmp_path / "backup")
    put(engine, LATER, ["a", "c"])
    assert state_of(engine) == LATER
    return tmp_path / "backup"


def test_a_backup_is_an_index(backup: Path, warm: Segmenter) -> None:
    copy = WhooshEngine(backup, warm)
    assert state_of(copy) == STATE
    assert copy.verify() == copy.info()
    assert backup.stat().st_mode & 0o077 == 0
    copy.close()


def test_what_was_restored_is_what_was_backed_up(
    engine: WhooshEngine, backup: Path, warm: Segmenter
) -> None:
    reader = WhooshEngine(engine._store.directory, warm)
    assert state_of(reader) == LATER
    info = engine.restore(backup)
    assert (info.documents, info.sections) == (3, 9)
    assert state_of(engine) == STATE
    assert reader.refresh()
    assert state_of(reader) == STATE
    put(engine, {"a": 7})  # and the index goes on from there; the backup does not
    assert state_of(engine) == {**STATE, "a": 7}
    assert state_of(WhooshEngine(backup, warm)) == STATE


def test_an_index_that_is_lost_or_damaged_is_restored(
    engine: WhooshEngine, backup: Path, tmp_path: Path, warm: Segmenter
) -> None:
    for path in engine._store.directory.iterdir():
        if path.name != "lock":
            path.write_bytes(b"damaged")
    damaged = WhooshEngine(engine._store.directory, warm)
    with pytest.raises(IndexUnusable):
        damaged.info()
    for restored in (damaged, WhooshEngine(tmp_path / "new", warm)):
        restored.restore(backup)
        assert state_of(restored) == STATE
        restored.verify()


def test_a_damaged_backup_is_refused_and_changes_nothing(
    engine: WhooshEngine, backup: Path
) -> None:
    draw = random.Random(5)
    paths = sorted(path for path in backup.iterdir() if path.name != "lock")
    refused = 0
    for _ in range(60):
        path = draw.choice(paths)
        original = path.read_bytes()
        path.write_bytes(draw.choice(DAMAGES)(bytearray(original), draw))
        error = None
        try:
            engine.restore(backup)
        except (IndexUnusable, IndexMissing) as raised:
            error = raised
            refused += 1
        assert error is None or str(backup) in str(error)
        # Without an error the damage was where nothing stands, such as between two arrays.
        assert state_of(engine) == (STATE if error is None else LATER)
        put(engine, LATER, ["a", "c"])
        path.write_bytes(original)
    assert refused > 30
    assert not list(engine._store.directory.glob("*.tmp"))


def test_what_is_no_backup_is_refused(engine: WhooshEngine, backup: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "empty", tmp_path / "absent"):
        with pytest.raises(IndexMissing):
            engine.restore(place)
    backup.chmod(0o777)
    with pytest.raises(IndexUntrusted):
        engine.restore(backup)
    with pytest.raises(InvalidRequest, match="not an empty folder"):
        engine.backup(backup)
    assert state_of(engine) == LATER


def test_backups_taken_while_writes_go_on_are_whole(tmp_path: Path, warm: Segmenter) -> None:
    engine = WhooshEngine(tmp_path / "index", warm)
    put(engine, dict.fromkeys("abc", 0))
    stop = threading.Event()
    written = [0]

    def write() -> None:
        writer = WhooshEngine(tmp_path / "index", warm)
        while not stop.is_set():
            number = written[0] + 1
            reports = [version(name, number) for name in "abc"]
            writer.rebuild(reports) if number % 3 == 0 else writer.update(reports)
            written[0] = number
        writer.close()

    writing = threading.Thread(target=write)
    writing.start()
    try:
        seen = set()
        for number in range(25):
            before = written[0]
            engine.backup(tmp_path / f"backup-{number}")
            after = written[0]
            state = state_of(WhooshEngine(tmp_path / f"backup-{number}", warm))
            assert set(state) == set("abc")
            (held,) = set(state.values())  # one generation, not parts of two
            assert before <= held <= after + 1
            seen.add(held)
    finally:
        stop.set()
        writing.join()
    assert len(seen) > 5
    engine.close()


def test_power_loss_during_a_backup_leaves_all_or_no_index(
    engine: WhooshEngine, tmp_path: Path, warm: Segmenter
) -> None:
    target = tmp_path / "target"
    target.mkdir(mode=0o700)
    recorder = Recorder(target)
    with recorder.recording():
        engine.backup(target)
    found = replayed(recorder, tmp_path, warm, 3)
    assert all(state in ({"missing": 1}, STATE) for states in found for state in states)
    assert found[-1] == [STATE]


def test_power_loss_while_restoring_leaves_the_old_or_the_new(
    engine: WhooshEngine, backup: Path, tmp_path: Path, warm: Segmenter
) -> None:
    recorder = Recorder(engine._store.directory)
    with recorder.recording():
        engine.restore(backup)
    found = replayed(recorder, tmp_path, warm, 3)
    assert all(state in (LATER, STATE) for states in found for state in states)
    assert [LATER] in found
    assert found[-1] == [STATE]


def test_the_deep_check_finds_what_no_checksum_can(engine: WhooshEngine, warm: Segmenter) -> None:
    """A segment written with wrong postings: whole by its checksums, yet not its texts'."""
    assert engine.verify() == engine.info()
    directory = engine._store.directory
    store = Store(directory)
    manifest = store.manifest()
    first, *others = manifest.segments
    file = ArrayFile(directory / first.name)
    arrays = {name: np.array(file[name]) for name in file._table}
    changed = next(name for name in arrays if ".words" in name and len(arrays[name]) > 4)
    arrays[changed][-1] ^= 1
    with store.lock():
        wrong = store.add_segment(array_file(file.meta, arrays), first.documents, first.sections)
        store.commit([wrong, *others], manifest.segmenter, manifest)
    opened = WhooshEngine(directory, warm)
    with pytest.raises(IndexDamaged, match="rebuild the index"):
        opened.verify()
