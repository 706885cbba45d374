"""Random reports and questions: every engine answers as the contract in plain Python does."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from search_service.analysis import Segmenter, fold
from search_service.correcting import corrections
from search_service.engines.base import Deadline, Engine, EngineHit
from search_service.models import FACET_FIELDS, Filters, Report, Sort
from search_service.query import Plan
from tests import strategies
from tests.corrections import corrections as every_correction
from tests.engines.conftest import Make
from tests.engines.contract import ids
from tests.model import ModelEngine

EVERYTHING = 10_000
TOLERANCE = 1e-4

some = settings(
    max_examples=settings().max_examples * 2 // 5,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""Fewer examples than elsewhere, because each writes indexes and asks several questions; no
shrinking, because making these values smaller takes longer than understanding them."""


@pytest.fixture
def stored(make_stored: Make, tmp_path: Path, segmenter: Segmenter) -> Engine:
    return make_stored(tmp_path / "index", segmenter)


@some
@given(data=st.data())
def test_random_corpora_and_questions(
    stored: Engine, segmenter: Segmenter, data: st.DataObject
) -> None:
    corpus = data.draw(strategies.corpora(), label="corpus")
    model = ModelEngine(segmenter)
    stored.rebuild(corpus)
    model.rebuild(corpus)
    ask(stored, model, corpus, data, questions=4)


@some
@given(data=st.data())
def test_random_changes(stored: Engine, segmenter: Segmenter, data: st.DataObject) -> None:
    model = ModelEngine(segmenter)
    stored.rebuild([])
    for _ in range(data.draw(st.integers(1, 4))):
        put = data.draw(strategies.corpora(max_documents=3), label="put")
        gone = data.draw(st.lists(st.sampled_from(strategies.IDS), max_size=2), label="delete")
        rebuild = data.draw(st.integers(0, 6)) == 0
        for engine in (stored, model):
            if rebuild:
                engine.rebuild(put)
            else:
                engine.update(put, gone)
        for name in strategies.IDS:
            assert stored.report(name) == model.report(name)
            assert stored.fingerprint(name) == model.fingerprint(name)
        ask(stored, model, list(model.reports.values()), data, questions=2)


def ask(
    engine: Engine,
    model: ModelEngine,
    corpus: Sequence[Report],
    data: st.DataObject,
    questions: int,
) -> None:
    """Put the same random questions to both."""
    sources = strategies.sources_of(corpus)
    for _ in range(questions):
        asked = data.draw(strategies.plans(sources, model.segmenter), label="plan")
        filters = data.draw(strategies.filters(), label="filters")
        sort = data.draw(strategies.SORTS, label="sort")
        same_hits(engine, model, asked, filters, sort)
        same_matrix(engine, model, asked, filters)
        count, listed = engine.documents(filters, sort, 0, EVERYTHING)
        assert (count, list(listed)) == model.documents(filters, sort, 0, EVERYTHING)
    text = fold(data.draw(strategies.snippets(sources), label="text"))
    held = every_correction(model, text)
    assert held.issuperset(corrections(text, EVERYTHING, engine, model.segmenter, Deadline()))
    for prefix in ("", *data.draw(st.lists(st.sampled_from("法行a1枫ガ复"), max_size=2))):
        assert list(engine.suggest(prefix, 5)) == list(model.suggest(prefix, 5))


def same_hits(
    engine: Engine, model: ModelEngine, asked: Plan, filters: Filters, sort: Sort
) -> None:
    real = engine.search(asked, filters, sort, 0, EVERYTHING, FACET_FIELDS)
    expected = model.search(asked, filters, sort, 0, EVERYTHING, FACET_FIELDS)
    assert (real.total, real.total_literal) == (expected.total, expected.total_literal)
    assert {k: dict(v) for k, v in real.facets.items()} == expected.facets
    by_id = {hit.section.id: hit for hit in expected.hits}
    assert set(ids(real.hits)) == set(by_id)
    for hit in real.hits:
        same = by_id[hit.section.id]
        assert (hit.section, hit.document, hit.match) == (same.section, same.document, same.match)
        assert hit.score == pytest.approx(same.score, rel=TOLERANCE)
    if sort == "relevance" and asked.literal is not None:
        in_order(real.hits, model)
    else:
        assert ids(real.hits) == ids(expected.hits)
    assert [h.section.id for h in engine.stream(asked, filters, sort, Deadline())] == ids(real.hits)
    size = 1 + real.total // 3
    windows = [
        engine.search(asked, filters, sort, at, size).hits for at in range(0, 3 * size, size)
    ]
    assert [name for window in windows for name in ids(window)] == ids(real.hits)


def in_order(hits: Sequence[EngineHit], model: ModelEngine) -> None:
    """Groups first, then scores; what is even goes by document id and ordinal."""
    place = {entry.section.id: number for number, entry in enumerate(model.entries)}
    groups = ("literal", "words", "partial")
    for first, second in pairwise(hits):
        assert groups.index(first.match) <= groups.index(second.match)
        if first.match == second.match:
            assert first.score >= second.score
            if first.score == second.score:
                assert place[first.section.id] < place[second.section.id]


def same_matrix(engine: Engine, model: ModelEngine, asked: Plan, filters: Filters) -> None:
    def key(row: object) -> str:
        return repr(row)

    real = sorted(engine.matrix(asked, filters, Deadline()), key=key)
    assert real == sorted(model.matrix(asked, filters, Deadline()), key=key)
