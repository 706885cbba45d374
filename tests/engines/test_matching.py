"""Which sections match: one line per rule of the contract."""

from __future__ import annotations

import random

import pytest

from search_service.analysis import fold
from search_service.engines.base import Engine
from search_service.models import Mode
from tests.engines.contract import found, kinds, read, report

OWN = [
    # text, query, mode, group or None
    ("坚持“枫桥经验”", "枫桥经验", "literal", "literal"),
    ("坚持“枫桥”经验", "枫桥经验", "literal", "literal"),
    ("建立\n班子会议", "建立班子", "literal", "literal"),
    ("2023 年", "2023年", "literal", "literal"),
    ("ＧＤＰ", "gdp", "literal", "literal"),
    ("ｶﾞ", "ガ", "literal", "literal"),
    ("100㎡", "0m2", "literal", "literal"),
    ("①", "1", "literal", "literal"),
    ("Straße", "STRASSE", "literal", "literal"),
    ("𠮷野家", "𠮷", "literal", "literal"),
    ("𠮷野家", "\U00020bb7野", "literal", "literal"),
    ("𠮷野家", "\U00020bb6", "literal", None),
    ("行政复议法", "政复", "literal", "literal"),  # across words
    ("法", "法", "literal", "literal"),
    ("法治", "治法", "literal", None),
    ("枫桥", "枫桥经验", "literal", None),
    ("，。", "，。", "literal", "literal"),
    ("增长5%", "-5%", "literal", None),  # excludes
    ("下降-5%", '"-5%"', "literal", "literal"),
    ("a" * 64, "a" * 64, "literal", "literal"),
    ("a" * 63, "a" * 64, "literal", None),
    ("法治政府" * 16, "法治政府" * 16, "literal", "literal"),
    # by words
    ("纠纷与旅游", "旅游纠纷", "auto", "words"),
    ("纠纷与旅游", "旅游纠纷", "words", "words"),
    ("旅游纠纷", "旅游纠纷", "words", "literal"),
    ("纠纷与旅游", "旅游纠纷", "literal", None),
    ("纠纷", "旅游纠纷", "auto", None),
    ("行政复议", "复议", "words", "literal"),  # search-mode words of the section
    ("法律，", "，", "words", None),
    ("的，", "的", "words", None),  # a stop word is no word
    ("的，", "的", "auto", "literal"),
    ("纠纷与旅游", "“旅游纠纷”", "auto", None),  # quoted: literally
    ("旅游纠纷", "“旅游 纠纷”", "words", "literal"),
    ("纠纷与旅游", "“旅游纠纷”", "words", None),
    # several chunks
    ("旅游，纠纷", "旅游 纠纷", "literal", "literal"),
    ("旅游，纠纷", "旅游\u3000纠纷", "literal", "literal"),
    ("旅游", "旅游 纠纷", "literal", None),
    ("纠纷与旅游，调解", "旅游纠纷 调解", "auto", "words"),
    # exclusion looks at the own text, in the way of the mode
    ("旅游", "旅游 -纠纷", "auto", "literal"),
    ("旅游纠纷", "旅游 -纠纷", "auto", None),
    ("旅游纠纷", "旅游 －纠纷", "auto", None),
    ("纠纷与旅游", "纠纷 -旅游纠纷", "auto", None),
    ("纠纷与旅游", "纠纷 -旅游纠纷", "literal", "literal"),
    ("纠纷与旅游", "纠纷 -“旅游纠纷”", "auto", "literal"),
    ("旅游", "-纠纷", "auto", "literal"),
    ("纠纷", "-纠纷", "auto", None),
    ("旅游，纠纷", "-(旅游 纠纷)", "auto", None),
    ("旅游", "-(旅游 纠纷)", "auto", "literal"),
    ("旅游", "调解 OR (旅游 -纠纷)", "auto", "literal"),
    ("旅游，纠纷", "调解 OR (旅游 -纠纷)", "auto", None),
    ("旅游 -纠纷", "旅游 -纠纷", "auto", "literal"),  # the text itself is always found
    # alternatives and groups
    ("旅游", "旅游 OR 纠纷", "literal", "literal"),
    ("纠纷", "旅游 | 纠纷", "literal", "literal"),
    ("调解", "旅游 ｜ 纠纷", "literal", None),
    ("调解", "旅游 纠纷 ＯＲ 调解", "literal", "literal"),
    ("旅游", "旅游 纠纷 OR 调解", "literal", None),
    ("旅游，调解", "旅游 （纠纷 OR 调解）", "literal", "literal"),
    ("调解", "旅游 （纠纷 OR 调解）", "literal", None),
    ("旅游 OR 纠纷", '"旅游 OR 纠纷"', "literal", "literal"),
    ("旅游", '"旅游 OR 纠纷"', "literal", None),
    # a sentence is also matched by how much of it a section covers
    ("办理行政复议申请159件", "酉阳县办理了多少件行政复议申请？", "auto", "partial"),
    ("种植油茶", "酉阳县办理了多少件行政复议申请？", "auto", None),
    ("办理行政复议申请159件", "酉阳县办理了多少件行政复议申请？", "literal", None),
    ("办理行政复议申请159件", "“酉阳县办理了多少件行政复议申请？”", "auto", None),
]


