"""Files that survive a power loss: the only place that writes to an index directory.

A file is written under a temporary name, flushed to the disk, renamed to its final
name, and then its folder is flushed. What a power loss leaves is the old state or the
new one.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from search_service.errors import StorageFailed, StorageFull

TEMPORARY = ".tmp"
"""Suffix of files that are being written; a left-over may be deleted by any writer."""


UNCHANGED = "the index is as it was before"


@contextmanager
def told(path: Path, outcome: str = UNCHANGED) -> Iterator[None]:
    """Turn an ``OSError`` into an error of ours that names the path, the outcome and the remedy."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(
                f"{path}: no space left on the device; free some space and try again ({outcome})"
            ) from error
        raise StorageFailed(f"{path}: cannot be written ({error.strerror}); {outcome}") from error


def write_file(
    path: Path, content: Iterable[bytes | memoryview], unflushed: str = UNCHANGED
) -> int:
    """Write ``content`` to ``path`` durably and return its size in bytes.

    ``unflushed`` tells the outcome where the file has its name, but not for certain.
    """
    temporary = path.with_name(path.name + TEMPORARY)
    with told(path):
        try:
            size = 0
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                for piece in content:
                    size += len(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise
    with told(path, unflushed):
        sync_directory(path.parent)
    return size


def sync_directory(path: Path) -> None:
    """Flush the names in a folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_directory(path: Path) -> None:
    """Make a private folder, and its parents, durably."""
    with told(path):
        if not path.is_dir():
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_directory(path.parent)


def remove(path: Path) -> None:
    """Delete a file if it is there and can be deleted: a left-over does no harm."""
    with suppress(OSError):
        path.unlink()
