"""Passwords, certificates, signatures, time limits, and answers that are not whole."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from search_service import SearchService, config
from search_service.analysis import Segmenter
from search_service.engines import open_engine
from search_service.engines.base import Deadline, Engine
from search_service.engines.opensearch import OpenSearchEngine
from search_service.errors import ConfigError, DeadlineExceeded, EngineUnavailable
from tests.engines.contract import found, read, report
from tests.opensearch.engine import make_engine, node_or_skip, settings_for
from tests.opensearch.proxy import Proxy, self_signed


@pytest.fixture
def index(tmp_path: Path, segmenter: Segmenter) -> Iterator[str]:
    """The name of an index with one section."""
    engine = make_engine(tmp_path / "index", segmenter)
    engine.rebuild([report("a", "甲")])
    yield engine._name  # type: ignore[attr-defined]
    engine.close()


def connect(index: str, url: str, **options: str) -> OpenSearchEngine:
    settings = settings_for(index, url, opensearch_retries="0", **options)
    return OpenSearchEngine(settings, Segmenter())


def test_a_password_over_tls(index: str, tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    secrets = {"opensearch_user": "reader", "opensearch_password": "geheim"}
    with Proxy(node_or_skip().url, "reader:geheim", certificate) as proxy:
        engine = connect(index, proxy.url, opensearch_ca=str(certificate), **secrets)
        assert found(engine, "甲") == ["a/0"]
        engine.close()
        wrong = secrets | {"opensearch_password": "falsch"}
        refused(
            connect(index, proxy.url, opensearch_ca=str(certificate), **wrong),
            "OPENSEARCH_PASSWORD",
        )
        refused(connect(index, proxy.url, **secrets), "OPENSEARCH_CA")
        unverified = connect(index, proxy.url, opensearch_verify="off", **secrets)
        assert found(unverified, "甲") == ["a/0"]
        unverified.close()


def refused(engine: Engine, hint: str) -> None:
    with pytest.raises(EngineUnavailable, match=hint) as raised:
        engine.info()
    assert "falsch" not in str(raised.value)
    engine.close()


@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", b"<h1>It works!</h1>"),
        ("application/json", b'{"status": "ok"}'),
        ("application/json", b"[]"),
        ("application/json", b"{"),
        ("application/json", b""),
    ],
)
def test_another_server_at_the_address(status: int, kind: str, body: bytes) -> None:
    """It is not taken for a cluster that has no index yet."""

    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_PUT = do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Other) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        refused(connect("any", url), "not OpenSearch.*OPENSEARCH_URL")
        engine = connect("any", url)
        with pytest.raises(EngineUnavailable, match="OPENSEARCH_URL"):
            engine.update([report("a", "甲")])
        engine.close()
        server.shutdown()


def test_signed_requests(index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("botocore", reason="signing needs botocore, which is not installed")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a secret of an example")
    with Proxy(node_or_skip().url) as proxy:
        engine = connect(index, proxy.url, opensearch_aws_region="eu-west-1")
        assert found(engine, "甲") == ["a/0"]
        engine.close()
        assert all(h.startswith("AWS4-HMAC-SHA256 Credential=AKID") for h in proxy.headers)


def test_an_answer_that_some_shards_did_not_give_is_no_answer(index: str) -> None:
    def spoil(path: str, answer: bytes) -> bytes:
        if "/_search" not in path:
            return answer
        found = json.loads(answer)
        found["_shards"] |= {"total": 2, "failed": 1, "failures": [{"reason": "lost"}]}
        return json.dumps(found).encode()

    with Proxy(node_or_skip().url, spoil=spoil) as proxy:
        engine = connect(index, proxy.url)
        with pytest.raises(EngineUnavailable, match="1 of 2 shards"):
            engine.search(read("甲"))
        engine.close()


def test_a_cluster_that_does_not_answer_in_time(index: str) -> None:
    def slow(path: str, answer: bytes) -> bytes:
        if "/_search" in path:
            time.sleep(0.5)  # longer than the time limits below
        return answer

    with Proxy(node_or_skip().url, spoil=slow) as proxy:
        engine = connect(index, proxy.url, opensearch_timeout="0.2")
        with pytest.raises(EngineUnavailable, match=r"0\.2 seconds"):
            engine.search(read("甲"))
        engine.close()
        patient = connect(index, proxy.url)
        patient.info()
        started = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            patient.search(read("甲"), deadline=Deadline(0.1))
        assert time.monotonic() - started < 0.45
        patient.close()


def test_a_completion_takes_no_longer_than_a_search(index: str, segmenter: Segmenter) -> None:
    slow = False

    def late(path: str, answer: bytes) -> bytes:
        if slow and "search" in path.rpartition("/")[2]:
            time.sleep(1.0)
        return answer

    with Proxy(node_or_skip().url, spoil=late) as proxy:
        patient = settings_for(index, proxy.url, search_deadline="60")
        engine = OpenSearchEngine(patient, segmenter)
        service = SearchService(engine, segmenter, patient)
        service.suggest("甲")  # so that the names of places are known
        service.settings = replace(patient, search_deadline=0.2)
        slow = True
        started = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            service.suggest("甲")
        assert time.monotonic() - started < 0.9
        service.close()


def test_looking_for_a_change_takes_no_longer_than_a_search(index: str) -> None:
    hanging = False

    def hang(path: str, answer: bytes) -> bytes:
        if hanging:
            time.sleep(1.0)  # longer than a search may take here
        return answer

    with Proxy(node_or_skip().url, spoil=hang) as proxy:
        engine = connect(index, proxy.url, search_deadline="0.2")
        engine.info()
        hanging = True
        started = time.monotonic()
        with pytest.raises(EngineUnavailable, match=r"0\.2 seconds"):
            engine.refresh()
        assert time.monotonic() - started < 0.9
        with pytest.raises(EngineUnavailable):  # not from before a change that it may have missed
            engine.info()
        hanging = False
        engine.refresh()
        assert engine.info().documents == 1
        engine.close()


def test_a_timed_out_search_is_no_answer(index: str) -> None:
    def late(path: str, answer: bytes) -> bytes:
        return answer.replace(b'"timed_out":false', b'"timed_out":true')

    with Proxy(node_or_skip().url, spoil=late) as proxy:
        engine = connect(index, proxy.url)
        with pytest.raises(DeadlineExceeded):
            engine.search(read("甲"))
        engine.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENSEARCH_URL", "search.example.org:9200"),
        ("OPENSEARCH_URL", "http://reader:geheim@search.example.org"),
        ("OPENSEARCH_URL", ""),
        ("OPENSEARCH_INDEX", "Berichte"),
        ("OPENSEARCH_INDEX", "_all"),
        ("OPENSEARCH_VERIFY", "maybe"),
        ("OPENSEARCH_SHARDS", "0"),
    ],
)
def test_settings_that_are_not_valid(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        config.load({"SEARCH_SERVICE_" + name: value})


def test_the_settings_choose_the_engine(segmenter: Segmenter) -> None:
    engine = open_engine(settings_for("any", "http://127.0.0.1:9"), segmenter)
    assert isinstance(engine, OpenSearchEngine)
    engine.close()
