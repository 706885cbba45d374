"""The production server: a master process and the workers that answer."""

from __future__ import annotations

import atexit
import gc
import logging
import os
import resource
import shutil
import socket
import tempfile
from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from search_service.config import Settings
from search_service.errors import ConfigError, SearchServiceError
from search_service.logs import configure
from search_service.sharing import ConnectionCounts

if TYPE_CHECKING:
    from search_service.api.limits import RateLimiter

_KEEP_ALIVE = 15
_SAFE_KEY = 16
"""Characters of an admin key, below which it is easy to guess."""
_CONNECTIONS = 1000
"""Connections that one worker holds open, idle and slow ones included."""
_DESCRIPTORS = 4 * _CONNECTIONS
"""Open files of a worker: connections, those that are closing, and the index."""


def serve(settings: Settings, ready: Callable[[str], None] | None = None) -> None:
    """Answer requests until stopped; ``ready`` is told the address once that is open.

    SIGTERM lets running requests finish, SIGHUP replaces the workers one after another
    without refusing a request.
    """
    listener = _listen(settings)
    metrics = tempfile.mkdtemp(prefix="search-service-metrics-")
    _remove_at_exit(metrics)
    # prometheus_client reads this when it is imported, in the workers.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics
    from search_service.worker import take_signals  # noqa: PLC0415 - imports that

    os.register_at_fork(after_in_parent=take_signals)
    _Application(settings, listener, ready).run()


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.host, settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        every = family == socket.AF_INET6 and ip_address(host).is_unspecified
        both = every and socket.has_dualstack_ipv6()  # also the addresses of IPv4
        return socket.create_server((host, port), family=family, backlog=2048, dualstack_ipv6=both)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(
            f"HOST, PORT: cannot listen on {host}:{port}: {reason}; "
            "stop what listens there or choose another with --port"
        ) from None


def _connections() -> int:
    """Return how many connections a worker may hold, with enough open files allowed for them.

    Most systems allow 1,024 at first, so that a program can be careful, and many more
    for one that asks.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _CONNECTIONS
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(_DESCRIPTORS, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return min(_CONNECTIONS, max(soft, wanted) // 2)


def _remove_at_exit(folder: str) -> None:
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # forked workers run exit handlers too
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)


def address(listener: socket.socket) -> str:
    """Return the URL of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Application(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured from the package's settings alone."""

    def __init__(
        self, settings: Settings, listener: socket.socket, ready: Callable[[str], None] | None
    ) -> None:
        self.settings = settings
        self.ready = ready
        self.address = address(listener)
        self.bind = f"fd://{listener.detach()}"  # gunicorn owns it from now on
        self.limiter = self._limiter()
        super().__init__()

    def _limiter(self) -> RateLimiter | None:
        if not self.settings.rate_limit:
            return None
        from search_service.api.limits import RateLimiter  # noqa: PLC0415 - see serve()

        return RateLimiter(self.settings.rate_limit)

    def load_config(self) -> None:
        """Set gunicorn's options."""
        from search_service.worker import (  # noqa: PLC0415 - see serve()
            MAX_HEADERS,
            Utf8Request,
            Worker,
            hold_signals,
        )

        settings = self.settings
        Worker.settings = settings
        Worker.counts = self.counts = ConnectionCounts()
        Utf8Request.max_url = settings.max_url
        options = {
            "bind": self.bind,
            "workers": settings.workers,
            "threads": settings.threads,
            "worker_class": Worker,
            "worker_connections": _connections(),
            "keepalive": _KEEP_ALIVE,
            "timeout": max(round(settings.worker_timeout), 1),
            "graceful_timeout": round(settings.shutdown_timeout),
            "limit_request_fields": 100,
            "limit_request_field_size": MAX_HEADERS,  # cookies of a single sign-on are long
            "http_parser": "python",
            "secure_scheme_headers": {},
            "forwarder_headers": "",
            "control_socket_disable": True,
            "logger_class": _logger(settings),
            "loglevel": settings.log_level,
            "proc_name": "search-service",
            "when_ready": self._when_ready,
            "pre_fork": hold_signals,
            "child_exit": self._forget,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application; called in each worker."""
        from search_service.api import create_app  # noqa: PLC0415 - see serve()

        app = create_app(self.settings, self.limiter)
        try:
            app.extensions["search_service"].index.service().warm()
        except SearchServiceError as error:
            logging.getLogger("search_service.index").warning(
                "index not opened", extra={"reason": str(error)}
            )
        # What is there now stays, so that looking through it for garbage, which stops
        # all threads for tens of milliseconds, is for nothing.
        gc.collect()
        gc.freeze()
        return app

    def _when_ready(self, _arbiter: Any) -> None:
        if self.ready is not None:
            self.ready(self.address)
        if 0 < len(self.settings.admin_key) < _SAFE_KEY:
            logging.getLogger("search_service.server").warning(
                "the admin key is easy to guess",
                extra={"advice": f"use {_SAFE_KEY} characters or more, drawn at random"},
            )

    def _forget(self, _arbiter: Any, worker: Any) -> None:
        """Forget a worker that has ended."""
        from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415 - see serve()

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
        self.counts.free(worker.age)


def _logger(settings: Settings) -> type[Logger]:
    class PackageLogger(Logger):  # type: ignore[misc]
        """gunicorn's messages in the package's format; the access log is the API's own."""

        def setup(self, cfg: Any) -> None:
            """Set the handlers up."""
            super().setup(cfg)
            configure(settings.log_level, settings.log_format, settings.admin_key)

        def access(self, *_args: Any) -> None:
            """Write nothing: the API has logged the request."""

    return PackageLogger
