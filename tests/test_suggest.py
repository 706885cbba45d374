"""Completions: words, phrases, headings and places that are there."""

from __future__ import annotations

import pytest

import search_service
from search_service import SearchService

PREFIXES = [
    "复议", "行政复", "枫", "法治", "南岸", "涂", "2023", "南岸区 调", "突出", "放管", "A", "（",
    "的", "重庆市", "第", "一是", "公共法律服务", "府院", "枫橋",
    "重庆市南岸区涂", "，", "、", "(", "-",
]  # fmt: skip


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_completion_finds_what_it_says(service: SearchService, prefix: str) -> None:
    found = service.suggest(prefix, limit=20)
    assert len({suggestion.text for suggestion in found}) == len(found)
    counts = [suggestion.sections for suggestion in found]
    assert counts == sorted(counts, reverse=True)
    for suggestion in found:
        result = service.search(suggestion.text, mode="literal")
        assert result.total == suggestion.sections > 0, suggestion


COMPLETED = [
    ("复议", "复议"),
    ("行政复", "行政复议案件"),  # a phrase
    ("枫", "枫桥经验"),
    ("突出源", "突出源头治理,依法高效化解矛盾纠纷"),  # a heading, folded
    ("涂", "涂山镇"),  # a town
    ("南岸", "南岸区"),
    ("南岸区 调", "南岸区 调解"),  # only the last chunk is completed
    ("重庆市南岸区涂山", "重庆市南岸区涂山镇"),  # the word begun, also where it stands once
    ("双随机、一", "双随机、一公开监管"),  # a sign inside
    ("发展“枫", "发展枫桥经验"),
    ("提高政治站位，切", "提高政治站位,切实将习近平法治思想贯穿工作始终"),  # no full stop
    ("枫橋", "枫桥经验"),  # in simplified characters
    ("南岸区 復", "南岸区 复议"),
]


@pytest.mark.parametrize(("prefix", "completion"), COMPLETED)
def test_completions(service: SearchService, prefix: str, completion: str) -> None:
    assert completion in [suggestion.text for suggestion in service.suggest(prefix)]


@pytest.mark.parametrize("prefix", ["", " ", "没有这样的开头", "“"])
def test_nothing_completes_nothing(service: SearchService, prefix: str) -> None:
    assert list(service.suggest(prefix)) == []


def test_no_more_than_asked_for(service: SearchService) -> None:
    assert len(service.suggest("法", limit=3)) == 3


def test_a_longer_completion_that_finds_the_same_replaces_the_shorter(
    service: SearchService,
) -> None:
    assert "枫桥" not in [suggestion.text for suggestion in service.suggest("枫")]


@pytest.mark.parametrize("limit", [0, -1])
def test_less_than_one_completion_is_refused(service: SearchService, limit: int) -> None:
    with pytest.raises(search_service.InvalidRequest, match="limit"):
        service.suggest("复议", limit)
