"""Requests to the cluster: the only place that knows the client library.

Every failure becomes one of our errors here, and an answer that some shards did not
contribute to is a failure: it would be wrong without looking wrong.
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NoReturn

from opensearchpy import OpenSearch, exceptions

from search_service.config import Settings
from search_service.engines.base import Deadline
from search_service.errors import (
    ConfigError,
    DeadlineExceeded,
    EngineUnavailable,
    IndexMissing,
    InvalidRequest,
    StorageFull,
)

Json = dict[str, Any]

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0
_BUSY = (429, 502, 503, 504)
"""Statuses that say: later. 429 is the cluster's back-pressure."""
_SEARCH_TYPE = "dfs_query_then_fetch"
"""Word frequencies over all shards, so that scores can be compared."""
_MULTIPLE = "/_msearch"
_BY_LINE = ("/_bulk", _MULTIPLE)
"""Paths whose bodies are lines of JSON."""
_LOST_NODE = ("node_disconnected_exception", "node_not_connected_exception")
"""What a 500 names where a node was lost that other nodes hold copies for."""

logging.getLogger("opensearch").setLevel(logging.ERROR)  # what fails is raised, once


class Conflict(Exception):
    """The document was changed by someone else in between."""


class Cluster:
    """A connection to the cluster; safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self.urls = settings.opensearch_url
        self._timeout = settings.opensearch_timeout
        self._attempts = 1 + settings.opensearch_retries
        self._client = OpenSearch(
            list(self.urls),
            http_auth=_credentials(settings),
            verify_certs=settings.opensearch_verify,
            ssl_show_warn=False,
            ca_certs=None if settings.opensearch_ca is None else str(settings.opensearch_ca),
            timeout=self._timeout,
            max_retries=0,  # retried here, with pauses
            sniff_on_start=False,
            sniff_on_connection_fail=False,
            pool_maxsize=settings.threads,
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def request(
        self,
        method: str,
        path: str,
        body: Json | bytes | None = None,
        params: Mapping[str, Any] | None = None,
        deadline: Deadline = Deadline(),
    ) -> Json:
        """Send a request that may be sent twice; returns the answer of the cluster.

        Retries what the cluster puts off and what never reached it.
        """
        data = body if isinstance(body, bytes) or body is None else encode(body)
        for attempt in range(1, self._attempts + 1):
            deadline.check()
            try:
                return self._send(method, path, data, dict(params or {}), deadline)
            except exceptions.TransportError as error:
                if attempt == self._attempts or not _passing(error):
                    self._raise(error, deadline)
                pause(attempt, deadline)
        raise AssertionError("unreachable")

    def _send(
        self, method: str, path: str, data: bytes | None, params: Json, deadline: Deadline
    ) -> Json:
        left = deadline.remaining()
        params["request_timeout"] = self._timeout if left is None else min(self._timeout, left)
        kind = "application/x-ndjson" if path.endswith(_BY_LINE) else "application/json"
        headers = {"content-type": kind} if data is not None else None
        try:
            answer = self._client.transport.perform_request(
                method, path, params=params, body=data, headers=headers
            )
        except (exceptions.SerializationError, AttributeError) as error:
            # The client takes the JSON of any error for an object.
            raise self.stranger() from error
        if not isinstance(answer, dict):
            raise self.stranger()
        if path == _MULTIPLE:
            for part in answer["responses"]:
                if "error" in part:  # as if it had been asked alone
                    raise exceptions.TransportError(part["status"], part["error"]["type"], part)
        return answer

    def stranger(self) -> EngineUnavailable:
        """Return the error that says that something else than OpenSearch answers."""
        where = ", ".join(self.urls)
        return EngineUnavailable(
            f"{where}: what answers there is not OpenSearch; check that OPENSEARCH_URL is right"
        )

    def search(
        self,
        index: str | None,
        body: Json,
        deadline: Deadline = Deadline(),
        preference: str | None = None,
    ) -> Json:
        """Search ``index`` (``None``: the point in time that the body names); whole answers only.

        ``preference`` sends searches with the same value to the same copies of the shards.
        """
        path = "/_search" if index is None else f"/{index}/_search"
        params = {"allow_partial_search_results": "false", "search_type": _SEARCH_TYPE}
        if preference is not None:
            params["preference"] = preference
        answer = self.request("POST", path, _within(body, deadline), params, deadline)
        _require_whole(answer)
        return answer

    def searches(
        self, index: str | None, bodies: Sequence[Json], deadline: Deadline = Deadline()
    ) -> list[Json]:
        """Make several searches of ``index`` at once; return their answers, whole ones only."""
        if not bodies:
            return []
        header = {"index": index, "allow_partial_search_results": False}
        header["search_type"] = _SEARCH_TYPE
        lines = [encode(line) for body in bodies for line in (header, _within(body, deadline))]
        data = b"".join(line + b"\n" for line in lines)
        answers: list[Json] = self.request("POST", _MULTIPLE, data, deadline=deadline)["responses"]
        for answer in answers:
            _require_whole(answer)
        return answers

    def find(self, path: str, deadline: Deadline = Deadline()) -> Json | None:
        """Return what GET ``path`` answers, or ``None`` if there is no such thing."""
        try:
            return self.request("GET", path, deadline=deadline)
        except IndexMissing:
            return None

    def _raise(self, error: exceptions.TransportError, deadline: Deadline) -> NoReturn:
        where = ", ".join(self.urls)
        if isinstance(error, exceptions.ConnectionTimeout):
            left = deadline.remaining()
            if left is not None and left <= 0:
                raise _too_slow() from error
            raise EngineUnavailable(
                f"{where}: no answer within {self._timeout:g} seconds; try again later"
            ) from error
        if isinstance(error, exceptions.SSLError):
            raise EngineUnavailable(
                f"{where}: the TLS connection failed ({_short(error.error)}); "
                "check OPENSEARCH_CA and the certificate"
            ) from error
        if isinstance(error, exceptions.ConnectionError):
            raise EngineUnavailable(
                f"{where}: cannot be reached ({_short(error.error)}); check that the cluster runs "
                "and that OPENSEARCH_URL is right"
            ) from error
        if error.status_code == 404 and not _of_opensearch(error.info):
            raise self.stranger() from error
        _raise_for_status(where, error)


def _of_opensearch(info: object) -> bool:
    """Whether this says that something is not there as OpenSearch says it."""
    return isinstance(info, Mapping) and not info.keys().isdisjoint(("error", "found", "pits"))


def _raise_for_status(where: str, error: exceptions.TransportError) -> NoReturn:
    status = error.status_code
    reason = _reason(error)
    if status == 404:
        raise IndexMissing(f"{where}: there is no such index ({reason}); build it") from error
    if status == 409:
        raise Conflict(reason) from error
    if status in (401, 403) and "block" not in reason:
        raise EngineUnavailable(
            f"{where}: access is refused ({reason}); check OPENSEARCH_USER, OPENSEARCH_PASSWORD "
            "and the permissions of that user"
        ) from error
    if "too_many_clauses" in reason or "nested" in reason or "maxClauseCount" in reason:
        raise InvalidRequest({"q": ["is too complex for the cluster; use fewer terms"]}) from error
    if "flood" in reason or "read-only-allow-delete" in reason:
        raise StorageFull(f"{where}: the disk is full ({reason}); free space") from error
    if "Time exceeded" in reason or "timed out" in reason.lower():
        raise _too_slow() from error
    raise EngineUnavailable(f"{where}: answered {status} ({reason}); try again later") from error


def _within(body: Json, deadline: Deadline) -> Json:
    """Return ``body`` with the time that is left as its time limit."""
    left = deadline.remaining()
    return body if left is None else {**body, "timeout": f"{max(int(left * 1000), 1)}ms"}


def _require_whole(answer: Json) -> None:
    if answer["timed_out"]:
        raise _too_slow()
    require_all_shards(answer, "a search")


def require_all_shards(answer: Json, what: str) -> None:
    """Raise ``EngineUnavailable`` if some shards failed."""
    shards = answer["_shards"]
    if shards["failed"]:
        reasons = [failure.get("reason") for failure in shards.get("failures", [])]
        raise EngineUnavailable(
            f"{what} failed on {shards['failed']} of {shards['total']} shards "
            f"({_short(reasons)}); the answer would not be complete; try again later"
        )


def pause(attempt: int, deadline: Deadline = Deadline()) -> None:
    """Wait before the next attempt: twice as long each time, a little at random."""
    seconds = min(_FIRST_PAUSE * 2 ** (attempt - 1), _LONGEST_PAUSE) * random.uniform(0.8, 1.2)  # noqa: S311 - not a secret
    left = deadline.remaining()
    time.sleep(seconds if left is None else max(min(seconds, left), 0))


def encode(value: Any) -> bytes:
    """Write ``value`` as JSON; lone surrogates, which UTF-8 lacks, as escapes."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def _passing(error: exceptions.TransportError) -> bool:
    """Whether the same request may succeed a little later. A timeout is not repeated:
    it has taken long enough.
    """
    if isinstance(error, exceptions.ConnectionTimeout | exceptions.SSLError):
        return False
    if isinstance(error, exceptions.ConnectionError) or error.status_code in _BUSY:
        return True
    # A node that dies under a search is no status of its own.
    return error.status_code == 500 and any(loss in str(error.info) for loss in _LOST_NODE)


