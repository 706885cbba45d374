"""Why a section matches: what is explained is what a search does."""

from __future__ import annotations

import pytest

import search_service
from search_service import SearchService
from search_service.analysis import fold
from search_service.explaining import ChunkExplained, explain, longest_piece
from search_service.models import MODES, Mode

QUERIES = [
    "枫桥经验",
    "南岸区 枫桥经验",  # 南岸区 in the context
    "枫桥治理经验",  # by words
    "枫桥经验 航空母舰",  # relaxed
    "枫桥经念",  # relaxed, also by synonyms
    "“枫桥经念” “高效化解” 旅游",  # relaxed, with what is quoted
    "高铁 调解 -复议",  # relaxed, with what is excluded
    "南岸区2023年 航空母舰 复议",  # relaxed, beside a place and a year
    "航空母舰",  # nothing, relaxed or not
    "怎么处理信访户的矛盾？",  # a question
    "-枫桥经验",
    "",
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("q", QUERIES)
def test_a_section_is_explained_as_it_is_found(service: SearchService, q: str, mode: Mode) -> None:
    found = service.search(q, mode=mode, per_page=100)
    match = {hit.section.id: hit.match for hit in found.hits}
    assert len(match) == found.total
    for hit in service.search(per_page=100).hits:
        explained = explain(service, q, mode, hit.section.id)
        assert explained.match == match.get(hit.section.id)
        assert explained.relaxed == found.query.relaxed
        if explained.relaxed and explained.match:
            assert any(map(has_something, explained.chunks))
    assert explain(service, q, mode).relaxed == found.query.relaxed


def has_something(chunk: ChunkExplained) -> bool:
    """Whether a wanted chunk gives a reason for a relaxed match."""
    found = chunk.words_found or chunk.synonyms_found or (chunk.literal and chunk.in_text)
    return not chunk.exclude and bool(found)


def test_what_another_document_answers_is_not_relaxed(service: SearchService) -> None:
    """Whether any word is enough is decided over the whole index, as a search does."""
    assert [hit.section.id for hit in service.search("南岸区 枫桥经验").hits] == ["nanan-2023/6"]
    elsewhere = explain(service, "南岸区 枫桥经验", section_id="kaizhou-2024/15")
    assert (elsewhere.relaxed, elsewhere.match) == (False, None)
    assert [chunk.in_text for chunk in elsewhere.chunks] == [False, True]


def test_synonyms_are_found_only_where_they_were_searched(service: SearchService) -> None:
    section = "kaizhou-2024/15"  # it has the first of the terms, 枫桥经验
    (chunk,) = explain(service, "枫桥经念", section_id=section).chunks
    assert [synonym.text for synonym in chunk.synonyms] == ["枫桥"]
    assert chunk.synonyms_found is not None
    assert "枫桥经验" in chunk.synonyms_found
    (literal,) = explain(service, "枫桥经念", "literal", section).chunks
    assert literal.synonyms_found == ()
    (without,) = explain(service, "枫桥经念", section_id=section, synonyms=False).chunks
    assert without.synonyms == without.synonyms_found == ()
    (found,) = explain(service, "枫桥经验", section_id=section).chunks
    assert found.synonyms
    assert found.synonyms_found == ()  # a keyword that is found is never widened
    excluded = explain(service, "枫桥经念 -枫桥治理", section_id=section)
    assert excluded.relaxed
    assert [bool(chunk.synonyms_found) for chunk in excluded.chunks] == [True, False]


NEAREST = [
    # query, the nearest text folded and as written: 坚持和发展“枫桥经验”，深化“三
    ("发展枫桥经验", "发展枫桥经验", "发展“枫桥经验"),
    ("推广枫桥经验，深化改革", "枫桥经验,深化", "枫桥经验”，深化"),
    ("发展“枫桥经念", "发展枫桥经", "发展“枫桥经"),
    ("ABC", "", ""),
]


@pytest.mark.parametrize(("q", "folded", "written"), NEAREST)
def test_the_nearest_text_is_shown_as_the_section_writes_it(
    service: SearchService, q: str, folded: str, written: str
) -> None:
    (chunk,) = explain(service, q, "literal", "nanan-2023/6").chunks
    assert (chunk.nearest, chunk.nearest_text) == (folded, written)
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("needle", "text", "longest"),
    [
        ("abcd", "xabcdx", "abcd"),
        ("abcd", "ab bcd", "bcd"),
        ("abcd", "cd ab", "ab"),  # the first of several
        ("abcd", "", ""),
        ("", "abcd", ""),
        ("a" * 256, "a" * 255, "a" * 255),
    ],
)
def test_longest_piece(needle: str, text: str, longest: str) -> None:
    assert longest_piece(needle, text) == longest


def test_explain_shows_parts_and_where_they_were_found(service: SearchService) -> None:
    (place, text) = explain(service, "南岸区2023年 调解", section_id="nanan-2023/6").chunks
    assert [part.text for part in place.parts] == ["南岸区", "2023年"]
    assert (place.in_text, place.in_context) == (False, True)
    assert (text.in_text, text.nearest) == (True, "调解")
    (elsewhere, _) = explain(service, "开州区2023年 调解", section_id="nanan-2023/6").chunks
    assert elsewhere.in_context is False


def test_words_of_the_context_are_told(service: SearchService) -> None:
    q = "法治情况 枫桥经验"  # both words of the first stand in the title, not side by side
    (context, _) = explain(service, q, section_id="nanan-2023/6").chunks
    assert (context.in_text, context.in_context) == (False, True)
    (context, _) = explain(service, q, "literal", "nanan-2023/6").chunks
    assert context.in_context is False


@pytest.mark.parametrize(
    "section", ["nanan-2023", "nanan-2023/x", "nanan-2023/", "/1", "", "nanan-2023/-1", "a/1\n"]
)
def test_what_is_no_section_is_not_found(service: SearchService, section: str) -> None:
    with pytest.raises(search_service.NotFound):
        explain(service, "枫桥经验", "auto", section)
