"""Which settings exist: one table that feeds the environment, ``--help`` and the docs.

Each setting is read from ``SEARCH_SERVICE_<NAME>``; a command-line option of the same
name wins. An invalid value raises ``ConfigError`` with one line that names it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from search_service.errors import ConfigError

PREFIX = "SEARCH_SERVICE_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table of settings."""

    name: str
    """Upper case, without the prefix."""
    default: str
    parse: Callable[[str], Any]
    help: str
    secret: bool = False
    """Never shown in help, logs or errors."""

    @property
    def attribute(self) -> str:
        """Name of the field of ``Settings``."""
        return self.name.lower()

    @property
    def variable(self) -> str:
        """Name of the environment variable."""
        return PREFIX + self.name

    @property
    def option(self) -> str:
        """Name of the command-line option."""
        return "--" + self.name.lower().replace("_", "-")

    def read(self, value: str, origin: str) -> Any:
        """Parse ``value``; ``origin`` says where it was given."""
        try:
            return self.parse(value)
        except ValueError as error:
            shown = "its value" if self.secret else repr(value)
            raise ConfigError(f"{origin}: {shown} is not valid: {error}") from None


_DIGITS = re.compile("[0-9]{1,15}")


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        number = int(value) if _DIGITS.fullmatch(value) else -1
        if not low <= number <= high:
            raise ValueError(f"expected a whole number from {low} to {high}")
        return number

    return parse


