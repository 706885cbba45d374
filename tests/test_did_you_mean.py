"""What may have been meant by a query that finds nothing literally."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from search_service import SearchService
from search_service.did_you_mean import did_you_mean
from search_service.engines.base import Deadline
from search_service.errors import DeadlineExceeded, EngineUnavailable
from search_service.models import Mode
from search_service.parsing.normal import simplified
from search_service.query import parse

MEANT: list[tuple[str, Mode, str | None]] = [
    ("行政復議", "auto", "行政复议"),
    ("營商環境", "literal", "营商环境"),
    ("枫桥经念", "auto", "枫桥经验"),
    ("放管符", "auto", "放管服"),
    ("南岸区 枫桥经念", "auto", "南岸区 枫桥经验"),
    ("枫桥经验", "auto", None),  # it is there
    ("旅游的纠纷", "auto", None),  # found by words
    ("複議", "auto", "复议"),
    ("经念", "auto", None),  # too short to tell
    ("完全不存在的说法", "auto", None),
    ("", "auto", None),
    # words that are there leave nothing to correct, also where they do not stand together
    ("枫桥经验 航空母舰", "auto", None),
    ("枫桥经验 武隆区", "literal", None),
    ("践行枫桥经念", "auto", None),  # 践行枫桥经验 is not there
    # but where a longer word is there instead of several, and it sounds the same
    ("法制政府", "auto", "法治政府"),
    ("网上执法", "auto", None),  # not 掌上执法
    ("专项整改", "auto", None),  # not 专项整治
    # of several the one that sounds like what was typed
    ("满意渡", "auto", "满意度"),
    ("满意律", "auto", "满意率"),
    # signs stay where they are
    ("新时代“枫桥经念", "auto", "新时代“枫桥经验"),
    ("“行政復議”", "auto", "“行政复议”"),
    ("南岸区 “行政復議”", "auto", "南岸区 “行政复议”"),
    ("「枫桥经念」 调解", "auto", "「枫桥经验」 调解"),
    ("航空母舰 OR 行政復議", "auto", "航空母舰 OR 行政复议"),
    ("航空母舰 | (枫桥经念 调解)", "auto", "航空母舰 | (枫桥经验 调解)"),
    ("枫桥经念 -行政復議", "auto", "枫桥经验 -行政复议"),
    ("枫桥经念 -枫桥经念", "auto", "枫桥经验 -枫桥经念"),  # what is not wanted need not be there
    ("行政復議 枫桥经念 營商環境", "auto", "行政复议 枫桥经验 营商环境"),
    ("枫桥經念", "auto", "枫桥经验"),  # both in one
    # what is proposed finds something in the same mode
    ("枫桥经念 航空母舰", "literal", None),
    ("枫桥经念 航空母舰", "auto", "枫桥经验 航空母舰"),
    # a part of a word was not meant: 民营企业公 of 民营企业公平
    ("民营企业家", "auto", None),
    ("法律顾问团", "auto", None),  # 法律顾问全 of 法律顾问全配备: 全 is a word by itself
    ("自觉接受大大监督", "auto", "自觉接受人大监督"),
    # a number or a place is what was meant
    ("南岸区2033年", "auto", None),
    ("七五普法", "auto", None),  # not 八五普法
    # what has no width came along with what was copied
    ("枫\u200b桥经验", "auto", "枫桥经验"),
    ("\ufeff枫桥\u00ad经验 南岸区", "literal", "枫桥经验 南岸区"),
    ("枫桥\0经念", "auto", "枫桥经验"),
    ("渝北区2023年", "auto", None),
]


@pytest.mark.parametrize(("q", "mode", "meant"), MEANT)
def test_did_you_mean(service: SearchService, q: str, mode: Mode, meant: str | None) -> None:
    assert service.search(q, mode=mode).query.did_you_mean == meant
    if meant is not None:
        assert service.search(meant, mode=mode).total > 0


def test_no_more_than_three_chunks_are_corrected(
    service: SearchService, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    around = service.engine.around

    def noting(text: str, size: int, deadline: Deadline) -> Iterator[tuple[int, str]]:
        asked.append(text)
        return around(text, size, deadline)

    monkeypatch.setattr(service.engine, "around", noting)
    meant = service.search("枫桥经念 " * 31 + "行政復議").query.did_you_mean
    assert asked == ["枫桥经念"] * 3
    assert meant == "枫桥经验 " * 3 + "枫桥经念 " * 28 + "行政复议"
    asked.clear()
    service.search("枫桥经验 行政复议 完全不存在的十三个字以上的说法")
    assert asked == []  # found, or too long


class Expiring(Deadline):
    """A deadline that passes when it has been asked a number of times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def check(self) -> None:
        self.times -= 1
        if self.times < 0:
            raise DeadlineExceeded("asked often enough")


def test_there_is_a_suggestion_in_time_or_none(service: SearchService) -> None:
    parsed = parse("南岸区 枫桥经念 行政復議", service.segmenter)

    def within(times: int) -> str | None:
        return did_you_mean(parsed, "auto", service.engine, service.segmenter, Expiring(times))

    answers = [within(times) for times in range(200)]
    found = answers.index("南岸区 枫桥经验 行政复议")
    assert found > 10  # time is looked at again and again
    assert set(answers[:found]) == {None}
    assert set(answers[found:]) == {"南岸区 枫桥经验 行政复议"}


@pytest.mark.parametrize("error", [DeadlineExceeded, EngineUnavailable])
def test_a_search_is_answered_without_its_suggestion(
    service: SearchService, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fails(text: str, size: int, deadline: Deadline) -> Iterator[tuple[int, str]]:
        raise error("not now")

    q = "枫桥经念 调解"
    expected = service.search(q)
    assert expected.query.did_you_mean == "枫桥经验 调解"
    monkeypatch.setattr(service.engine, "around", fails)
    result = service.search(q)
    assert result.query.did_you_mean is None
    assert (result.hits, result.total) == (expected.hits, expected.total)
    assert result.total > 0


def test_simplified() -> None:
    assert simplified("營商環境、行政復議") == "营商环境、行政复议"
    assert simplified("乾县") == "乾县"
