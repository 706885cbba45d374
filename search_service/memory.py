"""The memory that this process has for itself: how much, and that it does not spread."""

from __future__ import annotations

import ctypes
from pathlib import Path

_ROLLUP = Path("/proc/self/smaps_rollup")


def private() -> int | None:
    """Return the bytes that no other process shares; ``None`` where the system does not say.

    The index is mapped and shared with all workers and with the disk cache, so what is
    resident says little.
    """
    try:
        lines = _ROLLUP.read_text("ascii").splitlines()
    except OSError:
        return None
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


_M_ARENA_MAX = -8
"""The option's number in glibc's ``malloc.h``."""


def share_arenas() -> None:
    """Let all threads allocate from one arena; does nothing where the C library is not glibc.

    By default glibc gives each thread an arena, and each keeps what its largest request
    took. Threads that take turns anyway need no arenas of their own.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)
