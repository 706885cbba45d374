"""Files that are broken, hostile or not what their name says: each a named refusal."""

from __future__ import annotations

import gzip
import io
import random
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from search_service.errors import SourceRefused
from search_service.parsing import (
    Parsed,
    clean,
    files,
    limits,
    parse_bytes,
    parse_text,
    read,
    report,
)
from search_service.parsing.detect import detect
from search_service.parsing.lines import Line
from search_service.parsing.readers import docx as docx_reader
from search_service.parsing.readers import pdf as pdf_reader

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DOCUMENT = """<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:body><w:p><w:r><w:t>某区2023年法治政府建设情况报告</w:t></w:r></w:p></w:body></w:document>"""


def zipped(parts: dict[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def word() -> bytes:
    document = docx.Document()
    for number in range(40):
        document.add_paragraph(f"某区2023年法治政府建设情况报告，第{number}段。")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def pdf(pages: int = 3, encrypt: str | None = None) -> bytes:
    stream = io.BytesIO()
    lock = StandardEncryption(encrypt, canPrint=0) if encrypt else None
    canvas = Canvas(stream, encrypt=lock)
    for page in range(pages):
        canvas.drawString(80, 700, f"Report 2023, page {page}: the rule of law in government")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("x.txt", lambda: b"", "empty"),
    "only spaces": ("x.txt", lambda: b" \n\xef\xbb\xbf\t\n", "empty"),
    "only NUL": ("x.txt", lambda: b"\0" * 500, "empty"),
    "only punctuation": ("x.txt", "……\n——".encode, "no text"),
    "binary as text": ("x.txt", lambda: random.Random(1).randbytes(5000), "not text|control"),
    "damaged UTF-8": ("x.txt", lambda: ("法治政府" * 99).encode()[:-1], "damaged at byte 1,185"),
    "damaged UTF-16": ("x.txt", lambda: "法治政府".encode("utf-16") + b"\x00", "damaged"),
    "random after a byte order mark": (
        "x.txt",
        lambda: b"\xff\xfe" + random.Random(3).randbytes(4000),
        "damaged|readable",
    ),
    "old Word": ("x.doc", lambda: OLE + b"\0" * 600, "save it as .docx"),
    "old Word named .docx": ("x.docx", lambda: OLE + b"\0" * 600, "save it as .docx"),
    "Word with a password": (
        "x.docx",
        lambda: OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "password",
    ),
    "RTF": ("x.doc", lambda: b"{\\rtf1\\ansi hello}", "RTF"),
    "picture": ("x.pdf", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "picture"),
    "gzip": ("x.txt.gz", lambda: gzip.compress(b"text"), "gzip"),
    "text named .docx": ("x.docx", "2023年报告".encode, "not a .docx"),
    "text named .pdf": ("x.pdf", "2023年报告".encode, "not a .pdf"),
    "archive that is no Word file": ("x.docx", lambda: zipped({"a.txt": "a"}), "not a Word"),
    "Word cut off": ("x.docx", lambda: word()[:-2000], "damaged"),
    "Word with broken XML": (
        "x.docx",
        lambda: zipped({"word/document.xml": DOCUMENT[:-30]}),
        "damaged",
    ),
    "Word with entities": (
        "x.docx",
        lambda: zipped(
            {
                "word/document.xml": '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
                + DOCUMENT.replace("某区", "&e;")
            }
        ),
        "entities",
    ),
    "Word without text": (
        "x.docx",
        lambda: zipped(
            {"word/document.xml": DOCUMENT.replace("某区2023年法治政府建设情况报告", "")}
        ),
        "no text",
    ),
    "PDF cut off": ("x.pdf", lambda: pdf()[:200], "damaged"),
    "PDF with a password": ("x.pdf", lambda: pdf(encrypt="secret"), "password"),
    "PDF of noise": ("x.pdf", lambda: b"%PDF-1.7\n" + random.Random(2).randbytes(9000), "damaged"),
    "web page without text": (
        "x.html",
        lambda: b"<html><body><script>1</script></body>",
        "no text",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_by_name_and_reason(case: str) -> None:
    name, make, reason = REFUSED[case]
    with pytest.raises(SourceRefused, match=reason) as refusal:
        parse_bytes(name, make())
    assert refusal.value.source == name
    assert refusal.value.reason.endswith(".")


def test_content_decides_not_the_name() -> None:
    for name, data in (
        ("word.txt", word()),
        ("pdf.docx", pdf()),
        ("page.txt", "<!DOCTYPE html><html><body><p>某区2023年报告。</p></body>".encode()),
        ("page.doc", "<html><body><p>某区2023年报告。</p></body></html>".encode()),
        ("text.html", "某区2023年报告。".encode()),
    ):
        report = parse_bytes(name, data).report
        assert "2023" in report.sections[0].text
        assert "<" not in report.sections[0].text


def test_entities_in_pages_open_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密内容")
    page = (
        f'<!DOCTYPE html [<!ENTITY e SYSTEM "{secret.as_uri()}">]><html><body>'
        f'<p>某区2023年报告&e;。</p><iframe src="{secret.as_uri()}"></iframe></body></html>'
    )
    text = parse_bytes("x.html", page.encode()).report.sections[0].text
    assert "机密" not in text


def test_zip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_reader, "MAX_EXPANDED_BYTES", 2**20)
    bomb = zipped({"word/document.xml": DOCUMENT + " " * 2**24})
    assert len(bomb) < 2**16
    with pytest.raises(SourceRefused, match="unpacks to more than 1 MiB"):
        parse_bytes("x.docx", bomb)


def test_file_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 100)
    with pytest.raises(SourceRefused, match="larger than"):
        parse_bytes("x.txt", b"a" * 101)


def test_page_of_more_elements_than_any_report_is_refused() -> None:
    started = time.monotonic()
    with pytest.raises(SourceRefused, match="more than 300,000 elements"):
        parse_bytes("x.html", b"<p>" + b"<br>" * 1_000_000)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("name", ["x.txt", "x.md", "x.html", "x.docx"])
def test_file_of_more_lines_than_any_report_is_refused(name: str) -> None:
    many = limits.MAX_LINES + 2
    paragraph = DOCUMENT[DOCUMENT.index("<w:p>") : DOCUMENT.index("</w:body>")]
    makers: dict[str, Callable[[], bytes]] = {
        "x.txt": lambda: "甲\n".encode() * many,
        "x.md": lambda: "甲\r\n".encode() * many,
        "x.html": lambda: "<p>甲</p>".encode() * many,
        "x.docx": lambda: zipped(
            {"word/document.xml": DOCUMENT.replace(paragraph, "<w:p><w:r/></w:p>" * many)}
        ),
    }
    with pytest.raises(SourceRefused, match="more than 200,000 lines"):
        parse_bytes(name, makers[name]())
    with pytest.raises(SourceRefused, match="more than 200,000 lines"):
        parse_text("甲\u2028" * many, id="x", source=name)


def test_pdf_of_500_pages_is_read() -> None:
    started = time.monotonic()
    text = parse_bytes("x.pdf", pdf(500)).report.sections[0].text
    assert text.count("page") == 500
    assert time.monotonic() - started < 20


def test_pdf_over_the_page_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_reader, "MAX_PDF_PAGES", 20)
    with pytest.raises(SourceRefused, match="30 pages; at most 20"):
        parse_bytes("x.pdf", pdf(30))


