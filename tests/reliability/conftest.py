"""How long these tests run: a short form by default, ``--hypothesis-profile=long`` for the rest."""

from __future__ import annotations

import pytest
from hypothesis import settings

from search_service.analysis import Segmenter
from search_service.engines.base import Engine
from search_service.engines.whoosh import WhooshEngine
from tests.reliability.support import state_of


@pytest.fixture(scope="session")
def long_form() -> bool:
    """Whether thousands of faults are wanted, and minutes of them."""
    return settings().max_examples > 1000


@pytest.fixture(scope="session")
def warm(segmenter: Segmenter, tmp_path_factory: pytest.TempPathFactory) -> Segmenter:
    """The segmenter, once an index has been written: no test times the first use of anything."""
    engine: Engine = WhooshEngine(tmp_path_factory.mktemp("warm") / "index", segmenter)
    engine.rebuild([])
    assert state_of(engine) == {}
    engine.close()
    return segmenter
