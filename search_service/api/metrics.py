"""What Prometheus can scrape, added up over all worker processes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from search_service.models import IndexInfo

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
_HITS = (0, 1, 10, 100, 1_000, 10_000, 100_000)

MULTIPROCESS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Read by prometheus_client when it is imported; the server sets it before."""


class Metrics:
    """The metrics of one application."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self._registry = registry
        self.requests = Counter(
            "search_service_requests",
            "Answered requests.",
            ("endpoint", "method", "status"),
            registry=registry,
        )
        self.seconds = Histogram(
            "search_service_request_seconds",
            "Time until the answer is ready to be sent.",
            ("endpoint",),
            buckets=_SECONDS,
            registry=registry,
        )
        self.hits = Histogram(
            "search_service_search_hits",
            "Sections that a search finds.",
            buckets=_HITS,
            registry=registry,
        )
        self.cache = Counter(
            "search_service_cache_lookups",
            "Looks into the cache of answers, by result.",
            ("result",),
            registry=registry,
        )
        self._documents = self._gauge("index_documents", "Documents in the index served.")
        self._sections = self._gauge("index_sections", "Sections in the index served.")
        self._since = self._gauge(
            "index_served_since_seconds", "Unix time since which this generation is served."
        )
        self._generation = ""
        # Looking a child up by its labels takes longer than counting.
        self._requests_of = lru_cache(1024)(self.requests.labels)
        self._seconds_of = lru_cache(256)(self.seconds.labels)
        self._lookups = {result: self.cache.labels(result) for result in ("hit", "miss")}

    def _gauge(self, name: str, help_text: str) -> Gauge:
        return Gauge(
            f"search_service_{name}",
            help_text,
            registry=self._registry,
            multiprocess_mode="mostrecent",
        )

    def answered(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests_of(endpoint, method, str(status)).inc()
        self._seconds_of(endpoint).observe(seconds)

    def looked_up(self, found: bool) -> None:
        """Count a look into the cache of answers."""
        self._lookups["hit" if found else "miss"].inc()

    def serving(self, info: IndexInfo) -> None:
        """Note which generation is being served."""
        if info.generation != self._generation:
            self._generation = info.generation
            self._documents.set(info.documents)
            self._sections.set(info.sections)
            self._since.set(time.time())

    def text(self) -> bytes:
        """Return all metrics, of all processes where several run, as Prometheus reads them."""
        registry = self._registry
        if os.environ.get(MULTIPROCESS_VARIABLE):
            registry = CollectorRegistry()
            _collector(registry)
        return generate_latest(registry)


_collector: Callable[[CollectorRegistry], object] = MultiProcessCollector
