"""Folding: a table from Unicode and the contract, and the offset map by brute force."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search_service.analysis import FoldedText, fold
from search_service.models import Span

CASES = [
    # nothing to do
    ("", ""),
    ("枫桥经验", "枫桥经验"),
    ("（五）", "(五)"),  # full-width brackets are compatibility characters
    ("〔2021〕", "〔2021〕"),  # tortoise-shell brackets are not
    ("，。、；：", ",。、;:"),  # FF0C, FF1B, FF1A have narrow forms; 3002 and 3001 have none
    ("！？％", "!?%"),
    ("—", "—"),
    ("…", "..."),
    ("·", "·"),
    # width
    ("ＡＢＣ１２３", "abc123"),
    ("ｶﾞ", "ガ"),  # half-width ka and voicing mark become one character
    ("ﾊﾟﾝ", "パン"),
    ("ｱ", "ア"),
    ("￥", "¥"),
    # case
    ("GDP", "gdp"),
    ("Straße", "strasse"),
    ("ẞ", "ss"),
    ("ΣΑΣ", "σασ"),  # final sigma is no special case
    ("İ", "i\u0307"),
    ("Å", "å"),  # U+212B ANGSTROM SIGN is U+00C5
    # characters that NFKC expands
    ("㎡", "m2"),
    ("①⑳", "120"),
    ("㈠", "(一)"),
    ("ﬁnal", "final"),
    ("Ⅳ", "iv"),
    ("½", "1\u20442"),
    ("㏄", "cc"),
    ("㍿", "株式会社"),
    ("²", "2"),
    # composition
    ("e\u0301", "é"),
    ("é", "é"),
    ("か\u3099", "が"),
    ("\u1112\u1161\u11ab", "한"),
    ("한", "한"),
    ("q\u0302\u0323", "q\u0323\u0302"),  # marks are put in order though nothing composes
    # compatibility and unified ideographs
    ("\uf900", "豈"),
    ("⼀", "一"),  # Kangxi radical one
    ("𠮷", "𠮷"),
    ("\U0002f800", "丽"),
    # white space of every kind is removed
    (" \t\n\r\x0b\x0c", ""),
    ("政\u3000府", "政府"),
    ("政\u00a0府\u2003\u2028\u2029\u0085\u1680", "政府"),
    ("2023 年", "2023年"),
    ("建立\n\n班子", "建立班子"),
    ("零\u200b宽", "零\u200b宽"),  # zero-width space is not white space in Unicode
    # quotation marks of the contract, and no others
    ("\"'“”‘’「」『』＂＇〝〞", ""),
    ("“枫桥经验”", "枫桥经验"),
    ("《条例》", "《条例》"),
    ("«a»", "«a»"),
    ("〟`", "〟`"),
    ("a\u00a8", "a\u0308"),  # the spacing mark decomposes into a space and the mark
    # not text at all, and still no reason to fail
    ("\ud800", "\ud800"),
    ("a\udfffB", "a\udfffb"),
    ("\x00", "\x00"),
    ("\U0010ffff", "\U0010ffff"),
]


@pytest.mark.parametrize(("original", "folded"), CASES)
def test_folds(original: str, folded: str) -> None:
    assert fold(original) == folded
    assert FoldedText(original).text == folded


SPANS = [
    # original, folded start and end, span of the original
    ("坚持“枫桥经验”。", 2, 6, Span(3, 7)),
    ("“枫桥”经验", 0, 4, Span(1, 6)),
    ("2023 年", 0, 5, Span(0, 6)),
    ("共100㎡。", 4, 5, Span(4, 5)),
    ("共100㎡。", 5, 6, Span(4, 5)),
    ("共100㎡。", 1, 6, Span(1, 5)),
    ("①②", 0, 1, Span(0, 1)),
    ("①②", 1, 2, Span(1, 2)),
    ("ｶﾞｷﾞ", 0, 1, Span(0, 2)),
    ("ｶﾞｷﾞ", 1, 2, Span(2, 4)),
    ("Straße", 4, 5, Span(4, 5)),
    ("Straße", 5, 6, Span(4, 5)),
    ("ﬁ", 1, 2, Span(0, 1)),
    ("x 𠮷 y", 1, 2, Span(2, 3)),
    ("\u1112\u1161\u11ab글", 0, 1, Span(0, 3)),
    ("\u1112\u1161\u11ab글", 1, 2, Span(3, 4)),
    # beside a character that normalisation joins, the others keep their own place
    ("が\u0301か\u3099", 2, 3, Span(2, 4)),
    ("か\u3099 q\u0302", 1, 2, Span(3, 4)),
    ("か\u3099 q\u0302", 2, 3, Span(4, 5)),
    ('か\u3099"\u0301', 1, 2, Span(3, 4)),
    ("q\u0302\u0323", 0, 1, Span(0, 1)),
    ("q\u0302\u0323", 1, 2, Span(2, 3)),
    ("q\u0302\u0323", 2, 3, Span(1, 2)),
    ("q\u0302\u0323", 0, 2, Span(0, 3)),
    # a part of an expansion gives way to the same text in less
    ("ſ”ß", 0, 2, Span(2, 3)),
    ("1⑪", 0, 2, Span(1, 2)),
    ("ﬃf", 1, 3, Span(0, 1)),
    ("⑪1⑪", 1, 3, Span(0, 1)),
]


@pytest.mark.parametrize(("original", "start", "end", "span"), SPANS)
def test_maps_back(original: str, start: int, end: int, span: Span) -> None:
    assert FoldedText(original).original(start, end) == span


PIECES = [
    *"ab一二 \n“”\"'　ＡＢ㎡①ﬁßİΣςẞ𠮷½…",
    *"ｶﾊﾞﾟかは",
    *"éÅ\u0301\u0302\u0323\u3099\u0345\u0344\u00a8\u00b4\u0f73",
    *"\u1112\u1161\u11ab한하\uffbe\uffc2\uffa4",  # jamo, conjoining and half-width
    *"\u09c7\u09be\u09d7\u0b47\u0b56\U00011099\U000110ba",  # starters that compose
    *"\ud800\udc00\x00\u200b\u200d\ufeff",
]
STRINGS = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=12).map("".join)
SHORT_STRINGS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)


@given(STRINGS)
def test_folded_text_is_the_fold(original: str) -> None:
    folded = FoldedText(original)
    assert folded.text == fold(original)


@given(STRINGS)
def test_fold_leaves_no_space_or_quotation_mark(original: str) -> None:
    folded = fold(original)
    assert not any(character.isspace() for character in folded)
    assert not set(folded) & set("\"'“”‘’「」『』＂＇〝〞")


@given(STRINGS, STRINGS)
def test_case_width_and_space_do_not_matter(left: str, right: str) -> None:
    spaced = f"{left} “{right}”"
    if unicodedata.normalize("NFKC", spaced) == spaced:
        assert fold(spaced) == fold(f"{left}\u3000「{right}」")
    assert fold(unicodedata.normalize("NFKC", left)) == fold(left)


@given(SHORT_STRINGS)
@example("か\u3099q\u0302\u0323")
@example("か\u3099\u0323\u0302x")
@example('a"\u0301か\u3099')
@example("\u1112\u1161\u11ab\u1112\u1161")
@example("aa か\u3099")
@example("㎡\u0301か\u3099")
def test_every_range_maps_to_the_shortest_span(original: str) -> None:
    folded = FoldedText(original)
    for start in range(len(folded.text)):
        for end in range(start + 1, len(folded.text) + 1):
            span = folded.original(start, end)
            assert 0 <= span.start < span.end <= len(original)
            needle = folded.text[start:end]
            assert needle in fold(original[span.start : span.end])
            inside = _shorter_inside(original, span, needle)
            assert inside is None, f"{original!r}[{start}:{end}]: {span} holds {inside}"


def _shorter_inside(original: str, span: Span, needle: str) -> Span | None:
    """Return a proper part of ``span`` whose fold contains ``needle``, if there is one."""
    for start in range(span.start, span.end):
        for end in range(start + 1, span.end + 1):
            if (start, end) != (span.start, span.end) and needle in fold(original[start:end]):
                return Span(start, end)
    return None


def test_many_marks_on_one_character_take_no_time() -> None:
    original = "か" + "\u3099\u0302\u0323" * 500
    folded = FoldedText(original)
    assert folded.text == fold(original)
    assert folded.original(0, 1) == Span(0, len(original))
