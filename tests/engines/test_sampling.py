"""Samples of the sections that hold a text, and what is counted for many plans at once."""

from __future__ import annotations

import pytest

from search_service.analysis import Segmenter, fold
from search_service.completing import completions
from search_service.engines.base import Deadline, Engine, Sampled
from search_service.errors import DeadlineExceeded
from search_service.models import Document, Mode, Report, Section
from search_service.query import parse, relax
from tests.engines.contract import read, report


def described(sections: list[Sampled]) -> list[tuple[str, str]]:
    return sorted((section.folded, section.heading()) for section in sections)


def test_all_that_hold_the_text_where_there_are_few(engine: Engine) -> None:
    first = Section("a", 0, "一、“枫桥” 经验", (), 1, "Ａ级")
    others = Section("a", 1, "二、别的", (), 1, "枫桥经验")
    engine.rebuild([Report(Document("a", "标题"), (first, others)), report("b", "枫桥", "经验")])
    found = described(list(engine.sample("枫桥经验", 10)))
    assert found == [(fold(section.own_text), section.heading) for section in (first, others)]
    assert described(list(engine.sample("a", 10))) == [("一、枫桥经验a级", "一、“枫桥” 经验")]


def test_some_from_all_over_the_index_where_there_are_many(engine: Engine) -> None:
    engine.rebuild([report(f"d{n:02}", *[f"第{n}篇法治"] * 10) for n in range(20)])
    found = engine.sample("法治", 10)
    assert len(found) == 10
    assert len({section.folded for section in found}) > 3  # of twenty documents
    again = engine.sample("法治", 10)
    assert described(list(found)) == described(list(again))  # by lot, but not by chance


@pytest.mark.parametrize("text", ["", "没有", "治法", "\0", "\ud800", "A"])
def test_none_where_nothing_holds_the_text(engine: Engine, text: str) -> None:
    engine.rebuild([report("a", "法治a")])
    assert list(engine.sample(text, 10)) == []


def test_nothing_that_was_deleted(engine: Engine) -> None:
    engine.rebuild([report("a", "法治"), report("b", "法治政府")])
    engine.update([report("c", "法治社会")], ["b"])
    assert [text for text, _ in described(list(engine.sample("法治", 10)))] == ["法治", "法治社会"]


def test_a_deadline_that_has_passed_stops_what_completes(
    engine: Engine, segmenter: Segmenter
) -> None:
    engine.rebuild([report("a", "法治政府")])
    passed = Deadline(-1)
    for ask in (
        lambda: engine.suggest("法", 10, passed),
        lambda: engine.sample("法", 10, passed),
        lambda: completions("法", engine, segmenter, passed),
    ):
        with pytest.raises(DeadlineExceeded):
            ask()


def test_phrases_and_headings_are_mined_from_it(engine: Engine, segmenter: Segmenter) -> None:
    heading = Section("b", 0, "（一）行政复议体制改革", (), 2, "情况。")
    engine.rebuild(
        [
            report("a", "推进行政复议体制改革。", "深化行政复议体制改革工作。", "行政复议案件"),
            Report(Document("b", "标题"), (heading,)),
        ]
    )
    assert "行政复议体制改革" in completions("行政复", engine, segmenter)


def test_totals_of_many_plans_at_once(engine: Engine) -> None:
    engine.rebuild([report("a", "枫桥经验", "枫桥", "经验"), report("b", "枫桥经验", "别的")])
    asked = ["枫桥经验", "枫桥", "没有", "枫桥 经验", "枫桥 OR 别的", "枫桥 -经验"]
    plans = [read(q, "literal") for q in asked]
    assert engine.totals(plans, 100) == [2, 3, 0, 2, 4, 1]
    assert engine.totals([], 100) == []


QUESTION = "枫桥经验有哪些举措？"


@pytest.mark.parametrize("mode", ["literal", "words", "auto"])
def test_totals_are_those_of_searches(engine: Engine, segmenter: Segmenter, mode: Mode) -> None:
    """Whatever a plan ranks by, it is counted without."""
    engine.rebuild(
        [
            report("a", "枫桥经验", "举措", "《标题》的经验和举措", title="标题"),
            report("b", "矛盾调解", ("枫桥", "有哪些"), district="南岸区", year=2023),
        ]
    )
    asked = ["枫桥经验", "经验举措", "南岸区 枫桥", QUESTION, f"{QUESTION} -标题", "枫桥 OR 调解"]
    plans = [read(q, mode) for q in asked]
    relaxed = relax(parse(QUESTION, segmenter))
    assert relaxed is not None
    plans.append(relaxed)
    found = [len(list(engine.search(plan, limit=100).hits)) for plan in plans]
    assert engine.totals(plans, 1000) == found
    assert [engine.search(plan, limit=0).total for plan in plans] == found
    assert max(found) > 2
