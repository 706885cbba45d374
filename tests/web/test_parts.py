"""The parts of the pages that need no browser."""

from __future__ import annotations

import re
import time
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.models import Section, Span
from search_service.web import compare, texts
from search_service.web.marks import paragraphs, pieces

WEB = Path(texts.__file__).parent
SOURCES = [*WEB.glob("templates/web/*.html"), *WEB.glob("static/*.js"), *WEB.glob("*.py")]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_text_is_in_every_language_with_the_same_placeholders() -> None:
    chinese, english = (texts.table(language) for language in texts.LANGUAGES)
    singular = {name for name in english if name.endswith(".one")} - chinese.keys()
    assert chinese.keys() == english.keys() - singular
    for name in chinese:
        assert placeholders(chinese[name]) == placeholders(english[name]), name
    assert {name.removesuffix(".one") for name in singular} <= chinese.keys()


def test_one_is_not_many() -> None:
    english = texts.Texts("en")
    assert english("found.total", n=1) == "1 section found"
    assert english("found.total", n=1234) == "1,234 sections found"
    assert texts.Texts("zh")("found.total", n=1) == "找到 1 节"


def test_every_text_is_used_and_every_used_one_exists() -> None:
    source = "\n".join(path.read_text("utf-8") for path in SOURCES)
    names = set(texts.table("zh"))
    used = set(re.findall(r"""\bt\(\s*["']([^"'`$]+)["']\s*[,)]""", source))
    assert used <= names
    # Others are put together: t("sort." ~ name) or t(`sort.${name}`).
    prefixes = set(re.findall(r"""["'`]([a-z]+(?:\.[a-z]+)*\.)(?:["']\s*~|\$\{)""", source))
    quoted = set(re.findall(r"""["']([a-z.\-]+)["']""", source))
    unused = {
        name
        for name in names - used - quoted
        if not any(name.startswith(prefix) for prefix in prefixes)
    }
    assert not unused


@given(st.text(max_size=40), st.lists(st.integers(0, 44), max_size=8), st.integers(0, 5))
def test_pieces_keep_the_text_and_mark_only_what_spans_cover(
    text: str, numbers: list[int], start: int
) -> None:
    bounds = sorted(numbers)
    spans = [Span(a, b) for a, b in zip(bounds[::2], bounds[1::2], strict=False)]
    cut = list(pieces(text, spans, start))
    assert "".join(piece.text for piece in cut) == text
    marked = {at for span in spans for at in range(span.start, span.end)}
    for piece in cut:
        assert len(piece.text) == piece.end - piece.start > 0
        for at in range(piece.start, piece.end):
            assert (at in marked) is piece.marked


def test_a_mark_over_a_line_feed_is_cut_there() -> None:
    lines = list(paragraphs("甲乙\n丙丁", [Span(1, 4)]))
    assert [[(p.text, p.start, p.marked) for p in line] for line in lines] == [
        [("甲", 0, False), ("乙", 1, True)],
        [("丙", 3, True), ("丁", 4, False)],
    ]


lines = st.text("甲乙\n", max_size=30)


@given(lines, st.lists(st.integers(0, 30), max_size=8, unique=True))
def test_paragraphs_keep_every_line_and_mark_each_span_once(text: str, numbers: list[int]) -> None:
    bounds = sorted(min(number, len(text)) for number in numbers)
    pairs = zip(bounds[::2], bounds[1::2], strict=False)
    spans = [Span(a, b) for a, b in pairs if text[a : a + 1] not in ("", "\n") and a < b]
    cut = list(paragraphs(text, spans))
    assert ["".join(piece.text for piece in line) for line in cut] == text.split("\n")
    marked = [piece for line in cut for piece in line if piece.marked]
    assert [piece.match for piece in marked if piece.begins] == spans
    for span in spans:
        inside = "".join(piece.text for piece in marked if piece.match == span)
        assert inside == text[span.start : span.end].replace("\n", "")


def test_many_marks_in_many_lines_are_placed_soon_enough() -> None:
    text = "\n".join(["行政执法。"] * 50_000)
    spans = [Span(6 * number, 6 * number + 4) for number in range(50_000)]
    started = time.perf_counter()
    assert sum(piece.begins for line in paragraphs(text, spans) for piece in line) == 50_000
    assert time.perf_counter() - started < 5, "looking at every mark in every line takes minutes"


def sections(*headings: str) -> list[Section]:
    """Make sections; a heading that begins with a space is one level lower."""
    return [
        Section("d", number, heading.strip(), (), 2 if heading.startswith(" ") else 1, "")
        for number, heading in enumerate(headings)
    ]


def test_sections_are_paired_by_what_they_are_about() -> None:
    left = sections(
        "一、主要成效", " （一）行政执法", " （二）化解矛盾纠纷", "二、存在的不足", "三、下一步打算"
    )
    right = sections(
        "一、成效", " （一）营商环境", " （二）矛盾纠纷化解", "二、存在问题", "三、工作思路"
    )
    pairs = [(a and a.heading, b and b.heading) for a, b in compare.align(left, right)]
    assert ("（二）化解矛盾纠纷", "（二）矛盾纠纷化解") in pairs
    assert ("二、存在的不足", "二、存在问题") in pairs
    assert ("三、下一步打算", "三、工作思路") in pairs
    assert ("（一）行政执法", None) in pairs
    assert [row.paired for row in compare.rows(left, right)].count(False) == 1


names = st.lists(st.text("一二执法矛盾 ", max_size=6), max_size=9)


@given(names, names)
def test_every_section_is_shown_once_and_in_order(left: list[str], right: list[str]) -> None:
    one, other = sections(*left), sections(*right)
    pairs = compare.align(one, other)
    assert [a for a, _ in pairs if a is not None] == one
    assert [b for _, b in pairs if b is not None] == other
    shown = compare.rows(one, other)
    assert [section for row in shown for section in row.left] == one
    assert [section for row in shown for section in row.right] == other


@pytest.mark.parametrize("count", [60, 400])
def test_many_sections_are_compared_soon_enough(count: int) -> None:
    many = sections(*(f"第{number}条" for number in range(count)))
    assert len(compare.align(many, many)) == count
