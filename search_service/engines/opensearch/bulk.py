"""Sending many entries: batches, back-pressure, and an account of every entry."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from search_service.engines.opensearch.client import Cluster, Json, pause
from search_service.errors import EngineUnavailable, InvalidRequest

BATCH_BYTES = 4 << 20
BATCH_ENTRIES = 2_000

_IN_FLIGHT = 2
"""Batches that the cluster works on while the next is analysed."""

_ATTEMPTS = 12
"""How often an entry is sent while the cluster says: later. About half a minute."""

_SHOWN = 20
"""Refused entries that an error names; it says how many more there are."""


class BulkWriter:
    """Writes entries to one index; leaving the context without an error means all are in it.

    An entry that the cluster is too busy for, or whose shard is moving, is sent again;
    entries have ids, so one that was written twice is there once. What the cluster
    refuses for good is collected and raised at the end, with its reason.
    """

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._path = f"/{index}/_bulk"
        self._actions: list[bytes] = []
        self._bytes = 0
        self._refused: dict[str, str] = {}
        self._pool = ThreadPoolExecutor(_IN_FLIGHT, "bulk")
        self._running: deque[Future[None]] = deque()

    def __enter__(self) -> BulkWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self.drain()
        finally:
            self._pool.shutdown(cancel_futures=True)
        if error is None and self._refused:
            raise self._refusal()

    def put(self, entry_id: str, body: bytes) -> None:
        """Add or replace an entry."""
        self._add(b'{"index":{"_id":"%s"}}\n%s\n' % (entry_id.encode(), body))

    def delete(self, entry_id: str) -> None:
        """Delete an entry if it is there."""
        self._add(b'{"delete":{"_id":"%s"}}\n' % entry_id.encode())

    def drain(self) -> None:
        """Wait until everything so far has been written or refused."""
        self._flush()
        while self._running:
            self._running.popleft().result()

    def _add(self, action: bytes) -> None:
        self._actions.append(action)
        self._bytes += len(action)
        if self._bytes >= BATCH_BYTES or len(self._actions) >= BATCH_ENTRIES:
            self._flush()

    def _flush(self) -> None:
        if not self._actions:
            return
        while len(self._running) >= _IN_FLIGHT:
            self._running.popleft().result()
        self._running.append(self._pool.submit(self._send, self._actions))
        self._actions, self._bytes = [], 0

    def _send(self, actions: Sequence[bytes]) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            answer = self._cluster.request("POST", self._path, b"".join(actions))
            if not answer["errors"]:
                return
            actions, reason = self._sort_out(actions, answer["items"])
            if not actions:
                return
            if attempt < _ATTEMPTS:
                pause(attempt)
        raise EngineUnavailable(
            f"the cluster did not take {len(actions)} entries in {_ATTEMPTS} attempts "
            f"({reason}); nothing was changed; try again later"
        )

    def _sort_out(
        self, actions: Sequence[bytes], items: Sequence[dict[str, Json]]
    ) -> tuple[list[bytes], str]:
        """Note what was refused; return what has to be sent again, and why."""
        again, reason = [], ""
        for action, item in zip(actions, items, strict=True):
            (result,) = item.values()
            status = result["status"]
            if status < 300 or (status == 404 and "delete" in item):
                continue
            reason = str(result.get("error", {}).get("reason", status))[:300]
            if status == 429 or status >= 500:
                again.append(action)
            else:
                self._refused[_document(action, result["_id"])] = reason
        return again, reason

    def _refusal(self) -> InvalidRequest:
        shown = [f"{name}: {reason}" for name, reason in list(self._refused.items())[:_SHOWN]]
        more = len(self._refused) - len(shown)
        if more > 0:
            shown.append(f"and {more} more")
        return InvalidRequest({"documents": [f"the cluster refused {text}" for text in shown]})


def _document(action: bytes, entry_id: str) -> str:
    """Return the name of the section or document that an action is about."""
    try:
        entry = json.loads(action.split(b"\n", 2)[1])
        return f"{entry['document']}/{entry['ordinal']}"
    except (ValueError, LookupError):
        return entry_id
