"""One index of the seeds, and one server and one application over it, for all API tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from search_service import build_index, config
from search_service.api import create_app
from search_service.config import Settings
from tests.api.server import ROOT, Server, running

KEY = "test-key-0123456789"


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the five seed reports, which tests do not change."""
    place = tmp_path_factory.mktemp("api") / "index"
    report = build_index([ROOT / "seeds"], settings=settings_for(place))
    assert not report.refused
    return place


def settings_for(index: Path, **options: str) -> Settings:
    """Return settings as if nothing were set but these."""
    return config.load({}, {"index_dir": str(index), "log_level": "error", **options})


@pytest.fixture(scope="session")
def server(index: Path) -> Iterator[Server]:
    """A server with two workers over the seeds."""
    with running(index, log_format="json", threads="4") as server:
        yield server


@pytest.fixture(scope="session")
def app(index: Path) -> Flask:
    """The application over the seeds, in this process."""
    return create_app(settings_for(index))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
