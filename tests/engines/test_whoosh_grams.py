"""The grams of a column: their number is bounded, whatever the texts have in common."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.analysis import Segmenter
from search_service.engines.whoosh import levels as making
from search_service.engines.whoosh.engine import WhooshEngine
from search_service.engines.whoosh.grams import FREQUENT
from search_service.engines.whoosh.levels import MOST_POSTINGS, levels
from search_service.engines.whoosh.texts import fold_all
from tests.engines.contract import found, ids, read, report

PASSAGE = "".join(chr(0x4E00 + number * 7 % 1999) for number in range(500))
"""A passage all of whose characters differ."""


def _grams(texts: list[str], frequent: int) -> dict[str, list[int]]:
    """Return all grams with the texts that have them, as ``levels`` makes them."""
    column, _ = fold_all(texts)
    made: dict[str, list[int]] = {}
    for level in levels(column, frequent):
        ends = np.cumsum(level.frequencies).tolist()
        for gram, start, end in zip(level.terms(), [0, *ends], ends, strict=False):
            made[gram] = level.ids[start:end].tolist()
    return made


@given(st.lists(st.text("法治政府", max_size=12), min_size=1, max_size=9), st.integers(1, 4))
def test_grams_are_those_both_of_whose_parts_are_frequent(texts: list[str], frequent: int) -> None:
    where: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        pieces = {text[i:j] for i in range(len(text)) for j in range(i + 1, len(text) + 1)}
        for piece in pieces:
            where.setdefault(piece, []).append(number)
    expected = {
        piece: ids
        for piece, ids in where.items()
        if len(piece) < 3 or min(len(where[piece[1:]]), len(where[piece[:-1]])) >= frequent
    }
    made = _grams(texts, frequent)
    postings = Counter[int]()
    for piece, where_it_is in expected.items():
        postings[len(piece)] += len(where_it_is)
    codes = len(fold_all(texts)[0].codes)
    allowed = 2
    while sum(postings[n] for n in range(3, allowed + 1)) <= MOST_POSTINGS * codes:
        allowed += 1
        if not postings[allowed]:
            break
    assert made == {piece: ids for piece, ids in expected.items() if len(piece) <= allowed}


@pytest.mark.parametrize("length", [50, 500])
def test_a_long_passage_in_many_texts_makes_no_more_postings_than_the_texts_allow(
    length: int,
) -> None:
    texts = [f"{PASSAGE[:length]}{number}" for number in range(40)]
    characters = sum(map(len, texts))
    phrases = [ids for gram, ids in _grams(texts, 8).items() if len(gram) > 2]
    assert 0 < sum(map(len, phrases)) <= (MOST_POSTINGS + 1) * characters + len(texts)


def test_strings_of_a_passage_that_all_reports_have_are_found(
    tmp_path: Path, segmenter: Segmenter
) -> None:
    engine = WhooshEngine(tmp_path / "index", segmenter)
    count = FREQUENT + 6
    engine.rebuild(
        report(f"d{n:04}", f"{PASSAGE}{n}号" if n else PASSAGE[1:]) for n in range(count)
    )
    for length in (1, 2, 3, 4, 5, 6, 7, 64):
        asked = read(f"“{PASSAGE[:length]}”", "literal")
        assert "d0000/0" not in ids(engine.search(asked, limit=count).hits)
        assert engine.search(asked).total == count - 1
        assert engine.search(read(f"“{PASSAGE[200 : 200 + length]}”", "literal")).total == count
    assert found(engine, f"“{PASSAGE[100:130]}{PASSAGE[131:160]}”", "literal") == []
    assert found(engine, f"“{PASSAGE[-60:]}1029号”", "literal") == ["d1029/0"]
    engine.close()


NUMBERS = st.lists(st.integers(0, 9).flatmap(lambda a: st.tuples(st.just(a), st.integers(0, 9))))


@given(NUMBERS.filter(bool), NUMBERS)
def test_frequent_pairs_are_numbered_alike_with_and_without_a_table(
    common: list[tuple[int, int]], pairs: list[tuple[int, int]]
) -> None:
    keys = np.array(sorted({a << 17 | b for a, b in common}), np.uint64)
    asked = np.array([a << 17 | b for a, b in pairs], np.uint64)
    with_table = making._numbers(keys, asked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "_TABLE_CELLS", 0)
        without = making._numbers(keys, asked)
    assert with_table.tolist() == without.tolist()
    known = keys.tolist()
    for key, number in zip(asked.tolist(), without.tolist(), strict=True):
        assert (known[number] == key) if key in known else number >= len(known)