def test_slow_pdf_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sleeper = tmp_path / "sleeper.py"
    sleeper.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(pdf_reader, "_WORKER", sleeper)
    monkeypatch.setattr(pdf_reader, "MAX_PDF_SECONDS", 1)
    with pytest.raises(SourceRefused, match="more than 1 s"):
        parse_bytes("x.pdf", pdf())


def test_crash_while_reading_a_pdf_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    crasher = tmp_path / "crasher.py"
    crasher.write_text("import os; os.abort()")
    monkeypatch.setattr(pdf_reader, "_WORKER", crasher)
    with pytest.raises(SourceRefused, match="damaged"):
        parse_bytes("x.pdf", pdf())


def damaged(data: bytes, seed: int) -> bytes:
    """``data`` with a few bytes changed, or cut, or with a piece moved."""
    generator = random.Random(seed)
    changed = bytearray(data)
    for _ in range(generator.randint(1, 30)):
        changed[generator.randrange(len(changed))] = generator.randrange(256)
    if seed % 3 == 0:
        del changed[generator.randrange(len(changed)) :]
    return bytes(changed)


@pytest.mark.parametrize("seed", range(60))
def test_damaged_word_files_are_read_or_refused(seed: int) -> None:
    read_or_refused("x.docx", damaged(word(), seed))


