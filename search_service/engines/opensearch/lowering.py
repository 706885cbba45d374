"""Plans as queries of the cluster, without scripts.

Each expression becomes a filter, once for the own text and once for own text or context
(see ``query.Plan``). A search then asks for the ranking groups as constants far enough
apart for no BM25 score to reach from one into the next.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from search_service import ranking
from search_service.engines.opensearch.client import Json
from search_service.engines.opensearch.mapping import characters, value, word
from search_service.engines.opensearch.state import State
from search_service.errors import InvalidRequest
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

NOTHING: Json = {"match_none": {}}
EVERYTHING: Json = {"match_all": {}}

MAX_CLAUSES = 1000
"""Of a search; the cluster's own limit is 1,024."""

MAX_DEPTH = 18
"""Of queries in queries; the cluster's own limit is 20."""

_EXACT = 1 << 23
"""Whole numbers up to twice this are exact in the cluster's 32-bit scores."""


def own(expression: Expression, weights: Mapping[str, float]) -> Json:
    """Return the filter for sections whose own text matches."""
    match expression:
        case Literal(folded):
            return _phrase("own", folded)
        case AllWords(words):
            return _all_words("own_words", words)
        case SomeWords():
            return _some_words(expression, weights)
        case OfYear():
            return NOTHING
        case AnyOf(parts):
            return any_of([own(part, weights) for part in parts])
        case AllOf(parts, excluded):
            if len(parts) == 1:
                needed = [own(parts[0], weights)]
            else:
                needed = [anywhere(part, weights) for part in parts]
                if parts:
                    needed.append(any_of([own(part, weights) for part in parts]))
            return _all_of(needed, [own(part, weights) for part in excluded])


def anywhere(expression: Expression, weights: Mapping[str, float]) -> Json:
    """Return the filter for sections whose own text or context matches."""
    match expression:
        case Literal(folded):
            return any_of([_phrase("own", folded), _phrase("context", folded)])
        case AllWords(words):
            return any_of([_all_words("own_words", words), _all_words("context_words", words)])
        case SomeWords():
            return own(expression, weights)
        case OfYear(first, last):
            return _years(YearRange(first, last))
        case AnyOf(parts):
            return any_of([anywhere(part, weights) for part in parts])
        case AllOf(parts, excluded):
            return _all_of(
                [anywhere(part, weights) for part in parts],
                [own(part, weights) for part in excluded],
            )


def _phrase(field: str, folded: str) -> Json:
    if not folded:
        return NOTHING
    if len(folded) == 1:
        return {"term": {field: characters(folded)}}
    return {"match_phrase": {field: characters(folded)}}


def beside(left: str, right: str) -> Json:
    """Return the filter for own texts with at most one code point between ``left`` and ``right``.

    Where one of them is empty, for those with the other.
    """
    if not (left and right):
        return _phrase("own", left or right)
    sides = [
        {"match": {"query": characters(side), "mode": "ordered", "max_gaps": 0}}
        for side in (left, right)
    ]
    return {
        "intervals": {"own": {"all_of": {"mode": "ordered", "max_gaps": 1, "intervals": sides}}}
    }


def replacing(left: str, letters: Iterable[str], right: str) -> Json:
    """Return the filter for own texts with one of ``letters`` between ``left`` and ``right``."""
    return any_of([_phrase("own", left + letter + right) for letter in letters])


def _all_words(field: str, words: Sequence[str]) -> Json:
    return _all_of([{"term": {field: word(name)}} for name in words], []) if words else NOTHING


def _some_words(expression: SomeWords, weights: Mapping[str, float]) -> Json:
    """Sum the weights of the words found, as whole numbers, and compare the sum."""
    share = expression.share
    carried = {name: weights[name] for name in expression.words}
    asked = sum(carried.values())
    for name in expression.others:
        carried[name] = carried.get(name, 0.0) + ranking.SYNONYM_WEIGHT * weights[name]
    total = sum(carried.values())
    if not carried or share * asked <= 0:
        return any_of([{"term": {"own_words": word(name)}} for name in carried])
    parts = {name: round(weight / total * _EXACT) for name, weight in carried.items()}
    # Rounding must not lose a section that covers just the share.
    needed = max(math.floor(share * asked / total * _EXACT) - len(parts), 1)
    found = [_constant({"term": {"own_words": word(name)}}, parts[name]) for name in parts]
    return {"function_score": {"query": {"bool": {"should": found}}, "min_score": needed}}


