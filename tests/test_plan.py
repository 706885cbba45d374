"""What a query finds, over the model: how the modes and the signs relate, for any string."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search_service.analysis import Segmenter, fold
from search_service.models import Mode, Report
from search_service.query import Plan, as_text, only_excludes, parse, plan, relax
from tests import strategies
from tests.model import ModelEngine

CORPORA = strategies.corpora(max_documents=3)


def engine_over(corpus: list[Report], segmenter: Segmenter) -> ModelEngine:
    engine = ModelEngine(segmenter)
    engine.rebuild(corpus)
    return engine


def groups(engine: ModelEngine, asked: Plan) -> dict[str, str]:
    return {hit.section.id: hit.match for hit in engine.search(asked, limit=10_000).hits}


def asking(engine: ModelEngine, q: str, mode: Mode) -> dict[str, str]:
    return groups(engine, plan(parse(q, engine.segmenter), mode))


def holding(engine: ModelEngine, q: str) -> set[str]:
    needle = fold(q)
    return {entry.section.id for entry in engine.entries if needle in entry.folded}


@given(data=st.data())
def test_a_string_is_found_exactly_where_it_stands(
    segmenter: Segmenter, data: st.DataObject
) -> None:
    corpus = data.draw(CORPORA)
    engine = engine_over(corpus, segmenter)
    text = data.draw(strategies.snippets(strategies.sources_of(corpus)))
    if not set(text) & set('"＂'):
        assert set(asking(engine, f'"{text}"', "literal")) == holding(engine, text)
    assert set(
        asking(engine, f"「{text.translate({ord(c): None for c in '「」'})}」", "literal")
    ) == (holding(engine, text))
    typed = "".join(text.split())
    if not typed.startswith(("-", "－")):
        assert set(asking(engine, typed, "literal")) == holding(engine, text)


@given(data=st.data())
def test_every_mode_finds_the_text_itself(segmenter: Segmenter, data: st.DataObject) -> None:
    """Whatever the signs in it, text that is there is found, and as a literal match."""
    corpus = data.draw(CORPORA)
    engine = engine_over(corpus, segmenter)
    q = data.draw(strategies.query_texts(strategies.sources_of(corpus)))
    literal, auto = asking(engine, q, "literal"), asking(engine, q, "auto")
    for name in holding(engine, q):
        assert literal[name] == auto[name] == "literal"
    parsed = parse(q, segmenter)
    if not any(exclude for _, exclude in parsed.chunks()):
        assert set(literal) <= set(auto)
        assert {name for name, group in auto.items() if group == "literal"} == set(literal)
    assert set(literal.values()) <= {"literal"}


@given(data=st.data())
def test_words_alone_find_no_more_than_auto(segmenter: Segmenter, data: st.DataObject) -> None:
    corpus = data.draw(CORPORA)
    engine = engine_over(corpus, segmenter)
    q = data.draw(strategies.query_texts(strategies.sources_of(corpus)))
    if any(exclude for _, exclude in parse(q, segmenter).chunks()):
        return
    words, auto = asking(engine, q, "words"), asking(engine, q, "auto")
    assert words.items() <= auto.items()


@given(data=st.data())
def test_a_relaxed_query_finds_at_least_what_was_asked(
    segmenter: Segmenter, data: st.DataObject
) -> None:
    corpus = data.draw(CORPORA)
    engine = engine_over(corpus, segmenter)
    parsed = parse(data.draw(strategies.query_texts(strategies.sources_of(corpus))), segmenter)
    relaxed = relax(parsed)
    if relaxed is None:
        assert not any(chunk.words for chunk, exclude in parsed.chunks() if not exclude)
        return
    found = groups(engine, relaxed)
    assert set(found.values()) <= {"partial"}
    wanted = [chunk for chunk, exclude in parsed.chunks() if not exclude]
    unwanted = [chunk for chunk, exclude in parsed.chunks() if exclude]
    for entry in engine.entries:
        if any(word in entry.frequencies for chunk in wanted for word in chunk.words) and not any(
            chunk.folded in entry.folded or set(chunk.words) <= set(entry.frequencies)
            for chunk in unwanted
        ):
            assert entry.section.id in found


@given(data=st.data())
def test_excluding_is_the_complement(segmenter: Segmenter, data: st.DataObject) -> None:
    corpus = data.draw(CORPORA)
    engine = engine_over(corpus, segmenter)
    text = "".join(data.draw(strategies.snippets(strategies.sources_of(corpus))).split())
    parsed = parse(f"-{text}", segmenter)
    if not only_excludes(parsed):
        assert not fold(text) or text[0] in "-－"
        return
    everything = {entry.section.id for entry in engine.entries}
    excluded = everything - holding(engine, text) | holding(engine, f"-{text}")
    assert set(groups(engine, plan(parsed, "literal"))) == excluded
    as_typed = groups(engine, plan(as_text(parsed, segmenter), "literal"))
    assert set(as_typed) == holding(engine, f"-{text}")
