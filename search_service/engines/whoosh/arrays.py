"""Files of named arrays: written once, memory mapped, checked.

Layout of a file (little-endian)::

    magic, version          8 bytes
    length of the header    8 bytes
    checksum of the header  8 bytes
    header                  JSON: {"meta": …, "arrays": {name: [type, offset, bytes, checksum]}}
    arrays                  each at a multiple of 64 bytes

Nothing in it is executable: types are a fixed list, offsets are checked against the
file. Checksums are XXH3 (64 bits), which finds damage, not forgery.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import xxhash

from search_service.errors import IndexDamaged, IndexIncompatible, StorageFailed

Array = npt.NDArray[Any]

_MAGIC = b"SSARRAY"
_VERSION = b"\x01"
_PREFIX = 24
_ALIGNMENT = 64
_MAX_HEADER = 16 * 1024 * 1024
_TYPES = {"u1": np.uint8, "u2": np.uint16, "u4": np.uint32, "u8": np.uint64, "f4": np.float32}


def array_file(
    meta: Mapping[str, Any], arrays: Mapping[str, Array]
) -> Iterator[bytes | memoryview]:
    """Yield the content of a file that holds ``meta`` (JSON values) and ``arrays``.

    Arrays are one-dimensional, of types u1, u2, u4, u8 or f4.
    """
    table: dict[str, list[Any]] = {}
    offset = 0
    for name, array in arrays.items():
        kind = f"{array.dtype.kind}{array.dtype.itemsize}"
        if kind not in _TYPES or array.ndim != 1:
            raise ValueError(f"{name}: {array.dtype} of {array.ndim} dimensions cannot be stored")
        data = _bytes_of(array)
        table[name] = [kind, offset, len(data), xxhash.xxh3_64_intdigest(data)]
        offset = _aligned(offset + len(data))
    header = json.dumps({"meta": meta, "arrays": table}, ensure_ascii=False).encode()
    checksum = xxhash.xxh3_64_intdigest(header)
    yield b"".join(
        [_MAGIC, _VERSION, len(header).to_bytes(8, "little"), checksum.to_bytes(8, "little")]
    )
    yield header
    position = _PREFIX + len(header)
    yield bytes(_aligned(position) - position)
    for name, array in arrays.items():
        data = _bytes_of(array)
        yield data
        end = table[name][1] + len(data)
        yield bytes(_aligned(end) - end)


def digest_of(prefix: bytes | memoryview) -> str:
    """Return the checksum of the header, which holds those of all arrays.

    ``prefix`` is the first piece that ``array_file`` yields.
    """
    return bytes(prefix[16:_PREFIX]).hex()


def _bytes_of(array: Array) -> memoryview:
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    return little.view(np.uint8).data


def offsets(lengths: Sequence[int] | Array) -> npt.NDArray[np.int64]:
    """Return where items of these ``lengths`` start in an array, one by one, and where it ends."""
    result = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=result[1:])
    return result


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNMENT) * _ALIGNMENT


class ArrayFile:
    """A file of arrays, mapped into memory. Its arrays are read-only views of the map."""

    def __init__(self, path: Path, verify: bool = True) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:  # an empty file cannot be mapped
            raise IndexDamaged(f"{path}: the file is empty") from error
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StorageFailed(f"{path}: cannot be read ({error.strerror})") from error
        self._table, self.meta, self._base = self._header()
        self.digest = digest_of(self._map[:_PREFIX])
        for name in self._table:
            self._check_bounds(name)
        if verify:
            self.verify()

    def _header(self) -> tuple[dict[str, list[Any]], Any, int]:
        prefix = self._map[:_PREFIX]
        if prefix[:7] != _MAGIC or len(prefix) < _PREFIX:
            raise IndexDamaged(f"{self.path}: not an index file, or its beginning is damaged")
        if prefix[7:8] != _VERSION:
            raise IndexIncompatible(
                f"{self.path}: written in format {prefix[7]}, this version reads "
                f"{_VERSION[0]}; rebuild the index"
            )
        length = int.from_bytes(prefix[8:16], "little")
        if length > min(_MAX_HEADER, len(self._map) - _PREFIX):
            raise IndexDamaged(f"{self.path}: the header is damaged or cut off")
        header = self._map[_PREFIX : _PREFIX + length]
        if xxhash.xxh3_64_intdigest(header) != int.from_bytes(prefix[16:24], "little"):
            raise IndexDamaged(f"{self.path}: the header does not match its checksum")
        content = json.loads(header)
        return content["arrays"], content["meta"], _aligned(_PREFIX + length)

    def _check_bounds(self, name: str) -> None:
        kind, offset, length, _ = self._table[name]
        if kind not in _TYPES or self._base + offset + length > len(self._map):
            raise IndexDamaged(f"{self.path}: the file is cut off within {name}")

    def verify(self) -> None:
        """Compare every array with its checksum; raises ``IndexDamaged``."""
        with memoryview(self._map) as view:
            for name, (_, offset, length, checksum) in self._table.items():
                start = self._base + offset
                with view[start : start + length] as data:
                    if xxhash.xxh3_64_intdigest(data) != checksum:
                        raise IndexDamaged(f"{self.path}: {name} does not match its checksum")

    def __contains__(self, name: str) -> bool:
        return name in self._table

    def __getitem__(self, name: str) -> Array:
        kind, offset, length, _ = self._table[name]
        dtype = np.dtype(_TYPES[kind]).newbyteorder("<")
        return np.frombuffer(
            self._map, dtype=dtype, count=length // dtype.itemsize, offset=self._base + offset
        )

    def place(self, name: str) -> tuple[mmap.mmap, int]:
        """Return the map and where the bytes of an array begin in it.

        Many short pieces are read twice as fast from a map as from a view of it.
        """
        return self._map, self._base + self._table[name][1]

    def buffer(self, name: str) -> memoryview:
        """Return the bytes of an array as a view of the map."""
        _, offset, length, _ = self._table[name]
        start = self._base + offset
        return memoryview(self._map)[start : start + length]
