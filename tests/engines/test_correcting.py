"""Texts that differ in one letter: what an engine proposes is there, as often as it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from search_service.analysis import Segmenter
from search_service.correcting import corrections
from search_service.engines.base import Deadline, Engine, Suggestion
from search_service.engines.whoosh.engine import WhooshEngine
from search_service.engines.whoosh.postings import Ids
from search_service.engines.whoosh.texts import Folded
from search_service.errors import DeadlineExceeded
from tests.engines.contract import read, report

Corrected = Callable[..., list[Suggestion]]


@pytest.fixture
def corrected(engine: Engine, segmenter: Segmenter) -> Corrected:
    """The corrections of a text in an engine's index."""

    def find(text: str, limit: int = 10, deadline: Deadline = Deadline()) -> list[Suggestion]:
        return list(corrections(text, limit, engine, segmenter, deadline))

    return find


def test_corrections_differ_in_one_letter_the_most_frequent_first(
    engine: Engine, corrected: Corrected
) -> None:
    engine.rebuild(
        [
            report("a", "枫桥经验", "“枫桥”经费，枫桥经费"),
            report("b", "枫桥经费", "枫树经念", "风桥经念", "枫桥经", "枫树经验"),
        ]
    )
    most = Suggestion("枫桥经费", 2)
    others = [Suggestion(text, 1) for text in sorted(["枫桥经验", "枫树经念", "风桥经念"])]
    assert corrected("枫桥经念") == [most, *others]
    assert corrected("枫桥经念", limit=2) == [most, others[0]]
    assert corrected("枫桥经验") == [most, Suggestion("枫树经验", 1)]  # never the text itself
    assert corrected("没有这句") == []


def test_what_was_deleted_corrects_nothing(engine: Engine, corrected: Corrected) -> None:
    engine.rebuild([report("a", "枫桥经验"), report("b", "枫桥经验", "枫桥经费")])
    engine.update(delete=["b"])
    assert corrected("枫桥经念") == [Suggestion("枫桥经验", 1)]


def test_figures_and_signs_are_not_corrected(engine: Engine, corrected: Corrected) -> None:
    engine.rebuild([report("a", "共2023件", "共A件", "共，件")])
    assert corrected("共2024件") == []
    assert corrected("共1件") == []
    assert corrected("共b件") == [Suggestion("共a件", 1)]
    engine.rebuild([report("a", "八五普法", "一下简称"), report("b", "以下简称")])
    assert corrected("七五普法") == []
    assert Suggestion("以下简称", 1) in corrected("一下简称")


def test_a_part_of_a_word_corrects_nothing(engine: Engine, corrected: Corrected) -> None:
    engine.rebuild([report("a", "民营企业公平参与市场竞争", "保障民营企业公平竞争")])
    assert corrected("民营企业家") == []
    engine.update([report("b", "民营企业法，民营企业公平")])
    assert corrected("民营企业家") == [Suggestion("民营企业法", 1)]
    assert corrected("民营企业共平") == [Suggestion("民营企业公平", 3)]


@pytest.mark.parametrize("text", ["", "法", "\0\0", "\ud800法", ".*", "(法"])
def test_any_text_may_be_asked_for(engine: Engine, corrected: Corrected, text: str) -> None:
    engine.rebuild([report("a", "法治")])
    assert corrected(text) == []


def test_few_among_many_sections_that_hold_both_sides_are_found(
    engine: Engine, corrected: Corrected
) -> None:
    engine.rebuild([report("a", *["以上五百，或者元"] * 250, *["以上五百万元"] * 60)])
    assert corrected("以上五百召元") == [Suggestion("以上五百万元", 60)]
    assert engine.search(read("以上五百万元", "literal"), limit=0).total == 60


def test_few_among_many_sections_that_hold_short_sides_are_found(
    engine: Engine, corrected: Corrected
) -> None:
    engine.rebuild(
        [report("a", *["依法办事，行政公开"] * 1005, *["依法行政"] * 2, *["财政，依法"] * 1000)]
    )
    assert corrected("依法形政") == [Suggestion("依法行政", 2)]


def test_a_rare_letter_that_sounds_like_the_one_typed_is_found(
    engine: Engine, corrected: Corrected
) -> None:
    engine.rebuild([report("a", *["常委会"] * 1005, "居委会", *["常委会"] * 1005)])
    assert corrected("拒委会") == [Suggestion("常委会", 2010), Suggestion("居委会", 1)]


def test_a_bounded_number_of_texts_is_read_for_letters(
    tmp_path: Path, segmenter: Segmenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地"
    apart = "，".join(f"法{letter}，{letter}政" for letter in letters)
    engine = WhooshEngine(tmp_path, segmenter)
    engine.rebuild([report("a", *[f"依法，{apart}"] * 990, "依法行政")])
    read = 0
    containing = Folded.containing

    def counted(folded: Folded, needle: str, numbers: Ids) -> Ids:
        nonlocal read
        read += len(numbers)
        return containing(folded, needle, numbers)

    monkeypatch.setattr(Folded, "containing", counted)
    assert list(engine.around("依法形政", 200, Deadline())) == [(2, "依法行政")]
    assert 5_000 < read <= 10_000


def test_a_word_within_a_longer_word_is_whole(engine: Engine, corrected: Corrected) -> None:
    engine.rebuild([report("a", "推进法治政府建设")])
    assert corrected("法制政府") == [Suggestion("法治政府", 1)]


def test_a_deadline_that_has_passed_stops_the_corrections(
    engine: Engine, corrected: Corrected
) -> None:
    engine.rebuild([report("a", "枫桥经验")])
    with pytest.raises(DeadlineExceeded):
        corrected("枫桥经念", deadline=Deadline(-1))
