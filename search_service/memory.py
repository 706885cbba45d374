"""How much memory this process has for itself."""

from __future__ import annotations

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
