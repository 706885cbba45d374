"""Rate limit, cache, logs and metrics."""

from __future__ import annotations

import io
import json
import logging
import multiprocessing
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search_service.api import create_app
from search_service.api.cache import Answer, Cache, Key
from search_service.api.limits import RateLimiter
from search_service.logs import Formatter
from tests.api.conftest import settings_for
from tests.api.server import Server, running


def test_rate_limit_refuses_the_next_and_says_when(index: Path) -> None:
    client = create_app(settings_for(index, rate_limit="3")).test_client()
    statuses = [client.get("/api/v1/documents").status_code for _ in range(3)]
    assert statuses == [200, 200, 200]
    refused = client.get("/api/v1/documents")
    assert (refused.status_code, refused.json["code"]) == (429, "too_many_requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert client.get("/healthz").status_code == 200
    other = client.get("/api/v1/documents", environ_base={"REMOTE_ADDR": "203.0.113.5"})
    assert other.status_code == 200


def test_rate_limit_does_not_count_what_a_browser_asks_first(index: Path) -> None:
    client = create_app(settings_for(index, rate_limit="1")).test_client()
    statuses = [client.options("/api/v1/documents").status_code for _ in range(3)]
    assert statuses == [200, 200, 200]
    assert client.get("/api/v1/documents").status_code == 200


def test_rate_limit_holds_for_all_workers_together(index: Path) -> None:
    with running(index, rate_limit="20", workers="2") as server:
        statuses = [server.target(b"/api/v1/documents").status for _ in range(30)]
    assert statuses.count(200) == 20
    assert statuses.count(429) == 10


def _spend(limiter: RateLimiter, queue: multiprocessing.Queue) -> None:
    queue.put(sum(limiter.wait("client") == 0 for _ in range(500)))


def test_rate_limiter_counts_every_process() -> None:
    limiter = RateLimiter(600)
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    processes = [context.Process(target=_spend, args=(limiter, queue)) for _ in range(3)]
    for process in processes:
        process.start()
    allowed = sum(queue.get(timeout=30) for _ in processes)
    for process in processes:
        process.join(30)
    assert 600 <= allowed <= 650  # ten a second come back while it runs


def test_rate_limiter_keeps_going_with_more_clients_than_places() -> None:
    limiter = RateLimiter(1)
    for n in range(3000):
        assert limiter.wait(f"2001:db8:0:{n:x}::1") == 0
    assert limiter.wait("2001:db8:0:1::1") > 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("unix:", "unix:", True),
    ],
)
def test_a_client_is_one_address_of_ipv4_or_a_network_of_ipv6(
    one: str, other: str, same: bool
) -> None:
    limiter = RateLimiter(1)
    assert limiter.wait(one) == 0
    assert (limiter.wait(other) > 0) is same


def answer(size: int) -> Answer:
    return Answer(b"x" * size, "application/json", "tag")


def key(query: str, generation: str = "1") -> Key:
    return Key(generation, "", "/api/v1/search", query)


def test_cache_is_bounded_in_bytes_and_forgets_the_oldest() -> None:
    cache = Cache(100_000)
    for n in range(200):
        cache.put(key(str(n)), answer(5000))
        assert cache.size <= cache.limit
    assert cache.get(key("199")) is not None
    assert cache.get(key("0")) is None
    cache.put(key("large"), answer(50_000))
    assert cache.get(key("large")) is None


def test_cache_never_crosses_generations() -> None:
    cache = Cache(1_000_000)
    cache.put(key("q"), answer(10))
    assert cache.get(key("q", "2")) is None
    cache.put(key("r", "2"), answer(10))
    assert cache.get(key("q")) is None


def test_repeated_questions_are_answered_from_the_cache(index: Path) -> None:
    client = create_app(settings_for(index)).test_client()
    first = client.get("/api/v1/search?q=枫桥经验")
    second = client.get("/api/v1/search?q=枫桥经验")
    assert second.data == first.data
    assert second.headers["ETag"] == first.headers["ETag"]
    assert (
        client.get("/api/v1/search?q=枫桥经验", headers={"Accept": "text/csv"}).status_code == 406
    )
    metrics = client.get("/metrics").text
    assert 'search_service_cache_lookups_total{result="hit"} 2.0' in metrics


def test_cache_can_be_switched_off(index: Path) -> None:
    client = create_app(settings_for(index, cache_size="0")).test_client()
    first = client.get("/api/v1/search?q=枫桥经验").json
    second = client.get("/api/v1/search?q=枫桥经验").json
    del first["took_ms"], second["took_ms"]
    assert first == second


def format_record(style: str, secret: str = "", **extra: object) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Formatter(style, secret))
    record = logging.makeLogRecord(
        {"name": "test", "levelname": "INFO", "msg": "request", "levelno": logging.INFO, **extra}
    )
    handler.emit(record)
    return stream.getvalue()


EVIL = ["a\nlevel=error forged", "a\r\nb", "\x1b[31mred", 'quote" x=y', "\u2028", "\x00", "法治"]


@pytest.mark.parametrize("value", EVIL)
@pytest.mark.parametrize("style", ["text", "json"])
def test_what_a_client_sends_stays_one_field_of_one_line(style: str, value: str) -> None:
    line = format_record(style, path=value)
    assert line.count("\n") == 1
    assert line.isascii()
    assert line.rstrip("\n").isprintable()
    if style == "json":
        assert json.loads(line)["path"] == value
    else:
        assert json.loads(line.rstrip("\n").partition("path=")[2]) == value


def test_the_admin_key_is_masked_wherever_it_would_appear() -> None:
    for style in ("text", "json"):
        line = format_record(style, secret='se"cret-key-0123456', path='/x/se"cret-key-0123456')
        assert "cret-key" not in line


def test_requests_are_logged_with_their_id_and_without_their_query(server: Server) -> None:
    server.get("/api/v1/search?q=查询内容", headers={"X-Request-ID": "my-id-1"})
    server.get("/healthz")
    lines = [json.loads(line) for line in server.lines if line.startswith("{")]
    logged = next(line for line in lines if line.get("request_id") == "my-id-1")
    assert logged["path"] == "/api/v1/search"
    assert (logged["method"], logged["status"], logged["client"]) == ("GET", 200, "127.0.0.1")
    assert "查询" not in "".join(server.lines)


def test_metrics_add_up_over_workers(index: Path) -> None:
    with running(index, workers="2") as server:
        for _ in range(20):
            assert server.target(b"/api/v1/search?q=1").status == 200
        text = server.target(b"/metrics").body.decode()
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    searches = 'endpoint="/api/v1/search",method="GET",status="200"'
    expected = {
        f"search_service_requests_total{{{searches}}}": "20.0",
        "search_service_index_documents": "5.0",
        "search_service_search_hits_count": "20.0",
    }
    assert {name: values.get(name) for name in expected} == expected


def test_metrics_have_few_series_whatever_is_asked(client: FlaskClient) -> None:
    for n in range(50):
        client.get(f"/nowhere/{n}")
        client.open("/healthz", method=f"M{n}")
    text = client.get("/metrics").text
    assert "nowhere" not in text
    assert 'method="M1"' not in text
