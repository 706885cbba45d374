"""How often each client may call: a limit that all worker processes share.

The state lies in anonymous shared memory that the server's first process makes before
it forks, so the limit holds for the service, not for each worker. A file lock guards
it, because the kernel releases that when a worker is killed; no lock of Python does.
"""

from __future__ import annotations

import fcntl
import hashlib
import ipaddress
import mmap
import os
import struct
import tempfile
import threading
import time
import weakref

_SLOT = struct.Struct("=Qd")
_SLOTS = 1 << 16
_PROBES = 8


class RateLimiter:
    """Token buckets, one per client, of ``per_minute`` tokens that refill evenly.

    Each slot holds a client's hash and the time at which its bucket is full again
    (generic cell rate algorithm). The table has a fixed size: where all places of a
    client are taken, the one that is nearest to full is forgotten.
    """

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._interval = 60.0 / per_minute
        self._memory = mmap.mmap(-1, _SLOT.size * _SLOTS)
        self._salt = os.urandom(16)
        self._thread_lock = threading.Lock()  # file locks do not tell threads apart
        self._file, path = tempfile.mkstemp(prefix="search-service-limits-")
        os.unlink(path)
        weakref.finalize(self, os.close, self._file)

    def wait(self, client: str) -> float:
        """Count a request from the address ``client``; return 0, or the seconds to wait.

        Whoever holds an address of IPv6 usually holds the 2**64 of its network, and may
        send each request from another one; so the network is the client.
        """
        name = _network(client).encode()
        digest = hashlib.blake2b(name, digest_size=8, key=self._salt).digest()
        number = int.from_bytes(digest, "big") | 1  # 0 marks a free slot
        with self._thread_lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                return self._take(number, time.monotonic())
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _take(self, name: int, now: float) -> float:
        offset, full_at = self._slot(name, now)
        full_at = max(full_at, now) + self._interval
        excess = full_at - now - 60.0
        if excess > 1e-9:
            return excess
        _SLOT.pack_into(self._memory, offset, name, full_at)
        return 0.0

    def _slot(self, name: int, now: float) -> tuple[int, float]:
        """Return the client's slot, or the one to use for it, and when its bucket is full."""
        best, best_full = 0, float("inf")
        for probe in range(_PROBES):
            offset = (name + probe) % _SLOTS * _SLOT.size
            owner, full_at = _SLOT.unpack_from(self._memory, offset)
            if owner == name:
                return offset, full_at
            if full_at < best_full:
                best, best_full = offset, full_at
        return best, now


def _network(client: str) -> str:
    """Return the network of 64 bits that an IPv6 address is in, and any other text as it is."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:  # a socket in the file system, or what a proxy says
        return client
    if address.version == 4:
        return client
    if address.ipv4_mapped is not None:  # how a socket for both kinds shows one of IPv4
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address.packed, 64), strict=False))