def _seconds(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0.001 <= number <= 3600:
        raise ValueError("expected seconds from 0.001 to 3600")
    return number


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in choices:
            raise ValueError("expected one of " + ", ".join(choices))
        return value

    return parse


def _path(value: str) -> Path:
    if not value or "\0" in value:
        raise ValueError("expected a path")
    return Path(value)


def _paths(value: str) -> tuple[Path, ...]:
    return tuple(_path(part) for part in value.split(os.pathsep) if part)


def _optional_path(value: str) -> Path | None:
    return _path(value) if value else None


def _text(value: str) -> str:
    return value


def _host(value: str) -> str:
    if not value.strip():
        raise ValueError("expected an address, such as 127.0.0.1, or 0.0.0.0 for all")
    return value.strip()


_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")


def _origins(value: str) -> tuple[str, ...]:
    origins = tuple(value.replace(",", " ").split())
    for origin in origins:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise ValueError("expected origins such as https://example.org, or *")
    return origins


_CLUSTER_URL = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+/?")


def _cluster_urls(value: str) -> tuple[str, ...]:
    urls = tuple(value.replace(",", " ").split())
    if not urls or not all(_CLUSTER_URL.fullmatch(url) for url in urls):
        raise ValueError(
            "expected one or more URLs such as https://search.example.org:9200, without user "
            "and password, which have settings of their own"
        )
    return urls


_INDEX_NAME = re.compile("[a-z0-9][a-z0-9_-]{0,99}")


def _index_name(value: str) -> str:
    if not _INDEX_NAME.fullmatch(value):
        raise ValueError("expected lower-case letters, digits, - and _")
    return value


def _switch(value: str) -> bool:
    return _one_of("on", "off")(value) == "on"


def _admin_key(value: str) -> str:
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("expected printable ASCII characters without spaces")
    return value


_MEBIBYTE = 1024 * 1024

SETTINGS: tuple[Setting, ...] = (
    Setting("INDEX_DIR", "index", _path, "directory that holds the index"),
    Setting("SOURCES", "seeds", _paths, "files and folders that a missing index is built from"),
    Setting("ENGINE", "whoosh", _one_of("whoosh", "opensearch"), "engine that holds the index"),
    Setting(
        "OPENSEARCH_URL",
        "http://127.0.0.1:9200",
        _cluster_urls,
        "URLs of one or more nodes of the OpenSearch cluster",
    ),
    Setting("OPENSEARCH_INDEX", "search-service", _index_name, "name of the index in the cluster"),
    Setting("OPENSEARCH_USER", "", _text, "user name for the cluster; none if empty"),
    Setting("OPENSEARCH_PASSWORD", "", _text, "password for the cluster", True),
    Setting("OPENSEARCH_CA", "", _optional_path, "file with the certificates to trust"),
    Setting("OPENSEARCH_VERIFY", "on", _switch, "whether the cluster's certificate is verified"),
    Setting("OPENSEARCH_AWS_REGION", "", _text, "region to sign requests for, in place of a user"),
    Setting("OPENSEARCH_AWS_SERVICE", "es", _one_of("es", "aoss"), "service to sign requests for"),
    Setting("OPENSEARCH_SHARDS", "1", _whole_number(1, 1024), "shards of a new index"),
    Setting("OPENSEARCH_REPLICAS", "0", _whole_number(0, 16), "further copies of each shard"),
    Setting("OPENSEARCH_TIMEOUT", "30", _seconds, "seconds that the cluster may take to answer"),
    Setting(
        "OPENSEARCH_RETRIES", "4", _whole_number(0, 10), "further attempts when the cluster is busy"
    ),
    Setting("USER_DICTIONARY", "", _optional_path, "file with more terms, one a line"),
    Setting(
        "HOST", "127.0.0.1", _host, "address to listen on; 0.0.0.0 is all of IPv4, :: all addresses"
    ),
    Setting("PORT", "8000", _whole_number(0, 65535), "port to listen on; 0 takes a free one"),
    Setting("WORKERS", "2", _whole_number(1, 256), "server processes"),
    Setting("THREADS", "32", _whole_number(2, 256), "requests that one process answers at a time"),
    Setting(
        "WORKER_TIMEOUT",
        "30",
        _seconds,
        "seconds without a sign of life after which a server process is replaced",
    ),
    Setting(
        "WORKER_MEMORY",
        "0",
        _whole_number(0, 1 << 20),
        "MiB of its own after which a server process is replaced; 0 is no limit",
    ),
    Setting(
        "ADMIN_KEY", "", _admin_key, "key for PUT and DELETE; without it they do not exist", True
    ),
    Setting("CORS_ORIGINS", "", _origins, "origins that browsers may call from, or *"),
    Setting(
        "TRUSTED_PROXIES",
        "0",
        _whole_number(0, 16),
        "reverse proxies in front whose X-Forwarded-* headers are believed",
    ),
    Setting(
        "RATE_LIMIT",
        "0",
        _whole_number(0, 1_000_000),
        "API requests a minute for each client; 0 is no limit",
    ),
    Setting("MAX_QUERY_LENGTH", "256", _whole_number(1, 4096), "code points of q"),
    Setting("MAX_CHUNKS", "32", _whole_number(1, 256), "chunks of a query"),
    Setting("MAX_WINDOW", "10000", _whole_number(10, 1_000_000), "largest page × per_page"),
    Setting("MAX_BODY", str(32 * _MEBIBYTE), _whole_number(1, 1 << 40), "bytes of a request body"),
    Setting("MAX_URL", "16384", _whole_number(128, 1 << 20), "bytes of a request's URL"),
    Setting("SEARCH_DEADLINE", "2", _seconds, "seconds that a search may take"),
    Setting(
        "CLIENT_TIMEOUT", "10", _seconds, "seconds that a client may take to send a request's head"
    ),
    Setting(
        "SHUTDOWN_TIMEOUT", "30", _seconds, "seconds that running requests have to finish at exit"
    ),
    Setting(
        "REFRESH_INTERVAL", "0.1", _seconds, "seconds between looks for a new state of the index"
    ),
    Setting(
        "CACHE_SIZE",
        str(16 * _MEBIBYTE),
        _whole_number(0, 1 << 40),
        "bytes of answers that each process keeps; 0 keeps none",
    ),
    Setting("LOG_LEVEL", "info", _one_of("debug", "info", "warning", "error"), "what is logged"),
    Setting("LOG_FORMAT", "text", _one_of("text", "json"), "how log lines are written"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The value of every setting; field names are the settings' names in lower case."""

    index_dir: Path
    sources: tuple[Path, ...]
    engine: str
    opensearch_url: tuple[str, ...]
    opensearch_index: str
    opensearch_user: str
    opensearch_password: str
    opensearch_ca: Path | None
    opensearch_verify: bool
    opensearch_aws_region: str
    opensearch_aws_service: str
    opensearch_shards: int
    opensearch_replicas: int
    opensearch_timeout: float
    opensearch_retries: int
    user_dictionary: Path | None
    host: str
    port: int
    workers: int
    threads: int
    worker_timeout: float
    worker_memory: int
    admin_key: str
    cors_origins: tuple[str, ...]
    trusted_proxies: int
    rate_limit: int
    max_query_length: int
    max_chunks: int
    max_window: int
    max_body: int
    max_url: int
    search_deadline: float
    client_timeout: float
    shutdown_timeout: float
    refresh_interval: float
    cache_size: int
    log_level: str
    log_format: str

    def __repr__(self) -> str:
        secrets = {setting.attribute for setting in SETTINGS if setting.secret}
        shown = (
            f"{f.name}={'…' if f.name in secrets else repr(getattr(self, f.name))}"
            for f in fields(self)
        )
        return f"Settings({', '.join(shown)})"


def load(
    environment: Mapping[str, str] | None = None, options: Mapping[str, str | None] | None = None
) -> Settings:
    """Return the settings from options (by field name), the environment and the defaults."""
    environment = os.environ if environment is None else environment
    options = options or {}
    values = {}
    for setting in SETTINGS:
        given = options.get(setting.attribute)
        if given is not None:
            values[setting.attribute] = setting.read(given, setting.option)
        elif setting.variable in environment:
            values[setting.attribute] = setting.read(
                environment[setting.variable], setting.variable
            )
        else:
            values[setting.attribute] = setting.read(setting.default, setting.variable)
    unknown = [
        name
        for name in environment
        if name.startswith(PREFIX) and name not in {setting.variable for setting in SETTINGS}
    ]
    if unknown:
        raise ConfigError(f"{sorted(unknown)[0]}: there is no such setting")
    return Settings(**values)
