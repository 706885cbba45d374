"""Adding, replacing, deleting and rebuilding: all or nothing, exact, and kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search_service.analysis import Segmenter
from search_service.engines.base import Deadline, Engine
from search_service.errors import IndexMissing
from search_service.models import Document, Filters, Report, Section
from tests.engines.conftest import Make
from tests.engines.contract import found, read, report


def contents(engine: Engine) -> list[str]:
    return [hit.section.text for hit in engine.search(read(""), limit=1000).hits]


def test_update_adds_and_replaces(engine: Engine) -> None:
    engine.update([report("a", "甲"), report("b", "乙")])
    assert contents(engine) == ["甲", "乙"]
    engine.update([report("a", "新甲", "又一节")])
    assert contents(engine) == ["新甲", "又一节", "乙"]
    assert found(engine, "甲") == ["a/0"]
    engine.update([report("c", "丙")], delete=["b"])
    assert contents(engine) == ["新甲", "又一节", "丙"]
    info = engine.info()
    assert (info.documents, info.sections) == (2, 3)


def test_what_is_replaced_is_found_no_more(engine: Engine) -> None:
    engine.update([report("a", "旅游纠纷", district="南岸区", year=2023), report("b", "调解")])
    engine.update([report("a", "枫桥经验", district="开州区", year=2024)])
    assert found(engine, "旅游") == []
    assert found(engine, "枫桥经验") == ["a/0"]
    assert engine.suggest("旅游", 10) == []
    result = engine.search(read(""), facets=("district", "year"))
    assert result.facets["district"] == {"开州区": 1, None: 1}
    assert [
        d.id for d in engine.documents(Filters(district=("南岸区",)), "document", 0, 9)[1]
    ] == []


def test_of_one_id_twice_the_last_counts(engine: Engine) -> None:
    engine.update([report("a", "甲"), report("b", "乙"), report("a", "后来的甲")])
    assert contents(engine) == ["后来的甲", "乙"]
    engine.rebuild([report("a", "甲"), report("a", "最后的甲")])
    assert contents(engine) == ["最后的甲"]


def test_put_wins_over_delete(engine: Engine) -> None:
    engine.update([report("a", "甲")])
    engine.update([report("a", "新甲")], delete=["a"])
    assert contents(engine) == ["新甲"]


def test_deleting(engine: Engine) -> None:
    engine.update([report("a", "甲"), report("b", "乙")])
    before = engine.info()
    engine.update(delete=["不存在"])
    assert contents(engine) == ["甲", "乙"]
    assert engine.info().documents == before.documents
    engine.update(delete=["a", "b", "a"])
    assert contents(engine) == []
    assert (engine.info().documents, engine.info().sections) == (0, 0)
    engine.update([report("a", "又是甲")])
    assert found(engine, "甲") == ["a/0"]


def test_rebuild_replaces_everything(engine: Engine) -> None:
    engine.update([report("a", "甲"), report("b", "乙")])
    engine.rebuild([report("c", "丙")])
    assert contents(engine) == ["丙"]
    assert engine.document("a") is None
    engine.rebuild([])
    assert contents(engine) == []


def test_each_change_is_another_generation(engine: Engine) -> None:
    generations = [
        engine.update([report("a", "甲")]).generation,
        engine.update([report("a", "新甲")]).generation,
        engine.update(delete=["a"]).generation,
        engine.rebuild([report("a", "甲")]).generation,
    ]
    assert len(set(generations)) == 4
    assert engine.info().generation == generations[-1]
    assert engine.search(read("甲")).info == engine.info()


class Broken(Exception):
    pass


def breaking(*reports: Report) -> Iterator[Report]:
    yield from reports
    raise Broken


@pytest.mark.parametrize("change", ["update", "rebuild"])
def test_a_change_that_fails_changes_nothing(engine: Engine, change: str) -> None:
    engine.rebuild([report("a", "甲"), report("b", "乙")])
    before = engine.info()
    with pytest.raises(Broken):
        getattr(engine, change)(breaking(report("a", "新甲"), report("c", "丙")))
    engine.refresh()
    assert contents(engine) == ["甲", "乙"]
    assert engine.info() == before
    engine.update([report("c", "丙")])
    assert contents(engine) == ["甲", "乙", "丙"]


def test_many_small_changes(engine: Engine) -> None:
    """Enough of them for an engine to merge, and to clean up after deletions."""
    expected: dict[str, str] = {}
    for n in range(60):
        name = f"r{n * 7 % 23:02}"
        if n % 5 == 4:
            engine.update(delete=[name])
            expected.pop(name, None)
        else:
            expected[name] = f"第{n}稿，调解"
            engine.update([report(name, expected[name])])
        assert engine.info().documents == len(expected)
    assert contents(engine) == [text for _, text in sorted(expected.items())]
    assert found(engine, "调解", sort="document") == [f"{name}/0" for name in sorted(expected)]
    for name, text in expected.items():
        assert found(engine, text) == [f"{name}/0"]


ODD_TEXTS = [
    "",
    " ",
    "\n\n",
    "  两端有空白\t\n",
    "ＡＢＣ①㎡ﬁ½…",
    "e\u0301 か\u3099 \u1112\u1161\u11ab ｶﾞ \u0323\u0302",
    "𠮷\U0010ffff\U000e0001",
    "\ufeff\u200b\u200d\u2028\u0085\u00a0",
    "“‘「『』」’”\"'＂＇〝〞",
    "a" * 70_000,
    "".join(map(chr, range(0x3000, 0x3400))),
    "".join(map(chr, range(0xF900, 0xFFFE))),
    "".join(map(chr, range(1, 0x500))),
    "每段\r\n都有\r换行\x0b\x0c\x1c\x1f",
    "\u0130\u1e9eßſK",
]


def test_texts_come_back_exactly(engine: Engine) -> None:
    bodies = [(text.replace("\n", "")[:300], text, (text[:20], "", "路径")) for text in ODD_TEXTS]
    original = report(
        "odd",
        *bodies,
        title="“标题” ①",
        district="南岸区",
        town="涂山镇",
        issuer="某镇人民政府",
        year=2023,
        date="2024-02-28",
        number="武隆府文〔2021〕1号",
        source="目录/文件 (1).txt",
    )
    engine.rebuild([report("another", "别的"), original])
    assert engine.report("odd") == original
    assert engine.document("odd") == original.document
    assert engine.fingerprint("odd") == original.fingerprint
    for section in original.sections:
        assert engine.section("odd", section.ordinal) == (original.document, section)
    hits = list(engine.search(read(""), Filters(document=("odd",)), limit=100).hits)
    assert [hit.section for hit in hits] == list(original.sections)
    assert all(hit.document == original.document for hit in hits)


def test_reports_survive_updates_of_others(engine: Engine) -> None:
    kept = report("kept", *ODD_TEXTS, title="保留")
    engine.update([kept])
    for n in range(30):
        engine.update([report(f"r{n % 4}", "调解" * n)])
    assert engine.report("kept") == kept


def test_what_is_not_there_is_none(engine: Engine) -> None:
    engine.update([report("a", "甲"), report("empty")])
    assert engine.document("b") is None
    assert engine.report("b") is None
    assert engine.fingerprint("b") is None
    assert engine.section("b", 0) is None
    assert engine.section("a", 1) is None
    assert engine.section("a", -1) is None
    assert engine.section("empty", 0) is None
    assert engine.report("empty") == report("empty")


def test_documents_are_listed_in_pages(engine: Engine) -> None:
    engine.rebuild([report(name, "甲") for name in "dbeac"])
    total, first = engine.documents(Filters(), "document", 0, 2)
    _, second = engine.documents(Filters(), "document", 2, 2)
    _, third = engine.documents(Filters(), "document", 4, 2)
    assert total == 5
    assert [d.id for d in (*first, *second, *third)] == list("abcde")
    assert engine.documents(Filters(), "document", 9, 2) == (5, [])
    assert engine.documents(Filters(), "document", 0, 0)[0] == 5


def test_levels_and_metadata_are_kept(engine: Engine) -> None:
    document = Document("a")
    sections = tuple(Section("a", n, "", (), n, "") for n in range(8))
    original = Report(document, sections)
    engine.rebuild([original])
    assert engine.report("a") == original


# --- engines that keep their index somewhere ------------------------------------------------


def test_an_index_that_is_not_there(
    make_stored: Make, tmp_path: Path, segmenter: Segmenter
) -> None:
    engine = make_stored(tmp_path / "nothing", segmenter)
    with pytest.raises(IndexMissing):
        engine.info()
    with pytest.raises(IndexMissing):
        engine.search(read("甲"))
    assert engine.fingerprint("a") is None


def test_changes_are_there_after_reopening(
    make_stored: Make, tmp_path: Path, segmenter: Segmenter
) -> None:
    writer = make_stored(tmp_path / "index", segmenter)
    writer.update([report("a", "甲"), report("b", "乙")])
    writer.update([report("c", "丙")], delete=["a"])
    info = writer.info()
    writer.close()
    again = make_stored(tmp_path / "index", segmenter)
    assert again.info() == info
    assert contents(again) == ["乙", "丙"]
    again.close()


def test_a_reader_keeps_its_generation_until_it_refreshes(
    make_stored: Make, tmp_path: Path, segmenter: Segmenter
) -> None:
    writer = make_stored(tmp_path / "index", segmenter)
    reader = make_stored(tmp_path / "index", segmenter)
    writer.rebuild([report("a", "甲")])
    assert contents(reader) == ["甲"]
    assert not reader.refresh()
    streamed = reader.stream(read(""), Filters(), "relevance", Deadline())
    for n in range(30):
        writer.update([report("b", f"乙{n}")])
    assert contents(reader) == ["甲"]
    assert [hit.section.text for hit in streamed] == ["甲"]
    assert reader.refresh()
    assert contents(reader) == ["甲", "乙29"]
    writer.rebuild([report("c", "丙")])
    assert contents(reader) == ["甲", "乙29"]
    assert reader.refresh()
    assert contents(reader) == ["丙"]
    for engine in (writer, reader):
        engine.close()


def test_results_outlive_their_engine(
    make_stored: Make, tmp_path: Path, segmenter: Segmenter
) -> None:
    engine = make_stored(tmp_path / "index", segmenter)
    engine.rebuild([report("a", "甲" * 1000)])
    result = engine.search(read("甲"))
    engine.close()
    assert result.hits[0].section.text == "甲" * 1000
