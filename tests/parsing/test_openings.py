"""District, town, year and title of openings from all over the country."""

from __future__ import annotations

import pytest

from search_service.parsing import parse_text
from tests.parsing.heads import (
    AREAS,
    BRANCHES,
    BYLINES,
    CORPS,
    LABELLED,
    LETTERHEADS,
    MINISTRIES,
    NAMED,
    SPANS_OF_YEARS,
    SPLIT_TITLES,
    STAMPS,
    YEARS_AT_THE_END,
)
from tests.parsing.openings import (
    BODIES,
    DATES,
    GUIDED,
    HEADINGS,
    ISSUERS,
    NUMBERS,
    OPENINGS,
    SIGNERS,
    TITLES,
    TOWNS_AND_NAMES,
    WITHOUT_TITLE,
    YEARS,
    Opening,
)

WHOLE = [
    *(*OPENINGS, *ISSUERS, *WITHOUT_TITLE, *BODIES, *DATES, *SIGNERS, *YEARS, *NUMBERS),
    *(*SPLIT_TITLES, *YEARS_AT_THE_END, *LETTERHEADS, *CORPS, *BRANCHES, *LABELLED, *STAMPS),
    *(*BYLINES, *SPANS_OF_YEARS, *AREAS, *MINISTRIES, *NAMED),
]


@pytest.mark.parametrize("case", [*TITLES, *TOWNS_AND_NAMES], ids=lambda case: case.text)
def test_title(case: Opening) -> None:
    text = f"{case.text}\n全年工作取得新成效。{HEADINGS}"
    document = parse_text(text, id="x", source="x.txt").report.document
    found = (document.district, document.town, document.year)
    assert found == (case.district, case.town, case.year)


@pytest.mark.parametrize("case", WHOLE, ids=lambda case: case.text[:40])
def test_opening(case: Opening) -> None:
    document = parse_text(case.text, id="x", source="x.txt").report.document
    found = (document.district, document.town, document.year)
    assert found == (case.district, case.town, case.year)
    if case.title is not None:
        assert document.title == case.title
    for field in ("issuer", "date", "number"):
        if (expected := getattr(case, field)) is not None:
            assert (field, getattr(document, field) or "") == (field, expected)


def test_there_are_enough_cases() -> None:
    assert len({*TITLES, *OPENINGS, *ISSUERS, *WITHOUT_TITLE}) >= 200


def test_weak_values_are_marked() -> None:
    parsed = parse_text(f"2022年，渝中区{GUIDED}{HEADINGS}", id="x", source="x.txt")
    assert {(u.field, u.value) for u in parsed.uncertain} == {
        ("title", ""),
        ("district", "渝中区"),
        ("year", 2022),
    }


def test_several_years_are_noted() -> None:
    title = "荣昌区2021-2022年法治政府建设情况报告"
    parsed = parse_text(f"{title}\n全年工作取得新成效。{HEADINGS}", id="x", source="x.txt")
    assert [(u.field, u.value) for u in parsed.uncertain] == [("year", 2022)]
    assert "2021, 2022" in parsed.uncertain[0].reason


def test_former_names_are_noted_and_short_forms_are_not() -> None:
    def notes(title: str) -> list[str]:
        text = f"{title}\n全年工作取得新成效。{HEADINGS}"
        return [u.reason for u in parse_text(text, id="x", source="x.txt").uncertain]

    assert notes("开县2015年依法行政工作情况报告") == ["written 开县, a former name"]
    assert notes("湟中县2018年法治政府建设情况报告") == ["written 湟中县, a former name"]
    assert notes("重庆市开县2015年依法行政工作情况报告") == ["written 开县, a former name"]
    assert notes("前郭县2022年法治政府建设情况报告") == []
    assert notes("科左后旗2022年法治政府建设情况报告") == []
    assert notes("酉阳自治县2022年法治政府建设情况报告") == []
    assert notes("石柱县2022年法治政府建设情况报告") == []
