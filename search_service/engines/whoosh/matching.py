"""Which sections match a plan: sets of section numbers, a whole array at a time.

A set is computed once per query, however often the plan names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search_service import ranking
from search_service.engines.base import Deadline
from search_service.engines.whoosh.grams import UNLIMITED, Effort
from search_service.engines.whoosh.postings import Ids
from search_service.engines.whoosh.sets import (
    EMPTY,
    contains,
    intersect,
    intersect_all,
    subtract,
    unite,
)
from search_service.engines.whoosh.snapshot import Snapshot
from search_service.models import Filters, YearRange
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
            case OfYear(first, last):
                return self._snapshot.accepted(Filters(year=(YearRange(first, last),)))[ids]
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
