"""Where the expected section comes for queries whose answer is known.

    python benchmarks/known_items.py reports seeds
    python benchmarks/known_items.py laws laws.jsonl.gz

``known_items.jsonl`` holds queries as officials, researchers and journalists type them,
with the sections that should come first, written from reading the reports and laws:
ids of the reports' sections, title and heading of the laws'. They were written before
they were run, and queries that miss are left in.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import search_service

ITEMS = Path(__file__).with_name("known_items.jsonl")
DEPTH = 20


@dataclass(frozen=True)
class Item:
    corpus: str
    kind: str
    query: str
    expect: list[str]


def items(corpus: str) -> list[Item]:
    """Return the items of one corpus: ``reports`` or ``laws``."""
    lines = ITEMS.read_text(encoding="utf-8").splitlines()
    return [item for item in (Item(**json.loads(line)) for line in lines) if item.corpus == corpus]


def reciprocal_ranks(
    service: search_service.SearchService, wanted: list[Item]
) -> Iterator[tuple[Item, float]]:
    """Yield 1 / the rank of the first expected section, 0 where it is not on two pages."""
    for item in wanted:
        ranks = [
            rank
            for rank, hit in enumerate(service.search(item.query, per_page=DEPTH).hits, 1)
            if hit.section.id in item.expect
            or f"{hit.document.title} {hit.section.heading}" in item.expect
        ]
        yield item, 1 / ranks[0] if ranks else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("corpus", choices=("reports", "laws"))
    parser.add_argument("source", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        search_service.build_index([options.source], folder)
        service = search_service.open_index(folder)
        by_kind: dict[str, list[float]] = defaultdict(list)
        for item, value in reciprocal_ranks(service, items(options.corpus)):
            by_kind[item.kind].append(value)
            if value < 1:
                print(f"{value:.2f}  {item.query}")
        service.close()
    for kind, values in by_kind.items():
        print(f"{kind:<20} {len(values):>4} queries  MRR {sum(values) / len(values):.3f}")
    everything = [value for values in by_kind.values() for value in values]
    print(f"{'all':<20} {len(everything):>4} queries  MRR {sum(everything) / len(everything):.3f}")


if __name__ == "__main__":
    main()
