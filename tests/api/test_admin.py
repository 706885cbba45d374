"""Storing and deleting over HTTP: keys, bodies, and being searchable when answered."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from search_service import build_index
from search_service.api import create_app
from tests.api.conftest import KEY, settings_for
from tests.api.server import ROOT, Server, running

AUTH = {"Authorization": f"Bearer {KEY}"}
URL = "/api/v1/documents/beibei-2022"
REPORT = {
    "title": "北碚区2022年法治政府建设情况报告",
    "district": "北碚区",
    "year": 2022,
    "text": "北碚区2022年法治政府建设情况报告\n一、主要举措\n深化“缙云解忧”品牌建设。",
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "index"
    build_index([ROOT / "seeds"], settings=settings_for(place))
    return place


@pytest.fixture
def admin(place: Path) -> FlaskClient:
    return create_app(settings_for(place, admin_key=KEY, workers="1")).test_client()


def test_put_is_searchable_and_delete_is_final(admin: FlaskClient) -> None:
    stored = admin.put(URL, json=REPORT, headers=AUTH)
    assert (stored.status_code, stored.headers["Location"]) == (201, URL)
    assert stored.json["district"] == "北碚区"
    assert stored.json["outline"][1]["heading"] == "一、主要举措"
    found = admin.get("/api/v1/search?q=缙云解忧").json
    assert [hit["id"] for hit in found["hits"]] == ["beibei-2022/1"]
    again = admin.put(URL, json={**REPORT, "title": "新标题"}, headers=AUTH)
    assert again.status_code == 200
    assert admin.get(URL).json["title"] == "新标题"
    gone = admin.delete(URL, headers=AUTH)
    assert (gone.status_code, gone.data) == (204, b"")
    assert admin.get(URL).status_code == 404
    assert admin.get("/api/v1/search?q=缙云解忧").json["total_literal"] == 0
    assert admin.delete(URL, headers=AUTH).status_code == 404


def test_put_takes_a_file(admin: FlaskClient) -> None:
    with (ROOT / "seeds" / "nanan-2023.txt").open("rb") as file:
        stored = admin.put(
            "/api/v1/documents/copy", data={"file": (file, "任意名.txt")}, headers=AUTH
        )
    assert stored.status_code == 201, stored.text
    assert (stored.json["id"], stored.json["district"]) == ("copy", "南岸区")
    assert stored.json["outline"][0]["id"] == "copy/0"
    assert admin.get("/api/v1/search?q=枫桥经验").json["total"] == 4


def test_put_takes_sections_as_they_are(admin: FlaskClient) -> None:
    sections = [{"text": "前言"}, {"heading": "一、甲", "path": [], "text": "内容"}]
    stored = admin.put(URL, json={"title": "题", "sections": sections}, headers=AUTH)
    assert [entry["heading"] for entry in stored.json["outline"]] == ["", "一、甲"]


BODIES = [
    (b"{", "application/json", 400, "bad_request"),
    (b"\xff", "application/json", 400, "bad_request"),
    (b"[]", "application/json", 422, "invalid_request"),
    (b"{}", "application/json", 422, "invalid_request"),
    (b'{"text": ""}', "application/json", 422, "invalid_request"),
    (b'{"text": 1}', "application/json", 422, "invalid_request"),
    (b'{"text": "x", "sections": []}', "application/json", 422, "invalid_request"),
    (b'{"text": "x", "year": "soon"}', "application/json", 422, "invalid_request"),
    (b'{"text": "x", "colour": 1}', "application/json", 422, "invalid_request"),
    (b'{"id": "other", "text": "x"}', "application/json", 422, "invalid_request"),
    (b'{"text": "x", "%s": 1}' % (b"k" * 100_000), "application/json", 422, "invalid_request"),
    (
        b'{"text": "x", "title": [%s1]}' % (b"1," * 100_000),
        "application/json",
        422,
        "invalid_request",
    ),
    (b'{"text": ' + b"[" * 100_000, "application/json", 400, "bad_request"),
    (b"text", "text/plain", 415, "unsupported_media_type"),
    (b"", "", 415, "unsupported_media_type"),
    (b"x", "multipart/form-data", 422, "invalid_request"),
    (b"x", "multipart/form-data; boundary=b", 422, "invalid_request"),
]


@pytest.mark.parametrize(("body", "kind", "status", "code"), BODIES)
def test_unusable_bodies_are_refused(
    admin: FlaskClient, body: bytes, kind: str, status: int, code: str
) -> None:
    response = admin.put(URL, data=body, content_type=kind, headers=AUTH)
    assert (response.status_code, response.json["code"]) == (status, code), response.text
    assert len(response.data) < 1000
    assert admin.get(URL).status_code == 404


AT_FAULT = [
    ({"text": "x", "year": "soon"}, "year"),
    ({"text": "x", "date": "昨天"}, "date"),
    ({"text": "x", "district": 5}, "district"),
    ({"text": "x", "colour": 1}, "colour"),
    ({"text": 1}, "text"),
    ({"id": "other", "text": "x"}, "id"),
    ({"sections": []}, "sections"),
    ({"sections": [{"text": "甲"}, {"text": "乙", "path": "一、"}]}, "sections[1].path"),
    ({"sections": [{"level": 1}]}, "sections[0].level"),
    ({}, "body"),
    ([], "body"),
]


@pytest.mark.parametrize(("body", "field"), AT_FAULT)
def test_a_refusal_names_the_field_at_fault(admin: FlaskClient, body: Any, field: str) -> None:
    response = admin.put(URL, json=body, headers=AUTH)
    assert response.status_code == 422
    (name, messages), *others = response.json["errors"].items()
    assert (name, others) == (field, [])
    assert all(isinstance(message, str) and message for message in messages)


def test_unsafe_ids_are_refused(admin: FlaskClient) -> None:
    for name in ("a b", "...", "a%00b", "%3Cscript%3E"):
        response = admin.put(f"/api/v1/documents/{name}", json=REPORT, headers=AUTH)
        assert response.status_code == 422, name


@pytest.mark.parametrize(
    "name", ["a b", "%0A", "a%0Ab", "a%00b", "a%3Fb", "-a-", "😀", "...", "a" * 201]
)
def test_a_file_is_stored_under_the_id_of_its_url_or_not_at_all(
    admin: FlaskClient, name: str
) -> None:
    before = admin.get("/api/v1/documents").json
    file = (io.BytesIO(REPORT["text"].encode()), "report.txt")
    response = admin.put(f"/api/v1/documents/{name}", data={"file": file}, headers=AUTH)
    assert (response.status_code, list(response.json["errors"])) == (422, ["document_id"])
    assert admin.get("/api/v1/documents").json == before


def test_a_body_over_the_limit_is_a_413(place: Path) -> None:
    client = create_app(settings_for(place, admin_key=KEY, max_body="2048")).test_client()
    response = client.put(URL, json={"text": "长" * 5000}, headers=AUTH)
    assert (response.status_code, response.json["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong-key-0123456789"},
        {"Authorization": f"Bearer {KEY}x"},
        {"Authorization": KEY},
        {"Authorization": f"Basic {KEY}"},
        {"Authorization": f"Bearer  {KEY} "[:-2]},
        {"Authorization": "Bearer é"},
        {"X-Api-Key": KEY},
        {"Cookie": f"key={KEY}"},
    ],
)
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_without_the_right_key_in_the_right_place_it_is_a_401(
    admin: FlaskClient, headers: dict[str, str], method: str
) -> None:
    response = admin.open(URL, method=method, json=REPORT, headers=headers)
    assert (response.status_code, response.json["code"]) == (401, "unauthorized")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_key_in_the_url_is_a_401_and_never_logged(
    admin: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "search_service.access"):
        response = admin.put(f"{URL}?key={KEY}", json=REPORT)
    assert response.status_code == 401
    assert KEY not in caplog.text
    assert KEY not in str([vars(record) for record in caplog.records])


def test_without_a_configured_key_nothing_can_be_changed(place: Path) -> None:
    client = create_app(settings_for(place)).test_client()
    for method in ("PUT", "DELETE"):
        response = client.open(URL, method=method, json=REPORT, headers=AUTH)
        assert (response.status_code, response.json["code"]) == (404, "not_found")
    assert "put" not in client.get("/openapi.json").json["paths"]["/api/v1/documents/{document_id}"]


@pytest.fixture
def served(place: Path) -> Iterator[Server]:
    with running(place, admin_key=KEY, workers="2", log_format="json", log_level="debug") as server:
        yield server


def test_every_worker_knows_a_change_when_it_is_answered(served: Server) -> None:
    for turn in range(5):
        url = f"/api/v1/documents/turn-{turn}"
        word = f"轮次{turn}之标记"
        body = json.dumps({"title": "题", "text": f"一、{word}\n正文"})
        stored = served.session.put(
            served.url + url,
            data=body,
            headers={**AUTH, "Content-Type": "application/json"},
            timeout=20,
        )
        assert stored.status_code == 201, stored.text
        for _ in range(6):  # new connections, so that both workers answer
            answer = served.target(f"/api/v1/search?mode=literal&q={word}".encode())
            assert answer.json()["total"] == 1
    assert KEY not in "".join(served.lines)


@pytest.mark.parametrize(("key", "warned"), [("Short-1", True), ("s" * 16, False)])
def test_a_key_that_is_easy_to_guess_serves_and_is_warned_of(
    place: Path, key: str, warned: bool
) -> None:
    with running(place, admin_key=key, workers="1") as server:
        for given, status in ((key, 404), (key + "x", 401)):  # there is no such document
            answer = server.session.delete(
                server.url + URL, headers={"Authorization": f"Bearer {given}"}, timeout=20
            )
            assert answer.status_code == status
    assert ("easy to guess" in "".join(server.lines)) == warned
    assert key not in "".join(server.lines)


def test_oversized_uploads_are_answered_before_they_are_read(served: Server) -> None:
    head = (
        f"PUT {URL} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Content-Length: 99999999999\r\nAuthorization: Bearer {KEY}\r\n\r\n"
    )
    answer = served.raw(head.encode() + b"x" * 100_000)
    assert b" 413 " in answer.split(b"\r\n")[0]


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        (b"Transfer-Encoding: chunked\r\n", b"zz\r\n\r\n", b"400"),
        (b"Transfer-Encoding: chunked\r\n", b"5\r\nab", b"408"),
        (b"Content-Length: 100\r\n", b'{"text"', b"408"),
    ],
)
def test_bodies_that_break_off_are_the_clients_doing(
    place: Path, headers: bytes, body: bytes, status: bytes
) -> None:
    head = f"PUT {URL} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n".encode()
    head += b"Content-Type: application/json\r\n" + headers + b"\r\n"
    with running(place, admin_key=KEY, client_timeout="1", workers="1") as server:
        answer = server.raw(head + body)
        assert not [line for line in server.lines if "Traceback" in line]
    assert answer.split(b" ")[1] == status
    assert b"application/problem+json" in answer


def chunked(body: bytes) -> bytes:
    head = f"PUT {URL} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n".encode()
    head += b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


def test_a_body_in_chunks_is_limited_too(place: Path) -> None:
    body = json.dumps(REPORT).encode()
    with running(place, admin_key=KEY, workers="1", max_body="4096") as server:
        answers = [server.raw(chunked(body.ljust(size))) for size in (4096, 4097, 9000)]
    assert [answer.split(b" ")[1] for answer in answers] == [b"201", b"413", b"413"]


def test_only_one_file_is_taken(admin: FlaskClient) -> None:
    files = [(io.BytesIO(b"\xe4\xb8\x80"), "a.txt"), (io.BytesIO(b"\xe4\xba\x8c"), "b.txt")]
    refused = admin.put(URL, data={"file": files}, headers=AUTH)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["file"])
