"""Changes: staged unseen, then shown all at once.

Every entry names the generation it was born in, and readers look only at entries born
up to the generation they serve and not in its list of the dead. So a writer adds the
new entries, makes them searchable, and then commits the next state, which is one
compare-and-set. What a failed writer leaves behind is never seen, and the next writer
removes it. A rebuild fills an index beside the live one, and the commit moves to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice

from search_service.analysis import Segmenter
from search_service.engines.base import Deadline
from search_service.engines.opensearch.bulk import BulkWriter
from search_service.engines.opensearch.client import Cluster, Json, require_all_shards
from search_service.engines.opensearch.entries import entries_of, version_of
from search_service.engines.opensearch.lowering import alive, any_of
from search_service.engines.opensearch.mapping import check_compatible, index_body, value
from search_service.engines.opensearch.state import Lease, State, StateStore, now
from search_service.errors import EngineUnavailable, IndexMissing
from search_service.models import Report

GRACE = 60_000
"""Milliseconds for which replaced content stays, for readers that have not yet noticed."""

_AT_ONCE = 1_000
"""Entries or documents of one request."""


class Writer:
    """Changes the index ``name``; one at a time in the whole cluster."""

    def __init__(
        self,
        cluster: Cluster,
        states: StateStore,
        name: str,
        segmenter: Segmenter,
        shards: int,
        replicas: int,
    ) -> None:
        self._cluster = cluster
        self._states = states
        self._name = name
        self._segmenter = segmenter
        self._body = index_body(shards, replicas, segmenter.fingerprint)

    # --- the two changes ---

    def rebuild(self, reports: Iterable[Report]) -> State:
        """Replace the whole content."""
        with self._states.lease() as lease:
            self._collect(lease)
            return self._into_new_index(lease, reports)

    def update(self, put: Iterable[Report], delete: Iterable[str]) -> State:
        """Add or replace reports and delete documents."""
        with self._states.lease() as lease:
            if lease.state.index is None:
                self._collect(lease)
                return self._into_new_index(lease, put)
            check_compatible(
                lease.state.index, self.meta(lease.state.index), self._segmenter.fingerprint
            )
            self._collect(lease)
            state = lease.state
            assert state.index is not None  # noqa: S101 - for the type checker
            generation = lease.generation
            gone = set(delete)
            lease.staged = True
            added = self._stage(lease, state.index, put, generation)
            gone.update(added)
            dead = self._versions(state, gone)
            if not added and not dead:
                return state
            died = ((generation, version) for version in dead)
            changed = replace(state, generation=generation, dead=(*state.dead, *died))
            return self._commit(lease, changed)

    def _into_new_index(self, lease: Lease, reports: Iterable[Report]) -> State:
        old = lease.state
        generation = lease.generation
        index = f"{self._name}-{generation}"
        self._cluster.request("PUT", f"/{index}", self._body)
        with self._dropped_on_failure(index):
            self._stage(lease, index, reports, generation)
            state = self._commit(lease, State(generation, index, old.index, generation))
        self._point_alias(index)
        return state

    @contextmanager
    def _dropped_on_failure(self, index: str) -> Iterator[None]:
        try:
            yield
        except BaseException:
            with suppress(EngineUnavailable):  # the next writer tries again
                self._cluster.request("DELETE", f"/{index}")
            raise

    # --- their steps ---

    def _stage(
        self, lease: Lease, index: str, reports: Iterable[Report], generation: int
    ) -> dict[str, int]:
        """Write entries that no reader sees yet; of several reports with one id the last counts.

        Returns the number of sections of each report.
        """
        staged: dict[str, int] = {}
        with BulkWriter(self._cluster, index) as bulk:
            for report in reports:
                lease.renew()
                name = report.document.id
                if name in staged:
                    bulk.drain()  # batches may overtake each other
                    version = version_of(name, generation)
                    for ordinal in range(len(report.sections), staged[name]):
                        bulk.delete(f"{version}-{ordinal}")
                staged[name] = len(report.sections)
                for entry_id, body in entries_of(report, generation, self._segmenter):
                    bulk.put(entry_id, body)
        self._refresh(index)
        return staged

    def _commit(self, lease: Lease, state: State) -> State:
        state = self._counted(state)
        lease.commit(state)
        return state

    def _counted(self, state: State) -> State:
        body: Json = {
            "size": 0,
            "query": {"bool": {"filter": alive(state, "section")}},
            "track_total_hits": True,
            "aggs": {"length": {"sum": {"field": "length"}}},
        }
        sections = self._cluster.search(state.index, body)
        body = {**body, "query": {"bool": {"filter": alive(state, "document")}}, "aggs": {}}
        documents = self._cluster.search(state.index, body)
        return replace(
            state,
            documents=documents["hits"]["total"]["value"],
            sections=sections["hits"]["total"]["value"],
            length=int(sections["aggregations"]["length"]["value"]),
        )

    def _point_alias(self, index: str) -> None:
        """Let the plain name stand for the live index, in one step: for other tools."""
        actions = [
            {"remove": {"index": f"{self._name}-*", "alias": self._name, "must_exist": False}},
            {"add": {"index": index, "alias": self._name}},
        ]
        self._cluster.request("POST", "/_aliases", {"actions": actions})

    def _versions(self, state: State, names: Iterable[str]) -> list[str]:
        """Return the living versions of documents."""
        found: list[str] = []
        remaining = iter(sorted(names))
        while chunk := list(islice(remaining, _AT_ONCE)):
            wanted = {"terms": {"document": [value(name) for name in chunk]}}
            body: Json = {
                "size": len(chunk),
                "query": {"bool": {"filter": [*alive(state, "document"), wanted]}},
                "_source": False,
            }
            hits = self._cluster.search(state.index, body)["hits"]["hits"]
            found.extend(hit["_id"] for hit in hits)  # the entry is named by its version
        return sorted(found)

    def _refresh(self, index: str) -> None:
        """Make what was written searchable on every copy of every shard."""
        require_all_shards(self._cluster.request("POST", f"/{index}/_refresh"), "a refresh")

    def meta(self, index: str, deadline: Deadline = Deadline()) -> Json:
        """Return what the index says of the program that made it."""
        answer = self._cluster.find(f"/{index}/_mapping", deadline)
        if answer is None:
            raise IndexMissing(f"{index}: the index has been deleted; rebuild it")
        found: Json = answer[index]["mappings"].get("_meta", {})
        return found

    # --- what earlier changes left ---

    def _collect(self, lease: Lease) -> None:
        """Remove what a failed writer left, and what was replaced long enough ago."""
        state = lease.state
        limit = now() - GRACE
        kept = {state.index, state.previous if state.rebuilt > limit else None}
        existing = self._indexes()
        for index in existing:
            if index not in kept:
                self._cluster.request("DELETE", f"/{index}")
        if state.index is None or state.index not in existing:
            return
        self._refresh(state.index)
        lost: Json = {"terms": {"born": list(state.lost)}}
        self._remove(lease, any_of([{"range": {"born": {"gt": state.generation}}}, lost]))
        dead = [version for died, version in state.dead if died <= limit]
        for at in range(0, len(dead), _AT_ONCE):
            self._remove(lease, {"terms": {"version": dead[at : at + _AT_ONCE]}})
        if dead:
            kept_dead = tuple(item for item in state.dead if item[0] > limit)
            lease.commit(replace(state, dead=kept_dead))

    def _indexes(self) -> Sequence[str]:
        answer = self._cluster.find(f"/{self._name}-*/_settings/index.uuid") or {}
        numbered = len(self._name) + 1
        return sorted(name for name in answer if name[numbered:].isdigit())

    def _remove(self, lease: Lease, query: Json) -> None:
        """Delete entries, a thousand at a time until there are none."""
        index = lease.state.index
        assert index is not None  # noqa: S101 - for the type checker
        body: Json = {"size": _AT_ONCE, "query": {"bool": {"filter": [query]}}, "_source": False}
        while hits := self._cluster.search(index, body)["hits"]["hits"]:
            lease.renew()
            with BulkWriter(self._cluster, index) as bulk:
                for hit in hits:
                    bulk.delete(hit["_id"])
            self._refresh(index)