@pytest.mark.parametrize("seed", range(12))
def test_damaged_pdfs_are_read_or_refused(seed: int) -> None:
    read_or_refused("x.pdf", damaged(pdf(), seed))


@pytest.mark.parametrize("seed", range(60))
def test_damaged_pages_are_read_or_refused(seed: int) -> None:
    page = "<html><head><meta charset=utf-8></head><body>" + "<div><p>法治政府。</p>" * 200
    read_or_refused("x.html", damaged(page.encode("gb18030"), seed))


@given(st.binary(max_size=400), st.sampled_from(["x.txt", "x.md", "x.html", "x.docx"]))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    read_or_refused(name, data)


ODD = st.text(
    alphabet=st.sampled_from(
        "一二、（）(1).。：；，#*- \n\u3000是第章条年20法治政府建设报告区县镇〔〕《》“”\ud800\0①⒈"
    ),
    max_size=200,
)


@given(ODD)
@settings(max_examples=400, deadline=None)
def test_nothing_is_lost_of_any_text(text: str) -> None:
    try:
        sections = parse_text(text, id="x", source="x.txt").report.sections
    except SourceRefused:
        return
    together = "".join(s.heading + s.text for s in sections)
    assert "".join(together.split()) == "".join(clean(text).split())
    assert [s.ordinal for s in sections] == list(range(len(sections)))
    assert all(s.level == (len(s.path) + 1 if s.heading else 0) for s in sections)
    together.encode("utf-8")


def read_or_refused(name: str, data: bytes) -> None:
    try:
        parsed = parse_bytes(name, data)
    except SourceRefused:
        return
    assert isinstance(parsed, Parsed)
    for section in parsed.report.sections:
        (section.heading + section.text).encode("utf-8")


def test_long_lines_and_deep_pages_take_little_time() -> None:
    started = time.monotonic()
    for name, data in (
        ("x.txt", ("法治" * 100_000).encode()),
        ("x.txt", ("一、" * 60_000).encode()),
        ("x.txt", ("（" * 40_000).encode() + "一".encode()),
        ("x.txt", ("1.\n" * 10_000).encode() + "一".encode()),
        ("x.txt", ("一是加强领导\n" * 4_000).encode()),
        ("x.txt", ("- 加强领导\n" * 4_000).encode()),
        ("x.txt", ("20" * 40_000).encode() + "年".encode()),
        ("x.txt", b"1" * 300_000),
        ("x.txt", ("①" * 300_000).encode()),
        ("x.txt", ("法治政府建设报告\n1." + " 1" * 30_000).encode()),
        ("x.txt", ("目录\n" + "一、做法\n" * 4_000).encode()),
        ("x.txt", ("一\n主要做法\n正文。\n" * 1_000).encode()),
        ("x.txt", ("下步" + "重点" * 50_000 + "吧\n正文内容。\n").encode()),
        ("x.txt", ("- 加强领导\n正文内容。\n" * 4_000).encode()),
        ("x.txt", ("主要工作\n正文内容。\n" * 4_000).encode()),
        ("x.txt", ("序号 一 二\n" + "1 一 二\n" * 8_000).encode()),
        ("x.txt", ("一、做法\n二、问题\n三、打算\n" * 3_000).encode()),
        ("x.txt", (" " * 60_000).encode() + "一".encode()),
        ("x.txt", ("> " * 20_000 + "一").encode()),
        ("x.md", ("[" * 20_000 + "一").encode()),
        ("x.txt", ("第一，加强领导\n正文内容。\n" * 4_000).encode()),
        ("x.txt", ("1加强领导\n正文内容。\n" * 4_000).encode()),
        ("x.txt", ("1.加强领导。\n" * 10_000).encode()),
        ("x.txt", ("（一）：“" * 20_000).encode()),
        ("x.txt", ("一、做法\n- 加强领导\n（一）加强领导\n" * 3_000).encode()),
        ("x.txt", ("（一）" + "加强；2." * 20_000).encode()),
        ("x.txt", ("淳政〔2023〕" + " " * 60_000 + "x\n南岸区法治政府建设情况报告\n").encode()),
        ("x.html", ("<title>" + "、委员会法治" * 20_000 + "</title><p>一</p>").encode()),
        ("x.txt", ("二是加强领导\n正文内容正文内容。\n" * 1_000).encode()),
        ("x.txt", ("《南岸区" * 10_000 + "。我区出台").encode()),
        ("x.html", ("<ol>" + "<li>一</li>" * 6_000).encode()),
        ("x.html", b"<div>" * 4_000 + "文字".encode() + b"</div>" * 4_000),
        ("x.html", ("<p>一</p>" * 6_000).encode()),
    ):
        read_or_refused(name, data)
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "text", ["---\n" + "\n" * 20_000, "<!--" * 60_000, "\n" * 40_000, " " * 60_000]
)
def test_hostile_markdown_takes_little_time(text: str) -> None:
    started = time.monotonic()
    read_or_refused("x.md", f"{text}一".encode())
    assert time.monotonic() - started < 5


