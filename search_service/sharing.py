"""How worker processes share the connections that arrive.

All workers wait on one listening socket, and whoever wakes first accepts. Connections
that arrive together, as those of a client's pool do, would often all go to one worker,
whose one interpreter lock then answers them while the others idle for as long as the
connections are kept alive.
"""

from __future__ import annotations

import mmap
import struct

SLOTS = 256
"""Workers that can be told apart; far more than there are at a time."""

_COUNT = struct.Struct("i")
_NOBODY = -1


class ConnectionCounts:
    """How many connections each worker that takes more holds, in memory that processes share.

    Each slot is written by its worker, and freed by the master after a worker's end. The
    counts are hints: they need no lock.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, SLOTS * _COUNT.size)
        for slot in range(SLOTS):
            self.free(slot)

    def set(self, slot: int, count: int) -> None:
        """Say how many connections the worker in ``slot`` holds."""
        _COUNT.pack_into(self._memory, slot % SLOTS * _COUNT.size, count)

    def free(self, slot: int) -> None:
        """Forget a worker that takes no connections."""
        self.set(slot, _NOBODY)

    def fewer_elsewhere(self, count: int) -> bool:
        """Return whether a worker holds fewer than ``count`` connections."""
        return any(_NOBODY < held < count for (held,) in _COUNT.iter_unpack(self._memory[:]))
