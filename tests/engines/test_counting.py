"""Filters, facets, the matrix and suggestions: every count is exact."""

from __future__ import annotations

import pytest

from search_service.analysis import Segmenter
from search_service.engines.base import Deadline, Engine, MatrixRow, Suggestion
from search_service.models import Filters, Report, YearRange
from search_service.query import parse, plan
from tests.engines.contract import found, read, report
from tests.filters import accepts


def corpus() -> list[Report]:
    return [
        report("a", "调解", "旅游", district="南岸区", year=2023),
        report("b", "调解", district="南岸区", town="涂山镇", year=2023),
        report("c", "调解", "调解", district="开州区", year=2024),
        report("d", "旅游", district="酉阳县", year=2023),
        report("e", "调解", district=None, year=2022),
        report("f", "调解", district="酉阳县", year=None),
    ]


Y2023 = YearRange(2023, 2023)
FILTERED = [
    (Filters(), "abccef"),
    (Filters(district=("南岸区",)), "ab"),
    (Filters(district=("南岸区", "开州区")), "abcc"),
    (Filters(district=(None,)), "e"),
    (Filters(district=("南岸区", None)), "abe"),
    (Filters(district=("无此区",)), ""),
    (Filters(town=("涂山镇",)), "b"),
    (Filters(town=(None,)), "accef"),
    (Filters(year=(Y2023,)), "ab"),
    (Filters(year=(YearRange(2023, 2024),)), "abcc"),
    (Filters(year=(YearRange(2024, None),)), "cc"),
    (Filters(year=(YearRange(None, 2022),)), "e"),
    (Filters(year=(YearRange(None, None),)), "abcce"),
    (Filters(year=(YearRange(2024, 2020),)), ""),
    (Filters(year=(None,)), "f"),
    (Filters(year=(None, Y2023)), "abf"),
    (Filters(document=("c",)), "cc"),
    (Filters(document=("c", "a", "x")), "acc"),
    (Filters(district=("南岸区",), year=(Y2023,)), "ab"),
    (Filters(district=("开州区",), year=(Y2023,)), ""),
    (Filters(district=("酉阳县",), year=(None,)), "f"),
    (Filters(district=("南岸区",), town=("涂山镇",), year=(Y2023,), document=("b",)), "b"),
]


@pytest.mark.parametrize(("filters", "documents"), FILTERED)
def test_filters(engine: Engine, filters: Filters, documents: str) -> None:
    engine.rebuild(corpus())
    assert "".join(sorted(name[0] for name in found(engine, "调解", filters=filters))) == documents
    total, listed = engine.documents(filters, "document", 0, 10)
    expected = [r.document for r in corpus() if accepts(filters, r.document)]
    assert (total, list(listed)) == (len(expected), expected)


FACETS = [
    (
        Filters(),
        {"南岸区": 2, "开州区": 2, None: 1, "酉阳县": 1},
        {2023: 2, 2024: 2, 2022: 1, None: 1},
    ),
    # a field's counts ignore its own filter, and obey the others
    (
        Filters(district=("南岸区",)),
        {"南岸区": 2, "开州区": 2, None: 1, "酉阳县": 1},
        {2023: 2},
    ),
    (
        Filters(year=(Y2023,)),
        {"南岸区": 2},
        {2023: 2, 2024: 2, 2022: 1, None: 1},
    ),
    (Filters(district=("南岸区",), year=(YearRange(2024, 2024),)), {"开州区": 2}, {2023: 2}),
    (Filters(district=(None,), year=(None,)), {"酉阳县": 1}, {2022: 1}),
    (Filters(town=("涂山镇",)), {"南岸区": 1}, {2023: 1}),
    (Filters(document=("a", "c")), {"南岸区": 1, "开州区": 2}, {2023: 1, 2024: 2}),
    (Filters(district=("无此区",)), {"南岸区": 2, "开州区": 2, None: 1, "酉阳县": 1}, {}),
]


@pytest.mark.parametrize(("filters", "districts", "years"), FACETS)
def test_facets(
    engine: Engine,
    filters: Filters,
    districts: dict[str | None, int],
    years: dict[int | None, int],
) -> None:
    engine.rebuild(corpus())
    result = engine.search(read("调解"), filters, limit=0, facets=("district", "year"))
    assert result.facets == {"district": districts, "year": years}
    assert engine.search(read("调解"), filters, limit=0, facets=("year",)).facets == {"year": years}
    assert engine.search(read("调解"), filters, limit=0).facets == {}


def test_facets_of_browsing_count_every_section(engine: Engine) -> None:
    engine.rebuild(corpus())
    result = engine.search(read(""), limit=1, facets=("district", "year"))
    assert result.total == result.total_literal == 8
    assert result.facets["district"] == {"南岸区": 3, "开州区": 2, "酉阳县": 2, None: 1}
    assert result.facets["year"] == {2023: 4, 2024: 2, 2022: 1, None: 1}


