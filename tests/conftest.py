"""Settings of the whole suite.

The default profile gives every run the same examples. A long, random run of every
property is one command: ``pytest --hypothesis-profile=long``.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from search_service.analysis import Segmenter

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