def any_of(queries: Sequence[Json]) -> Json:
    """Return the query for what matches one of ``queries``."""
    if EVERYTHING in queries:
        return EVERYTHING
    flat: list[Json] = []
    for query in queries:
        inner = query.get("bool", {})
        parts = inner["should"] if set(inner) == {"should"} else [query]
        flat.extend(part for part in parts if part != NOTHING and part not in flat)
    if len(flat) == 1:
        return flat[0]
    return {"bool": {"should": flat}} if flat else NOTHING


def _all_of(needed: Sequence[Json], excluded: Sequence[Json]) -> Json:
    if NOTHING in needed or EVERYTHING in excluded:
        return NOTHING
    flat: list[Json] = []
    for query in needed:
        inner = query.get("bool", {})
        parts = inner["filter"] if set(inner) == {"filter"} else [query]
        flat.extend(part for part in parts if part != EVERYTHING and part not in flat)
    unwanted = [query for query in excluded if query != NOTHING]
    if not unwanted:
        if len(flat) < 2:
            return flat[0] if flat else EVERYTHING
        return {"bool": {"filter": flat}}
    # Without a part that is needed, whatever is not excluded matches.
    return {"bool": {"filter": flat or [EVERYTHING], "must_not": unwanted}}


def _constant(query: Json, score: float) -> Json:
    return {"constant_score": {"filter": query, "boost": score}}


# --- filters ----------------------------------------------------------------------------


def alive(state: State, kind: str) -> list[Json]:
    """Return the filters for the entries of a kind that belong to a generation."""
    unborn: Json = {"range": {"born": {"gt": state.generation}}}
    dead = [version for _, version in state.dead]
    chunks = [dead[at : at + 50_000] for at in range(0, len(dead), 50_000)]
    if state.lost:
        unborn = any_of([unborn, {"terms": {"born": list(state.lost)}}])
    gone = [unborn, *({"terms": {"version": chunk}} for chunk in chunks)]
    return [{"term": {"kind": kind}}, {"bool": {"must_not": gone}}]


def filtered(filters: Filters, *fields: str) -> list[Json]:
    """Return the filters of ``fields``, those that restrict."""
    found = []
    for name in fields:
        wanted = getattr(filters, name)
        if name == "year" and wanted:
            found.append(any_of([_years(span) for span in filters.year]))
        elif wanted:
            named = [value(text) for text in wanted if text is not None]
            queries: list[Json] = [{"terms": {name: named}}] if named else []
            found.append(any_of([*queries, *([_missing(name)] if None in wanted else [])]))
    return found


def _years(span: YearRange | None) -> Json:
    if span is None:
        return _missing("year")
    ends = {"gte": span.first, "lte": span.last}
    given = {name: year for name, year in ends.items() if year is not None}
    return {"range": {"year": given}} if given else {"exists": {"field": "year"}}


def _missing(field: str) -> Json:
    return {"bool": {"must_not": [{"exists": {"field": field}}]}}


# --- ranking ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ranked:
    """A query whose scores tell the group of a hit, and rank inside the groups."""

    query: Json
    step: float
    """Literal hits score from twice this, hits by words from this."""
    literal: Json | None
    """The filter for the literal hits; ``None`` where all hits are."""


def ranked(
    plan: Plan, weights: Mapping[str, float], cited: Mapping[str, int], with_scores: bool
) -> Ranked:
    """Return the query for the hits of ``plan``; ``cited`` are the most cited titles."""
    if plan.literal is None:
        return Ranked(_constant(EVERYTHING, 2.0), 1.0, None)
    literal = own(plan.literal, weights)
    words = NOTHING if plan.words is None else own(plan.words, weights)
    partial = NOTHING if plan.partial is None else own(plan.partial, weights)
    scores = [*(_scores(plan, weights, cited) if with_scores else ()), *preferred(plan, weights)]
    step = 2.0 ** math.ceil(math.log2(_highest(plan, weights, cited) + 2))
    groups = [_constant(literal, 2 * step)]
    if plan.words_only:
        hits: Json = {
            "bool": {"must": [_constant(words, step)], "should": [_constant(literal, 2 * step)]}
        }
    else:
        groups.append(_constant(_without(words, literal), step))
        groups.append(_constant(_without(_without(partial, literal), words), 0))
        groups = [group for group in groups if group["constant_score"]["filter"] != NOTHING]
        hits = {"dis_max": {"queries": groups}} if groups else NOTHING
    only_literal = len(groups) == 1 and not plan.words_only and literal != NOTHING
    query = {"bool": {"must": [hits], "should": scores}} if scores else hits
    return Ranked(_checked(query), step, None if only_literal else literal)


