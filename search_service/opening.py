"""Opens, builds and restores indexes: where the public Python API begins."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from search_service import config
from search_service.analysis import Segmenter
from search_service.engines import open_engine
from search_service.models import IndexInfo
from search_service.service import BuildReport, SearchService


def open_index(
    index_dir: str | os.PathLike[str] | None = None, settings: config.Settings | None = None
) -> SearchService:
    """Open the index in ``index_dir`` (default: the setting ``INDEX_DIR``) for searching.

    Raises ``IndexMissing``, ``IndexUnusable`` or ``ConfigError``.
    """
    service = _service(index_dir, settings)
    try:
        service.info()
    except BaseException:
        service.close()
        raise
    return service


def build_index(
    sources: Iterable[str | os.PathLike[str]] | str | os.PathLike[str],
    index_dir: str | os.PathLike[str] | None = None,
    *,
    rebuild: bool = False,
    settings: config.Settings | None = None,
    notice: Callable[[str], None] | None = None,
) -> BuildReport:
    """Read ``sources`` into the index in ``index_dir``, which is made if it is missing.

    ``sources`` are files and folders, or a single one.
    ``notice`` is told each source when it is read.
    """
    if isinstance(sources, (str, os.PathLike)):
        sources = [sources]
    service = _service(index_dir, settings)
    try:
        return service.ingest([Path(source) for source in sources], rebuild, notice)
    finally:
        service.close()


def restore_index(
    backup: str | os.PathLike[str],
    index_dir: str | os.PathLike[str] | None = None,
    *,
    settings: config.Settings | None = None,
) -> IndexInfo:
    """Replace the index in ``index_dir``, which may be missing or damaged, by a backup."""
    service = _service(index_dir, settings)
    try:
        return service.restore(backup)
    finally:
        service.close()


def _service(
    index_dir: str | os.PathLike[str] | None, settings: config.Settings | None
) -> SearchService:
    settings = settings or config.load()
    if index_dir is not None:
        settings = replace(settings, index_dir=Path(index_dir))
    segmenter = Segmenter(settings.user_dictionary)
    return SearchService(open_engine(settings, segmenter), segmenter, settings)
