"""Which letters sound alike."""

from __future__ import annotations

import pytest

from search_service.analysis import homophones


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("境", "镜", True),
        ("制", "治", True),  # both zhì
        ("妆", "装", True),
        ("意", "医", True),  # tones apart
        ("行", "航", True),  # háng is one of the readings of 行
        ("行", "形", True),
        ("绿", "律", True),
        ("境", "法", False),
        ("努", "女", False),  # u is not ü
        ("法", "法", True),
        ("a", "a", False),  # letters of other scripts are not read
        ("镜", "𠮷", False),
        ("①", "一", False),
    ],
)
def test_homophones(first: str, second: str, alike: bool) -> None:
    assert (second in homophones(first)) == alike
    assert (first in homophones(second)) == alike


def test_every_letter_of_gb_2312_is_read() -> None:
    rows = range(0xB0, 0xF8)
    codes = (bytes([row, cell]) for row in rows for cell in range(0xA1, 0xFF))
    letters = [letter for code in codes if (letter := code.decode("gb2312", "ignore"))]
    assert len(letters) == 6763
    assert [letter for letter in letters if letter not in homophones(letter)] == []
