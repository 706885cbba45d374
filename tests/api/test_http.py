"""What holds for every address: methods, conditions, negotiation, headers, problems."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search_service.api import create_app
from tests.api.conftest import settings_for
from tests.api.server import Server

READS = [
    "/api/v1/search?q=枫桥经验",
    "/api/v1/search?q=枫桥经验&format=text",
    "/api/v1/documents",
    "/api/v1/documents/nanan-2023",
    "/api/v1/documents/nanan-2023/sections/6",
    "/api/v1/documents/nanan-2023/sections/6?q=枫桥经验",
    "/api/v1/suggest?q=行政",
    "/api/v1/matrix?q=枫桥经验",
    "/api/v1/coverage",
    "/api/v1/explain?q=枫桥经验&section=nanan-2023/6",
    "/api/v1/export?q=枫桥经验",
    "/api/v1/export?q=枫桥经验&format=jsonl",
    "/openapi.json",
    "/docs",
]
OPERATING = ["/healthz", "/readyz", "/metrics"]


@pytest.mark.parametrize("path", READS)
def test_etag_gives_304_until_something_differs(client: FlaskClient, path: str) -> None:
    with client.get(path) as first:
        assert first.status_code == 200
        tag = first.headers["ETag"]
    with client.get(path, headers={"If-None-Match": tag}) as second:
        assert (second.status_code, second.data) == (304, b"")
        assert second.headers["ETag"] == tag
    with client.get(path, headers={"If-None-Match": "*"}) as any_version:
        assert (any_version.status_code, any_version.data) == (304, b"")
    with client.get(path, headers={"If-None-Match": '"other"'}) as third:
        assert third.status_code == 200


def test_etags_of_different_questions_differ(client: FlaskClient) -> None:
    tags = {client.get(path).headers["ETag"] for path in READS[:10]}
    assert len(tags) == 10


@pytest.mark.parametrize("path", [*READS, *OPERATING])
def test_head_is_get_without_a_body(server: Server, path: str) -> None:
    got = server.target(path.encode())
    head = server.target(path.encode(), b"HEAD")
    assert head.status == got.status == 200
    assert head.body == b""
    assert head.headers["content-type"] == got.headers["content-type"]
    if "content-length" in got.headers and path != "/metrics" and "search" not in path:
        assert head.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize("path", [*READS, *OPERATING])
def test_options_lists_the_methods(server: Server, path: str) -> None:
    answer = server.target(path.encode(), b"OPTIONS")
    assert answer.status == 200
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize("method", ["POST", "PATCH", "TRACE", "FOO"])
def test_other_methods_are_refused(server: Server, method: str) -> None:
    answer = server.target(b"/api/v1/search", method.encode())
    assert answer.status == 405
    assert "GET" in answer.headers["allow"]
    assert answer.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/api/v1/search", "application/json", 200),
        ("/api/v1/search", "text/html, */*;q=0.1", 200),
        ("/api/v1/search", "application/*", 200),
        ("/api/v1/search", "text/html", 406),
        ("/api/v1/search", "application/json;q=0", 406),
        ("/api/v1/search?format=text", "text/plain", 200),
        ("/api/v1/search?format=text", "application/json", 406),
        ("/api/v1/export", "application/json", 406),
        ("/api/v1/export", "text/csv", 200),
        ("/docs", "text/html", 200),
        ("/openapi.json", "text/html", 406),
        ("/healthz", "text/plain", 406),
        ("/api/v1/search", "application/json; charset=utf-8", 200),
        ("/api/v1/search", "APPLICATION/JSON;charset=UTF-8, text/html", 200),
        ("/api/v1/search", "application/json;charset=utf-8;q=0", 406),
        ("/api/v1/search", "*/*, application/json;q=0", 406),
        ("/api/v1/search", "application/*;q=0, */*", 406),
        ("/api/v1/search?format=text", "text/plain; charset=utf-8", 200),
        ("/api/v1/export", "text/csv; charset=utf-8; header=present", 200),
        ("/metrics", "text/plain;version=0.0.4", 200),
        ("/docs", "text/html;level=1", 200),
    ],
)
def test_accept_is_respected(client: FlaskClient, path: str, accept: str, status: int) -> None:
    with client.get(path, headers={"Accept": accept}) as response:
        assert response.status_code == status
        if status == 406:
            assert response.json["code"] == "not_acceptable"


PROBLEMS = [
    ("/nowhere", 404, "not_found"),
    ("/api/v1/documents/absent", 404, "not_found"),
    ("/api/v1/documents/nanan-2023/sections/999", 404, "not_found"),
    ("/api/v1/documents/nanan-2023/sections/-1", 404, "not_found"),
    ("/api/v1/documents/nanan-2023/sections/x", 404, "not_found"),
    ("/api/v1/documents/..%2f..%2fetc%2fpasswd", 404, "not_found"),
    ("/api/v1/explain?q=x&section=absent/0", 404, "not_found"),
    ("/api/v1/explain?q=x&section=absent", 422, "invalid_request"),
    ("/api/v1/suggest", 422, "invalid_request"),
    ("/api/v1/matrix", 422, "invalid_request"),
    ("/api/v1/search?" + "&".join(f"a{n}=1" for n in range(300)), 400, "bad_request"),
]


@pytest.mark.parametrize(("path", "status", "code"), PROBLEMS)
def test_errors_are_problem_documents(
    client: FlaskClient, path: str, status: int, code: str
) -> None:
    response = client.get(path)
    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    problem = response.json
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["type"] == f"/docs#problem-{code}"
    assert problem["detail"]
    assert problem["title"]
    assert problem["instance"].startswith("/")


def test_docs_describe_every_problem(client: FlaskClient) -> None:
    page = client.get("/docs").text
    for _, _, code in PROBLEMS:
        assert f'id="problem-{code}"' in page


@pytest.mark.parametrize(
    ("target", "headers", "status", "code"),
    [
        (b"/api/v1/search?q=" + b"a" * 20_000, b"", 414, "url_too_long"),
        (b"/api/v1/search", b"X: " + b"y" * 70_000 + b"\r\n", 431, "headers_too_large"),
        (b"/healthz", b"X-A: 1\r\n" * 200, 431, "headers_too_large"),
        (b"/api/v1/search?q=a b", b"", 400, "bad_request"),
        (b"/api/v1/search?q=\x00", b"", 400, "bad_request"),
        (b"/healthz", b"Content-Length: -1\r\n", 400, "bad_request"),
        (b"/healthz", b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", 400, "bad_request"),
        (b"/healthz", b"Transfer-Encoding: gzip\r\n", 400, "bad_request"),
        (b"/healthz", b"No colon\r\n", 400, "bad_request"),
    ],
)
def test_what_cannot_be_parsed_is_a_problem_too(
    server: Server, target: bytes, headers: bytes, status: int, code: str
) -> None:
    answer = server.target(target, headers=headers)
    assert (answer.status, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_one_header_may_take_all_that_headers_may_take(server: Server) -> None:
    cookie = b"Cookie: " + b"y" * 60_000 + b"\r\n"
    assert server.target(b"/healthz", headers=cookie).status == 200


@pytest.mark.parametrize("path", [*READS, *OPERATING, "/", "/nowhere", "/documents/nanan-2023"])
def test_every_answer_is_protected_and_numbered(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        headers = response.headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert len(headers["X-Request-ID"]) == 16
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-1.2_Z", True), ("a" * 65, False), ("a b", False), ("", False)]
)
def test_request_id_is_returned_if_it_is_harmless(
    client: FlaskClient, given: str, kept: bool
) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": given})
    assert (response.headers["X-Request-ID"] == given) is kept


def test_cors_answers_allowed_origins_only(index: Path) -> None:
    app = create_app(settings_for(index, cors_origins="https://a.example https://b.example"))
    client = app.test_client()
    allowed = client.get("/api/v1/search", headers={"Origin": "https://a.example"})
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert "Origin" in allowed.headers["Vary"]
    other = client.get("/api/v1/search", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other.headers
    asked = client.options(
        "/api/v1/search",
        headers={"Origin": "https://b.example", "Access-Control-Request-Method": "GET"},
    )
    assert asked.status_code == 200
    assert "GET" in asked.headers["Access-Control-Allow-Methods"]


def test_cors_star_answers_everyone(index: Path) -> None:
    client = create_app(settings_for(index, cors_origins="*")).test_client()
    response = client.get("/api/v1/search", headers={"Origin": "https://any.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_forwarded_headers_count_only_when_trusted(index: Path) -> None:
    headers = {"X-Forwarded-Prefix": "/reports", "X-Forwarded-For": "203.0.113.9"}
    path = "/api/v1/search?q=枫桥经验"
    plain = create_app(settings_for(index)).test_client().get(path, headers=headers)
    assert plain.json["hits"][0]["links"]["section"].startswith("/api/v1/")
    trusting = create_app(settings_for(index, trusted_proxies="1")).test_client()
    behind = trusting.get(path, headers=headers)
    assert behind.json["hits"][0]["links"]["section"].startswith("/reports/api/v1/")


def test_a_prefix_is_part_of_the_addresses_that_are_told(index: Path) -> None:
    client = create_app(settings_for(index, trusted_proxies="1")).test_client()
    behind = {"X-Forwarded-Prefix": "/reports"}
    problem = client.get("/api/v1/search?page=0", headers=behind).json
    assert problem["type"] == "/reports/docs#problem-invalid_request"
    assert problem["instance"] == "/reports/api/v1/search"
    spec = client.get("/openapi.json", headers=behind)
    assert spec.json["servers"] == [{"url": "/reports"}]
    assert "servers" not in client.get("/openapi.json").json
    again = {**behind, "If-None-Match": spec.headers["ETag"]}
    assert client.get("/openapi.json", headers=again).status_code == 304


def test_without_an_index_reads_wait_and_the_process_is_healthy(tmp_path: Path) -> None:
    client = create_app(settings_for(tmp_path / "none")).test_client()
    assert client.get("/healthz").status_code == 200
    for path in ("/readyz", "/api/v1/search"):
        response = client.get(path)
        assert response.status_code == 503
        assert response.json["code"] == "index_missing"
        assert int(response.headers["Retry-After"]) > 0


def test_a_search_past_its_deadline_is_a_503(index: Path) -> None:
    client = create_app(settings_for(index, search_deadline="0.01")).test_client()
    service = client.application.extensions["search_service"].index.service()
    object.__setattr__(service.settings, "search_deadline", -1.0)
    response = client.get("/api/v1/search?q=法治")
    assert (response.status_code, response.json["code"]) == (503, "deadline_exceeded")
    assert response.headers["Retry-After"]
