"""The engines that hold an index and answer queries over it."""

from __future__ import annotations

from search_service.analysis import Segmenter
from search_service.config import Settings
from search_service.engines.base import Engine
from search_service.errors import ConfigError


def open_engine(settings: Settings, segmenter: Segmenter) -> Engine:
    """Return the engine that the settings choose. It need not hold an index yet."""
    if settings.engine == "whoosh":
        from search_service.engines.whoosh import WhooshEngine  # noqa: PLC0415 - only if chosen

        return WhooshEngine(settings.index_dir, segmenter)
    try:
        from search_service.engines.opensearch import OpenSearchEngine  # noqa: PLC0415 - only if chosen
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"ENGINE: opensearch needs {error.name}; install search-service[opensearch]"
        ) from None
    return OpenSearchEngine(settings, segmenter)