def _without(query: Json, known: Json) -> Json:
    """Leave out of ``query`` the alternatives that match what ``known`` matches anyway."""
    alternatives = query.get("bool", {})
    if query == known:
        return NOTHING
    if set(alternatives) != {"should"}:
        return query
    covered = known["bool"]["should"] if set(known.get("bool", {})) == {"should"} else [known]
    return any_of([part for part in alternatives["should"] if part not in covered])


PREFERRED = "preferred-"
"""Begins the names by which the cluster says which preferences a hit matched."""


def preferred(plan: Plan, weights: Mapping[str, float]) -> list[Json]:
    """Return the clauses for what ranks higher, named so that hits tell what they matched."""
    boost = ranking.PREFERRED_WEIGHT * _asked(plan, weights)
    return [
        {
            "constant_score": {
                "filter": anywhere(expression, weights),
                "boost": boost,
                "_name": f"{PREFERRED}{number}",
            }
        }
        for number, expression in enumerate(plan.preferred)
    ]


def _scores(plan: Plan, weights: Mapping[str, float], cited: Mapping[str, int]) -> list[Json]:
    """Return ``ranking``'s formula as far as the cluster knows it.

    It keeps lengths in one byte, and counts entries that are no longer alive: what it
    ranks first is ranked again exactly by ``scoring``.
    """
    clauses: list[Json] = []
    for words, share in ((plan.score_words, 1.0), (plan.other_words, ranking.SYNONYM_WEIGHT)):
        for name in words:
            own_text = {"term": {"own_words": {"value": word(name), "boost": share}}}
            boost = share * ranking.CONTEXT_WEIGHT * weights[name]
            clauses += [own_text, _constant({"term": {"context_words": word(name)}}, boost)]
    if plan.authority:
        alike: dict[float, list[str]] = {}
        for title, citations in cited.items():
            alike.setdefault(round(4 * ranking.authority(citations)) / 4, []).append(title)
        share = ranking.AUTHORITY_WEIGHT * _asked(plan, weights)
        clauses += [
            _constant({"terms": {"title": titles}}, share * level)
            for level, titles in sorted(alike.items())
        ]
    return clauses


def _highest(plan: Plan, weights: Mapping[str, float], cited: Mapping[str, int]) -> float:
    """Return what no score exceeds."""
    words = sum(weights[name] for name in (*plan.score_words, *plan.other_words))
    shares = ranking.PREFERRED_WEIGHT * len(plan.preferred)
    if plan.authority:
        shares += ranking.AUTHORITY_WEIGHT * (1 + ranking.authority(max(cited.values(), default=0)))
    best = words * (ranking.K1 + 1 + ranking.CONTEXT_WEIGHT)
    return best + shares * _asked(plan, weights)


def _asked(plan: Plan, weights: Mapping[str, float]) -> float:
    return sum(weights[name] for name in plan.score_words)


def _checked(query: Json) -> Json:
    clauses, depth = _size(query)
    if clauses > MAX_CLAUSES or depth > MAX_DEPTH:
        raise InvalidRequest(
            {"q": ["is too complex for this engine; use fewer terms, groups or alternatives"]}
        )
    return query


def _size(query: object) -> tuple[int, int]:
    """Return the number of leaves of a query and its depth."""
    if isinstance(query, list):
        sizes = [_size(part) for part in query]
        return sum(leaves for leaves, _ in sizes), max((depth for _, depth in sizes), default=0)
    if not isinstance(query, dict):
        return 0, 0
    leaves, depth = 0, 0
    for name, inner in query.items():
        below = _size(inner)
        nested = name in ("bool", "dis_max", "constant_score", "function_score")
        leaf = name in ("term", "terms", "match_phrase", "range", "exists", "match_all")
        leaves += below[0] + leaf
        depth = max(depth, below[1] + (nested or leaf))
    return leaves, depth
