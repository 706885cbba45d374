"""What the fault tests share: numbered contents, and whether an index holds one exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from search_service.analysis import Segmenter
from search_service.engines.base import Engine
from search_service.models import Report
from search_service.query import parse, plan
from tests.engines.contract import report

State = dict[str, int]
"""Per document id the version that it has."""

_SEGMENTER: list[Segmenter] = []


def version(document_id: str, number: int) -> Report:
    """Return a report whose every section says which version it is."""
    texts = [f"第{number}版第{n}节，坚持“枫桥经验”，办理行政复议{number}件。" for n in range(3)]
    return report(document_id, *texts, title=f"第{number}版", district="南岸区", year=2023)


def state_of(engine: Engine) -> State:
    """Return what the index holds; fails if any report is there in part or twice."""
    segmenter = _SEGMENTER[0] if _SEGMENTER else Segmenter()
    _SEGMENTER[:] = [segmenter]
    everything = engine.search(plan(parse("", segmenter), "auto"), limit=10_000)
    found: State = {}
    held = [hit.section.document_id for hit in everything.hits]
    for document_id in dict.fromkeys(held):
        stored = engine.report(document_id)
        assert stored is not None
        number = int(stored.document.title[1:-1])
        assert stored == version(document_id, number)
        assert held.count(document_id) == len(stored.sections)
        found[document_id] = number
    assert (engine.info().documents, engine.info().sections) == (len(found), len(held))
    literal = engine.search(plan(parse("枫桥经验", segmenter), "literal"), limit=0)
    assert literal.total == literal.total_literal == len(held)
    return found


def put(engine: Engine, versions: Mapping[str, int], delete: Iterable[str] = ()) -> None:
    engine.update([version(name, number) for name, number in versions.items()], delete)
