"""The literal guarantee over the five seed reports, held against plain Python."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

from search_service.analysis import fold
from search_service.models import Hit
from search_service.query import Plan
from search_service.requests import SearchRequest
from search_service.service import SearchService
from tests.seeds import Entry, holding, ids


def random_pieces(entries: list[Entry], count: int) -> list[str]:
    """Pieces of 1 to 64 code points, each inside the heading and text of one section."""
    draw = random.Random(20240228)
    texts = [section.own_text for _, section, _ in entries]
    weights = [len(text) for text in texts]
    pieces = []
    for text in draw.choices(texts, weights, k=count):
        length = min(draw.randint(1, 64), len(text))
        start = draw.randint(0, len(text) - length)
        pieces.append(text[start : start + length])
    return pieces


def test_every_piece_of_text_is_found_where_it_stands(
    service: SearchService, entries: list[Entry]
) -> None:
    """Asked for quoted; what has no white space also as it is; each mark folds back."""
    for piece in random_pieces(entries, 5_000):
        expected = holding(entries, piece)
        assert expected
        result = service.search(f'"{piece}"', mode="literal", per_page=100)
        assert set(ids(result)) == expected, piece
        assert result.total == result.total_literal == len(expected)
        assert result.query.warnings == ()
        if len(expected) <= 10:
            for hit in result.hits:
                marks_fold_back(hit, fold(piece))
        if not any(character.isspace() for character in piece):
            as_typed = service.engine.search(literally(service, piece), limit=100)
            assert {hit.section.id for hit in as_typed.hits} == expected, piece


def literally(service: SearchService, q: str) -> Plan:
    return service.read_query(SearchRequest(q, "literal")).plan


def test_auto_finds_at_least_what_literal_finds(
    service: SearchService, entries: list[Entry]
) -> None:
    for piece in random_pieces(entries, 300):
        literal = service.search(piece, mode="literal", per_page=100)
        auto = service.search(piece, per_page=100)
        assert set(ids(literal)) <= set(ids(auto))
        assert holding(entries, piece) <= set(ids(literal))
        assert auto.total_literal >= literal.total_literal


def marks_fold_back(hit: Hit, needle: str) -> None:
    """Every mark is what was asked for; one that runs out of the heading is in two parts."""
    heading = [hit.section.heading[m.start : m.end] for m in hit.heading_matches]
    text = [hit.section.text[m.start : m.end] for p in hit.passages for m in p.matches]
    assert heading or text or not needle
    for passage in hit.passages:
        assert passage.text == hit.section.text[passage.start : passage.end]
    parts = [fold(mark) for mark in (*heading, *text) if needle not in fold(mark)]
    if parts:
        assert len(parts) <= 2
        assert needle.startswith(fold(heading[-1])) if heading else True
        assert needle in fold(hit.section.own_text)
        assert all(part in needle for part in parts)


def test_threads_may_share_a_service(service: SearchService, entries: list[Entry]) -> None:
    pieces = random_pieces(entries, 200)
    expected = [set(ids(service.search(f'"{p}"', mode="literal", per_page=100))) for p in pieces]

    def ask(piece: str) -> set[str]:
        return set(ids(service.search(f'"{piece}"', mode="literal", per_page=100)))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, pieces)) == expected
