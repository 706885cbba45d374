"""``/export``: everything, in both formats, safe to open."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

from flask.testing import FlaskClient

from search_service import build_index
from search_service.api import create_app
from search_service.api.tables import COLUMNS
from tests.api.conftest import settings_for
from tests.api.server import ROOT


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_holds_every_hit_and_opens_in_excel(client: FlaskClient) -> None:
    response = client.get("/api/v1/export?q=法治")
    assert response.data.startswith(b"\xef\xbb\xbf")
    assert 'filename="sections.csv"' in response.headers["Content-Disposition"]
    rows = read(response.data.decode("utf-8-sig"))
    total = client.get("/api/v1/search?q=法治").json["total"]
    assert len(rows) == total
    assert tuple(rows[0]) == COLUMNS
    ids = [hit["id"] for hit in client.get("/api/v1/search?q=法治&per_page=100").json["hits"]]
    assert [row["id"] for row in rows] == ids
    section = client.get(f"/api/v1/documents/{rows[0]['id'].replace('/', '/sections/')}").json
    assert rows[0]["text"] == section["text"]


def test_the_documents_list_the_columns() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    named = page.partition("Its columns are ")[2].partition(", the address")[0]
    assert re.findall("`([a-z]+)`", named) == list(COLUMNS)


def test_json_lines_hold_the_same(client: FlaskClient) -> None:
    lines = client.get("/api/v1/export?q=法治&format=jsonl").text.splitlines()
    rows = read(client.get("/api/v1/export?q=法治").data.decode("utf-8-sig"))
    assert [json.loads(line)["id"] for line in lines] == [row["id"] for row in rows]


def test_an_empty_export_has_its_heading(client: FlaskClient) -> None:
    assert read(client.get("/api/v1/export?q=“没有这句话”").data.decode("utf-8-sig")) == []
    assert client.get("/api/v1/export?q=“没有这句话”&format=jsonl").data == b""


def test_formulas_are_text_in_a_spreadsheet(tmp_path: Path) -> None:
    source = tmp_path / "evil.jsonl"
    sections = [{"heading": "=1+1", "text": "@SUM(A1) 公式"}, {"heading": "-公式", "text": "好"}]
    source.write_text(json.dumps({"id": "evil", "title": "+x", "sections": sections}))
    settings = settings_for(tmp_path / "index")
    assert build_index([source], settings=settings).info.documents == 1
    client = create_app(settings).test_client()
    rows = read(client.get("/api/v1/export").data.decode("utf-8-sig"))
    cells = [rows[0]["heading"], rows[0]["text"], rows[0]["title"], rows[1]["heading"]]
    assert cells == ["'=1+1", "'@SUM(A1) 公式", "'+x", "'-公式"]


def test_full_width_signs_are_formulas_to_chinese_spreadsheets(tmp_path: Path) -> None:
    source = tmp_path / "evil.jsonl"
    sections = [{"heading": sign, "text": f"{sign}1"} for sign in ("＝", "＋", "－", "＠")]
    source.write_text(json.dumps({"id": "evil", "sections": sections}))
    settings = settings_for(tmp_path / "index")
    build_index([source], settings=settings)
    rows = read(create_app(settings).test_client().get("/api/v1/export").data.decode("utf-8-sig"))
    assert [row["text"] for row in rows] == ["'＝1", "'＋1", "'－1", "'＠1"]


def test_exports_that_nobody_reads_to_the_end_give_their_place_back(client: FlaskClient) -> None:
    for _ in range(10):
        response = client.get("/api/v1/export?q=法治", buffered=False)
        assert response.status_code == 200
        response.close()
