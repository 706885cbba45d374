"""Passages and marks: cases read off the seed reports, and what holds for every text."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search_service.analysis import Segmenter, fold
from search_service.models import Passage, Section, Span
from search_service.passages import MAX_LENGTH, MAX_PASSAGES, find_matches, select_passages
from search_service.query import Chunk, parse
from tests.seeds import SEEDS


def section(text: str, heading: str = "") -> Section:
    return Section("report", 1, heading, (), 1, text)


def chunks(q: str, segmenter: Segmenter) -> list[Chunk]:
    return [chunk for chunk, exclude in parse(q, segmenter).chunks() if not exclude]


def marked(found: Section, q: str, segmenter: Segmenter) -> tuple[list[str], list[str]]:
    heading, text = find_matches(found, chunks(q, segmenter))
    return (
        [found.heading[span.start : span.end] for span in heading],
        [found.text[span.start : span.end] for span in text],
    )


def passages(found: Section, q: str, segmenter: Segmenter) -> list[Passage]:
    _, text = find_matches(found, chunks(q, segmenter))
    return select_passages(found.text, text)


def paragraph(seed: str, beginning: str) -> str:
    """Return the line of a seed report that begins so."""
    lines = (SEEDS / f"{seed}.txt").read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line.startswith(beginning)]
    return line


# --- what is marked -------------------------------------------------------------------

MARKS = [
    # heading, text, query, marks in the heading, marks in the text
    ("", "坚持“枫桥经验”。", "枫桥经验", [], ["枫桥经验"]),
    ("", "坚持“枫桥”经验。", "枫桥经验", [], ["枫桥”经验"]),
    ("", "建立\n班子（扩大）会议", "建立班子", [], ["建立\n班子"]),
    ("枫桥经验", "枫桥经验", "枫桥经验", ["枫桥经验"], ["枫桥经验"]),
    ("一、枫桥", "经验", "枫桥经验", ["枫桥"], ["经验"]),
    ("一、枫桥”", "“经验", "枫桥经验", ["枫桥”"], ["“经验"]),
    ("一、枫桥", "经验", "经验", [], ["经验"]),
    ("一、枫桥", "经验", "枫桥", ["枫桥"], []),
    ("枫桥经验", "", "枫桥", ["枫桥"], []),
    ("", "ＧＤＰ增长，Gdp", "gdp", [], ["ＧＤＰ", "Gdp"]),
    ("", "绿地100㎡。", "m", [], ["㎡"]),
    ("", "绿地100㎡。", "100m", [], ["100㎡"]),
    ("", "绿地100㎡。", "m 2", [], ["㎡"]),
    ("", "①②", "12", [], ["①②"]),
    ("", "ｶﾞｲﾄﾞ", "ガ", [], ["ｶﾞ"]),
    ("", "𠮷𠮷", "𠮷", [], ["𠮷", "𠮷"]),
    ("", "aaa", "aa", [], ["aa"]),
    # several chunks: the leftmost wins, then the longest
    ("", "行政复议", "复议 行政复议", [], ["行政复议"]),
    ("", "行政复议", "行政复 复议", [], ["行政复"]),
    ("", "行政、复议", "复议 行政", [], ["行政", "复议"]),
    ("", "行政复议", "行政 复议", [], ["行政", "复议"]),
    # what stands there literally is marked as a whole, else the words
    ("", "旅游纠纷，纠纷与旅游。", "旅游纠纷", [], ["旅游纠纷"]),
    ("", "纠纷与旅游。", "旅游纠纷", [], ["纠纷", "旅游"]),
    ("", "纠纷与旅游。", "“旅游纠纷”", [], []),
    # what excludes is not marked
    ("", "行政复议", "行政 -复议", [], ["行政"]),
    ("", "行政复议", "", [], []),
    ("", "", "行政", [], []),
]


@pytest.mark.parametrize(("heading", "text", "q", "in_heading", "in_text"), MARKS)
def test_marks(
    heading: str, text: str, q: str, in_heading: list[str], in_text: list[str], segmenter: Segmenter
) -> None:
    assert marked(section(text, heading), q, segmenter) == (in_heading, in_text)


# --- which passages, from the seeds -----------------------------------------------------


def test_sentences_around_each_match_best_first(segmenter: Segmenter) -> None:
    text = paragraph("nanan-2023", "二是推动人民调解")
    first, second = passages(section(text), "枫桥经验", segmenter)
    assert first.text == (
        "坚持和发展“枫桥经验”，深化“三调合一”机制，推动矛盾纠纷“一站式”调解，经验做法参评市委改革创新奖。"
        "扎实开展矛盾纠纷“大排查大起底大化解”专项行动，积极拓展商事调解路径，打造长嘉汇金融调解中心。"
    )
    assert second.text == (
        "旅游纠纷“黄金一小时”六步化解工作法在全市总结推广，"
        "“构建161调解模式 提升矛盾调解质效”获评全国新时代“枫桥经验”优秀案例。"
    )
    assert [len(p.matches) for p in (first, second)] == [1, 1]


def test_the_passage_with_most_of_the_query_goes_first(segmenter: Segmenter) -> None:
    text = paragraph("nanan-2023", "二是推动人民调解")
    found = passages(section(text), "枫桥经验 全国 161", segmenter)
    assert found[0].text.startswith("旅游纠纷“黄金一小时”")
    assert [text[m.start : m.end] for m in found[0].matches] == ["161", "全国", "枫桥经验"]


def test_a_passage_ends_before_the_next_item(segmenter: Segmenter) -> None:
    text = paragraph("nanan-tushan-2023", "我镇法治政府建设虽取得")
    (found,) = passages(section(text), "综合行政执法改革", segmenter)
    assert found.text == (
        "二是法治政府建设工作推进不够均衡，法治建设专业力量比较薄弱，综合行政执法改革工作比较滞后。"
    )
    (found,) = passages(section(text), "一些成绩", segmenter)
    assert found.text == (
        "我镇法治政府建设虽取得一些成绩，但对照全面依法治国工作要求和群众期盼，还存在问题和不足："
    )


def test_a_passage_stays_in_its_paragraph(segmenter: Segmenter) -> None:
    lines = [
        "二是健全依法决策机制。重大行政决策依法自觉接受人大及其常委会的监督。",
        "全区101个重点项目开展了评估并备案。",
    ]
    (found,) = passages(section("\n".join(lines)), "依法决策机制", segmenter)
    assert found.text == lines[0]


def test_a_long_sentence_is_cut_at_clauses(segmenter: Segmenter) -> None:
    text = paragraph("nanan-2023", "2023年，南岸区坚持以")
    (found,) = passages(section(text), "重庆市实施方案", segmenter)
    assert found.text == (
        "扎实推进党中央、国务院《法治政府建设实施纲要（2021—2025年）》及重庆市实施方案有序落实，"
        "努力建设职能科学、权责法定、执法严明、公开公正、智能高效、廉洁诚信、人民满意的法治政府，"
        "为南岸区经济社会高质量发展提供坚强有力的法治保障。"
    )


def test_half_width_punctuation_counts(segmenter: Segmenter) -> None:
    text = paragraph("kaizhou-2024", "(二)高位部署推动。").removeprefix("(二)高位部署推动。")
    (found,) = passages(section(text), "述职述法", segmenter)
    assert found.text == (
        "编制全市区县首部《法治建设发展报告》,全面落实党政主要负责人年终述职述法制度。"
    )


def test_without_a_match_the_beginning_is_shown() -> None:
    text = paragraph("nanan-2023", "二是推动人民调解")
    (found,) = select_passages(text, [])
    assert found.start == 0
    assert found.text.startswith("二是推动人民调解迭代升级。坚持和发展“枫桥经验”，")
    assert found.text.endswith("打造长嘉汇金融调解中心。")
    assert found.matches == ()


BORDERS = [
    # text, query, passages
    ("甲。乙！丙？丁；戊。", "丙", ["丙？丁；戊。"]),
    ("甲。“乙。”丙。", "丙", ["丙。"]),
    ("甲。“乙。”丙。", "乙", ["“乙。”丙。"]),
    ("甲\n乙\n丙", "乙", ["乙"]),
    ("  甲 \n\n  乙  ", "乙", ["乙"]),
    ("甲：一是乙；二是丙。", "乙", ["一是乙；"]),
    ("甲：一是乙；二是丙。", "甲", ["甲："]),
    ("甲:一是乙,二是丙。", "丙", ["二是丙。"]),
    ("甲。其一，乙。其二，丙。", "乙", ["其一，乙。"]),
    ("甲。十一要乙。", "甲", ["甲。"]),
    ("统一是好的。乙。", "乙", ["乙。"]),
    ("不统一是不好的", "不好", ["不统一是不好的"]),
    ("甲。乙", "甲乙", ["甲。乙"]),  # a match may run over a border
    ("甲\n乙", "甲乙", ["甲\n乙"]),
    ("甲\n一是乙", "甲一是乙", ["甲\n一是乙"]),
    ("甲乙。\n丙丁。", "甲 乙。丙", ["甲乙。\n丙丁。"]),
    ("", "甲", []),
    (" \n ", "甲", []),
]


@pytest.mark.parametrize(("text", "q", "expected"), BORDERS)
def test_borders(text: str, q: str, expected: list[str], segmenter: Segmenter) -> None:
    assert [p.text for p in passages(section(text), q, segmenter)] == expected


def test_numbers_are_not_cut_at_their_signs() -> None:
    text = "甲" * 150 + "，共1,253件于12:30，" + "乙" * 100
    at = text.index("1,253")
    (found,) = select_passages(text, [Span(at, at + 5)])
    assert found.text == text[:MAX_LENGTH] or found.text.startswith("共1,253件于12:30，")


def test_a_match_longer_than_a_passage_is_shown_alone() -> None:
    text = "甲" * 100 + "乙" * 200 + "丙" * 100
    assert select_passages(text, [Span(100, 300)]) == [
        Passage(text[100:300], 100, 300, (Span(100, 300),))
    ]


def test_a_text_without_borders_is_cut_around_the_match() -> None:
    text = "甲" * 400 + "乙" + "丙" * 400
    (found,) = select_passages(text, [Span(400, 401)])
    assert len(found.text) == MAX_LENGTH
    assert abs((found.start + found.end) // 2 - 400) <= 1


def test_a_clause_that_is_too_long_is_cut_between_its_phrases() -> None:
    """A list without commas, as annexes of laws have them: no word and no number is cut."""
    items = [f"{number}．非法种植毒品原植物罪（第{number + 200}条）" for number in range(50, 90)]
    text = " ".join(items)
    for number in (5, 20, 35):
        at = text.index(items[number]) + 3
        (found,) = select_passages(text, [Span(at, at + 4)])
        assert len(found.text) <= MAX_LENGTH
        assert found.text in text
        assert set(found.text.split(" ")) <= set(items)


def test_what_cannot_be_seen_is_no_passage() -> None:
    assert select_passages("\u200b", []) == []
    assert select_passages("\ufeff\n\u00ad", []) == []
    (found,) = select_passages("\u200b", [Span(0, 1)])  # it was asked for
    assert found.text == "\u200b"


def test_words_are_not_marked_within_numbers_and_latin_words(segmenter: Segmenter) -> None:
    found = section("共1件，其中100件13个，App共2.1个，appeal，2023年1月1.5万，1,000元")
    wanted = chunks("1件无此说app", segmenter)
    _, spans = find_matches(found, wanted)
    text = found.text
    assert [text[a:b] for a, b in spans] == ["1", "件", "件", "App", "1"]
    assert [text[a:][:2] for a, _ in spans] == ["1件", "件，", "件1", "Ap", "1月"]
    quoted = chunks('"1"', segmenter)
    assert len(find_matches(found, quoted)[1]) == text.count("1")


def test_long_texts_with_many_matches_take_little_time(segmenter: Segmenter) -> None:
    text = "法治，政府。建设\n" * 20_000
    started = time.process_time()
    found = passages(section(text), "法 建设", segmenter)
    assert len(found) == MAX_PASSAGES
    select_passages("法" * 100_000, [Span(n, n + 1) for n in range(0, 100_000, 2)])
    empty = "法甲" + "\n" * 100_000 + "乙" + " " * 100_000
    for text in (empty, empty * 3, ("法" + " " * 150) * 1000 + " " * 100_000):
        passages(section(text), "法 甲乙", segmenter)
    assert time.process_time() - started < 3


# --- every text -------------------------------------------------------------------------

LETTERS = "甲乙丙丁法治a1Ａ㎡①é“” 、：，。；！\n"
ODD = [*LETTERS, *LETTERS, "一是", "二要", "其一", "ｶﾞ", "e\u0301", "𠮷", "ß", "）", "《", "》"]
TEXTS = st.lists(st.sampled_from(ODD), max_size=60).map("".join)
LONG_TEXTS = st.lists(st.sampled_from([*ODD, "甲" * 30, "乙" * 170]), max_size=40).map("".join)
QUERIES = st.lists(st.sampled_from([*"甲乙丙法治a1m2é", "一是", "法治", "甲乙", "e", "ガ"])).map(
    "".join
)


@given(TEXTS, TEXTS, QUERIES, QUERIES)
def test_marks_fold_to_what_was_searched(
    segmenter: Segmenter, heading: str, text: str, q: str, other: str
) -> None:
    found = section(text, heading.replace("\n", ""))
    wanted = chunks(f'"{q}" "{other}"', segmenter)
    needles = {chunk.folded for chunk in wanted if chunk.folded in fold(found.own_text)}
    in_heading, in_text = find_matches(found, wanted)
    for whole, spans in ((found.heading, in_heading), (found.text, in_text)):
        assert all(0 <= span.start < span.end <= len(whole) for span in spans)
        assert all(a.end <= b.start for a, b in pairwise(spans))
    cut = [found.heading[span.start : span.end] for span in in_heading]
    rest = [found.text[span.start : span.end] for span in in_text]
    if cut and rest and in_heading[-1].end == len(found.heading) and in_text[0].start == 0:
        joined = fold(cut[-1]) + fold(rest[0])
        if not any(needle in fold(cut[-1]) for needle in needles):
            cut, rest = [*cut[:-1], joined], rest[1:]
    for piece in [*cut, *rest]:
        assert any(needle in fold(piece) for needle in needles)
        if fold(piece) not in needles:  # only a character that NFKC expands may add to it
            assert any(len(fold(character)) > 1 for character in piece)
    assert bool(needles) == bool(in_heading or in_text)


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(LONG_TEXTS)
    cuts = draw(st.lists(st.integers(0, len(text)), unique=True, max_size=12).map(sorted))
    spans = [Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    return text, [span for span in spans if text[span.start : span.end].strip()]


@given(texts_with_spans())
@example(("甲。" + "乙" * 170 + "丙。", [Span(0, 1), Span(1, 100), Span(101, 172)]))
@example(("甲乙。\n丙丁。", [Span(0, 1), Span(1, 5)]))
def test_passages_are_pieces_with_whole_matches(case: tuple[str, list[Span]]) -> None:
    text, spans = case
    found = select_passages(text, spans)
    assert len(found) <= MAX_PASSAGES
    assert bool(found) == bool(text.strip())
    for passage in found:
        assert 0 <= passage.start < passage.end <= len(text)
        assert passage.text == text[passage.start : passage.end]
        touched = [s for s in spans if s.start < passage.end and s.end > passage.start]
        assert list(passage.matches) == touched
        assert all(passage.start <= s.start and s.end <= passage.end for s in touched)
        if len(passage.text) > MAX_LENGTH:
            assert passage.matches == (Span(passage.start, passage.end),)
    in_order = sorted(found, key=lambda p: p.start)
    assert all(a.end <= b.start for a, b in pairwise(in_order))
    ranks = [(-variety(text, p), -len(p.matches), p.start) for p in found]
    assert ranks == sorted(ranks)
    if spans:
        assert all(passage.matches for passage in found)
    if len(found) < MAX_PASSAGES:  # then nothing was left out
        assert sum(len(passage.matches) for passage in found) == len(spans)


def variety(text: str, passage: Passage) -> int:
    return len({fold(text[m.start : m.end]) for m in passage.matches})


CLAUSES = st.tuples(
    st.sampled_from(["", "", "一是", "二要", "其三"]),
    st.text("甲乙丙丁戊", min_size=1, max_size=30),
    st.sampled_from([*"，，，。。；：！", "\n", "。”", "，"]),
).map("".join)
BORDER_BEFORE = re.compile(r"(?:^|[，。；：！”\n])\s*$")
ITEM = re.compile("一是|二要|其三")


@given(st.lists(CLAUSES, min_size=1, max_size=30).map("".join), st.text("甲乙丙", min_size=1))
def test_passages_are_whole_clauses(text: str, needle: str) -> None:
    spans = [Span(m.start(), m.end()) for m in re.finditer(re.escape(needle[:3]), text)]
    for passage in select_passages(text, spans):
        assert BORDER_BEFORE.search(text[: passage.start])
        assert passage.text[-1] in "，。；：！”" or text[passage.end : passage.end + 1] in (
            "",
            "\n",
        )
        assert "\n" not in passage.text
        items = [m.start() for m in ITEM.finditer(passage.text)]
        assert all(at == 0 for at in items if BORDER_BEFORE.search(passage.text[:at]))
