"""Power loss, simulated: what a disk may hold at every moment of a change.

While a change runs, every operation on the index directory is noted just before it
happens (Python's audit events, and ``os.fsync``), with what the directory then shows.
A disk may lose whatever was not flushed: a name that was made, renamed or removed since
its folder was flushed may be as before or as after, each by itself, and the content of
a file that was not flushed may be there, in part, as zeros, or not at all.
"""

from __future__ import annotations

import os
import random
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

_EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.truncate", "os.link"}
_listeners: list[Callable[[], None]] = []


def _audit(event: str, _arguments: object) -> None:
    if _listeners and event in _EVENTS:
        _listeners[-1]()


sys.addaudithook(_audit)  # it stays for the life of the process, and costs nothing idle


@dataclass(frozen=True)
class Moment:
    """What a directory shows at a moment, and what of it is safe."""

    names: dict[str, int]
    """The file (by inode) that each name stands for."""
    safe_names: dict[str, int]
    contents: dict[int, bytes]
    safe_contents: dict[int, bytes]


@dataclass
class Recorder:
    """Notes the moments of changes in one directory."""

    directory: Path
    counts_flushes: bool = True
    moments: list[Moment] = field(default_factory=list)
    _safe_names: dict[str, int] = field(default_factory=dict)
    _safe_contents: dict[int, bytes] = field(default_factory=dict)
    _pins: dict[int, int] = field(default_factory=dict)
    """Files are kept open, so that no inode is used again for another file."""

    def __post_init__(self) -> None:
        moment = self._look()
        self._safe_names = moment.names
        self._safe_contents = moment.contents

    @contextmanager
    def recording(self) -> Iterator[None]:
        fsync = os.fsync

        def flushing(descriptor: int) -> None:
            self.note()
            fsync(descriptor)
            if self.counts_flushes:
                self._flushed(os.fstat(descriptor))

        def quietly() -> None:
            _listeners.append(lambda: None)
            try:
                self.note()
            finally:
                _listeners.pop()

        _listeners.append(quietly)
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(os, "fsync", flushing)
                yield
        finally:
            _listeners.pop()
        self.note()

    def note(self) -> None:
        moment = self._look()
        if not self.moments or moment != self.moments[-1]:
            self.moments.append(moment)

    def _look(self) -> Moment:
        names: dict[str, int] = {}
        for entry in os.scandir(self.directory):
            if entry.name == "lock":
                continue
            inode = entry.inode()
            names[entry.name] = inode
            if inode not in self._pins:
                self._pins[inode] = os.open(entry.path, os.O_RDONLY)
        contents = {
            inode: os.pread(pin, os.fstat(pin).st_size, 0) for inode, pin in self._pins.items()
        }
        return Moment(names, dict(self._safe_names), contents, dict(self._safe_contents))

    def _flushed(self, status: os.stat_result) -> None:
        now = self._look()
        if stat.S_ISDIR(status.st_mode):
            if status.st_ino == self.directory.stat().st_ino:
                self._safe_names = now.names
        else:
            self._safe_contents[status.st_ino] = now.contents[status.st_ino]

    def close(self) -> None:
        for pin in self._pins.values():
            os.close(pin)


def disks(moment: Moment, draw: random.Random, count: int) -> Iterator[dict[str, bytes]]:
    """Yield what a disk may hold after a power loss at ``moment``: extremes, then at random."""
    yield _disk(moment, lambda: False, lambda safe, now: safe)
    yield _disk(moment, lambda: True, lambda safe, now: safe)
    yield _disk(moment, lambda: True, lambda safe, now: now)
    yield _disk(moment, lambda: True, lambda safe, now: bytes(len(now)))
    for _ in range(count):
        yield _disk(moment, lambda: draw.random() < 0.5, lambda s, n: _part(s, n, draw))


def _part(safe: bytes, now: bytes, draw: random.Random) -> bytes:
    kept = draw.randint(0, len(now))
    return draw.choice([safe, now, now[:kept], now[:kept] + bytes(len(now) - kept)])


def _disk(
    moment: Moment, renamed: Callable[[], bool], content: Callable[[bytes, bytes], bytes]
) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for name in sorted({*moment.names, *moment.safe_names}):
        before, after = moment.safe_names.get(name), moment.names.get(name)
        inode = before if before == after or not renamed() else after
        if inode is None:
            continue
        now = moment.contents[inode]
        safe = moment.safe_contents.get(inode, b"")
        files[name] = now if safe == now else content(safe, now)
    return files
