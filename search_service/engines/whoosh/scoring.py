"""The window of hits that is asked for, in ranking order.

Only the ranking groups that reach the window are scored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search_service import ranking
from search_service.engines.base import Deadline
from search_service.engines.whoosh.matching import LITERAL, PARTIAL, WORDS, Matches
from search_service.engines.whoosh.nearness import Nearness, Window
from search_service.engines.whoosh.postings import Ids
from search_service.engines.whoosh.sets import contains, unite
from search_service.engines.whoosh.snapshot import Floats, Snapshot, WordPostings
from search_service.models import Filters, Sort
from search_service.query import Plan


@dataclass(frozen=True)
class Ranked:
    """A window of ranked hits, and exact counts over all of them."""

    sections: list[int]
    groups: list[int]
    scores: list[float]
    total: int
    total_literal: int


def rank(
    snapshot: Snapshot,
    plan: Plan,
    matches: Matches,
    filters: Filters,
    sort: Sort,
    offset: int,
    limit: int,
    deadline: Deadline = Deadline(),
) -> Ranked:
    """Return hits ``offset`` to ``offset + limit`` in ranking order.

    Raises ``DeadlineExceeded``.
    """
    groups = matches.groups
    if filters != Filters():
        mask = snapshot.accepted(filters)
        groups = tuple(ids[mask[ids]] for ids in groups)  # type: ignore[assignment]
    total = sum(map(len, groups))
    scorer = Scorer(snapshot, plan, matches.preferred, deadline)
    near = Nearness(snapshot, plan)
    if plan.literal is None or sort != "relevance":
        window = near.scored(_sorted_window(scorer, groups, sort, offset, limit), offset)
    elif near.moves(offset, limit, len(groups[LITERAL])):
        end = offset + limit
        first = _ranked_window(scorer, groups, 0, max(end, ranking.NEARNESS_DEPTH))
        sections, kinds, scores = near.ordered(first)
        window = sections[offset:end], kinds[offset:end], scores[offset:end]
    else:
        window = _ranked_window(scorer, groups, offset, limit)
    return Ranked(*window, total, len(groups[LITERAL]))


def _ranked_window(scorer: Scorer, groups: Sequence[Ids], offset: int, limit: int) -> Window:
    sections: list[int] = []
    kinds: list[int] = []
    scores: list[float] = []
    for kind, ids in enumerate(groups):
        if limit <= 0:
            break
        if offset >= len(ids):
            offset -= len(ids)
            continue
        if scorer.indifferent:
            best = scorer.snapshot.first_in_order(ids, offset + limit)[offset:]
            scores.extend([0.0] * len(best))
        else:
            score = scorer.scores(ids)
            chosen = top(score, ids, scorer.snapshot.order, offset + limit)[offset:]
            best = ids[chosen]
            scores.extend(score[chosen].tolist())
        sections.extend(best.tolist())
        kinds.extend([kind] * len(best))
        offset, limit = 0, limit - len(best)
    return sections, kinds, scores


def _sorted_window(
    scorer: Scorer, groups: Sequence[Ids], sort: Sort, offset: int, limit: int
) -> Window:
    snapshot = scorer.snapshot
    ids = unite(groups, snapshot.size)
    place: Ids | None = snapshot.order
    if sort in ("year", "-year", "district"):
        place = snapshot.places(sort)
    if place is None:
        chosen = ids[offset : offset + limit]
    else:
        places = place[ids]
        if len(places) > offset + limit:
            ids = ids[np.argpartition(places, offset + limit)[: offset + limit]]
            places = place[ids]
        chosen = ids[np.argsort(places)][offset : offset + limit]
    kinds = np.full(len(chosen), PARTIAL)
    ascending = np.sort(chosen)
    for kind in (WORDS, LITERAL):
        inside = ascending[contains(groups[kind], ascending, snapshot.size)]
        kinds[np.isin(chosen, inside)] = kind
    scores = np.zeros(len(chosen), np.float32)
    scores[np.argsort(chosen)] = scorer.scores(ascending)
    return chosen.tolist(), kinds.tolist(), scores.tolist()


class Scorer:
    """Scores sections for everything that a plan asks and prefers."""

    def __init__(
        self, snapshot: Snapshot, plan: Plan, preferred: Sequence[Ids], deadline: Deadline
    ) -> None:
        self.snapshot = snapshot
        self._deadline = deadline
        self._words = [snapshot.word(word) for word in plan.score_words]
        self._others = [snapshot.word(word) for word in plan.other_words]
        self._asked = sum(word.weight for word in self._words)
        self._preferred = preferred
        self._authority = plan.authority

    @property
    def indifferent(self) -> bool:
        """Whether all scores are zero."""
        return not (self._words or self._others or self._preferred or self._authority)

    def scores(self, ids: Ids) -> Floats:
        """Return the scores of the sections ``ids`` (ascending)."""
        snapshot = self.snapshot
        total = score_all(ids, self._words, snapshot.size, self._deadline)
        if self._others:
            others = score_all(ids, self._others, snapshot.size, self._deadline)
            total = total + np.float32(ranking.SYNONYM_WEIGHT) * others
        for preferred in self._preferred:
            bonus = np.float32(ranking.PREFERRED_WEIGHT * self._asked)
            total = total + bonus * contains(preferred, ids, snapshot.size)
        if self._authority:
            bonus = np.float32(ranking.AUTHORITY_WEIGHT * self._asked)
            total = total + bonus * snapshot.authority[snapshot.document_of[ids]]
        return total


def score_all(
    ids: Ids, words: Sequence[WordPostings], size: int, deadline: Deadline = Deadline()
) -> Floats:
    """Return the scores of the sections ``ids`` (ascending) for ``words``."""
    if len(words) == 1 and ids is words[0].own:
        return words[0].scores
    total = np.zeros(len(ids), np.float32)
    for word in words:
        deadline.check()
        if not _add(total, ids, word.own, word.scores, size):
            _add(total, ids, word.beside, np.float32(word.context_score), size)
    return total


def _add(total: Floats, ids: Ids, where: Ids, scores: Floats | np.float32, size: int) -> bool:
    """Add ``scores`` of the sections ``where`` to the totals of the sections ``ids``.

    Returns whether all of ``ids`` are known to be in ``where``.
    """
    if not len(where) or not len(ids):
        return False
    # A binary search costs about as much as spreading 32 numbers; an empty array has its cost too.
    if len(ids) * 32 < len(where) + size // 10:
        place = where.searchsorted(ids)
        found = where.take(place, mode="clip") == ids
        gain = scores if isinstance(scores, np.float32) else scores.take(place, mode="clip")
        if found.all():
            total += gain
            return True
        total += gain * found
    elif len(where) * 16 < len(ids):
        place = ids.searchsorted(where)
        found = ids.take(place, mode="clip") == where
        total[place[found]] += scores if isinstance(scores, np.float32) else scores[found]
    else:
        spread = np.zeros(size, np.float32)
        spread[where] = scores
        total += spread[ids]
    return False


def top(scores: Floats, ids: Ids, order: Ids | None, count: int) -> npt.NDArray[np.intp]:
    """Return the positions of the ``count`` best, best first; ties go by section order."""
    if len(scores) > 4 * count:
        threshold = np.partition(scores, len(scores) - count)[len(scores) - count]
        candidates = np.flatnonzero(scores >= threshold)
        if len(candidates) > 4 * count:
            above = np.flatnonzero(scores > threshold)
            ties = np.flatnonzero(scores == threshold)
            if order is not None and len(ties) > count:
                ties = ties[np.argpartition(order[ids[ties]], count)[:count]]
            candidates = np.concatenate([above, ties[:count]])
            candidates.sort()
    else:
        candidates = np.arange(len(scores))
    if order is not None:
        candidates = candidates[order[ids[candidates]].argsort()]
    # ``sorted`` keeps the order of what is equal, and beats lexsort for so few.
    values = scores[candidates].tolist()
    best = sorted(range(len(values)), key=values.__getitem__, reverse=True)[:count]
    chosen: npt.NDArray[np.intp] = candidates[best]
    return chosen
