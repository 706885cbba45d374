"""The same questions of 10⁴, 10⁵ and 10⁶ sections: the corpus repeated, slightly changed.

Each repetition has other digits and other names of places, so that it has words and
pairs of characters of its own.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks.engines import report
from benchmarks.engines.adapter import Query
from benchmarks.engines.client import ROOT, size_of
from benchmarks.engines.corpus import read_reports, segmenter
from benchmarks.engines.ours import Ours
from benchmarks.engines.queries import KINDS, SEED
from benchmarks.engines.worker import measure, private_bytes
from search_service.analysis import fold
from search_service.engines.whoosh.engine import WhooshEngine
from search_service.models import Report

SIZES = (10_000, 100_000, 1_000_000)
PER_KIND = 60


def growth_section(corpus: Path, work: Path) -> str:
    rows = []
    for size in SIZES:
        # A process each, so that memory and caches of one do not count for the next.
        command = [sys.executable, "-m", __spec__.name, str(corpus), str(work), str(size)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        rows.append(done.stdout.rstrip("\n").split("\t"))
    figures = ["median, ms", "p95, ms", *(f"{kind} median" for kind in KINDS), "literal p95"]
    built = ["sections", "build, s", "index, MB", "open, s", "first query, ms"]
    header = [*built, *figures, "private, MB"]
    return (
        "The corpus repeated with other digits and names of places; best of 5 warm, mixed log "
        f"of {PER_KIND} term, AND and literal queries each. Building includes the commit; the "
        "texts are made while it runs.\n\n" + report.table(header, rows)
    )


def reports(corpus: Path, size: int) -> Iterator[Report]:
    """Yield reports that hold ``size`` sections."""
    originals = list(read_reports(corpus))
    left = size
    copy = 0
    while left:
        for original in originals:
            changed = _changed(original, copy, left)
            left -= len(changed.sections)
            yield changed
            if not left:
                return
        copy += 1


def _changed(original: Report, copy: int, limit: int) -> Report:
    if not copy:
        return replace(original, sections=original.sections[:limit])
    table = {ord("0") + n: ord("0") + (n + copy) % 10 for n in range(10)}
    digits = "一二三四五六七八九"
    table |= {ord(d): ord(digits[(n + copy) % 9]) for n, d in enumerate(digits)}
    place = original.document.district or ""
    other = f"{chr(0x4E00 + 97 * copy)}{place}"
    document = replace(original.document, id=f"{original.document.id}-{copy}", district=other)

    def change(text: str) -> str:
        return text.translate(table).replace(place, other) if place else text.translate(table)

    sections = tuple(
        replace(section, heading=change(section.heading), text=change(section.text))
        for section in original.sections[:limit]
    )
    return replace(original, document=document, sections=sections)


def _queries(corpus: Path) -> list[Query]:
    """Words and pieces of random sections of the corpus itself."""
    random_ = random.Random(SEED)
    sections = [section for found in read_reports(corpus) for section in found.sections]
    queries: list[Query] = []
    while len(queries) < PER_KIND * len(KINDS):
        kind = KINDS[len(queries) % len(KINDS)]
        section = random_.choice(sections)
        words = sorted(set(segmenter().search_words(section.text)))
        if kind == "literal":
            text = fold(section.own_text)
            length = random_.choice((1, 2, 3, 4, 6, 8, 12, 16, 24, 40, 64))
            at = random_.randint(0, max(0, len(text) - length))
            queries.append(Query(kind, text=text[at : at + length]))
        elif len(words) >= 4:
            count = 1 if kind == "term" else random_.randint(2, 4)
            queries.append(Query(kind, tuple(random_.sample(words, count))))
    return queries


def main(corpus: Path, work: Path, size: int) -> None:
    directory = work / f"growth-{size}"
    shutil.rmtree(directory, ignore_errors=True)
    started = time.perf_counter()
    engine = WhooshEngine(directory, segmenter())
    engine.rebuild(reports(corpus, size))
    built = time.perf_counter() - started
    engine.close()
    queries = _queries(corpus)
    command = [sys.executable, "-c", f"from {__spec__.name} import opened; opened()"]
    asked = "\n".join("\t".join([q.kind, q.text, *q.words]) for q in queries)
    done = subprocess.run(
        [*command, str(directory)], input=asked, capture_output=True, text=True, check=True
    )
    megabytes = f"{size_of(directory) / 1e6:.0f}"
    print(f"{size:,}", f"{built:.1f}", megabytes, *done.stdout.split(), sep="\t")
    shutil.rmtree(directory)


def opened() -> None:
    """Open the index named on the command line and answer the queries on standard input."""
    queries = [
        Query(kind, tuple(words), text)
        for line in sys.stdin
        for kind, text, *words in [line.rstrip("\n").split("\t")]
    ]
    adapter = Ours()
    baseline = private_bytes()
    started = time.perf_counter()
    adapter.open(Path(sys.argv[1]))
    open_seconds = time.perf_counter() - started
    first = measure(adapter, Query("term", ("管理",)), 1, 1.0)["seconds"]
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for query in queries:
        times[query.kind].append(measure(adapter, query, 5, 1.0)["seconds"])
    mixed = [seconds for found in times.values() for seconds in found]
    figures = [first, median(mixed), report.percentile(mixed, 0.95)]
    figures += [median(times[kind]) for kind in KINDS]
    figures.append(report.percentile(times["literal"], 0.95))
    print(f"{open_seconds:.2f}", *map(report.milliseconds, figures), end=" ")
    print(f"{(private_bytes() - baseline) / 1e6:.0f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
