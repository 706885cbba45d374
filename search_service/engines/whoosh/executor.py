"""Executes plans over a snapshot, a whole array at a time.

Matching works on sets of section numbers (``sets``); a set is computed once per query,
however often the plan names it. Only the ranking groups that reach the requested
window are scored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search_service import ranking
from search_service.engines.base import Deadline
from search_service.engines.whoosh.grams import UNLIMITED, Effort
from search_service.engines.whoosh.nearness import Nearness, Window
from search_service.engines.whoosh.postings import Ids
from search_service.engines.whoosh.sets import (
    EMPTY,
    contains,
    intersect,
    intersect_all,
    subtract,
    unite,
)
from search_service.engines.whoosh.snapshot import Floats, Snapshot, WordPostings
from search_service.models import Filters, Sort, YearRange
from search_service.query import (
    AllOf,
    AllWords,
    AnyOf,
    Expression,
    Literal,
    OfYear,
    Plan,
    SomeWords,
)

LITERAL, WORDS, PARTIAL = 0, 1, 2

_PAIRWISE = 3
"""Parts of a conjunction, up to which each is held against every other."""


@dataclass(frozen=True)
class Matches:
    """The hits of a plan before filtering."""

    hits: Ids
    groups: tuple[Ids, Ids, Ids]
    """Hits of each ranking group; disjoint."""
    preferred: tuple[Ids, ...] = ()
    """Hits that match each of what the plan prefers."""


@dataclass(frozen=True)
class Ranked:
    """A window of ranked hits, and exact counts over all of them."""

    sections: list[int]
    groups: list[int]
    scores: list[float]
    total: int
    total_literal: int


class Matching:
    """Evaluates the expressions of plans over one snapshot.

    Raises ``Exhausted`` where that takes more than is left of ``effort``.
    """

    def __init__(self, snapshot: Snapshot, deadline: Deadline, effort: Effort = UNLIMITED) -> None:
        self._snapshot = snapshot
        self._effort = effort
        self._size = snapshot.size
        self._deadline = deadline
        self._own: dict[Expression, Ids] = {}
        self._contexts: dict[Expression, Ids] = {}

    def matches(self, plan: Plan) -> Matches:
        """Return the hits of ``plan`` by group."""
        size = self._size
        if plan.literal is None:
            hits = self._all()
            return Matches(hits, (hits, EMPTY, EMPTY))
        literal = self.own(plan.literal)
        words = self.own(plan.words) if plan.words is not None else EMPTY
        if plan.words_only:
            literal = intersect(literal, words, size)
        partial = self.own(plan.partial) if plan.partial is not None else EMPTY
        hits = unite([literal, words, partial], size)
        words = subtract(words, literal, size)
        partial = subtract(subtract(partial, literal, size), words, size)
        preferred = tuple(hits[self._anywhere(part, hits)] for part in plan.preferred)
        return Matches(hits, (literal, words, partial), preferred)

    def own(self, expression: Expression) -> Ids:
        """Return the sections whose own text matches."""
        found = self._own.get(expression)
        if found is None:
            self._deadline.check()
            found = self._own[expression] = self._evaluate_own(expression)
        return found

    def _evaluate_own(self, expression: Expression) -> Ids:
        size = self._size
        match expression:
            case Literal(folded):
                return self._snapshot.literal(folded, self._effort)
            case AllWords(words):
                lists = [self._snapshot.word(word).own for word in words]
                return intersect_all(lists, size) if lists else EMPTY
            case SomeWords():
                return self._some_words(expression)
            case OfYear():
                return EMPTY
            case AnyOf(parts):
                return unite([self.own(part) for part in parts], size)
            case AllOf(parts, excluded):
                return self._without(self._all_of(parts), excluded)

    def _all_of(self, parts: Sequence[Expression]) -> Ids:
        """Return the sections where one part is own and all others are anywhere."""
        if not parts:
            return self._all()
        ordered = sorted(parts, key=lambda part: len(self.own(part)))  # the rarest narrow most
        if len(parts) > _PAIRWISE:
            return self._all_of_many(ordered)
        found = []
        for part in ordered:
            ids = self.own(part)
            for other in ordered:
                if other is not part and len(ids):
                    few = self._collected(other, len(ids) // 4)
                    if few is None:
                        ids = ids[self._anywhere(other, ids)]
                    else:
                        ids = intersect(ids, few, self._size)
            found.append(ids)
        return unite(found, self._size)

    def _all_of_many(self, parts: Sequence[Expression]) -> Ids:
        """Do as ``_all_of`` in as many steps as there are parts: it takes their square."""
        ids = self._all()
        for part in parts:
            ids = ids[self._anywhere(part, ids)]
            self._deadline.check()
        owned = np.zeros(len(ids), np.bool_)
        for part in parts:
            owned |= contains(self.own(part), ids, self._size)
        return ids[owned]

    def _collected(self, expression: Expression, limit: int) -> Ids | None:
        """Return the sections that match in their own text or context if at most ``limit`` do."""
        match expression:
            case Literal() | AllWords():
                own = self.own(expression)
                if len(own) > limit:
                    return None
                contexts = self._contexts_of(expression)
                beside = self._snapshot.sections_with(contexts, limit - len(own))
                return None if beside is None else unite([own, beside], self._size)
            case AnyOf(parts):
                lists = [self._collected(part, limit) for part in parts]
                whole = [ids for ids in lists if ids is not None]
                return unite(whole, self._size) if len(whole) == len(lists) else None
        return None

    def _anywhere(self, expression: Expression, ids: Ids) -> npt.NDArray[np.bool_]:
        """Return which of ``ids`` match in their own text or their context.

        Asking about given sections is cheaper than collecting all sections of a
        context: most contexts hold no candidate.
        """
        match expression:
            case Literal() | AllWords():
                found = contains(self.own(expression), ids, self._size)
                contexts = self._contexts_of(expression)
                if not len(contexts):
                    return found
                snapshot = self._snapshot
                return found | contains(contexts, snapshot.context_of[ids], snapshot.contexts)
            case SomeWords():
                return contains(self.own(expression), ids, self._size)
            case OfYear(year):
                return self._snapshot.accepted(Filters(year=(YearRange(year, year),)))[ids]
            case AnyOf(parts):
                masks = [self._anywhere(part, ids) for part in parts]
                return np.logical_or.reduce(masks) if masks else np.zeros(len(ids), np.bool_)
            case AllOf(parts, excluded):
                mask = np.ones(len(ids), np.bool_)
                for part in parts:
                    mask &= self._anywhere(part, ids)
                for part in excluded:
                    mask &= ~contains(self.own(part), ids, self._size)
                return mask

    def _contexts_of(self, leaf: Literal | AllWords) -> Ids:
        found = self._contexts.get(leaf)
        if found is None:
            if isinstance(leaf, Literal):
                found = self._snapshot.contexts_with(leaf.folded, self._effort)
            else:
                found = self._snapshot.contexts_of_words(leaf.words)
            self._contexts[leaf] = found
        return found

    def _without(self, found: Ids, excluded: Sequence[Expression]) -> Ids:
        for part in excluded:
            found = subtract(found, self.own(part), self._size)
        return found

    def _all(self) -> Ids:
        return np.flatnonzero(self._snapshot.live)

    def _some_words(self, expression: SomeWords) -> Ids:
        covered = np.zeros(self._size, np.float64)
        total = 0.0
        for word in expression.words:
            postings = self._snapshot.word(word)
            covered[postings.own] += postings.weight
            total += postings.weight
            self._deadline.check()
        for word in expression.others:
            postings = self._snapshot.word(word)
            covered[postings.own] += ranking.SYNONYM_WEIGHT * postings.weight
            self._deadline.check()
        return np.flatnonzero((covered > 0) & (covered >= expression.share * total))


def rank(
    snapshot: Snapshot,
    plan: Plan,
    matches: Matches,
    filters: Filters,
    sort: Sort,
    offset: int,
    limit: int,
) -> Ranked:
    """Return hits ``offset`` to ``offset + limit`` in ranking order."""
    groups = matches.groups
    if filters != Filters():
        mask = snapshot.accepted(filters)
        groups = tuple(ids[mask[ids]] for ids in groups)  # type: ignore[assignment]
    total = sum(map(len, groups))
    scorer = Scorer(snapshot, plan, matches.preferred)
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

    def __init__(self, snapshot: Snapshot, plan: Plan, preferred: Sequence[Ids]) -> None:
        self.snapshot = snapshot
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
        total = score_all(ids, self._words, snapshot.size)
        if self._others:
            others = score_all(ids, self._others, snapshot.size)
            total = total + np.float32(ranking.SYNONYM_WEIGHT) * others
        for preferred in self._preferred:
            bonus = np.float32(ranking.PREFERRED_WEIGHT * self._asked)
            total = total + bonus * contains(preferred, ids, snapshot.size)
        if self._authority:
            bonus = np.float32(ranking.AUTHORITY_WEIGHT * self._asked)
            total = total + bonus * snapshot.authority[snapshot.document_of[ids]]
        return total


def score_all(ids: Ids, words: Sequence[WordPostings], size: int) -> Floats:
    """Return the scores of the sections ``ids`` (ascending) for ``words``."""
    if len(words) == 1 and ids is words[0].own:
        return words[0].scores
    total = np.zeros(len(ids), np.float32)
    for word in words:
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
