"""Counts how near words stand, in the first hits: their folded texts are read for it.

Every other part of a score comes from posting lists, which have no positions.
"""

from __future__ import annotations

from collections.abc import Sequence

from search_service import ranking
from search_service.analysis import fold
from search_service.engines.whoosh.snapshot import Snapshot
from search_service.query import Plan

Window = tuple[list[int], list[int], list[float]]
"""The sections, groups and scores of hits in ranking order."""


class Nearness:
    """Adds what ``ranking.nearness`` gives to the first hits of one plan."""

    def __init__(self, snapshot: Snapshot, plan: Plan) -> None:
        self._snapshot = snapshot
        self._plan = plan

    def moves(self, offset: int, limit: int, literal: int) -> bool:
        """Return whether it may change the ranked hits ``offset`` to ``offset + limit``.

        ``literal`` is the number of literal hits, which come first.
        """
        if offset >= ranking.NEARNESS_DEPTH or limit <= 0:
            return False
        only_literal = offset + limit <= literal
        return bool(self._plan.near_literal if only_literal else self._plan.near)

    def scored(self, window: Window, offset: int) -> Window:
        """Return ``window``, whose first hit is the one at ``offset``, with nearness counted."""
        sections, kinds, scores = window
        pairs = [self._weighed(self._plan.near_literal), *[self._weighed(self._plan.near)] * 2]
        scores = list(scores)
        for at in range(min(ranking.NEARNESS_DEPTH - offset, len(sections))):
            if chosen := pairs[kinds[at]]:
                segment, local = self._snapshot.locate(sections[at])
                scores[at] += ranking.nearness(segment.own.folded[local], chosen)
        return sections, kinds, scores

    def ordered(self, window: Window) -> Window:
        """Return ``window``, which starts at the first hit, ranked with nearness counted."""
        depth = ranking.NEARNESS_DEPTH
        sections, kinds, scores = self.scored(window, 0)
        order = self._snapshot.order
        places: Sequence[int] = sections if order is None else order[sections].tolist()
        first = sorted(
            range(min(depth, len(sections))), key=lambda at: (kinds[at], -scores[at], places[at])
        )
        return (
            [sections[at] for at in first] + sections[depth:],
            [kinds[at] for at in first] + kinds[depth:],
            [scores[at] for at in first] + scores[depth:],
        )

    def _weighed(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str, float]]:
        weight = {word: self._snapshot.word(word).weight for pair in pairs for word in pair}
        return [(fold(a), fold(b), min(weight[a], weight[b])) for a, b in pairs]