def _too_slow() -> DeadlineExceeded:
    return DeadlineExceeded(
        "the search took longer than it may; ask for something more specific or try again"
    )


def _reason(error: exceptions.TransportError) -> str:
    info = error.info
    if isinstance(info, Mapping) and isinstance(info.get("error"), Mapping):
        cause = info["error"]
        causes: Sequence[Any] = cause.get("root_cause") or [cause]
        return _short([f"{c.get('type')}: {c.get('reason')}" for c in (*causes[:1], cause)])
    return _short(info or error.error)


def _short(value: object) -> str:
    return " ".join(str(value).split())[:300]


def _credentials(settings: Settings) -> Any:
    if settings.opensearch_aws_region:
        return _aws_signer(settings.opensearch_aws_region, settings.opensearch_aws_service)
    if settings.opensearch_user:
        return (settings.opensearch_user, settings.opensearch_password)
    return None


def _aws_signer(region: str, service: str) -> Any:
    from opensearchpy import Urllib3AWSV4SignerAuth  # noqa: PLC0415 - only where it is chosen

    try:  # untyped, and only where it is chosen
        session = import_module("botocore.session")
    except ImportError:
        raise ConfigError(
            "OPENSEARCH_AWS_REGION: signing requests needs botocore; "
            "install search-service[opensearch-aws]"
        ) from None
    credentials = session.Session().get_credentials()
    if credentials is None:
        raise ConfigError(
            "OPENSEARCH_AWS_REGION: no AWS credentials were found; set them in the environment, "
            "a profile or the instance's role"
        )
    return Urllib3AWSV4SignerAuth(credentials, region, service)
