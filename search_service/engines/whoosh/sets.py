"""Algebra over sets of section numbers, kept as ascending arrays.

Small against large goes by binary search, similar sizes by a mask over all sections.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from search_service.engines.whoosh.postings import Ids

EMPTY: Ids = np.empty(0, np.intp)

_SEARCH_FACTOR = 16
"""Binary search pays where one set is this many times smaller than the other."""

_SORT_BELOW = 2048
"""Fewer numbers than this are united by sorting, more by a mask."""


def mask_of(ids: Ids, size: int) -> npt.NDArray[np.bool_]:
    """Return which of the numbers below ``size`` are in ``ids``."""
    mask = np.zeros(size, np.bool_)
    mask[ids] = True
    return mask


def contains(large: Ids, small: Ids, size: int) -> npt.NDArray[np.bool_]:
    """Return for each number in ``small`` whether it is in ``large``."""
    if not len(large):
        return np.zeros(len(small), np.bool_)
    if len(small) * _SEARCH_FACTOR < max(len(large), size >> 4):
        found: npt.NDArray[np.bool_] = large.take(large.searchsorted(small), mode="clip") == small
        return found
    return mask_of(large, size)[small]


def intersect(first: Ids, second: Ids, size: int) -> Ids:
    """Return the numbers in both sets."""
    small, large = (first, second) if len(first) <= len(second) else (second, first)
    if small is large or not len(small) or len(large) == size:
        return small
    return small[contains(large, small, size)]


def intersect_all(sets: Sequence[Ids], size: int) -> Ids:
    """Return the numbers in all ``sets``, smallest sets first; ``sets`` is not empty."""
    ordered = sorted(sets, key=len)
    result = ordered[0]
    for other in ordered[1:]:
        if not len(result):
            break
        result = intersect(result, other, size)
    return result


def unite(sets: Sequence[Ids], size: int) -> Ids:
    """Return the numbers in any of ``sets``."""
    sets = [ids for ids in sets if len(ids)]
    if len(sets) <= 1:
        return sets[0] if sets else EMPTY
    largest = max(sets, key=len)
    if len(largest) == size or all(ids is largest for ids in sets):
        return largest
    if sum(map(len, sets)) < _SORT_BELOW:
        merged = np.concatenate(sets)
        merged.sort()
        keep = np.ones(len(merged), np.bool_)
        np.not_equal(merged[1:], merged[:-1], out=keep[1:])
        return merged[keep]
    mask = np.zeros(size, np.bool_)
    for ids in sets:
        mask[ids] = True
    return mask.nonzero()[0]


def subtract(first: Ids, second: Ids, size: int) -> Ids:
    """Return the numbers in ``first`` that are not in ``second``."""
    if not len(first) or not len(second):
        return first
    return first[~contains(second, first, size)]
