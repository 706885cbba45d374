"""``/matrix`` and ``/coverage`` are what plain Python counts over the files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search_service import build_index
from search_service.analysis import fold
from search_service.api import create_app
from tests.api.conftest import settings_for
from tests.api.server import ROOT

HELD = {
    "kaizhou-2024": ("开州区", 2024),
    "nanan-2023": ("南岸区", 2023),
    "nanan-tushan-2023": ("南岸区", 2023),
    "wulong-2020": ("武隆区", 2020),
    "youyang-2023": ("酉阳县", 2023),
}


@pytest.mark.parametrize("q", ["枫桥经验", "行政复议", "法治政府", "双随机", "没有这句话"])
def test_matrix_counts_occurrences(client: FlaskClient, q: str) -> None:
    counted: dict[tuple[str, int], int] = dict.fromkeys(HELD.values(), 0)
    for name, pair in HELD.items():
        text = (ROOT / "seeds" / f"{name}.txt").read_text(encoding="utf-8")
        counted[pair] += fold(text).count(q)
    rows = client.get("/api/v1/matrix", query_string={"q": q}).json["rows"]
    assert {(row["district"], row["year"]): row["occurrences"] for row in rows} == counted
    for row in rows:
        rate = 10_000 * row["occurrences"] / row["characters"]
        assert row["per_10000"] == pytest.approx(rate, abs=1e-4)
        assert bool(row["sections"]) == bool(row["occurrences"])


def test_matrix_respects_filters_and_leaves_out_what_is_not_held(client: FlaskClient) -> None:
    rows = client.get("/api/v1/matrix?q=法治&district=南岸区&district=武隆区").json["rows"]
    assert {(row["district"], row["year"]) for row in rows} == {("南岸区", 2023), ("武隆区", 2020)}


def test_coverage_tells_what_is_held_and_what_is_missing(client: FlaskClient) -> None:
    answer = client.get("/api/v1/coverage").json
    assert answer["years"] == [2020, 2021, 2022, 2023, 2024]
    assert sorted(answer["districts"]) == sorted({district for district, _ in HELD.values()})
    held = {(row["district"], row["year"]): row["documents"] for row in answer["held"]}
    assert held == {pair: list(HELD.values()).count(pair) for pair in HELD.values()}
    missing = {(row["district"], row["year"]) for row in answer["missing"]}
    assert missing == {(d, y) for d in answer["districts"] for y in answer["years"]} - set(held)


def test_one_year_far_off_makes_no_thousand_missing_ones(tmp_path: Path) -> None:
    lines = [
        {"id": f"{district}-{year}", "district": district, "year": year, "text": "依法行政。"}
        for district, year in (("南岸区", 2021), ("武隆区", 2023), ("开州区", 1023))
    ]
    source = tmp_path / "reports.jsonl"
    source.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    settings = settings_for(tmp_path / "index")
    build_index([source], settings=settings)
    answer = create_app(settings).test_client().get("/api/v1/coverage").json
    assert answer["years"] == [1023, 2021, 2023]
    assert {(row["district"], row["year"]) for row in answer["held"]} == {
        ("南岸区", 2021),
        ("武隆区", 2023),
        ("开州区", 1023),
    }
    assert len(answer["missing"]) == 6


def test_suggestions_exist_and_are_counted(client: FlaskClient) -> None:
    suggestions = client.get("/api/v1/suggest?q=行政&limit=5").json["suggestions"]
    assert len(suggestions) == 5
    assert [s["sections"] for s in suggestions] == sorted(
        (s["sections"] for s in suggestions), reverse=True
    )
    for suggestion in suggestions:
        found = client.get("/api/v1/search", query_string={"q": suggestion["text"]}).json
        assert found["total"] >= suggestion["sections"]


def test_explain_tells_why_a_section_does_not_match(client: FlaskClient) -> None:
    answer = client.get("/api/v1/explain?q=枫桥治理经验&section=nanan-2023/6").json
    chunk = answer["chunks"][0]
    assert chunk["in_text"] is False
    assert chunk["nearest"] == "枫桥"
    assert set(chunk["words_found"]) | set(chunk["words_missing"]) == set(chunk["words"])
    literal = client.get("/api/v1/explain?q=枫桥经验&section=nanan-2023/6").json
    assert (literal["match"], literal["chunks"][0]["in_text"]) == ("literal", True)
    absent = client.get("/api/v1/explain?q=枫桥经验&section=nanan-2023/0").json
    assert absent["match"] is None


def test_explain_tells_that_any_word_was_enough(client: FlaskClient) -> None:
    q = "枫桥经验 航空母舰"
    found = client.get("/api/v1/search", query_string={"q": q}).json
    assert found["query"]["relaxed"] is True
    section = found["hits"][0]["id"]
    answer = client.get("/api/v1/explain", query_string={"q": q, "section": section}).json
    assert (answer["relaxed"], answer["match"]) == (True, "partial")
    assert [chunk["words_found"] for chunk in answer["chunks"]] == [["枫桥经验"], []]
    assert client.get("/api/v1/explain", query_string={"q": "枫桥经验"}).json["relaxed"] is False


def test_explain_reads_a_query_as_a_search_without_synonyms_does(client: FlaskClient) -> None:
    asked = {"q": "枫桥经念", "synonyms": "false"}
    assert client.get("/api/v1/search", query_string=asked).json["query"]["synonyms"] == []
    answer = client.get("/api/v1/explain", query_string=asked).json
    assert [chunk["synonyms"] for chunk in answer["chunks"]] == [[]]
    answer = client.get("/api/v1/explain", query_string={"q": asked["q"]}).json
    assert [chunk["synonyms"] for chunk in answer["chunks"]] != [[]]