def test_boxes_inside_boxes_are_read_once() -> None:
    depth = 60
    text = "<w:p><w:r><w:t>某区2023年法治政府建设情况报告</w:t></w:r></w:p>"
    box = "<w:p><w:r><w:t>框</w:t><w:txbxContent>"
    boxes = box * depth + text + "</w:txbxContent></w:r></w:p>" * depth
    document = DOCUMENT[: DOCUMENT.index("<w:p>")] + boxes + "</w:body></w:document>"
    started = time.monotonic()
    report = parse_bytes("x.docx", zipped({"word/document.xml": document})).report
    assert time.monotonic() - started < 5
    words = "".join(section.heading + section.text for section in report.sections)
    assert words.replace("\n", "") == "框" * depth + "某区2023年法治政府建设情况报告"


def test_styles_based_on_each_other_take_little_time() -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{n}"><w:basedOn w:val="s{n + 1}"/></w:style>'
        for n in range(15_000)
    )
    root = f"{DOCUMENT[: DOCUMENT.index('<w:body>')].replace('document', 'styles', 1)}{styles}"
    parts = {"word/document.xml": DOCUMENT, "word/styles.xml": f"{root}</w:styles>"}
    started = time.monotonic()
    assert parse_bytes("x.docx", zipped(parts)).report.document.year == 2023
    assert time.monotonic() - started < 4


def test_no_file_stops_the_others(tmp_path: Path) -> None:
    for index, (name, make, _) in enumerate(REFUSED.values()):
        (tmp_path / f"{index:02}-{name}").write_bytes(make())
    (tmp_path / "zz.txt").write_text("某区2023年法治政府建设情况报告\n取得成效。")
    outcomes = list(read([tmp_path]))
    assert [isinstance(outcome, SourceRefused) for outcome in outcomes] == [True] * len(REFUSED) + [
        False
    ]


def test_an_error_of_the_parser_stops_no_other_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def failing(lines: Sequence[Line], *rest: object) -> object:
        if "甲" in lines[0].text:
            raise KeyError("2")
        return detect(lines, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(report, "detect", failing)
    for name in "甲乙":
        (tmp_path / f"{name}.txt").write_text(f"{name}县2023年法治政府建设情况报告\n取得成效。")
    first, second = sorted(read([tmp_path]), key=lambda outcome: isinstance(outcome, Parsed))
    assert isinstance(first, SourceRefused)
    assert isinstance(second, Parsed)
    assert first.source == "甲.txt"
    assert "KeyError" in first.reason


def test_limits_hold_for_ordinary_reports() -> None:
    assert limits.MAX_FILE_BYTES >= 32 * 2**20
    assert pdfium.PdfDocument(pdf())  # The fixture itself is a sound PDF.
