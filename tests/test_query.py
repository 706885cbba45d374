"""Reading queries: one line per case, and what holds for every string.

In the printed trees ``[a b]`` is AND, ``[a | b]`` OR, ``-a`` NOT, ``«a»`` a quoted
chunk, ``a?`` a sentence and ``*`` the query that browses.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.analysis import Segmenter, fold
from search_service.query import (
    MAX_DEPTH,
    And,
    Chunk,
    Node,
    Not,
    Or,
    as_text,
    only_excludes,
    parse,
    plan,
    relax,
)
from search_service.signs import find_groups, find_quotations


def show(node: Node | None) -> str:
    match node:
        case None:
            return "*"
        case Chunk(text=text, quoted=True):
            return f"«{text}»"
        case Chunk(text=text, sentence=sentence):
            return text + "?" * sentence
        case Not(part):
            return f"-{show(part)}"
        case And(parts):
            return f"[{' '.join(map(show, parts))}]"
        case Or(parts):
            return f"[{' | '.join(map(show, parts))}]"


CASES = [
    # nothing, or nothing that is left after folding
    ("", "*"),
    (" \t\u3000\n", "*"),
    ('""', "*"),
    ("“”", "*"),
    ("'", "*"),
    # chunks
    ("枫桥经验", "枫桥经验"),
    (" 枫桥经验 ", "枫桥经验"),
    ("南岸区 枫桥经验", "[南岸区 枫桥经验]"),
    ("南岸区\u3000枫桥经验", "[南岸区 枫桥经验]"),
    ("南岸区\n枫桥经验\t2023", "[南岸区 枫桥经验 2023]"),
    ("ＧＤＰ", "ＧＤＰ"),
    # quotations, ASCII, full-width and Chinese
    ('"枫桥 经验"', "«枫桥 经验»"),
    ("＂枫桥 经验＂", "«枫桥 经验»"),
    ('＂枫桥 经验"', "«枫桥 经验»"),
    ("“枫桥 经验”", "«枫桥 经验»"),
    ("「枫桥 经验」", "«枫桥 经验»"),
    ("『枫桥 经验』", "«枫桥 经验»"),
    ("〝枫桥 经验〞", "«枫桥 经验»"),
    ("“枫桥经验”", "«枫桥经验»"),
    ('"枫桥" "经验"', "[«枫桥» «经验»]"),
    ('南岸区 "枫桥 经验" 2023', "[南岸区 «枫桥 经验» 2023]"),
    ('a "" b', "[a b]"),
    ('"a " b', "[«a » b]"),
    # quotations inside quotations
    ("“外层 “内层” 文字”", "«外层 “内层” 文字»"),
    ("「外层 『内层』 文字」", "«外层 『内层』 文字»"),
    ("“外层 ‘内层’ 文字”", "«外层 ‘内层’ 文字»"),
    ("“甲 “乙”", "[“甲 «乙»]"),
    ('"甲 “乙 丙” 丁"', "«甲 “乙 丙” 丁»"),
    ('“甲 "乙 丙" 丁”', '«甲 "乙 丙" 丁»'),
    # quotation marks that are text
    ("“源头”治理", "“源头”治理"),
    ("突出“源头”治理", "突出“源头”治理"),
    ("“源头”治理 “枫桥经验”", "[“源头”治理 «枫桥经验»]"),
    ("“枫桥经验”、“三调合一”", "“枫桥经验”、“三调合一”"),
    ('"甲"乙 "丙"', '["甲"乙 «丙»]'),
    ('"甲 "乙 丙"', '["甲 «乙 丙»]'),
    ("甲'乙 丙'", "[甲'乙 丙']"),
    ("枫桥经验”", "枫桥经验”"),
    ("“枫桥经验", "“枫桥经验"),
    ('"枫桥 经验', '["枫桥 经验]'),
    # exclusion
    ("-复议", "-复议"),
    ("－复议", "-复议"),
    ("行政 -复议", "[行政 -复议]"),
    ("-行政 -复议", "[-行政 -复议]"),
    ('-"行政 复议"', "-«行政 复议»"),
    ("-（行政 复议）", "-[行政 复议]"),
    ("-(行政 | 复议)", "-[行政 | 复议]"),
    ("-(甲 -乙)", "-[甲 -乙]"),
    ("行政-复议", "行政-复议"),
    ("1-2", "1-2"),
    ("--甲", "--甲"),
    ("甲 - 乙", "[甲 - 乙]"),
    ("-", "-"),
    ('-"', '-"'),
    ('甲 -""', '[甲 -""]'),
    ("(甲 -)", "[甲 -]"),
    ("−甲", "−甲"),  # U+2212 is a mathematical minus, not the full-width hyphen
    # OR
    ("甲 OR 乙", "[甲 | 乙]"),
    ("甲 | 乙", "[甲 | 乙]"),
    ("甲 ＯＲ 乙", "[甲 | 乙]"),
    ("甲 ｜ 乙", "[甲 | 乙]"),
    ("甲 OR 乙 | 丙", "[甲 | 乙 | 丙]"),
    ("甲 乙 OR 丙", "[[甲 乙] | 丙]"),
    ("甲 OR 乙 丙", "[甲 | [乙 丙]]"),
    ("甲 OR -乙", "[甲 | -乙]"),
    ("甲 or 乙", "[甲 or 乙]"),
    ("甲|乙", "甲|乙"),
    ("甲OR乙", "甲OR乙"),
    ('甲 "OR" 乙', "[甲 «OR» 乙]"),
    ("甲 -OR 乙", "[甲 -OR 乙]"),
    ("OR", "OR"),
    ("|", "|"),
    ("甲 OR", "[甲 OR]"),
    ("OR 甲", "[OR 甲]"),
    ("甲 OR OR 乙", "[甲 | [OR 乙]]"),
    ('甲 OR ""', "[甲 OR]"),
    # groups
    ("(甲 乙)", "[甲 乙]"),
    ("（甲 乙）", "[甲 乙]"),
    ("（甲 乙)", "[甲 乙]"),
    ("( 甲 )", "甲"),
    ("(甲 乙) OR 丙", "[[甲 乙] | 丙]"),
    ("(甲 OR 乙) 丙", "[[甲 | 乙] 丙]"),
    ("丙 (甲 OR 乙)", "[丙 [甲 | 乙]]"),
    ("((甲 乙) OR (丙 丁))", "[[甲 乙] | [丙 丁]]"),
    ("（“甲 乙” 丙） 丁", "[[«甲 乙» 丙] 丁]"),
    ("（丙 “甲 乙”） 丁", "[[丙 «甲 乙»] 丁]"),
    ("(-甲 乙)", "[-甲 乙]"),
    ("(OR 甲)", "[OR 甲]"),
    ('("" “”)', "*"),
    # groups of one, where an operator stands beside them
    ("甲 -(乙)", "[甲 -乙]"),
    ("甲 OR (乙)", "[甲 | 乙]"),
    ("（甲） ｜ 乙", "[甲 | 乙]"),
    ("(甲 OR (乙)) 丙", "[[甲 | 乙] 丙]"),
    # brackets that are text
    ("（五）", "（五）"),
    ("甲 （五）", "[甲 （五）]"),
    ("甲 OR ()", "[甲 | ()]"),
    ("（五）突出源头治理", "（五）突出源头治理"),
    ("（五） 突出", "[（五） 突出]"),
    ("班子（扩大）会议", "班子（扩大）会议"),
    ("(扩大)会议 复议", "[(扩大)会议 复议]"),
    ("会议(扩大 范围)", "[会议(扩大 范围)]"),
    ("(扩大 范围)会议", "[(扩大 范围)会议]"),
    ("(甲 乙", "[(甲 乙]"),
    ("甲 乙)", "[甲 乙)]"),
    ("( )", "[( )]"),
    ("()", "()"),
    ('"（甲 乙"', "«（甲 乙»"),
    ('"(甲 乙) 丙"', "«(甲 乙) 丙»"),
    ('"甲 (乙" 丙) 丁', "[«甲 (乙» 丙) 丁]"),
    ('"甲")', '"甲")'),
    ('("甲")', '("甲")'),
    # sentences and questions
    ("2023年酉阳县办理了多少件行政复议申请", "2023年酉阳县办理了多少件行政复议申请?"),
    ("南岸区如何化解矛盾纠纷？", "南岸区如何化解矛盾纠纷？?"),
    ("坚持党的领导，把牢法治政府建设方向", "坚持党的领导，把牢法治政府建设方向?"),
    ("“坚持党的领导，把牢法治政府建设方向”", "«坚持党的领导，把牢法治政府建设方向»"),
    ("法治政府建设", "法治政府建设"),
    ("是否", "是否"),
]


@pytest.mark.parametrize(("q", "tree"), CASES)
def test_reads(q: str, tree: str, segmenter: Segmenter) -> None:
    assert show(parse(q, segmenter).tree) == tree


WARNINGS = [
    ("甲 OR", "OR"),
    ("| 甲", "|"),
    ("甲 ＯＲ ｜ 乙", "｜"),
    ('"甲 乙', '"'),
    ("“甲 乙", "“"),
    ("甲 「乙", "「"),
    ("（甲 乙", "（"),
    ("甲 乙)", ")"),
    ("甲 () 乙", "()"),
    ("甲 -（）", "（）"),
    ("甲 - 乙", "-"),
    ("甲 AND 乙", "AND"),  # operators of other search engines
    ("甲 and 乙", "and"),
    ("甲 NOT 乙", "NOT"),
    ("甲 or 乙", "or"),
    ('甲 －""', "－"),
]


@pytest.mark.parametrize(("q", "sign"), WARNINGS)
def test_warns_of_what_does_not_parse(q: str, sign: str, segmenter: Segmenter) -> None:
    (warning,) = parse(q, segmenter).warnings
    assert sign in warning
    assert "按文字检索" in warning


def test_a_repeated_warning_is_given_once(segmenter: Segmenter) -> None:
    assert len(parse("甲) 乙) 丙)", segmenter).warnings) == 1


@pytest.mark.parametrize(
    "q",
    [
        "",
        "甲 乙",
        "“甲 乙” -丙",
        "（五）突出“源头”治理",
        "(甲 OR 乙) -丙",
        "1-2",
        "甲|乙",
        "and",
        "甲 “AND” 乙",
        "甲 android",
        "班子（扩大）",
    ],
)
def test_does_not_warn(q: str, segmenter: Segmenter) -> None:
    assert parse(q, segmenter).warnings == ()


def test_chunks_come_in_the_order_typed(segmenter: Segmenter) -> None:
    parsed = parse('甲 -(乙 -丙) "丁" OR 戊', segmenter)
    chunks = [(chunk.text, exclude) for chunk, exclude in parsed.chunks()]
    assert chunks == [("甲", False), ("乙", True), ("丙", False), ("丁", False), ("戊", False)]


def test_a_chunk_holds_its_distinct_words_in_order(segmenter: Segmenter) -> None:
    (found,) = parse("行政复议和行政诉讼，行政复议", segmenter).chunks()
    chunk, _ = found
    assert chunk.words == ("行政复议", "行政诉讼")
    assert chunk.folded == "行政复议和行政诉讼,行政复议"
    ((quoted, _),) = parse("“行政复议和行政诉讼”", segmenter).chunks()
    assert quoted.words == ()
    assert quoted.ranking == ("行政复议", "行政诉讼")


def test_the_deepest_groups_are_text(segmenter: Segmenter) -> None:
    deepest = "(" * MAX_DEPTH + "甲 乙" + ")" * MAX_DEPTH
    assert show(parse(deepest, segmenter).tree) == "[甲 乙]"
    deeper = f"({deepest})"
    parsed = parse(deeper, segmenter)
    assert show(parsed.tree) == "(甲 乙)"
    assert len(parsed.warnings) == 1


# --- every string -------------------------------------------------------------------

SIGNS = [*"-－|｜()（）\"＂“”「」『』〝〞'‘ \u3000\n", " OR ", " | ", "ＯＲ", "OR"]
PIECES = st.sampled_from(
    [*SIGNS, *SIGNS, "甲", "枫桥经验", "（五）", "a", "𠮷", "㎡", "？", "什么"]
)
TEXTS = st.lists(PIECES, max_size=14).map("".join) | st.text(st.characters(), max_size=30)


@given(TEXTS)
def test_any_string_parses(segmenter: Segmenter, q: str) -> None:
    parsed = parse(q, segmenter)
    assert parsed.q == q
    assert (parsed.tree is None) == (not list(parsed.chunks()))
    for chunk, _ in parsed.chunks():
        assert chunk.text in q
        assert chunk.folded == fold(chunk.text) != ""
        assert not (chunk.quoted and (chunk.words or chunk.sentence))
        if not chunk.quoted and not any(sign in q for sign in "(（"):
            assert not any(character.isspace() for character in chunk.text)
    for mode in ("auto", "literal", "words"):
        plan(parsed, mode)
    relax(parsed)
    only_excludes(parsed)
    as_text(parsed, segmenter)


@given(TEXTS)
def test_nothing_that_was_typed_is_lost(segmenter: Segmenter, q: str) -> None:
    """Every character but the signs is in some chunk, in order."""
    parsed = parse(q, segmenter)
    kept = "".join(chunk.text for chunk, _ in parsed.chunks())
    at = 0
    for character in kept:
        at = q.index(character, at) + 1
    signs = set("-－|｜()（）") | set("ORＯＲ")
    lost = [c for c in q if c not in signs and fold(c)]
    assert [c for c in kept if c not in signs and fold(c)] == lost


@given(TEXTS.map(lambda text: "".join(text.split())).filter(bool))
def test_without_white_space_a_string_is_one_chunk(segmenter: Segmenter, q: str) -> None:
    if q[0] in "-－":
        return
    tree = parse(q, segmenter).tree
    if tree is None:
        assert fold(q) == ""
        return
    assert isinstance(tree, Chunk)
    assert tree.folded == fold(q)


@given(TEXTS)
def test_full_width_signs_mean_the_same(segmenter: Segmenter, q: str) -> None:
    wide = q.translate(str.maketrans('()|-"', "（）｜－＂"))
    narrow = q.translate(str.maketrans("（）｜－＂", '()|-"'))

    def folded(text: str) -> list[tuple[str, bool, bool]]:
        chunks = parse(text, segmenter).chunks()
        return [(chunk.folded, chunk.quoted, exclude) for chunk, exclude in chunks]

    assert folded(wide) == folded(narrow)


@given(TEXTS)
def test_signs_are_well_formed(q: str) -> None:
    quotations = find_quotations(q)
    groups = find_groups(q, quotations)
    spans = sorted([*quotations.items(), *groups.items()])
    for at, (start, end) in enumerate(spans):
        assert start < end
        for other_start, other_end in spans[at + 1 :]:
            assert other_start > end or (other_end < end and start in groups)


NASTY = {
    "open brackets": "(" * 4096,
    "close brackets": ")" * 4096,
    "misplaced from outside": "x" + "(" * 2046 + "a b" + ")" * 2046,
    "misplaced at the end": "(" * 2046 + "a b" + ")" * 2046 + "x",
    "brackets with spaces": "( " * 2048,
    "nested with spaces": "( " * 1000 + "a b" + " )" * 1000,
    "groups": "(a b)" * 800,
    "groups with spaces": "(a b) " * 680,
    "straight quotes": '"' * 4096,
    "opening straight quotes": '"a ' * 1365,
    "closing straight quotes": 'a" ' * 1365,
    "straight quotes inside": '"' + 'a"' * 2000,
    "opening quotes": "“" * 4096,
    "opening quotes with spaces": "“a " * 1365,
    "nested quotes": "“ " * 1000 + "a" + " ”" * 1000,
    "minuses": "-" * 4096,
    "minuses with spaces": "- " * 2048,
    "ors": "OR " * 1365,
    "bars": "a | " * 1024,
    "brackets and quotes": '("' * 1000 + "a b" + '")' * 1000,
    "one character": "法" * 4096,
    "words": "法治政府建设" * 682,
    "chunks": "法 " * 2048,
    "white space": " " * 4096,
    "marks": "e" + "\u0301\u0323" * 2047,
    "surrogates": "\ud800" * 4096,
    "sentence": "，" * 4095 + "？",
}


@pytest.mark.parametrize("name", NASTY)
def test_long_queries_take_little_time(name: str, segmenter: Segmenter) -> None:
    q = NASTY[name]
    started = time.process_time()
    parsed = parse(q, segmenter)
    for mode in ("auto", "literal", "words"):
        plan(parsed, mode)
    relax(parsed)
    assert time.process_time() - started < 0.5


# --- what is asked for when the query only excludes -----------------------------------


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("-复议", True),
        ("-甲 -乙", True),
        ("-甲 OR -乙", True),
        ("-(甲 乙)", True),
        ("", False),
        ("甲 -乙", False),
        ("-(甲 -乙)", False),
        ("甲", False),
    ],
)
def test_only_excludes(q: str, expected: bool, segmenter: Segmenter) -> None:
    assert only_excludes(parse(q, segmenter)) is expected


def test_as_text_takes_the_signs_as_they_stand(segmenter: Segmenter) -> None:
    parsed = as_text(parse(" -5% “甲” ", segmenter), segmenter)
    assert isinstance(parsed.tree, Chunk)
    assert parsed.tree.text == "-5% “甲”"
    assert parsed.tree.folded == "-5%甲"
    assert not parsed.tree.quoted
    assert len(parsed.warnings) == 1
