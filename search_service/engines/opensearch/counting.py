"""What is counted over many hits: facets, the matrix, suggestions; and reading them all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress

from search_service.analysis import fold
from search_service.engines.base import Deadline, MatrixRow, Suggestion
from search_service.engines.opensearch.client import Cluster, Json
from search_service.engines.opensearch.entries import read_section
from search_service.engines.opensearch.lowering import filtered
from search_service.engines.opensearch.mapping import encodable
from search_service.engines.opensearch.searching import order
from search_service.errors import EngineUnavailable
from search_service.models import FacetField, Filters

_MOST_VALUES = 30_000
"""Of one facet field; a cluster allows 65,535 buckets in a search."""

_COMBINATIONS = 10_000
"""Combinations of values in one answer."""

_KEEP_ALIVE = "5m"
"""How long who reads all hits may pause between two pages."""

_PAGE = 500

_MARKS = re.compile(r"[^\w]")

Value = str | int | None


def facet_request(fields: Sequence[FacetField], filters: Filters) -> Json:
    """Return the aggregations that count ``fields``, each without its own filter."""
    return {
        name: {
            "filter": {
                "bool": {"filter": filtered(filters, *({"district", "year"} - {name}))},
            },
            "aggs": {
                "values": {"terms": {"field": name, "size": _MOST_VALUES}},
                "missing": {"missing": {"field": name}},
            },
        }
        for name in fields
    }


def read_facets(fields: Sequence[FacetField], answer: Json) -> dict[FacetField, dict[Value, int]]:
    """Return the counts that ``facet_request`` asked for."""
    found: dict[FacetField, dict[Value, int]] = {}
    for name in fields:
        values = answer[name]["values"]
        if values["sum_other_doc_count"]:
            raise EngineUnavailable(
                f"{name} has more than {_MOST_VALUES} values, which cannot be counted exactly"
            )
        counts: dict[Value, int] = {b["key"]: b["doc_count"] for b in values["buckets"]}
        if answer[name]["missing"]["doc_count"]:
            counts[None] = answer[name]["missing"]["doc_count"]
        found[name] = counts
    return found


def scan(
    cluster: Cluster, index: str | None, body: Json, deadline: Deadline, page: int = _PAGE
) -> Iterator[Json]:
    """Return answers that together hold all hits, from one point in time.

    The first is fetched at once, so that ``deadline`` bounds the search; the others
    when they are asked for.
    """
    path, params = f"/{index}/_search/point_in_time", {"keep_alive": _KEEP_ALIVE}
    pit = cluster.request("POST", path, params=params, deadline=deadline)["pit_id"]
    body = body | {
        "pit": {"id": pit, "keep_alive": _KEEP_ALIVE},
        "size": page,
        "track_total_hits": False,
    }
    try:
        first = cluster.search(None, body, deadline)
    except BaseException:
        _close(cluster, pit)
        raise
    return _pages(cluster, body, first, pit)


def _pages(cluster: Cluster, body: Json, answer: Json, pit: str) -> Iterator[Json]:
    try:
        while hits := answer["hits"]["hits"]:
            yield answer
            if len(hits) < body["size"]:
                return
            answer = cluster.search(None, body | {"search_after": hits[-1]["sort"]})
    finally:
        _close(cluster, pit)


def _close(cluster: Cluster, pit: str) -> None:
    with suppress(EngineUnavailable):  # it ends by itself
        cluster.request("DELETE", "/_search/point_in_time", {"pit_id": [pit]})


def some(matching: Sequence[Json], size: int) -> Json:
    """Return the request for entries that match, as if drawn by lot: the same every time."""
    draw: Json = {"random_score": {"seed": 0, "field": "_seq_no"}, "boost_mode": "replace"}
    return {
        "query": {"function_score": {"query": {"bool": {"filter": matching}}, **draw}},
        "size": size,
        "track_total_hits": False,
    }


def matrix(
    cluster: Cluster,
    index: str | None,
    held: Json,
    matching: Json | None,
    needles: Sequence[str],
    deadline: Deadline,
) -> list[MatrixRow]:
    """Return a row per (district, year) of the documents ``held``.

    The cluster counts documents and characters. Occurrences cannot be counted there, so
    every section that matches is read.
    """
    sections: Counter[tuple[Value, Value]] = Counter()
    occurrences: Counter[tuple[Value, Value]] = Counter()
    if matching is not None:
        body: Json = {"query": matching, "sort": order("document")}
        for answer in scan(cluster, index, body, deadline):
            deadline.check()
            for hit in answer["hits"]["hits"]:
                document, section = read_section(hit["_source"])
                pair = (document.district, document.year)
                folded = fold(section.own_text)
                sections[pair] += 1
                occurrences[pair] += sum(folded.count(needle) for needle in needles)
    return [
        MatrixRow(
            district,
            year,
            documents,
            characters,
            sections[district, year],
            occurrences[district, year],
        )
        for district, year, documents, characters in _pairs(cluster, index, held, deadline)
    ]


def _pairs(
    cluster: Cluster, index: str | None, held: Json, deadline: Deadline
) -> Iterator[tuple[str | None, int | None, int, int]]:
    sums = {"characters": {"sum": {"field": "characters"}}}
    for bucket in _combinations(cluster, index, held, ("district", "year"), sums, deadline):
        characters = int(bucket["characters"]["value"])
        district, year = bucket["key"]["district"], bucket["key"]["year"]
        yield district, year, bucket["doc_count"], characters


def values(cluster: Cluster, index: str | None, held: Json, field: str) -> Iterator[str]:
    """Return the distinct values of ``field`` in the documents ``held``."""
    for bucket in _combinations(cluster, index, held, (field,), {}, Deadline()):
        if bucket["key"][field] is not None:
            yield bucket["key"][field]


def _combinations(
    cluster: Cluster,
    index: str | None,
    held: Json,
    fields: Sequence[str],
    sums: Json,
    deadline: Deadline,
) -> Iterator[Json]:
    """Yield a bucket for each combination of values that the documents ``held`` have."""
    sources = [{name: {"terms": {"field": name, "missing_bucket": True}}} for name in fields]
    composite: Json = {"sources": sources, "size": _COMBINATIONS}
    while True:
        found = {"composite": composite, "aggs": sums}
        body = {"size": 0, "query": held, "aggs": {"found": found}, "track_total_hits": False}
        answer = cluster.search(index, body, deadline)["aggregations"]["found"]
        yield from answer["buckets"]
        if len(answer["buckets"]) < _COMBINATIONS:
            return
        composite = composite | {"after": answer["after_key"]}


def suggest(
    cluster: Cluster,
    index: str | None,
    living: Sequence[Json],
    prefix: str,
    limit: int,
    deadline: Deadline,
) -> list[Suggestion]:
    """Return the words that start with ``prefix``, most frequent first."""
    if not prefix or limit < 1 or not encodable(prefix) or len(prefix) > 64:
        return []
    escaped = _MARKS.sub(r"\\\g<0>", prefix)
    terms: Json = {
        "field": "words",
        # Not just "prefix.*": OpenSearch 2.19 takes a way of its own for that, which fails
        # (index_out_of_bounds_exception) where all words of a shard are less than the prefix.
        "include": f"{escaped}|{escaped}.*",
        "order": [{"_count": "desc"}, {"_key": "asc"}],
        "size": limit,
        "shard_size": max(10 * limit, 1000),
    }
    query = {"bool": {"filter": [*living, {"prefix": {"own_words": prefix}}]}}
    while True:
        body = {"size": 0, "query": query, "aggs": {"words": {"terms": terms}}}
        answer = cluster.search(index, body | {"track_total_hits": False}, deadline)
        found = answer["aggregations"]["words"]
        exact = found["doc_count_error_upper_bound"] == 0
        if exact or terms["shard_size"] >= _MOST_VALUES:
            return [Suggestion(b["key"], b["doc_count"]) for b in found["buckets"]]
        terms["shard_size"] = _MOST_VALUES
