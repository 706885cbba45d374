"""Power loss at every moment of a change: the old generation or the new one, never neither."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from search_service.analysis import Segmenter
from search_service.engines.base import Engine
from search_service.engines.whoosh import WhooshEngine
from search_service.errors import IndexMissing, IndexUnusable
from tests.reliability.power import Recorder, disks
from tests.reliability.support import State, put, state_of, version

OLD: State = {"a": 1, "b": 1, "c": 1}


def many_updates(engine: Engine) -> None:
    for number in range(2, 13):  # enough to merge and to clean up
        put(engine, {"a": number})


CHANGES: dict[str, tuple[Callable[[Engine], object], list[State]]] = {
    "update": (lambda engine: put(engine, {"b": 2, "d": 2}, ["c"]), [{"a": 1, "b": 2, "d": 2}]),
    "delete": (lambda engine: put(engine, {}, ["a"]), [{"b": 1, "c": 1}]),
    "delete all": (lambda engine: put(engine, {}, ["a", "b", "c"]), [{}]),
    "rebuild": (lambda engine: engine.rebuild([version("z", 3)]), [{"z": 3}]),
    "many updates": (many_updates, [{**OLD, "a": number} for number in range(2, 13)]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_power_loss_during_a_change(
    change: str, tmp_path: Path, warm: Segmenter, long_form: bool
) -> None:
    carry_out, new = CHANGES[change]
    engine = WhooshEngine(tmp_path / "index", warm)
    put(engine, OLD)
    recorder = Recorder(tmp_path / "index")
    with recorder.recording():
        carry_out(engine)
    assert state_of(engine) == new[-1]
    found = replayed(recorder, tmp_path, warm, _random_disks(len(recorder.moments), long_form))
    states = [state for states in found for state in states]
    assert all(state in (OLD, *new) for state in states)
    assert OLD in states
    assert found[-1] == [new[-1]]  # once it was acknowledged, nothing can undo it
    latest = [max(new.index(s) if s in new else -1 for s in states) for states in found]
    earliest = [min(new.index(s) if s in new else -1 for s in states) for states in found]
    assert all(  # and no later moment holds less than an earlier one had made safe
        max(earliest[:n], default=-1) <= least for n, least in enumerate(earliest)
    )
    assert all(most - least <= 1 for least, most in zip(earliest, latest, strict=True))


def _random_disks(moments: int, long_form: bool) -> int:
    return 200 if long_form else 3 if moments < 50 else 0


def replayed(
    recorder: Recorder, tmp_path: Path, segmenter: Segmenter, count: int
) -> list[list[State]]:
    """Return, per moment, the states that an index holds after a power loss then."""
    draw = random.Random(3)
    found = []
    for number, moment in enumerate(recorder.moments):
        states: list[State] = []
        seen: list[dict[str, bytes]] = []
        for disk in disks(moment, draw, count):
            if disk in seen:
                continue
            seen.append(disk)
            directory = tmp_path / f"{number}-{len(seen)}"
            directory.mkdir(mode=0o700)
            for name, content in disk.items():
                (directory / name).write_bytes(content)
            engine = WhooshEngine(directory, segmenter)
            try:
                state = state_of(engine)
            except IndexMissing:
                state = {"missing": 1}
            if state not in states:
                states.append(state)
            if len(seen) == 1:  # and it can be written to
                put(engine, {"after": 9})
                assert state_of(engine).pop("after") == 9
            engine.close()
        found.append(states)
    recorder.close()
    return found


def test_power_loss_during_the_first_build(
    tmp_path: Path, warm: Segmenter, long_form: bool
) -> None:
    (tmp_path / "index").mkdir(mode=0o700)
    recorder = Recorder(tmp_path / "index")
    engine = WhooshEngine(tmp_path / "index", warm)
    with recorder.recording():
        put(engine, OLD)
    found = replayed(recorder, tmp_path, warm, _random_disks(0, long_form))
    assert all(state in ({"missing": 1}, OLD) for states in found for state in states)
    assert found[-1] == [OLD]
    engine.close()


def test_the_simulation_notices_what_is_not_flushed(tmp_path: Path, warm: Segmenter) -> None:
    """Otherwise the tests above would prove nothing."""
    engine = WhooshEngine(tmp_path / "index", warm)
    put(engine, OLD)
    recorder = Recorder(tmp_path / "index", counts_flushes=False)
    with recorder.recording():
        put(engine, {"b": 2})
    with pytest.raises(IndexUnusable):
        replayed(recorder, tmp_path, warm, 0)
    engine.close()
