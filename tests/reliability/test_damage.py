"""Damaged files: noticed when the index is opened, never answered from."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from search_service.analysis import Segmenter
from search_service.engines.base import Deadline, Engine
from search_service.engines.whoosh import WhooshEngine
from search_service.engines.whoosh.store import Store
from search_service.errors import IndexMissing, IndexUntrusted, IndexUnusable
from search_service.models import Filters
from search_service.query import parse, plan
from tests.reliability.support import State, put, state_of

STATE: State = {f"r{n}": n for n in range(8)}


@pytest.fixture
def pristine(tmp_path: Path, warm: Segmenter) -> Path:
    directory = tmp_path / "pristine"
    engine = WhooshEngine(directory, warm)
    for name, number in STATE.items():  # several segments, some with deletions
        put(engine, {name: number})
    put(engine, {"r3": 100, "gone": 1})
    put(engine, {"r3": 3}, ["gone"])
    assert state_of(engine) == STATE
    engine.close()
    return directory


def flip(data: bytearray, draw: random.Random) -> bytearray:
    data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return data


def cut(data: bytearray, draw: random.Random) -> bytearray:
    return data[: draw.randrange(len(data))]


def zero(data: bytearray, draw: random.Random) -> bytearray:
    start = draw.randrange(len(data))
    data[start : start + 512] = bytes(len(data[start : start + 512]))
    return data


def lengthen(data: bytearray, draw: random.Random) -> bytearray:
    return data + draw.randbytes(draw.randint(1, 600))


DAMAGES: list[Callable[[bytearray, random.Random], bytearray]] = [flip, flip, cut, zero, lengthen]


def answers(engine: Engine, segmenter: Segmenter) -> list[object]:
    """Return answers that need every part of the index."""
    found: list[object] = [state_of(engine)]
    for q in ("枫桥经验", "行政复议", "第3版", "南岸区 办理", "坚持 -100", "件"):
        asked = plan(parse(q, segmenter), "auto")
        result = engine.search(asked, limit=100, facets=("district", "year"))
        found += [[(h.section, h.match, h.score) for h in result.hits], result.facets]
        found.append(list(engine.matrix(asked, Filters(), Deadline())))
    return [*found, list(engine.suggest("行政", 10))]


def test_random_damage_is_noticed(pristine: Path, warm: Segmenter, long_form: bool) -> None:
    engine = WhooshEngine(pristine, warm)
    expected = answers(engine, warm)
    engine.close()
    draw = random.Random(11)
    paths = sorted(path for path in pristine.iterdir() if path.name != "lock")
    noticed = 0
    for _ in range(1000 if long_form else 150):
        path = draw.choice(paths)
        original = path.read_bytes()
        damaged = draw.choice(DAMAGES)(bytearray(original), draw)
        path.write_bytes(damaged)
        started = time.monotonic()
        engine = WhooshEngine(pristine, warm)
        error = None
        try:
            assert answers(engine, warm) == expected, path.name
        except (IndexUnusable, IndexMissing) as raised:
            error = raised
        assert error is None or str(pristine) in str(error)
        noticed += error is not None
        assert time.monotonic() - started < 5
        engine.close()
        path.write_bytes(original)
    assert noticed > 50


@pytest.mark.parametrize("part", ["CURRENT", "manifest-*", "segment-*"])
def test_a_missing_file_is_noticed(pristine: Path, part: str, warm: Segmenter) -> None:
    for path in pristine.glob(part):
        path.unlink()
    engine = WhooshEngine(pristine, warm)
    with pytest.raises(IndexMissing if part == "CURRENT" else IndexUnusable):
        engine.info()


@pytest.mark.parametrize("part", ["CURRENT", "manifest-*", "segment-*"])
@pytest.mark.parametrize("content", [b"", b"\0", b"{}", b"\x80\x04K\x01."])
def test_a_replaced_file_is_noticed(
    pristine: Path, part: str, content: bytes, warm: Segmenter
) -> None:
    for path in pristine.glob(part):
        path.write_bytes(content)
    with pytest.raises(IndexUnusable):
        WhooshEngine(pristine, warm).info()


def test_a_damaged_index_can_be_rebuilt(pristine: Path, warm: Segmenter) -> None:
    for path in pristine.glob("segment-*"):
        path.write_bytes(b"")
    engine = WhooshEngine(pristine, warm)
    with pytest.raises(IndexUnusable):
        engine.info()
    engine.rebuild([])
    put(engine, {"a": 1})
    assert state_of(engine) == {"a": 1}
    engine.close()


def test_files_of_two_indexes_do_not_mix(pristine: Path, tmp_path: Path, warm: Segmenter) -> None:
    other = tmp_path / "other"
    engine = WhooshEngine(other, warm)
    put(engine, {"x": 1})
    engine.close()
    (segment,) = other.glob("segment-*")
    replaced = pristine / Store(pristine).manifest().segments[0].name
    shutil.copyfile(segment, replaced)
    with pytest.raises(IndexUnusable):
        state_of(WhooshEngine(pristine, warm))


def test_a_directory_that_others_can_write_to_is_refused(pristine: Path, warm: Segmenter) -> None:
    pristine.chmod(0o777)
    with pytest.raises(IndexUntrusted):
        WhooshEngine(pristine, warm).info()
    pristine.chmod(0o700)
    assert state_of(WhooshEngine(pristine, warm)) == STATE


def test_a_new_directory_is_private(tmp_path: Path, warm: Segmenter) -> None:
    engine = WhooshEngine(tmp_path / "deep" / "index", warm)
    put(engine, {"a": 1})
    assert (tmp_path / "deep" / "index").stat().st_mode & 0o077 == 0
    engine.close()


def test_no_clock_is_trusted(
    pristine: Path, warm: Segmenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Times of files, and a clock that jumps back and forth, change nothing."""
    clock = iter(range(10**9, 0, -(10**6)))
    monkeypatch.setattr(time, "time", lambda: float(next(clock)))
    engine = WhooshEngine(pristine, warm)
    assert state_of(engine) == STATE
    for moment in (0, 2**32, 10**9):
        for path in pristine.iterdir():
            os.utime(path, (moment, moment))
        assert not engine.refresh()
        put(engine, {"a": moment})
        assert state_of(engine) == state_of(WhooshEngine(pristine, warm)) == {**STATE, "a": moment}
    engine.close()
