"""How the contract suite makes the cluster engine."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import NoReturn

import pytest

from search_service import config
from search_service.analysis import Segmenter
from search_service.engines.base import Engine
from tests.opensearch.node import Node, Unavailable, shared_node

REQUIRED = "REQUIRE_OPENSEARCH"
"""Set in the environment, a missing server fails the tests that need it."""

_used: set[str] = set()


def node_or_skip() -> Node:
    """Return the shared node, or skip the test with the reason why there is none."""
    try:
        return shared_node()
    except Unavailable as error:
        required_or_skip(error)


def required_or_skip(error: Unavailable) -> NoReturn:
    """Skip the test with the reason why there is no server, unless there has to be one."""
    if os.environ.get(REQUIRED):
        raise error
    pytest.skip(f"needs a real OpenSearch: {error}")


def settings_for(index: str, *urls: str, **more: str) -> config.Settings:
    """Return settings for an index in a cluster."""
    options = {"engine": "opensearch", "opensearch_url": " ".join(urls), "opensearch_index": index}
    return config.load({}, options | more)


def make_engine(directory: Path, segmenter: Segmenter) -> Engine:
    """Make an engine whose index stands for a directory."""
    from search_service.engines.opensearch import OpenSearchEngine  # noqa: PLC0415 - optional

    node = node_or_skip()
    test = hashlib.blake2b(str(directory.parent).encode(), digest_size=8).hexdigest()
    if test not in _used:  # another test: its predecessors' indexes are not needed any more
        for name in _used:
            node.get(f"/{name}-*", "DELETE")
        _used.clear()
        _used.add(test)
    return OpenSearchEngine(settings_for(f"{test}-{directory.name}", node.url), segmenter)