@pytest.mark.parametrize(("text", "q", "mode", "group"), OWN)
def test_own_text(engine: Engine, text: str, q: str, mode: Mode, group: str | None) -> None:
    others = [report(f"other-{n}", "完全不同的内容") for n in range(3)]
    engine.rebuild([report("a", text), *others])
    assert kinds(engine, q, mode).get("a/0") == group


HEADINGS = [
    ("一、枫桥", "经验", "枫桥经验", "literal"),  # from the heading into the text
    ("枫桥经验", "", "枫桥经验", "literal"),
    ("旅游", "纠纷", "纠纷旅游", "words"),
    ("旅游", "", "旅游纠纷", None),
    ("旅游", "与纠纷", "旅游纠纷", "words"),
]


@pytest.mark.parametrize(("heading", "text", "q", "group"), HEADINGS)
def test_heading_and_text(
    engine: Engine, heading: str, text: str, q: str, group: str | None
) -> None:
    engine.rebuild([report("a", (heading, text))])
    assert kinds(engine, q).get("a/0") == group


CONTEXT = [
    # query, mode, group or None of a section on 调解 in 涂山镇, 南岸区
    ("调解", "auto", "literal"),
    ("南岸区", "auto", None),  # one chunk has to be in the own text
    ("南岸区 涂山镇", "auto", None),
    ("南岸区 调解", "literal", "literal"),
    ("调解 南岸区", "literal", "literal"),
    ("涂山镇 调解", "literal", "literal"),
    ("南岸区 涂山镇 调解", "literal", "literal"),
    ("源头治理 调解", "literal", "literal"),  # an ancestor's heading
    ("“关于2023年” 调解", "literal", "literal"),  # the title
    ("南岸区 枫桥经验", "auto", None),
    ("南岸区涂山镇 调解", "literal", None),  # not across parts of the context
    ("建设2023年 调解", "words", "words"),  # words of the context, from one or several parts
    ("调解南岸区", "auto", None),  # one chunk: in one place
    ("调解 -南岸区", "auto", "literal"),  # what excludes looks at the own text
    ("调解 (南岸区 OR 开州区)", "literal", "literal"),
    ("调解 (渝北区 OR 开州区)", "literal", None),
    ("南岸区 OR 枫桥经验", "auto", None),
    ("南岸区 (枫桥经验 OR 调解)", "literal", "literal"),
]


@pytest.mark.parametrize(("q", "mode", "group"), CONTEXT)
def test_context(engine: Engine, q: str, mode: Mode, group: str | None) -> None:
    engine.rebuild(
        [
            report(
                "a",
                ("（一）", "调解", ("一、源头治理",)),
                title="关于2023年法治政府建设情况的报告",
                district="南岸区",
                town="涂山镇",
            ),
            report("b", "另一篇", district="开州区"),
        ]
    )
    assert kinds(engine, q, mode).get("a/0") == group


def test_every_section_of_every_report_is_looked_at(engine: Engine) -> None:
    engine.rebuild(
        [report(f"r{n:02}", *(f"第{n}之{k}节法治" for k in range(5))) for n in range(20)]
    )
    assert found(engine, "第7之3节") == ["r07/3"]
    assert len(found(engine, "法治")) == 100
    assert found(engine, "没有的话") == []


def test_an_index_without_sections_answers(engine: Engine) -> None:
    engine.rebuild([])
    assert found(engine, "法治") == []
    assert found(engine, "") == []
    engine.rebuild([report("empty")])
    assert found(engine, "法治") == []
    assert found(engine, "") == []
    assert engine.info().documents == 1


def test_text_that_no_file_holds_is_no_trouble(engine: Engine) -> None:
    """NUL and lone surrogates may be replaced, but what stands beside them is found."""
    engine.rebuild([report("a", "甲\ud800乙\x00丙")])
    for q in ("甲", "乙", "丙"):
        assert found(engine, q) == ["a/0"]
    found(engine, "\ud800")
    found(engine, "\x00")
    _, section = engine.section("a", 0) or pytest.fail("the section is gone")
    assert section.text in ("甲\ud800乙\x00丙", "甲\ufffd乙\ufffd丙")


def test_literals_that_many_sections_have_as_a_word(engine: Engine) -> None:
    """They stand across words too, and most sections that have all their pairs do not."""
    chance = random.Random(3)
    pieces = ["行政", "复议", "行政复议", "案件", "政复", "复", "议案", "行", "政", "，", "“议”"]
    bodies = ["".join(chance.choices(pieces, k=12)) for _ in range(300)]
    engine.rebuild([report(f"d{n:02}", *bodies[n * 10 : n * 10 + 10]) for n in range(30)])
    folded = [fold(body) for body in bodies]
    asked = [
        "行政复议",
        "复议案件",
        "政复议",
        "议案件",
        "行政复",
        "行政行政",
        "议行政",
        "复议复议案",
    ]
    expected = [sum(text in body for body in folded) for text in asked]
    assert min(expected) > 0
    assert max(expected[:3]) > 128
    plans = [read(text, "literal") for text in asked]
    assert engine.totals(plans, 10_000) == expected
    for text, total in zip(asked, expected, strict=True):
        assert len(found(engine, text, "literal")) == total
    for effort in (0, 50, 200):  # each is exact or left out
        totals = engine.totals(plans, effort)
        assert all(a in (None, b) for a, b in zip(totals, expected, strict=True))
