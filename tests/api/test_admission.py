"""Reads wait for their turn; what must not wait does not."""

from __future__ import annotations

import threading
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask

from search_service import turns
from search_service.api import create_app
from search_service.api.admission import _asked_for
from search_service.turns import Turns
from tests.api.conftest import KEY, settings_for


@pytest.fixture
def app(index: Path) -> Flask:
    return create_app(settings_for(index, admin_key=KEY))


def turns_of(app: Flask) -> Turns:
    turns = app.extensions["search_service"].turns
    assert isinstance(turns, Turns)
    return turns


def test_reads_wait_for_their_turn(app: Flask) -> None:
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(app.test_client().get("/api/v1/search?q=复议").status_code)

    asking = threading.Thread(target=ask, daemon=True)
    with turns_of(app).taken():
        asking.start()
        while not turns_of(app).waiting:
            assert asking.is_alive()
        assert statuses == []
    asking.join(30)
    assert statuses == [200]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/healthz", 200), ("DELETE", "/api/v1/documents/absent", 404)],
)
def test_probes_and_changes_do_not_wait(app: Flask, method: str, path: str, status: int) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    with turns_of(app).taken():
        answer = app.test_client().open(path, method=method, headers=headers)
    assert answer.status_code == status


def test_a_failed_read_gives_its_turn_back(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/api/v1/search?page=x").status_code == 422
    assert client.get("/api/v1/documents/absent").status_code == 404
    assert client.get("/api/v1/search?q=复议").status_code == 200


def test_an_export_lets_others_in_between(app: Flask) -> None:
    client = app.test_client()
    with client.get("/api/v1/export?format=jsonl", buffered=False) as export:
        pieces = iter(export.response)
        lines = next(pieces).count(b"\n")
        assert client.get("/api/v1/search?q=复议").status_code == 200
        lines += sum(piece.count(b"\n") for piece in pieces)
    assert lines == client.get("/api/v1/search").json["total"]


@pytest.mark.parametrize(
    "path", ["/documents/nanan-2023", "/documents/nanan-2023?q=法治&with=wulong-2020"]
)
def test_reading_a_report_lets_others_in_between_its_sections(
    app: Flask, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    sections = len(app.test_client().get("/api/v1/documents/nanan-2023").json["outline"])
    given: list[None] = []
    monkeypatch.setattr(turns, "give_way", lambda: given.append(None))
    assert app.test_client().get(path).status_code == 200
    assert len(given) >= 3 * sections  # restored, marked and shown


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("", (0, 0)),
        ("q=abc", (0, 3)),
        (f"q={quote('行政 复议')}&per_page=100", (100, 5)),
        ("per_page=7&q=a+b", (7, 3)),
        ("per_page=1000&freq=abc", (0, 0)),
        ("per_page=-1&q=%FF", (0, 1)),
    ],
)
def test_what_a_read_asks_for(query: str, asked: tuple[int, int]) -> None:
    assert _asked_for(query) == asked
