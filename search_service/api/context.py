"""What the views of one application share."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import cast

from flask import current_app

from search_service.api.cache import Cache
from search_service.api.limits import RateLimiter
from search_service.api.metrics import Metrics
from search_service.config import Settings
from search_service.errors import EngineUnavailable, IndexUnusable, SearchServiceError
from search_service.opening import open_index
from search_service.service import SearchService
from search_service.turns import Turns

_log = logging.getLogger("search_service.index")

_RETRY_OPENING = 1.0
"""Seconds for which a failure to open the index is remembered."""


class ServedIndex:
    """The index that requests are answered from.

    It is opened when first needed, so that the server can start before the index is
    there, and follows new generations while it runs. Safe to share between threads.
    """

    def __init__(self, settings: Settings, service: SearchService | None = None) -> None:
        self.settings = settings
        self.refresh_error: SearchServiceError | None = None
        """Why the newest generation is not served, if it is not."""
        self._service = service
        self._failure: SearchServiceError | None = None
        self._due = 0.0
        self._lock = threading.Lock()

    def service(self) -> SearchService:
        """Return the service on the newest generation; raises why there is none."""
        now = time.monotonic()
        if self._service is None:
            return self._open(now)
        if now >= self._due:
            with self._lock:  # all wait, so that nobody is answered from before a change
                if now >= self._due:  # else one who waited too has looked since this one came
                    self._due = time.monotonic() + self.settings.refresh_interval
                    self._refresh(self._service)
        return self._service

    def close(self) -> None:
        """Release the index."""
        if self._service is not None:
            self._service.close()

    def _open(self, now: float) -> SearchService:
        with self._lock:
            if self._service is not None:
                return self._service
            if self._failure is not None and now < self._due:
                raise self._failure
            try:
                self._service = open_index(settings=self.settings)
            except (EngineUnavailable, IndexUnusable) as error:
                self._failure = error
                self._due = time.monotonic() + _RETRY_OPENING
                raise
            self._failure = None
            self._due = now
            info = self._service.info()
            _log.info(
                "index opened",
                extra={"generation": info.generation, "sections": info.sections},
            )
            return self._service

    def _refresh(self, service: SearchService) -> None:
        try:
            if service.refresh():
                _log.info("index refreshed", extra={"generation": service.info().generation})
            self.refresh_error = None
        except (EngineUnavailable, IndexUnusable) as error:  # the old generation still answers
            if self.refresh_error is None or str(self.refresh_error) != str(error):
                _log.error("newest index is not served", extra={"reason": str(error)})
            self.refresh_error = error
            self._due = max(self._due, time.monotonic())  # who waited for this need not try too


@dataclass(frozen=True, slots=True)
class Context:
    """What the views of one application share."""

    settings: Settings
    index: ServedIndex
    cache: Cache
    metrics: Metrics
    limiter: RateLimiter | None
    turns: Turns | None
    """``None`` where others compute, as a cluster does, and a request only waits for them."""
    openapi: Callable[[], bytes]
    """Returns the OpenAPI document as JSON."""
    exports: threading.BoundedSemaphore
    """Exports at a time: each holds a thread for as long as its client reads."""

    def turn(self, hits: int) -> AbstractContextManager[None]:
        """Return what waits for a turn to stream so many hits, and has it inside."""
        return nullcontext() if self.turns is None else self.turns.taken(hits)


def context() -> Context:
    """Return the context of the current application."""
    return cast(Context, current_app.extensions["search_service"])
