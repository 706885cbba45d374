"""Random reports, filters, queries and plans over a small alphabet, so that they meet."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from search_service.analysis import Segmenter, fold
from search_service.models import Document, Filters, Mode, Report, Section, Sort, YearRange
from search_service.query import (
    AllOf,
    AllWords,
    AnyOf,
    Expression,
    Literal,
    OfYear,
    Plan,
    SomeWords,
    parse,
    plan,
    relax,
)

WORDS = ["行政", "复议", "行政复议", "枫桥经验", "法治", "政府", "法治政府", "化解", "矛盾", "纠纷"]
CHARACTERS = [
    *"法治政府行政复议的和a1ＡB２ß①㎡ﬁ𠮷𡈽",
    "e\u0301",
    "é",
    "ｶﾞ",
    "か\u3099",
    "İ",
    "\u1112\u1161",
]
MARKS = [*"“”\"'「」 \u3000\n，。、；-·（）()%《》", "\u00a0", "\u200b", "\ufffd"]
TITLES = [
    "南岸区2023年法治政府建设报告",
    "《南岸区2023年法治政府建设报告》",
    "《行政复议》",
    "《》",
]
PIECES = [*WORDS, *WORDS, *CHARACTERS, *MARKS, *TITLES]

DISTRICTS = ["南岸区", "开州区", "酉阳县"]
TOWNS = ["涂山镇", "铜元局街道"]
YEARS = [2020, 2022, 2023, 2024]
IDS = ["a", "b", "c-1", "C", "c", "甲", "nanan-2023", "𠮷"]
MODES: st.SearchStrategy[Mode] = st.sampled_from(["auto", "auto", "literal", "words"])
SORTS: st.SearchStrategy[Sort] = st.sampled_from(
    ["relevance", "relevance", "relevance", "year", "-year", "district", "document"]
)


def texts(max_pieces: int) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(PIECES), max_size=max_pieces).map("".join)


HEADINGS = texts(4).map(lambda text: text.replace("\n", ""))
PATHS = st.lists(HEADINGS | st.sampled_from(WORDS), max_size=3).map(tuple)


@st.composite
def reports(draw: st.DrawFn, document_id: str) -> Report:
    document = Document(
        document_id,
        title=draw(texts(3) | st.sampled_from([TITLES[0], "行政复议", ""])),
        district=draw(st.none() | st.sampled_from(DISTRICTS)),
        town=draw(st.none() | st.none() | st.sampled_from(TOWNS)),
        issuer=draw(st.none() | texts(2)),
        year=draw(st.none() | st.sampled_from(YEARS)),
        date=draw(st.none() | st.just("2024-02-28")),
        number=draw(st.none() | st.just("武隆府文〔2021〕1号")),
        source=draw(texts(2)),
    )
    bodies = draw(st.lists(st.tuples(HEADINGS, PATHS, texts(16)), max_size=5))
    sections = tuple(
        Section(document_id, ordinal, heading, path, min(ordinal, 3), text)
        for ordinal, (heading, path, text) in enumerate(bodies)
    )
    return Report(document, sections, fingerprint=draw(st.sampled_from(["", "1", "2"])))


@st.composite
def corpora(draw: st.DrawFn, max_documents: int = 5) -> list[Report]:
    ids = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=max_documents))
    return [draw(reports(document_id)) for document_id in ids]


@st.composite
def filters(draw: st.DrawFn) -> Filters:
    if draw(st.booleans()):
        return Filters()
    ends = st.none() | st.sampled_from(YEARS)
    spans = st.none() | st.builds(YearRange, ends, ends)

    def some(values: st.SearchStrategy[object]) -> tuple[object, ...]:
        return tuple(draw(st.lists(values, max_size=2)))

    return Filters(
        district=some(st.none() | st.sampled_from([*DISTRICTS, "无此区"])),  # type: ignore[arg-type]
        town=some(st.none() | st.sampled_from(TOWNS)) if draw(st.booleans()) else (),  # type: ignore[arg-type]
        year=some(spans),  # type: ignore[arg-type]
        document=some(st.sampled_from(IDS)) if draw(st.booleans()) else (),  # type: ignore[arg-type]
    )


# --- what is asked ----------------------------------------------------------------------


@st.composite
def snippets(draw: st.DrawFn, sources: Sequence[str]) -> str:
    """A piece of one of ``sources``, or of anything."""
    if not sources or draw(st.integers(0, 4)) == 0:
        return draw(texts(3))
    source = draw(st.sampled_from(sources))
    start = draw(st.integers(0, len(source)))
    return source[start : start + draw(st.integers(1, 12))]


def sources_of(corpus: Sequence[Report]) -> list[str]:
    found = []
    for report in corpus:
        document = report.document
        found += [document.title, document.district or "", document.town or ""]
        for section in report.sections:
            found += [section.own_text, section.own_text, *section.path]
    return [text for text in found if text]


OPERATORS = st.sampled_from([" ", " ", " ", "\u3000", " OR ", " | ", " -", " (", ") ", " -(", ""])


@st.composite
def query_texts(draw: st.DrawFn, sources: Sequence[str]) -> str:
    pieces = []
    for _ in range(draw(st.integers(1, 4))):
        piece = draw(snippets(sources))
        form = draw(
            st.sampled_from(["{}", "{}", "{}", '"{}"', "“{}”", "-{}", "-“{}”", "({} ", "{})"])
        )
        pieces += [form.format(piece), draw(OPERATORS)]
    return "".join(pieces[:-1])


@st.composite
def plans(draw: st.DrawFn, sources: Sequence[str], segmenter: Segmenter) -> Plan:
    """A plan of a query that was typed, of its relaxed form, or one that nobody can type."""
    kind = draw(st.integers(0, 5))
    if kind == 0:
        return draw(trees(sources, segmenter))
    parsed = parse(draw(query_texts(sources)), segmenter)
    if kind == 1:
        return relax(parsed) or plan(parsed, "literal")
    return plan(parsed, draw(MODES))


@st.composite
def trees(draw: st.DrawFn, sources: Sequence[str], segmenter: Segmenter) -> Plan:
    literals = snippets(sources).map(fold).filter(bool).map(Literal)

    def words_of(text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(segmenter.words(text)))

    words = snippets(sources).map(words_of)
    shares = st.sampled_from([0.0, 0.3, 0.5, 1.0])
    some_words = st.builds(SomeWords, words, shares, st.just(()) | words)
    years = st.builds(OfYear, st.sampled_from(YEARS), st.sampled_from(YEARS))
    leaves = literals | literals | st.builds(AllWords, words) | some_words | years

    def inner(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        several = st.lists(parts, max_size=3).map(tuple)
        return st.builds(AllOf, several, several) | st.builds(AnyOf, several)

    shallow = leaves | inner(leaves)
    expressions = shallow | inner(shallow)
    asked = draw(words)
    pairs = [(a, b) for a in asked for b in asked if a != b]
    near = st.lists(st.sampled_from(pairs), unique=True, max_size=3).map(tuple)
    neighbours = draw(near) if pairs else ()
    return Plan(
        literal=draw(expressions),
        words=draw(st.none() | expressions),
        partial=draw(st.none() | expressions),
        words_only=False,
        score_words=asked,
        near=neighbours,
        near_literal=neighbours[: draw(st.integers(0, 3))],
        other_words=draw(st.just(()) | words),
        authority=draw(st.booleans()),
        preferred=draw(st.lists(expressions, max_size=2).map(tuple)),
    )
