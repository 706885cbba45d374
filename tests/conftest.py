"""Settings of the whole suite.

The default profile gives every run the same examples. A long, random run of every
property is one command: ``pytest --hypothesis-profile=long``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

import search_service
from search_service import SearchService, parsing
from search_service.analysis import Segmenter, fold
from tests.seeds import SEEDS, Entry

_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)

settings.register_profile(
    "short",
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=_SLOW,
)
settings.register_profile(
    "long",
    max_examples=5_000,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=_SLOW,
)
settings.load_profile("short")


@pytest.fixture(scope="session")
def segmenter() -> Segmenter:
    """The segmenter with the project's own terms."""
    return Segmenter()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchService]:
    """The Python API over the five seed reports."""
    index = tmp_path_factory.mktemp("service") / "index"
    report = search_service.build_index([SEEDS], index)
    assert (report.info.documents, report.refused) == (5, ())
    opened = search_service.open_index(index)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def entries() -> list[Entry]:
    """Every section in document order, straight from the parser."""
    outcomes = list(parsing.read([SEEDS]))
    read = [outcome.report for outcome in outcomes if isinstance(outcome, parsing.Parsed)]
    assert len(read) == len(outcomes) == 5
    return [
        (report.document, section, fold(section.own_text))
        for report in sorted(read, key=lambda report: report.document.id)
        for section in report.sections
    ]
