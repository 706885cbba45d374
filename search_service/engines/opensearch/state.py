"""Which generation is served, and who may write: one document in the cluster.

Every change of it is a compare-and-set on its sequence number. A commit replaces it, and
that is the moment of the change for every reader: what was staged before cannot be seen
until the state names its generation. A writer takes the state on lease, so that one
that died does not lock the index for ever; a writer that outlived its lease, and was
succeeded by another, finds that its commit conflicts.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

from search_service.engines.base import Deadline
from search_service.engines.opensearch.client import Cluster, Conflict
from search_service.engines.opensearch.mapping import FORMAT
from search_service.errors import EngineUnavailable, IndexIncompatible, IndexLocked
from search_service.models import IndexInfo

LOCK_TIMEOUT = 10.0
"""Seconds to wait for another writer."""

LEASE = 60.0
"""Seconds after which a writer that gave no sign of life is taken for dead."""

_POLL = 0.1

_REMEMBERED = 24 * 3600 * 1000
"""Milliseconds for which lost generations are kept out."""


@dataclass(frozen=True, slots=True)
class State:
    """A generation: an index, and which of its entries are alive."""

    generation: int = 0
    """Milliseconds since 1970 at the commit, or one more than the last: always grows."""
    index: str | None = None
    previous: str | None = None
    """The index that a rebuild replaced; kept a while for those who still read it."""
    rebuilt: int = 0
    """The generation of that rebuild."""
    documents: int = 0
    sections: int = 0
    length: int = 0
    """Weighted words of all sections."""
    dead: tuple[tuple[int, str], ...] = ()
    """Versions of documents that were replaced or deleted, but are still in the index, each
    with the generation that it is no longer part of."""
    lost: tuple[int, ...] = ()
    """Generations that writers began and never committed. What they wrote must not be seen,
    not even what the cluster still does for them after a later commit."""

    @property
    def info(self) -> IndexInfo:
        """What the public API says of it."""
        return IndexInfo(str(self.generation), self.documents, self.sections)


def now() -> int:
    """Return the time in milliseconds."""
    return time.time_ns() // 1_000_000


class StateStore:
    """Reads and replaces the state in the index ``{name}-state``."""

    def __init__(self, cluster: Cluster, name: str, replicas: int) -> None:
        self._cluster = cluster
        self._index = f"{name}-state"
        self._replicas = replicas

    def read(self, deadline: Deadline = Deadline()) -> State | None:
        """Return the state, or ``None`` where no writer has been yet."""
        found = self._cluster.find(f"/{self._index}/_doc/state", deadline)
        if found is None:
            return None
        if "_source" not in found:
            raise self._cluster.stranger()
        return _state(found["_source"])

    @contextmanager
    def lease(self) -> Iterator[Lease]:
        """Be the only writer. Raises ``IndexLocked`` if another one does not finish."""
        self._create()
        lease = self._acquire()
        try:
            yield lease
        finally:
            lease.release()

    def _create(self) -> None:
        if self.read() is not None:
            return
        settings = {"number_of_shards": 1, "number_of_replicas": self._replicas}
        body = {"settings": settings, "mappings": {"dynamic": False, "properties": {}}}
        try:
            self._cluster.request("PUT", f"/{self._index}", body)
        except EngineUnavailable:
            if self._cluster.find(f"/{self._index}") is None:  # nobody else made it
                raise
        with suppress(Conflict):  # another writer was first
            self._cluster.request("PUT", f"/{self._index}/_create/state", _source(State(), None))

    def _acquire(self) -> Lease:
        deadline = time.monotonic() + LOCK_TIMEOUT
        while True:
            found = self._cluster.request("GET", f"/{self._index}/_doc/state")
            writer = found["_source"]["writer"]
            if writer is None or writer["until"] < now():
                lease = Lease(self, found)
                try:
                    lease.renew()
                except IndexLocked:
                    continue  # another writer was quicker
                return lease
            if time.monotonic() > deadline:
                raise IndexLocked(
                    f"{self._index}: another process has been writing for {LOCK_TIMEOUT:g} "
                    "seconds; try again later"
                )
            time.sleep(_POLL)

    def replace(self, state: State, writer: dict[str, Any] | None, seen: tuple[int, int]) -> Any:
        """Write the state if it is still the one ``seen``; returns what to compare with next."""
        params = {"if_seq_no": seen[0], "if_primary_term": seen[1]}
        body = _source(state, writer)
        try:
            answer = self._cluster.request("PUT", f"/{self._index}/_doc/state", body, params)
        except Conflict:
            # Also where our own write was applied but its answer was lost.
            found = self._cluster.request("GET", f"/{self._index}/_doc/state")
            if found["_source"] != body:
                raise IndexLocked(
                    f"{self._index}: another process has begun to write; try again later"
                ) from None
            answer = found
        return answer["_seq_no"], answer["_primary_term"]


class Lease:
    """The right to write, until it is released."""

    def __init__(self, store: StateStore, found: dict[str, Any]) -> None:
        writer = found["_source"]["writer"]
        state = _state(found["_source"])
        if writer is not None:  # its lease has run out
            state = _with_lost(state, writer["generation"])
        self.state = state
        self.generation = max(state.generation + 1, now(), *(n + 1 for n in state.lost))
        """What a commit under this lease shall be."""
        self.staged = False
        """Whether entries of that generation may be in the live index."""
        self._store = store
        self._seen = (found["_seq_no"], found["_primary_term"])
        self._token = secrets.token_hex(8)
        self._renewed = 0.0
        self._held = False

    def renew(self) -> None:
        """Say that this writer is alive, if it has not said so for a while."""
        if self._held and time.monotonic() - self._renewed < LEASE / 4:
            return
        self._seen = self._store.replace(self.state, self._writer(), self._seen)
        self._renewed = time.monotonic()
        self._held = True

    def commit(self, state: State) -> None:
        """Make ``state`` the one that is served. The lease goes on."""
        self._seen = self._store.replace(state, self._writer(), self._seen)
        self.state = state

    def release(self) -> None:
        """Let others write. Where that fails, the lease runs out."""
        state = self.state
        if self.staged and state.generation != self.generation:
            state = _with_lost(state, self.generation)
        with suppress(EngineUnavailable):
            self._store.replace(state, None, self._seen)

    def _writer(self) -> dict[str, Any]:
        until = now() + int(LEASE * 1000)
        return {"token": self._token, "until": until, "generation": self.generation}


def _with_lost(state: State, generation: int) -> State:
    """Note a lost generation; those of more than a day ago are forgotten, long removed."""
    recent = (lost for lost in state.lost if lost > now() - _REMEMBERED)
    return replace(state, lost=(*recent, generation))


def _source(state: State, writer: dict[str, Any] | None) -> dict[str, Any]:
    dead = [list(item) for item in state.dead]
    lost = list(state.lost)
    return {**asdict(state), "format": FORMAT, "dead": dead, "lost": lost, "writer": writer}


def _state(source: dict[str, Any]) -> State:
    if source.get("format") != FORMAT:
        raise IndexIncompatible(
            f"the index in the cluster has format {source.get('format')}, but this program uses "
            f"{FORMAT}; use the program that made it, or delete it and build it again"
        )
    fields = {name: source[name] for name in source.keys() - {"format", "writer"}}
    dead = tuple((died, name) for died, name in fields["dead"])
    return State(**fields | {"dead": dead, "lost": tuple(fields["lost"])})
