"""Walking files and folders, ``metadata.csv``, JSON lines, ids and fingerprints."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from search_service.errors import SourceRefused
from search_service.models import Document
from search_service.parsing import (
    Parsed,
    Unchanged,
    parse_bytes,
    parse_text,
    read,
    report_from_json,
    sources,
)

TEXT = "南岸区2023年法治政府建设情况报告\n全年取得成效。\n一、主要做法\n加强领导。\n"


def write(path: Path, text: str = TEXT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def documents(*paths: str | Path) -> list[Document]:
    outcomes = list(read(paths))
    assert all(isinstance(o, Parsed) for o in outcomes), outcomes
    return [o.report.document for o in outcomes if isinstance(o, Parsed)]


def refusals(*paths: str | Path) -> list[str]:
    return [str(outcome) for outcome in read(paths) if isinstance(outcome, SourceRefused)]


# Folders


def test_folder_is_read_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "sub/c.md", ".hidden.txt", ".git/d.txt", "~$a.docx"):
        write(tmp_path / name)
    found = documents(tmp_path)
    assert [(d.id, d.source) for d in found] == [
        ("a", "a.txt"),
        ("b", "b.txt"),
        ("c", "sub/c.md"),
    ]


def test_missing_path_is_a_refusal(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    outcomes = list(read([tmp_path / "none", "a\0b", tmp_path / "a.txt"]))
    assert [type(o) for o in outcomes] == [SourceRefused, SourceRefused, Parsed]
    assert "no such file" in str(outcomes[0])


def test_links_are_not_followed_out_of_the_folder(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside" / "secret.txt")
    folder = tmp_path / "folder"
    write(folder / "a.txt")
    (folder / "link.txt").symlink_to(outside)
    (folder / "dir").symlink_to(outside.parent)
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    outcomes = list(read([folder]))
    assert [o.report.document.id for o in outcomes if isinstance(o, Parsed)] == ["a"]
    assert any("outside the folder" in line for line in refusals(folder))


def test_pipes_and_unreadable_files_do_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    write(tmp_path / "z.txt")
    outcomes = list(read([tmp_path]))
    assert [type(o) for o in outcomes] == [SourceRefused, Parsed]
    assert "not a regular file" in str(outcomes[0])


def test_second_file_with_an_id_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    write(tmp_path / "sub" / "a.md")
    outcomes = list(read([tmp_path]))
    assert isinstance(outcomes[0], Parsed)
    assert isinstance(outcomes[1], SourceRefused)
    assert "sub/a.md" in str(outcomes[1])
    assert "“a” as a.txt" in str(outcomes[1])


def test_unchanged_files_are_not_read_again(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    (first,) = read([path])
    assert isinstance(first, Parsed)
    held = {("a", first.report.fingerprint)}

    def known(document_id: str, fingerprint: str) -> bool:
        return (document_id, fingerprint) in held

    assert list(read([path], known)) == [Unchanged("a", "a.txt")]
    write(tmp_path / "metadata.csv", "file,year\na.txt,2022\n")
    (second,) = read([path], known)
    assert isinstance(second, Parsed)
    assert second.report.document.year == 2022
    assert (
        second.report.fingerprint
        == parse_bytes("a.txt", path.read_bytes(), {"year": 2022}).report.fingerprint
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("南岸区2023年报告.txt", "南岸区2023年报告"),
        ("a b（1）.txt", "a-b-1"),
        ("a/b.txt", "b"),
        ("..txt", "document"),
        ("???.txt", "document"),
        ("report.v2.docx", "report.v2"),
        ("A_b-c~d.PDF", "A_b-c~d"),
    ],
)
def test_ids_are_safe(name: str, expected: str) -> None:
    assert parse_text(TEXT, id=Path(name).stem, source=name).report.document.id
    assert parse_bytes(name.replace(".docx", ".txt").replace(".PDF", ".txt"), TEXT.encode()) \
        .report.document.id == expected  # fmt: skip


# metadata.csv


def test_metadata_overrides_detection(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    write(tmp_path / "b.txt")
    write(tmp_path / "sub" / "c.txt")
    write(
        tmp_path / "metadata.csv",
        "\ufefffile,title,district,town,issuer,year,date,number,url\n"
        'a.txt,"标题,带逗号",渝中区,解放碑街道,某办事处,2021,2022-01-31,某文〔2022〕1号,https://example.org/a\n'
        "b.txt,,-,,,,,,\n"
        "sub/c.txt,,,,,2019,,,\n",
    )
    a, b, c = documents(tmp_path)
    assert a == Document(
        id="a",
        title="标题,带逗号",
        district="渝中区",
        town="解放碑街道",
        issuer="某办事处",
        year=2021,
        date="2022-01-31",
        number="某文〔2022〕1号",
        source="https://example.org/a",
    )
    assert (b.district, b.year, b.source) == (None, 2023, "b.txt")
    assert (c.district, c.year) == ("南岸区", 2019)


def test_metadata_in_gb18030_and_beside_a_single_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    (tmp_path / "metadata.csv").write_bytes("file,district\na.txt,开州区\n".encode("gb18030"))
    assert documents(path)[0].district == "开州区"


@pytest.mark.parametrize("day", ["2023-01-08", "2023/1/8", "2023.1.8", "2023年1月8日", "2023-1-08"])
def test_days_as_spreadsheets_save_them(tmp_path: Path, day: str) -> None:
    write(tmp_path / "a.txt")
    write(tmp_path / "metadata.csv", f"file,date\na.txt,{day}\n")
    assert documents(tmp_path)[0].date == "2023-01-08"


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("", "empty"),
        ("name,year\na.txt,2020\n", "no column “file”"),
        ("file,colour\na.txt,red\n", "“colour” is not a column"),
        ("file,year,year\na.txt,1,2\n", "there twice"),
        ("file,year\na.txt,20x3\n", "line 2: “year” must be a year"),
        ("file,date\na.txt,2024-02-30\n", "line 2: “date” must be like"),
        ("file,date\na.txt,2024/2/30\n", "line 2: “date” must be like"),
        ("file,date\na.txt,24/1/8\n", "line 2: “date” must be like"),
        ("file,year\nnone.txt,2020\n", "no file “none.txt”"),
        ("file,year\n.,2020\n", "no file “.”"),
        ("file,year\na.jsonl,2020\n", "line 2: The lines of a .jsonl file"),
        ("file,year\n../a.txt,2020\n", "must name a file beside"),
        ("file,year\n/etc/passwd,2020\n", "must name a file beside"),
        ("file,year\na.txt,2020,extra\n", "more cells"),
        ("file,year\na.txt,2020\na.txt,2021\n", "line 3: “a.txt” stands in the table twice"),
        ('file,year\n"a.txt,2020\n', "not a table"),
    ],
)
def test_wrong_metadata_is_reported_and_stops_nothing(
    tmp_path: Path, table: str, reason: str
) -> None:
    write(tmp_path / "a.txt")
    write(tmp_path / "metadata.csv", table)
    outcomes = list(read([tmp_path]))
    assert [type(o) for o in outcomes] == [SourceRefused, Parsed]
    assert "metadata.csv" in str(outcomes[0])
    assert reason in str(outcomes[0])


# JSON

ITEM: dict[str, Any] = {"id": "a-1", "title": "某条例", "district": "上海", "year": 2020}
SECTIONS = [
    {"heading": "", "path": [], "text": "序言。"},
    {"heading": "第一条", "path": ["第一章 总则"], "text": "为了规范。"},
]


def test_sections_are_taken_as_they_are() -> None:
    report = report_from_json({**ITEM, "sections": SECTIONS}, source="x.jsonl").report
    assert report.document == Document(
        id="a-1", title="某条例", district="上海", year=2020, source="x.jsonl"
    )
    assert [(s.id, s.heading, s.path, s.level, s.text) for s in report.sections] == [
        ("a-1/0", "", (), 0, "序言。"),
        ("a-1/1", "第一条", ("第一章 总则",), 2, "为了规范。"),
    ]


def test_absent_fields_are_detected_and_null_ones_are_not() -> None:
    detected = report_from_json({"id": "a", "text": TEXT}, source="x").report.document
    assert (detected.district, detected.year) == ("南岸区", 2023)
    given = report_from_json({"id": "a", "text": TEXT, "district": None}, source="x")
    assert given.report.document.district is None
    assert ("district", None) in [(u.field, u.value) for u in given.uncertain]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([], "must be a JSON object"),
        ("text", "must be a JSON object"),
        ({"text": TEXT}, "“id” is missing"),
        ({"id": 5, "text": TEXT}, "“id” is missing or not text"),
        ({"id": "a/b", "text": TEXT}, "not URL-safe"),
        ({"id": "..", "text": TEXT}, "not URL-safe"),
        ({"id": "a"}, "either “text” or “sections”"),
        ({"id": "a", "text": TEXT, "sections": SECTIONS}, "either “text” or “sections”"),
        ({"id": "a", "text": 5}, "“text” must be text"),
        ({"id": "a", "text": " "}, "“text” is empty"),
        ({"id": "a", "text": TEXT, "colour": "red"}, "“colour” is not a field"),
        ({"id": "a", "text": TEXT, "year": "soon"}, "“year” must be a year"),
        ({"id": "a", "text": TEXT, "year": True}, "“year” must be a year"),
        ({"id": "a", "text": TEXT, "date": "2024-13-01"}, "“date” must be like"),
        ({"id": "a", "text": TEXT, "title": ["x"]}, "“title” must be text"),
        ({"id": "a", "sections": []}, "at least one section"),
        ({"id": "a", "sections": {}}, "at least one section"),
        ({"id": "a", "sections": ["x"]}, "“sections[0]” must be an object"),
        ({"id": "a", "sections": [{"text": 1}]}, "“sections[0].text” must be text"),
        ({"id": "a", "sections": [{"path": "x"}]}, "“sections[0].path” must be a list"),
        ({"id": "a", "sections": [{"body": "x"}]}, "“sections[0].body” is not a field"),
        ({"id": "a", "sections": [{"text": ""}]}, "hold no text"),
    ],
)
def test_wrong_json_is_refused(value: object, reason: str) -> None:
    with pytest.raises(SourceRefused) as refusal:
        report_from_json(value, source="x.jsonl, line 1")
    assert reason in refusal.value.reason
    assert refusal.value.source == "x.jsonl, line 1"


def test_surrogates_and_control_characters_cannot_stay() -> None:
    value = json.loads('{"id": "a", "sections": [{"heading": "一\\ud800", "text": "文\\u0000字"}]}')
    section = report_from_json(value, source="x").report.sections[0]
    assert (section.heading, section.text) == ("一\ufffd", "文字")


@pytest.mark.parametrize("sign", "\v\f\x1c\x1d\x1e\x1f\x85\u2028")
def test_signs_that_are_white_space_part_words(sign: str) -> None:
    given = f"rule{sign}of law，行政{sign}处罚"
    value = {"id": "a", "sections": [{"heading": "", "text": given}]}
    taken = report_from_json(value, source="x").report.sections[0].text
    assert taken.split() == given.split()
    assert len(taken) == len(given)
    read = report_from_json({"id": "a", "text": given}, source="x").report.sections[0].text
    assert read.split()[0] == "rule"


@pytest.mark.parametrize("compress", [False, True])
def test_lines_are_read_one_by_one(tmp_path: Path, compress: bool) -> None:
    lines = [
        json.dumps({**ITEM, "id": "a", "sections": SECTIONS}),
        "{broken",
        "",
        json.dumps({**ITEM, "id": "a", "sections": SECTIONS}),
        "[" * 100_000,
        json.dumps({"id": "b", "text": TEXT}),
        '{"id": "c", "year": ' + "9" * 5000 + "}",
    ]
    data = "\n".join(lines).encode()
    path = tmp_path / ("x.jsonl.gz" if compress else "x.jsonl")
    path.write_bytes(gzip.compress(data) if compress else data)
    outcomes = list(read([path]))
    assert [type(o) for o in outcomes] == [
        Parsed,
        SourceRefused,
        SourceRefused,
        SourceRefused,
        Parsed,
        SourceRefused,
    ]
    assert f"{path.name}, line 2: It is not JSON" in str(outcomes[1])
    assert "same id “a”" in str(outcomes[2])


def test_known_lines_are_unchanged(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", json.dumps({**ITEM, "sections": SECTIONS}))
    (first,) = read([path])
    assert isinstance(first, Parsed)
    held = (first.report.document.id, first.report.fingerprint)
    assert [type(o) for o in read([path], lambda i, f: (i, f) == held)] == [Unchanged]


def test_truncated_archive_keeps_what_came_before(tmp_path: Path) -> None:
    lines = [json.dumps({**ITEM, "id": f"a{n}", "sections": SECTIONS}) for n in range(2000)]
    data = gzip.compress("\n".join(lines).encode())
    (tmp_path / "x.jsonl.gz").write_bytes(data[: len(data) // 2])
    *before, last = read([tmp_path / "x.jsonl.gz"])
    assert before
    assert all(isinstance(o, Parsed) for o in before)
    assert "damaged or cut off" in str(last)


def test_endless_line_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_FILE_BYTES", 1000)
    (tmp_path / "x.jsonl.gz").write_bytes(gzip.compress(b" " * 10**6))
    assert ["too long" in line for line in refusals(tmp_path / "x.jsonl.gz")] == [True]


def test_not_a_gzip_file(tmp_path: Path) -> None:
    write(tmp_path / "x.jsonl.gz", "{}")
    assert ["damaged" in line for line in refusals(tmp_path)] == [True]


def test_data_files_are_no_reports(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    for name in ("list.json", "table.csv", "run.log", "page.css"):
        write(tmp_path / name, '{"a": 1}')
    outcomes = list(read([tmp_path]))
    assert [o.source for o in outcomes if isinstance(o, SourceRefused)] == [
        "list.json", "page.css", "run.log", "table.csv",
    ]  # fmt: skip
    assert [o.report.document.id for o in outcomes if isinstance(o, Parsed)] == ["a"]


def test_wrong_metadata_beside_a_single_file_is_reported(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    write(tmp_path / "metadata.csv", "file,year\na.txt,abc\n")
    parsed, refused = sorted(read([tmp_path / "a.txt"]), key=lambda o: isinstance(o, SourceRefused))
    assert isinstance(parsed, Parsed)
    assert isinstance(refused, SourceRefused)
    assert refused.source == "metadata.csv, line 2"


@pytest.mark.parametrize("nothing", ["", " ", "未知", None])
def test_no_value_is_null_however_it_is_written(nothing: str | None) -> None:
    given = dict.fromkeys(("district", "town", "issuer", "year", "date", "number"), nothing)
    document = report_from_json({"id": "x", "text": TEXT, **given}, source="x").report.document
    assert [getattr(document, field) for field in given] == [None] * 6


def test_a_given_title_is_one_line() -> None:
    given = {"id": "x", "text": TEXT, "title": "南岸区人民政府\n关于2023年的报告"}
    document = report_from_json(given, source="x").report.document
    assert document.title == "南岸区人民政府 关于2023年的报告"


def test_a_line_without_an_id_is_named_by_its_source(tmp_path: Path) -> None:
    lines = [{"source": "https://a.example/r/南岸 2023.html", "text": TEXT}, {"text": TEXT}]
    path = write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, lines)))
    named, refused = read([path])
    assert isinstance(named, Parsed)
    assert named.report.document.id == "南岸-2023"
    assert isinstance(refused, SourceRefused)


def test_ids_are_bounded() -> None:
    with pytest.raises(SourceRefused, match="200"):
        report_from_json({"id": "x" * 201, "text": TEXT}, source="x")


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "南岸区2023年法治政府建设情况报告\n一、甲\n乙", encoding="utf-8"
    )
    (tmp_path / "b.jsonl").write_text('{"id": "b", "text": "丙"}', encoding="utf-8")
    again = tmp_path / ".." / tmp_path.name
    outcomes = list(read([tmp_path / "a.txt", tmp_path, again, again / "b.jsonl"]))
    assert [type(outcome) for outcome in outcomes] == [Parsed, Parsed]


def test_files_of_one_name_in_two_folders_are_told_apart(tmp_path: Path) -> None:
    for year in ("2022", "2023"):
        (tmp_path / year).mkdir()
        (tmp_path / year / "nanan.txt").write_text(f"南岸区{year}年报告", encoding="utf-8")
    outcomes = list(read([tmp_path / "2022", tmp_path / "2023"]))
    assert [type(outcome) for outcome in outcomes] == [Parsed, SourceRefused]
    assert "a file of this name in another folder" in str(outcomes[1])
