"""An index directory: immutable segments, generations, and a pointer to the current one.

::

    index/
      CURRENT                     name and checksum of the current manifest
      manifest-<generation>.json  which segments make up a generation
      segment-<random>.arrays     a segment; never changed once it has its name
      lock                        held while writing

A generation is what its manifest says, so generations share segments. A commit writes
and flushes new segments, then the manifest, and then replaces ``CURRENT``, which is
the moment of the change. Readers keep the generation they opened: their segments are
mapped, and a deleted file lives on until the last map of it is gone.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import stat
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

import xxhash

from search_service.engines.whoosh import durable
from search_service.engines.whoosh.arrays import digest_of
from search_service.errors import (
    IndexDamaged,
    IndexIncompatible,
    IndexLocked,
    IndexMissing,
    IndexUntrusted,
    StorageFailed,
)

FORMAT = 5
"""Version of the index format; another one is refused, with the advice to rebuild."""

LOCK_TIMEOUT = 60.0
"""Seconds that a writer waits for another one."""

_POLL = 0.01


@dataclass(frozen=True)
class SegmentEntry:
    """A segment as a manifest names it."""

    name: str
    size: int
    """Bytes of the file."""
    digest: str
    """Checksum over the checksums in the file: which segment it is."""
    documents: int
    sections: int
    deleted: tuple[int, ...] = ()
    """Numbers of the documents in it that are no longer part of the index."""


@dataclass(frozen=True)
class Manifest:
    """What a generation consists of."""

    generation: str
    segmenter: str
    """Fingerprint of the analysis that the segments were made with."""
    segments: tuple[SegmentEntry, ...]
    format: int = FORMAT


class Store:
    """Reads and writes one index directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    # --- reading ---

    def pointer(self) -> str:
        """Return what ``CURRENT`` says; it changes with every generation."""
        try:
            return (self.directory / "CURRENT").read_text("ascii", "replace")
        except (FileNotFoundError, NotADirectoryError):
            raise IndexMissing(
                f"{self.directory}: there is no index here; build one with "
                "'search-service index SOURCES' first"
            ) from None
        except OSError as error:
            raise StorageFailed(f"{self.directory}: cannot be read ({error.strerror})") from error

    def manifest(self) -> Manifest:
        """Return the current manifest. Raises ``IndexMissing`` or ``IndexUnusable``."""
        pointer = self.pointer()
        self._check_trust()
        while (manifest := self._manifest(pointer)) is None:
            # A writer may have moved on and collected the manifest in between.
            latest = self.pointer()
            if latest == pointer:
                raise IndexDamaged(
                    f"{self.directory}: CURRENT names a manifest that is not there; "
                    "rebuild the index from its sources"
                )
            pointer = latest
        return manifest

    def _manifest(self, pointer: str) -> Manifest | None:
        generation, _, checksum = pointer.strip().partition(" ")
        if not generation or "/" in generation or "\0" in generation:
            raise IndexDamaged(f"{self.directory}: CURRENT is damaged; rebuild the index")
        try:
            data = self._path_of(generation).read_bytes()
        except FileNotFoundError:
            return None
        if xxhash.xxh3_64_hexdigest(data) != checksum:
            raise IndexDamaged(
                f"{self._path_of(generation)}: does not match its checksum; rebuild the index"
            )
        content = json.loads(data)
        if content["format"] != FORMAT:
            raise IndexIncompatible(
                f"{self.directory}: written in format {content['format']}, this version reads "
                f"{FORMAT}; rebuild the index"
            )
        segments = tuple(
            SegmentEntry(**{**entry, "deleted": tuple(entry["deleted"])})
            for entry in content["segments"]
        )
        return Manifest(content["generation"], content["segmenter"], segments)

    def _path_of(self, generation: str) -> Path:
        return self.directory / f"manifest-{generation}.json"

    def _check_trust(self) -> None:
        """Refuse a directory that anybody can write to: its content proves nothing."""
        mode = self.directory.stat().st_mode
        if mode & stat.S_IWOTH:
            raise IndexUntrusted(
                f"{self.directory}: every user can write to this directory; "
                f"run 'chmod o-w {self.directory}' and rebuild the index"
            )

    # --- writing; all but lock() are called with the lock held ---

    @contextmanager
    def lock(self, timeout: float = LOCK_TIMEOUT) -> Iterator[None]:
        """Hold the writer lock. Raises ``IndexLocked`` after ``timeout`` seconds.

        A POSIX record lock: the kernel frees it with its process, a forked child does
        not inherit it, and a lock file that was left behind means nothing. Such locks
        do not exclude threads of one process, so a lock of the process comes first.
        """
        durable.make_directory(self.directory)
        path = self.directory / "lock"
        deadline = time.monotonic() + timeout
        mine = _process_lock(path)
        if not mine.acquire(timeout=timeout):
            raise self._locked(timeout)
        try:
            with self._lock_file(path) as descriptor:
                while not _try_lock(descriptor):
                    if time.monotonic() > deadline:
                        raise self._locked(timeout)
                    time.sleep(_POLL)
                yield
        finally:
            mine.release()

    @contextmanager
    def _lock_file(self, path: Path) -> Iterator[int]:
        with durable.told(path):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            yield descriptor
        finally:
            os.close(descriptor)  # which also frees the lock

    def _locked(self, timeout: float) -> IndexLocked:
        return IndexLocked(
            f"{self.directory}: another process has been writing for {timeout:g} seconds; "
            "try again later"
        )

    def add_segment(
        self, content: Iterable[bytes | memoryview], documents: int, sections: int
    ) -> SegmentEntry:
        """Write a segment; it is part of the index once a manifest names it."""
        name = f"segment-{secrets.token_hex(8)}.arrays"
        pieces = iter(content)
        prefix = next(pieces)
        size = durable.write_file(self.directory / name, chain([prefix], pieces))
        return SegmentEntry(name, size, digest_of(prefix), documents, sections)

    def commit(
        self, segments: Sequence[SegmentEntry], segmenter: str, previous: Manifest | None
    ) -> Manifest:
        """Make ``segments`` the current generation, durably; then collect old files."""
        number = 1 if previous is None else int(previous.generation.split("-")[0]) + 1
        generation = f"{number:08d}-{secrets.token_hex(4)}"
        manifest = Manifest(generation, segmenter, tuple(segments))
        data = json.dumps(asdict(manifest)).encode()
        durable.write_file(self._path_of(generation), [data])
        pointer = f"{generation} {xxhash.xxh3_64_hexdigest(data)}\n"
        durable.write_file(
            self.directory / "CURRENT",
            [pointer.encode("ascii")],
            unflushed="the change is made, but a power loss may undo it; repeat it to be sure",
        )
        self.collect(manifest, previous)
        return manifest

    def collect(self, *kept: Manifest | None) -> None:
        """Delete what no manifest in ``kept`` names, and left-overs of broken writes."""
        manifests = [manifest for manifest in kept if manifest is not None]
        names = {self._path_of(manifest.generation).name for manifest in manifests}
        names |= {entry.name for manifest in manifests for entry in manifest.segments}
        for path in self.directory.iterdir():
            ours = path.name.startswith(("segment-", "manifest-")) or path.name.endswith(
                durable.TEMPORARY
            )
            if ours and path.name not in names:
                durable.remove(path)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


_process_locks: dict[str, threading.Lock] = {}
_process_locks_guard = threading.Lock()


def _process_lock(path: Path) -> threading.Lock:
    with _process_locks_guard:
        return _process_locks.setdefault(os.path.realpath(path), threading.Lock())
