"""The engines that must pass this suite: a new one is one line in ``ENGINES``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from search_service.analysis import Segmenter
from search_service.engines.base import Engine
from search_service.engines.whoosh import WhooshEngine
from tests.model import ModelEngine
from tests.opensearch.engine import make_engine

Make = Callable[[Path, Segmenter], Engine]

ENGINES: dict[str, Make] = {
    "model": lambda _, segmenter: ModelEngine(segmenter),
    "whoosh": WhooshEngine,
    "opensearch": make_engine,
}
"""By name, how to make an engine that keeps its index in a directory."""


@pytest.fixture(params=ENGINES)
def make(request: pytest.FixtureRequest) -> Make:
    """Makes an engine over a directory."""
    return ENGINES[request.param]


@pytest.fixture
def engine(make: Make, tmp_path: Path, segmenter: Segmenter) -> Iterator[Engine]:
    """An engine of its own for each test; it holds no index yet."""
    made = make(tmp_path / "index", segmenter)
    yield made
    made.close()


@pytest.fixture(params=[name for name in ENGINES if name != "model"])
def make_stored(request: pytest.FixtureRequest) -> Make:
    """Makes an engine over a directory that another one may share."""
    return ENGINES[request.param]
