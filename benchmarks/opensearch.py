"""The cluster engine beside the embedded one: ``python -m benchmarks.opensearch CORPUS``.

Builds both from the same reports, asks both the same questions (top 10, exact totals, both
facets) and prints bulk rate, size, times and how far the answers agree. Without ``--url``
it starts one node with a small heap on this machine, which then shares its processors.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from search_service import parsing
from search_service.analysis import Segmenter, fold
from search_service.engines.base import Engine, EngineResult
from search_service.engines.opensearch import OpenSearchEngine
from search_service.engines.whoosh import WhooshEngine
from search_service.models import Report
from search_service.query import Plan, parse, plan
from tests.opensearch.engine import settings_for
from tests.opensearch.node import Node

INDEX = "benchmark"


def main() -> None:
    options = _options()
    if options.url is not None:
        run(options, options.url, lambda: 0.0)
        return
    node = Node("benchmark", heap=options.heap)
    try:
        node.start()
        node.wait()
        run(options, node.url, node.processor_seconds)
    finally:
        node.close()


def run(options: argparse.Namespace, url: str, busy: Callable[[], float]) -> None:
    """``busy`` says how long the server has kept processors busy: other programs may run."""
    segmenter = Segmenter()
    cluster = OpenSearchEngine(
        settings_for(INDEX, url, opensearch_shards=str(options.shards)), segmenter
    )
    if not options.reuse:
        started, server, client = time.perf_counter(), busy(), time.process_time()
        info = cluster.rebuild(reports(options.corpus))
        seconds = time.perf_counter() - started
        print(
            f"cluster: {info.sections:,} sections in {seconds:.0f} s, "
            f"{info.sections / seconds:,.0f} a second; processor seconds: "
            f"server {busy() - server:.0f}, client {time.process_time() - client:.0f}"
        )
    sections = cluster.info().sections
    merge(url)
    size = store_size(url)
    print(f"cluster: {size / 2**20:,.0f} MiB, {size / sections:,.0f} bytes a section")
    with tempfile.TemporaryDirectory() as folder:
        embedded = WhooshEngine(folder, segmenter)
        started = time.perf_counter()
        embedded.rebuild(reports(options.corpus))
        print(f"embedded: {sections:,} sections in {time.perf_counter() - started:.0f} s")
        compare(cluster, embedded, questions(options, segmenter), segmenter, busy)


def compare(
    cluster: Engine,
    embedded: Engine,
    asked: dict[str, list[str]],
    segmenter: Segmenter,
    busy: Callable[[], float],
) -> None:
    print(f"{'median, 95 %':10} {'cluster, ms':>16} {'server busy':>12} {'embedded, ms':>16}   "
          "same totals and facets, same first 10")  # fmt: skip
    for kind, texts in asked.items():
        plans = [plan(parse(text, segmenter), "literal" if kind == "literal" else "auto")
                 for text in texts]  # fmt: skip
        ask(cluster, plans)  # the server compiles what it does often
        before = busy()
        theirs, first = ask(cluster, plans)
        server = (busy() - before) / (2 * len(plans)) * 1000
        ours, second = ask(embedded, plans)
        same = sum(a.total == b.total and a.facets == b.facets
                   for a, b in zip(first, second, strict=True))  # fmt: skip
        shared = [agreement(a, b) for a, b in zip(first, second, strict=True) if b.hits]
        print(f"{kind:12} {times(theirs)} {server:12.1f} {times(ours)}   {same}/{len(texts)}, "
              f"{statistics.fmean(shared):.3f} (least {min(shared):.1f})")  # fmt: skip


def ask(engine: Engine, plans: Sequence[Plan]) -> tuple[list[float], list[EngineResult]]:
    """Return how long each plan took, asked a second time, and the answers."""
    seconds, answers = [], []
    for asked in plans:
        engine.search(asked, facets=("district", "year"))
    for asked in plans:
        started = time.perf_counter()
        answers.append(engine.search(asked, facets=("district", "year")))
        seconds.append(time.perf_counter() - started)
    return seconds, answers


def agreement(first: EngineResult, second: EngineResult) -> float:
    """Return the share of the first hits that both have."""
    a = {hit.section.id for hit in first.hits}
    b = {hit.section.id for hit in second.hits}
    return len(a & b) / len(b)


def times(seconds: Sequence[float]) -> str:
    """Return median and 95th percentile in milliseconds."""
    ordered = sorted(seconds)
    late = ordered[int(len(ordered) * 0.95)]
    return f"{statistics.median(ordered) * 1000:8.1f} {late * 1000:7.1f}"


def questions(options: argparse.Namespace, segmenter: Segmenter) -> dict[str, list[str]]:
    """Draw pieces, words and sentences of random sections."""
    draw = random.Random(5)
    texts = [fold(s.text) for r in reports(options.corpus) for s in r.sections if len(s.text) > 40]
    found: dict[str, list[str]] = {"literal": [], "one word": [], "two words": [], "sentence": []}
    for _ in range(options.queries):
        text = draw.choice(texts)
        length = draw.choice([1, 2, 3, 4, 6, 8, 16, 32])
        start = draw.randrange(max(len(text) - length, 1))
        found["literal"].append('"' + text[start : start + length] + '"')
        words = [word for word in segmenter.words(text) if len(word) > 1] or ["规定"]
        found["one word"].append(draw.choice(words))
        found["two words"].append(" ".join(draw.choices(words, k=2)))
        start = draw.randrange(max(len(text) - 24, 1))
        found["sentence"].append(text[start : start + 24])
    return found


def reports(corpus: Path) -> Iterator[Report]:
    return (o.report for o in parsing.read([corpus]) if isinstance(o, parsing.Parsed))


def merge(url: str) -> None:
    """Merge the index to one segment a shard, so that its size is settled."""
    for path in ("_forcemerge?max_num_segments=1&flush=true", "_refresh", "_flush"):
        request = urllib.request.Request(f"{url}/{INDEX}/{path}", method="POST")
        urllib.request.urlopen(request, timeout=1200).close()


def store_size(url: str) -> int:
    with urllib.request.urlopen(f"{url}/{INDEX}/_stats/store", timeout=60) as response:
        return int(json.load(response)["_all"]["primaries"]["store"]["size_in_bytes"])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("corpus", type=Path, help=".jsonl.gz or anything else that can be indexed")
    parser.add_argument("--url", help="an existing cluster; its index 'benchmark' is replaced")
    parser.add_argument("--reuse", action="store_true", help="ask the index that is there")
    parser.add_argument("--heap", default="1g", help="of the node that is started")
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--queries", type=int, default=200, help="of each kind")
    return parser.parse_args()


if __name__ == "__main__":
    main()
