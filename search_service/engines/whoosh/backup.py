"""Copies a generation out of an index directory, and into one.

A backup is an index directory with one generation: it can be served as it is. Its
``CURRENT`` is written last, so what a broken backup leaves is no index.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from search_service.engines.whoosh import durable
from search_service.engines.whoosh.arrays import ArrayFile
from search_service.engines.whoosh.store import Manifest, SegmentEntry, Store
from search_service.errors import IndexDamaged, InvalidRequest

_CHUNK = 1 << 20


def copy_out(store: Store, target: Path) -> None:
    """Copy the current generation of ``store`` to ``target``, a new or empty folder.

    Writers may go on: the files of the generation are opened before any is read, and an
    open file stays when its name is deleted.
    """
    with durable.told(target):
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise InvalidRequest(
                {"target": [f"{target} is not an empty folder; name a new one for the backup"]}
            )
    durable.make_directory(target)
    copy = Store(target)
    with ExitStack() as stack:
        manifest, files = _opened(store, stack)
        for entry, file in zip(manifest.segments, files, strict=True):
            durable.write_file(target / entry.name, _chunks(file))
    for entry in manifest.segments:
        _verified(copy, entry)
    copy.commit(manifest.segments, manifest.segmenter, None)


def copy_in(store: Store, backup: Path) -> tuple[Manifest, list[SegmentEntry]]:
    """Copy the segments of ``backup`` into ``store``, whose lock is held.

    Returns the backup's manifest, and the copies, which no generation names yet.
    """
    source = Store(backup)
    with ExitStack() as stack:
        manifest, files = _opened(source, stack)
        for entry in manifest.segments:
            _verified(source, entry)
        entries = []
        for entry, file in zip(manifest.segments, files, strict=True):
            copied = store.add_segment(_chunks(file), entry.documents, entry.sections)
            entries.append(replace(copied, digest=entry.digest, deleted=entry.deleted))
            _verified(store, entries[-1])
    return manifest, entries


def _opened(store: Store, stack: ExitStack) -> tuple[Manifest, list[BinaryIO]]:
    """Open all files of the current generation; ``stack`` closes them."""
    while True:
        manifest = store.manifest()
        try:
            paths = [store.directory / entry.name for entry in manifest.segments]
            return manifest, [stack.enter_context(path.open("rb")) for path in paths]
        except FileNotFoundError as error:
            if store.manifest().generation == manifest.generation:
                raise IndexDamaged(
                    f"{error.filename}: the file is missing; rebuild the index"
                ) from error


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _verified(store: Store, entry: SegmentEntry) -> None:
    """Raise ``IndexDamaged`` unless the file of ``entry`` is whole and the one it names."""
    path = store.directory / entry.name
    file = ArrayFile(path)
    if file.digest != entry.digest:
        raise IndexDamaged(f"{path}: is not the segment that the manifest names")
