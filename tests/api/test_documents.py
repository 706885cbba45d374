"""``/documents``: lists, outlines, sections."""

from __future__ import annotations

from flask.testing import FlaskClient

from search_service.analysis import fold


def test_lists_documents_with_filters_and_pages(client: FlaskClient) -> None:
    everything = client.get("/api/v1/documents").json
    assert (everything["total"], everything["pages"]) == (5, 1)
    assert [d["id"] for d in everything["documents"]] == sorted(
        d["id"] for d in everything["documents"]
    )
    nanan = client.get("/api/v1/documents?district=南岸区&per_page=1&page=2").json
    assert (nanan["total"], nanan["pages"]) == (2, 2)
    assert nanan["documents"][0]["town"] == "涂山镇"
    assert client.get("/api/v1/documents?year=..2020").json["documents"][0]["id"] == "wulong-2020"
    assert client.get("/api/v1/documents?district=无此区").json["total"] == 0


def test_newest_first(client: FlaskClient) -> None:
    documents = client.get("/api/v1/documents?sort=-year").json["documents"]
    years = [d["year"] for d in documents]
    assert years == sorted(years, reverse=True)


def test_outline_names_every_section(client: FlaskClient) -> None:
    report = client.get("/api/v1/documents/nanan-2023").json
    assert [entry["ordinal"] for entry in report["outline"]] == list(range(len(report["outline"])))
    assert (report["outline"][0]["heading"], report["outline"][0]["level"]) == ("", 0)
    assert set(report["outline"][0]) == {"id", "ordinal", "heading", "level"}


def test_section_has_its_text_and_marks_what_is_asked(client: FlaskClient) -> None:
    plain = client.get("/api/v1/documents/nanan-2023/sections/6").json
    assert list(plain) == ["id", "heading", "level", "path", "text", "document"]
    marked = client.get("/api/v1/documents/nanan-2023/sections/6?q=枫桥经验").json
    found = [marked["text"][m["start"] : m["end"]] for m in marked["matches"]]
    assert found == ["枫桥经验", "枫桥经验"]
    assert marked["heading_matches"] == []
    heading = client.get("/api/v1/documents/nanan-2023/sections/6?q=源头治理").json
    spans = heading["heading_matches"]
    assert [fold(heading["heading"][m["start"] : m["end"]]) for m in spans] == ["源头治理"]
