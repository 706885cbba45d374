"""An operation that fails: one clear error, the old index served, the lock free."""

from __future__ import annotations

import errno
import io
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from search_service.analysis import Segmenter
from search_service.engines.base import Engine
from search_service.engines.whoosh import WhooshEngine
from search_service.errors import IndexMissing, StorageFailed, StorageFull
from tests.reliability.support import State, put, state_of, version

ROOT = Path(__file__).parent.parent.parent
OLD: State = {"a": 1, "b": 1, "c": 1}
NEW: State = {"a": 1, "b": 2, "d": 2}


class Fault:
    """Makes the ``at``-th operation on files fail, once or from then on."""

    def __init__(self, at: int, code: int, persistent: bool) -> None:
        self.at = at
        self.code = code
        self.persistent = persistent
        self.operations = 0

    def step(self) -> None:
        self.operations += 1
        if self.operations == self.at or (self.persistent and self.operations > self.at):
            raise OSError(self.code, os.strerror(self.code))


class FailingFile(io.FileIO):
    """A file whose writes are operations too."""

    fault: Fault

    def write(self, data: Any) -> int:
        self.fault.step()
        return super().write(data)


@contextmanager
def failing(fault: Fault, directory: Path) -> Iterator[None]:
    """Let every change of files in ``directory`` pass through ``fault``."""

    def counted(function: Callable[..., Any], inside: Callable[..., bool]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if inside(*arguments):
                fault.step()
            return function(*arguments, **named)

        return call

    def names(*arguments: Any) -> bool:
        return str(arguments[0]).startswith(str(directory))

    def anything(*_: Any) -> bool:
        return True

    def fdopen(descriptor: int, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if "w" not in mode:
            return real_fdopen(descriptor, mode, *rest, **named)
        file = FailingFile(descriptor, "w")
        file.fault = fault
        return io.BufferedWriter(file)

    real_fdopen = os.fdopen
    with pytest.MonkeyPatch.context() as patch:
        for name in ("open", "replace", "rename", "unlink", "mkdir"):
            patch.setattr(os, name, counted(getattr(os, name), names))
        patch.setattr(os, "fsync", counted(os.fsync, anything))
        patch.setattr(os, "fdopen", fdopen)
        yield


def caught(change: Callable[[Engine], object], engine: Engine) -> StorageFailed | None:
    try:
        change(engine)
    except StorageFailed as error:
        return error
    return None


CHANGES: dict[str, tuple[Callable[[Engine], object], State]] = {
    "update": (lambda engine: put(engine, {"b": 2, "d": 2}, ["c"]), NEW),
    "rebuild": (
        lambda engine: engine.rebuild([version(name, number) for name, number in NEW.items()]),
        NEW,
    ),
}


@pytest.mark.parametrize("persistent", [False, True])
@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EACCES, errno.EMFILE])
@pytest.mark.parametrize("change", CHANGES)
def test_the_nth_operation_fails(
    change: str, persistent: bool, code: int, tmp_path: Path, warm: Segmenter, long_form: bool
) -> None:
    if not long_form and (code, persistent) not in [(errno.EIO, False), (errno.ENOSPC, True)]:
        pytest.skip("in the long form only")
    carry_out, new = CHANGES[change]
    pristine = tmp_path / "pristine"
    put(WhooshEngine(pristine, warm), OLD)
    at, failed = 0, True
    while failed:
        at += 1
        fault = Fault(at, code, persistent)
        directory = tmp_path / str(at)
        shutil.copytree(pristine, directory)
        engine = WhooshEngine(directory, warm)
        assert state_of(engine) == OLD
        with failing(fault, directory):
            error = caught(carry_out, engine)
            allowed = [OLD, new] if error else [new]  # then it was acknowledged
            if error:
                assert isinstance(error, StorageFull) == (code == errno.ENOSPC)
                assert str(directory) in str(error)
            assert state_of(engine) in allowed  # the reader goes on while the disk fails
            current = state_of(WhooshEngine(directory, warm))
            if error:  # and the message is true
                assert ("as it was before" in str(error)) == (current == OLD)
        failed = fault.operations >= at
        engine.refresh()
        found = state_of(engine)
        assert found in allowed
        again = WhooshEngine(directory, warm)
        assert state_of(again) == found
        put(again, {"e": 3})  # the lock is free, and space was freed
        assert state_of(again) == {**found, "e": 3}
        for opened in (engine, again):
            opened.close()
        assert not list(directory.glob("*.tmp"))
        shutil.rmtree(directory)
    assert at > 8  # there were as many operations as that


def test_a_limit_on_file_size_is_a_clear_error(tmp_path: Path, warm: Segmenter) -> None:
    """A real refusal by the kernel, at every size that is too small."""
    engine = WhooshEngine(tmp_path / "index", warm)
    put(engine, OLD)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = max(path.stat().st_size for path in (tmp_path / "index").iterdir())
    for limit in range(0, largest, max(largest // 12, 1)):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))  # Python ignores SIGXFSZ
        try:
            with pytest.raises(StorageFailed):
                put(engine, {"a": 2, "b": 2, "c": 2})
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert state_of(engine) == OLD
    put(engine, {"a": 2})
    assert state_of(engine) == {**OLD, "a": 2}
    engine.close()


FULL_DISK = """
import pathlib, subprocess, sys
from search_service.analysis import Segmenter
from search_service.engines.whoosh import WhooshEngine
from search_service.errors import StorageFull
from tests.reliability.support import put, state_of
disk = pathlib.Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", disk], check=True)
engine = WhooshEngine(disk / "index", Segmenter())
put(engine, {"a": 1})
(disk / "ballast").write_bytes(bytes(256 * 1024 - 4096 * 14))
refused = 0
for number in range(2, 40):
    try:
        put(engine, {f"r{number}": number})
    except StorageFull:
        refused += 1
    state = state_of(engine)
    assert state["a"] == 1
assert refused > 0
(disk / "ballast").unlink()
put(engine, {"a": 99})
assert state_of(engine) == {**state, "a": 99}
print("passed")
"""


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    mount = ["mount", "-t", "tmpfs", "none", str(tmp_path)]
    if (
        unshare is None
        or subprocess.run([unshare, "-rm", *mount], check=False, capture_output=True).returncode
    ):
        pytest.skip("mounting a small tmpfs is not allowed here")
    done = subprocess.run(
        [unshare, "-rm", sys.executable, "-c", FULL_DISK, tmp_path],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "passed\n", done.stderr


def test_a_place_that_cannot_be_an_index(tmp_path: Path, warm: Segmenter) -> None:
    (tmp_path / "file").write_text("not a folder")
    for place in (tmp_path / "file", tmp_path / "file" / "index"):
        engine = WhooshEngine(place, warm)
        with pytest.raises(IndexMissing):
            engine.info()
        with pytest.raises(StorageFailed):
            put(engine, OLD)
