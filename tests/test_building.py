"""Building an index from sources, and building it again."""

from __future__ import annotations

from pathlib import Path

import search_service
from search_service.analysis import readings
from search_service.service import SearchService
from tests.seeds import SEEDS


def test_building_again_reads_only_what_changed(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    for seed in SEEDS.glob("*.txt"):
        (sources / seed.name).write_bytes(seed.read_bytes())
    first = search_service.build_index([sources], tmp_path / "index")
    assert (len(first.read), len(first.unchanged), len(first.refused)) == (5, 0, 0)
    changed = sources / "wulong-2020.txt"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n新的一段。\n", encoding="utf-8")
    (sources / "empty-2023.txt").write_bytes(b"")
    second = search_service.build_index([sources], tmp_path / "index")
    assert [parsed.report.document.id for parsed in second.read] == ["wulong-2020"]
    assert len(second.unchanged) == 4
    assert len(second.refused) == 1
    assert second.info.documents == 5
    with_new = search_service.open_index(tmp_path / "index")
    assert with_new.search("新的一段").total == 1
    with_new.close()


def test_a_single_source_need_not_be_in_a_list(tmp_path: Path) -> None:
    report = search_service.build_index(str(SEEDS), tmp_path / "index")
    assert (len(report.read), report.refused) == (5, ())


def test_warming_up_works_whatever_is_held(tmp_path: Path, service: SearchService) -> None:
    service.warm()
    (tmp_path / "none").mkdir()
    search_service.build_index([tmp_path / "none"], tmp_path / "index")
    empty = search_service.open_index(tmp_path / "index")
    empty.warm()
    empty.close()


def test_warming_up_loads_what_is_loaded_when_first_needed(service: SearchService) -> None:
    readings._readings.cache_clear()
    service.warm()
    assert readings._readings.cache_info().currsize == 1
