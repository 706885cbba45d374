"""How long and how much memory reading reports takes.

    python benchmarks/parsing.py                      1,000 reports of 20 KB as text
    python benchmarks/parsing.py --format docx        the same as Word files (also html)
    python benchmarks/parsing.py --file laws.jsonl.gz one file of JSON lines

Prints one line of JSON: documents, sections, seconds, peak memory of the process.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from search_service.parsing import Parsed, read

SEEDS = Path(__file__).parents[1] / "seeds"
BYTES = 20_000
WORD = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


def report(number: int) -> str:
    """A report of about 20 KB: a seed with a number in it, repeated and cut to size."""
    seeds = sorted(SEEDS.glob("*.txt"))
    text = seeds[number % len(seeds)].read_text(encoding="utf-8")
    text += f"\n第{number}份。\n" + text
    return text.encode()[:BYTES].decode("utf-8", "ignore")


def as_format(text: str, name: str) -> bytes:
    """``text`` as a file of the format."""
    if name == "txt":
        return text.encode()
    lines = text.split("\n")
    if name == "html":
        body = "".join(f"<p>{escape(line)}</p>\n" for line in lines)
        return f"<!DOCTYPE html><meta charset=utf-8><body><div>{body}</div></body>".encode()
    stream = io.BytesIO()
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", WORD.format(body))
    return stream.getvalue()


def measure(path: Path, total: int | None) -> dict[str, object]:
    """Read everything at ``path``, with a progress bar on a terminal."""
    documents = sections = refused = 0
    started = time.perf_counter()
    for outcome in read([path]):
        if isinstance(outcome, Parsed):
            documents += 1
            sections += len(outcome.report.sections)
        else:
            refused += 1
        if sys.stderr.isatty() and documents % 20 == 0:
            progress(documents, total)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        2**20 if sys.platform == "darwin" else 1024
    )
    return {
        "documents": documents,
        "sections": sections,
        "refused": refused,
        "seconds": round(seconds, 2),
        "peak_mib": round(peak),
    }


def progress(done: int, total: int | None) -> None:
    """One line that is rewritten: a bar where the total is known."""
    bar = "" if total is None else f"[{'#' * (40 * done // total):40}] of {total:,} "
    print(f"\r{bar}{done:,} read", end="\n" if done == total else "", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=1000, help="how many reports (default 1000)")
    parser.add_argument("--format", choices=("txt", "html", "docx"), default="txt")
    parser.add_argument("--file", type=Path, help="measure this file or folder instead")
    options = parser.parse_args()
    if options.file is not None:
        print(json.dumps(measure(options.file, None)))
        return
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.count):
            path = Path(folder) / f"{number:06}.{options.format}"
            path.write_bytes(as_format(report(number), options.format))
        print(json.dumps(measure(Path(folder), options.count)))


if __name__ == "__main__":
    main()
