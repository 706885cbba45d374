"""``python -m benchmarks.engines CORPUS --out benchmarks/RESULTS.md``."""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.engines import bench as benching
from benchmarks.engines import report
from benchmarks.engines.cold import cold_section
from benchmarks.engines.corpus import Rows, write_rows
from benchmarks.engines.growth import growth_section
from benchmarks.engines.http import http_section
from benchmarks.engines.queries import draw
from benchmarks.engines.update import update_section

TOPICS = ("queries", "cold", "update", "growth", "http")


def main() -> None:
    options = _options()
    work = options.work or Path(tempfile.mkdtemp(prefix="benchmark-"))
    work.mkdir(parents=True, exist_ok=True)
    rows = _rows(options.corpus, work, options.work is not None)
    bench = benching.Bench(work, options.corpus, rows, options.engines, options.lucene_jar)
    bench.build(reuse=options.work is not None)
    out = options.out
    if "queries" in options.topics:
        bench.ask_all(draw(rows.path, options.queries))
        report.write_section(out, "queries", "Queries", benching.queries_section(bench))
        report.write_section(out, "build", "Build and size", benching.build_section(bench))
        report.write_section(out, "memory", "Memory", benching.memory_section(bench))
    if "cold" in options.topics:
        report.write_section(out, "cold", "Cold start", cold_section(bench))
    if "update" in options.topics:
        queries = draw(rows.path, 50)
        body = update_section(bench.directory("ours"), work / "updated", queries)
        report.write_section(out, "update", "One document changes", body)
    if "growth" in options.topics:
        report.write_section(out, "growth", "Growth", growth_section(options.corpus, work))
    if "http" in options.topics:
        queries = draw(rows.path, 100)
        body = http_section(bench.directory("ours"), queries)
        report.write_section(out, "http", "HTTP and the whole service", body)
    if options.work is None:
        shutil.rmtree(work)


def _rows(corpus: Path, work: Path, reuse: bool) -> Rows:
    path, about = work / "rows.tsv", work / "rows.json"
    if reuse and about.exists():
        return Rows(path, **json.loads(about.read_text()))
    rows = write_rows(corpus, path)
    about.write_text(json.dumps({k: v for k, v in asdict(rows).items() if k != "path"}))
    return rows


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engines", description=__doc__)
    parser.add_argument("corpus", type=Path, help=".jsonl or .jsonl.gz with sections")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/RESULTS.md"))
    parser.add_argument(
        "--topics", nargs="+", choices=TOPICS, default=["queries", "cold", "update"],
        help="growth and http take minutes; the default leaves them out",
    )  # fmt: skip
    parser.add_argument("--engines", nargs="+", choices=benching.NAMES, default=benching.NAMES)
    parser.add_argument("--queries", type=int, default=200, help="per kind")
    parser.add_argument(
        "--work", type=Path, help="folder for the indexes, which are used again (default: none)"
    )
    parser.add_argument(
        "--lucene-jar", type=Path,
        help="a jar with Lucene 9 core and common analysis, such as the one inside the wheel of "
        "pyserini 0.22.1 (pyserini/resources/jars)",
    )  # fmt: skip
    return parser.parse_args()


if __name__ == "__main__":
    main()
