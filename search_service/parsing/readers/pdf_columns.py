"""Pages that are set in two columns: which printed run stands in which of them."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

_MIN_RUNS = 8
_MIN_SHARE = 0.25
_MAX_CROSSING = 0.15
_FILLED = 0.6
"""How much of its column a line of text takes up at least, in the median: cells take less."""

Run = Sequence[Any]
"""``[text, left, bottom, right, top]``"""


def in_columns(pages: Sequence[Sequence[Run]]) -> list[list[tuple[int, Run]]]:
    """The runs of every page, each with its column: 1 and 2, or 0 across the page."""
    gutters = [_gutter(runs) for runs in pages]
    known = [gutter for gutter in gutters if gutter is not None]
    usual = median(known) if known else None
    return [
        _placed(runs, usual if gutter is None and usual and _fits(runs, usual) else gutter)
        for runs, gutter in zip(pages, gutters, strict=True)
    ]


def _fits(runs: Sequence[Run], gutter: float) -> bool:
    """Whether a page that is not full leaves the gutter free too."""
    return all(run[3] <= gutter or run[1] >= gutter for run in runs)


def _placed(runs: Sequence[Run], gutter: float | None) -> list[tuple[int, Run]]:
    if gutter is None:
        return [(0, run) for run in runs]
    return [(1 if run[3] <= gutter else 2 if run[1] >= gutter else 0, run) for run in runs]


def _gutter(runs: Sequence[Run]) -> float | None:
    """Where a column begins that stands beside another one, if the page has two."""
    least = max(_MIN_RUNS, int(_MIN_SHARE * len(runs)))
    if len(runs) < 2 * least:
        return None
    lefts = sorted(run[1] for run in runs)
    # Most lines of the right column begin at one edge; it is one of these.
    for edge in dict.fromkeys(lefts[len(lefts) * share // 20] for share in range(10, 20)):
        gutter = edge - 1
        left = [run for run in runs if run[3] <= gutter]
        right = [run for run in runs if run[1] >= gutter]
        crossing = len(runs) - len(left) - len(right)
        if min(len(left), len(right)) < least or crossing > _MAX_CROSSING * len(runs):
            continue
        if _is_filled(left) and _is_filled(right) and _beside(left, right):
            return float(gutter)
    return None


def _is_filled(runs: Sequence[Run]) -> bool:
    width = max(run[3] for run in runs) - min(run[1] for run in runs)
    return bool(median(run[3] - run[1] for run in runs) > _FILLED * width)


def _beside(left: Sequence[Run], right: Sequence[Run]) -> bool:
    """Whether two groups of runs share most of their height."""
    spans = [(min(run[2] for run in runs), max(run[4] for run in runs)) for runs in (left, right)]
    (low, high), (other_low, other_high) = spans
    shared = min(high, other_high) - max(low, other_low)
    return bool(shared > 0.5 * min(high - low, other_high - other_low))
