"""``/search``: shape, counts, paging, marks, and what it refuses."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient

from search_service.analysis import fold
from search_service.terminal import width
from tests.api.server import Server


def search(client: FlaskClient, **params: object) -> dict:
    response = client.get("/api/v1/search", query_string=params)
    assert response.status_code == 200, response.text
    return response.json


def test_the_first_query_of_the_readme_stands_in_three_sections(client: FlaskClient) -> None:
    answer = search(client, q="枫桥经验")
    assert answer["total"] == answer["total_literal"] == 3
    assert {hit["document"]["district"] for hit in answer["hits"]} == {"南岸区", "开州区", "酉阳县"}
    assert all(hit["match"] == "literal" for hit in answer["hits"])
    assert answer["facets"]["year"] == [
        {"value": 2024, "count": 1, "selected": False},
        {"value": 2023, "count": 2, "selected": False},
    ]


def test_the_shape_is_the_documented_one(client: FlaskClient) -> None:
    answer = search(client, q="枫桥经验", year="2023", per_page=1)
    assert list(answer) == [
        "query", "total", "total_literal", "page", "per_page", "pages", "hits", "facets", "index",
        "took_ms",
    ]  # fmt: skip
    assert answer["query"] == {
        "q": "枫桥经验",
        "mode": "auto",
        "filters": {"district": [], "town": [], "year": ["2023"], "document": []},
        "sort": "relevance",
        "chunks": [
            {
                "text": "枫桥经验",
                "words": ["枫桥经验"],
                "literal": False,
                "exclude": False,
                "parts": [],
            }
        ],
        "relaxed": False,
        "warnings": [],
        "synonyms": [],
        "did_you_mean": None,
    }
    assert (answer["page"], answer["per_page"], answer["pages"]) == (1, 1, 2)
    hit = answer["hits"][0]
    assert list(hit) == [
        "id", "score", "match", "document", "heading", "heading_matches", "path", "passages",
        "links",
    ]  # fmt: skip
    assert answer["facets"]["year"][1] == {"value": 2023, "count": 2, "selected": True}
    assert answer["index"]["documents"] == 5


@pytest.mark.parametrize("q", ["枫桥经验", "行政复议", "“双随机、一公开”", "法治 南岸区", "2023"])
def test_marks_are_what_was_asked_for_and_html_is_escaped(client: FlaskClient, q: str) -> None:
    for hit in search(client, q=q, per_page=100)["hits"]:
        section = client.get(hit["links"]["section"]).json
        for passage in hit["passages"]:
            assert passage["text"] == section["text"][passage["start"] : passage["end"]]
            plain = re.sub("</?mark>", "", passage["html"])
            assert html.unescape(plain) == passage["text"]
            assert not re.search("[<>\"']", plain)
            marked = [html.unescape(m) for m in re.findall("<mark>(.*?)</mark>", passage["html"])]
            assert marked == [section["text"][m["start"] : m["end"]] for m in passage["matches"]]
            if hit["match"] == "literal" and " " not in q:
                assert {fold(mark) for mark in marked} <= {fold(q)}


@pytest.mark.parametrize("q", ["行政复议", "法治政府", "枫桥经验", "12348", "(", "“"])
def test_literal_facets_are_what_plain_python_counts(client: FlaskClient, q: str) -> None:
    answer = search(client, q=q, mode="literal", per_page=100)
    counted: dict[object, int] = {}
    documents = client.get("/api/v1/documents?per_page=100").json["documents"]
    for document in documents:
        outline = client.get(f"/api/v1/documents/{document['id']}").json["outline"]
        for entry in outline:
            section = client.get(f"/api/v1/documents/{entry['id'].replace('/', '/sections/')}").json
            if fold(q) in fold(section["heading"] + "\n" + section["text"]):
                counted[document["district"]] = counted.get(document["district"], 0) + 1
    if fold(q):
        assert {v["value"]: v["count"] for v in answer["facets"]["district"]} == counted
        assert answer["total"] == sum(counted.values())


def test_pages_do_not_overlap_and_hold_everything(client: FlaskClient) -> None:
    first = search(client, q="法治", per_page=7)
    pages = [search(client, q="法治", per_page=7, page=n) for n in range(1, first["pages"] + 1)]
    ids = [hit["id"] for page in pages for hit in page["hits"]]
    assert len(ids) == len(set(ids)) == first["total"]


def test_browsing_lists_everything_in_document_order(client: FlaskClient) -> None:
    answer = search(client, per_page=100)
    assert answer["total"] == answer["index"]["sections"]
    keys = [(hit["id"].split("/")[0], int(hit["id"].split("/")[1])) for hit in answer["hits"]]
    assert keys == sorted(keys)


def test_text_fits_eighty_columns_and_marks_matches(client: FlaskClient) -> None:
    response = client.get("/api/v1/search?q=枫桥经验&format=text")
    assert response.content_type == "text/plain; charset=utf-8"
    lines = response.text.splitlines()
    assert lines[0] == "3 节，其中 3 节逐字相同"
    assert sum("【枫桥经验】" in line for line in lines) >= 3
    assert max(map(width, lines)) <= 80
    assert "\x1b" not in response.text


def test_search_links_lead_to_pages_that_exist(client: FlaskClient) -> None:
    links = search(client, q="枫桥经验")["hits"][0]["links"]
    assert client.get(links["section"]).status_code == 200
    with client.get(links["page"]) as page:
        assert page.status_code == 200


REFUSED = [
    ("q=" + "长" * 257, "q", "at most 256"),
    ("q=" + "+".join("字" * 33), "q", "chunks"),
    ("page=0", "page", "1 or more"),
    ("page=x", "page", "whole number"),
    ("page=１", "page", "whole number"),
    ("page=+1", "page", "whole number"),
    ("per_page=101", "per_page", "from 1 to 100"),
    ("page=101&per_page=100", "page", "export"),
    ("year=abc", "year", "2020..2024"),
    ("year=..", "year", "2020..2024"),
    ("district=", "district", "length"),
    ("mode=fuzzy", "mode", "auto, literal, words"),
    ("sort=random", "sort", "relevance"),
    ("format=xml", "format", "json, text"),
    ("Q=1", "Q", "not a parameter"),
    ("q=1&q=2", "q", "2 times"),
    ("page=1&page=1", "page", "2 times"),
]


@pytest.mark.parametrize(("query", "name", "said"), REFUSED)
def test_refuses_with_the_parameter_and_the_reason(
    client: FlaskClient, query: str, name: str, said: str
) -> None:
    response = client.get(f"/api/v1/search?{query}")
    assert (response.status_code, response.content_type) == (422, "application/problem+json")
    problem = response.json
    assert problem["code"] == "invalid_request"
    assert said in " ".join(problem["errors"][name])


def test_raw_utf8_and_percent_encoded_utf8_are_the_same(server: Server) -> None:
    raw = server.target("/api/v1/search?q=枫桥经验".encode())
    encoded = server.target(b"/api/v1/search?q=%E6%9E%AB%E6%A1%A5%E7%BB%8F%E9%AA%8C")
    assert raw.status == encoded.status == 200
    assert "枫桥经验".encode() in raw.body
    first, second = raw.json(), encoded.json()
    del first["took_ms"], second["took_ms"]
    assert first == second


@pytest.mark.parametrize("target", ["枫桥".encode("gbk"), b"%B7%E3", b"\xff", b"a%ED%A0%80"])
def test_other_encodings_are_refused_with_their_name(server: Server, target: bytes) -> None:
    answer = server.target(b"/api/v1/search?q=" + target)
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert "not UTF-8" in answer.json()["detail"]


def test_quotes_and_signs_may_stand_in_the_url_as_typed(server: Server) -> None:
    answer = server.target('/api/v1/search?q="枫桥经验"'.encode())
    assert answer.status == 200
    assert answer.json()["query"]["chunks"][0]["literal"] is True
