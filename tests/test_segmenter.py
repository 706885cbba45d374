"""Segmentation: what is a word, and that both implementations of jieba serve alike."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.analysis import Segmenter, fold
from search_service.analysis.segmenter import Backend
from search_service.errors import ConfigError
from tests.seeds import SEEDS

SEGMENTERS: dict[Backend, Segmenter] = {
    "rjieba": Segmenter(backend="rjieba"),
    "jieba": Segmenter(backend="jieba"),
}

WORDS = [
    ("", []),
    ("，。！", []),
    ("的和与", []),  # stop words
    ("行政复议", ["行政复议"]),
    ("坚持和发展“枫桥经验”", ["坚持", "发展", "枫桥经验"]),
    ("双随机、一公开", ["双随机", "一公开"]),
    ("双随机一公开", ["双随机", "一公开"]),  # the same without the mark
    ("“八五”普法", ["八五", "普法"]),
    ("八五普法", ["八五", "普法"]),
    ("三调合一", ["三调合一"]),
    ("ＧＤＰ GDP gdp", ["gdp", "gdp", "gdp"]),  # width and case fold before cutting
    ("a-b", ["b"]),  # hyphens separate, and a is a stop word
    ("2023年", ["2023", "年"]),
]


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_words(text: str, words: list[str], segmenter: Segmenter) -> None:
    assert segmenter.words(text) == words


def test_search_words_add_the_words_inside_words(segmenter: Segmenter) -> None:
    assert segmenter.words("行政复议") == ["行政复议"]
    assert set(segmenter.search_words("行政复议")) == {"行政", "复议", "行政复议"}


def dictionary() -> list[str]:
    terms = Path(__file__).parent.parent / "search_service/analysis/data/terms.txt"
    lines = [line.strip() for line in terms.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def test_every_term_of_the_dictionary_is_one_word(segmenter: Segmenter) -> None:
    names = dictionary()
    assert len(names) >= 150
    plain = [name for name in names if re.fullmatch(r"\w+", name)]
    assert [name for name in plain if name.casefold() not in segmenter.search_words(name)] == []


def test_a_term_inside_another_is_a_word_of_it(segmenter: Segmenter) -> None:
    names = dictionary()
    pairs = [(short, name) for name in names for short in names if short in name]
    assert len(pairs) > len(names) + 20
    missing = [pair for pair in pairs if pair[0] not in segmenter.search_words(pair[1])]
    assert missing == []
    assert "公共法律服务" not in segmenter.words("公共法律服务体系")  # a query means the longer


ODD = ["\ud800", "甲\udfff乙", "\x00", "a" * 100, "𠮷野家", "e\u0301", "\u200b", "㎡①ﬁ", "١٢٣"]


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("backend", ["rjieba", "jieba"])
def test_odd_text_is_cut_without_complaint(text: str, backend: str) -> None:
    segmenter = Segmenter(backend=backend)  # type: ignore[arg-type]
    for word in (*segmenter.words(text), *segmenter.search_words(text)):
        assert any(character.isalnum() for character in word)
        assert len(word) <= 64


def test_both_implementations_agree_on_the_seeds() -> None:
    fast, slow = Segmenter(backend="rjieba"), Segmenter(backend="jieba")
    assert fast.fingerprint != slow.fingerprint
    for seed in sorted(SEEDS.glob("*.txt")):
        for line in seed.read_text(encoding="utf-8").splitlines():
            assert fast.words(line) == slow.words(line)
            assert sorted(fast.search_words(line)) == sorted(slow.search_words(line))


@given(st.text(st.characters(), max_size=40))
def test_words_are_never_stop_words_or_punctuation(segmenter: Segmenter, text: str) -> None:
    words = segmenter.words(text)
    assert not segmenter.stop_words.intersection(words)
    assert all(any(character.isalnum() for character in word) for word in words)
    assert set(words) <= set(segmenter.search_words(text))


JOINING = st.text(
    st.sampled_from([*"法治行政a１ＧDp，。“”「'- \n\u3000①㎡ﬁ각eé\u0301\u0323𠮷İßςΣ"])
)


@pytest.mark.parametrize("backend", ["rjieba", "jieba"])
@given(st.one_of(JOINING, st.text(st.characters(exclude_categories=["Cs"]), max_size=40)))
def test_every_word_of_a_text_stands_in_its_fold(backend: Backend, text: str) -> None:
    """Literal search relies on it: it does not read texts that have a literal as a word."""
    folded = fold(text)
    assert all(word in folded for word in SEGMENTERS[backend].search_words(text))


def test_threads_may_share_a_segmenter(segmenter: Segmenter) -> None:
    lines = (SEEDS / "wulong-2020.txt").read_text(encoding="utf-8").splitlines()
    expected = [segmenter.search_words(line) for line in lines]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            assert list(pool.map(segmenter.search_words, lines)) == expected


def test_a_user_dictionary_adds_terms(tmp_path: Path, segmenter: Segmenter) -> None:
    path = tmp_path / "terms.txt"
    path.write_text("\ufeff# 说明\n\n甲乙丙丁戊\n甲乙丙丁\n", encoding="utf-8")
    mine = Segmenter(path)
    assert mine.words("说甲乙丙丁戊好") == ["说", "甲乙丙丁戊", "好"]
    assert {"甲乙丙丁戊", "甲乙丙丁"} <= set(mine.search_words("说甲乙丙丁戊好"))
    assert segmenter.words("说甲乙丙丁戊好") != mine.words("说甲乙丙丁戊好")
    assert mine.fingerprint != segmenter.fingerprint
    assert Segmenter(path).fingerprint == mine.fingerprint


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_an_unreadable_user_dictionary_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "terms.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"USER_DICTIONARY: .*terms\.txt"):
        Segmenter(path)