def test_total_literal_counts_only_literal_hits(engine: Engine) -> None:
    engine.rebuild([report("a", "旅游纠纷", "纠纷与旅游"), report("b", "旅游纠纷")])
    result = engine.search(read("旅游纠纷"), limit=1)
    assert (result.total, result.total_literal) == (3, 2)
    filtered = engine.search(read("旅游纠纷"), Filters(document=("a",)), limit=0)
    assert (filtered.total, filtered.total_literal) == (2, 1)


def rows(
    engine: Engine, q: str, filters: Filters = Filters()
) -> dict[tuple[str | None, int | None], MatrixRow]:
    found = engine.matrix(read(q, "literal"), filters, Deadline())
    by_pair = {(row.district, row.year): row for row in found}
    assert len(by_pair) == len(found)
    return by_pair


def test_matrix(engine: Engine) -> None:
    engine.rebuild(
        [
            report("a", ("一、复议", "行政复议，复议。"), "无", district="南岸区", year=2023),
            report("b", "复 “议”", district="南岸区", year=2023),
            report("c", "没有", district="开州区", year=2023),
            report("d", district="开州区", year=2024),
            report("e", "复议", district=None, year=None),
        ]
    )
    assert rows(engine, "复议") == {
        # own texts: 一、复议行政复议,复议。 (12), 无 (1), 复议 (2)
        ("南岸区", 2023): MatrixRow("南岸区", 2023, 2, 15, 2, 4),
        ("开州区", 2023): MatrixRow("开州区", 2023, 1, 2, 0, 0),
        ("开州区", 2024): MatrixRow("开州区", 2024, 1, 0, 0, 0),
        (None, None): MatrixRow(None, None, 1, 2, 1, 1),
    }
    assert set(rows(engine, "复议", Filters(district=("开州区",)))) == {
        ("开州区", 2023),
        ("开州区", 2024),
    }
    assert rows(engine, "复议 一、")["南岸区", 2023].occurrences == 4  # in the one that has both
    assert rows(engine, "复议 一、")["南岸区", 2023].sections == 1
    assert rows(engine, "复议 -行政")["南岸区", 2023].sections == 1
    assert rows(engine, "复议 OR 行政复议 OR 无")["南岸区", 2023].occurrences == 5  # not twice
    assert all(row.sections == row.occurrences == 0 for row in rows(engine, "").values())


def test_matrix_counts_code_points_and_whole_occurrences(engine: Engine) -> None:
    engine.rebuild([report("a", "𠮷𠮷𠮷aaa")])
    assert rows(engine, "𠮷𠮷")[None, None] == MatrixRow(None, None, 1, 6, 1, 1)
    assert rows(engine, "aa")[None, None].occurrences == 1
    assert rows(engine, "a")[None, None].occurrences == 3


def test_suggestions_are_words_of_the_index(engine: Engine) -> None:
    engine.rebuild(
        [
            report("a", ("复议", "行政复议"), "复议，复议", title="复印"),
            report("b", "复调对接", "GDP"),
        ]
    )
    assert list(engine.suggest("复议", 10)) == [Suggestion("复议", 2)]
    assert [s.text for s in engine.suggest("行政", 10)] == ["行政", "行政复议"]
    assert engine.suggest("复", 10)[0] == Suggestion("复议", 2)
    assert len(engine.suggest("复", 1)) == 1
    assert list(engine.suggest("gd", 10)) == [Suggestion("gdp", 1)]
    for missing in ("不存在", "龥", "𠮷", "\U0010fffd", "\0", ""):  # before and after all words
        assert list(engine.suggest(missing, 10)) == []
    engine.rebuild([])
    assert list(engine.suggest("复", 10)) == []
    assert list(engine.suggest("\ud800", 10)) == []


def test_totals_are_exact_or_left_out(engine: Engine, segmenter: Segmenter) -> None:
    engine.rebuild(
        [
            report(
                "a", ("一、行政复议", "行政复议案件，行政诉讼"), "行政复议机关", title="南岸区报告"
            ),
            report("b", "行政机关，行政复议案件", title="酉阳县报告"),
        ]
    )
    expected = {
        "行": 3,
        "行政": 3,
        "行政复议": 3,
        "行政复议案件": 2,
        "复议案件受理": 0,
        "南岸区 行政复议": 2,
        "酉阳县 案件": 1,
        "行政复议 -案件": 1,
    }
    plans = [plan(parse(q, segmenter), "literal") for q in expected]
    assert engine.totals(plans, 1000) == list(expected.values())
    for effort in range(8):
        totals = engine.totals(plans, effort)
        assert all(a in (None, b) for a, b in zip(totals, expected.values(), strict=True))
    assert engine.totals(plans[:2], 0) == [3, 3]  # nothing has to be read for these
    assert engine.totals([], 0) == []


def test_towns_are_those_of_documents(engine: Engine) -> None:
    engine.rebuild(
        [report("a", "x", town="涂山镇"), report("b", "x"), report("c", "x", town="涂山镇")]
    )
    assert engine.towns() == {"涂山镇"}
    engine.update([report("d", "x", town="花园街道")], ["a", "c"])
    assert engine.towns() == {"花园街道"}
