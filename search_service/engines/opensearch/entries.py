"""What is sent for a report, and how it is read back."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from search_service import ranking
from search_service.analysis import Segmenter, fold
from search_service.engines.base import Sampled
from search_service.engines.opensearch.client import Json, encode
from search_service.engines.opensearch.mapping import characters, title_key, value, word
from search_service.models import Document, Report, Section, context_parts

_CITED = re.compile("《([^《》]+)》")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one section, as ranking counts them."""

    frequencies: Counter[str]
    """Weighted: a word in the heading counts ``HEADING_WEIGHT`` times."""
    length: int
    context: frozenset[str]


def words_of(document: Document, section: Section, segmenter: Segmenter) -> Words:
    """Cut a section and its context into words."""
    frequencies = Counter(segmenter.search_words(section.heading))
    for name in frequencies:
        frequencies[name] *= ranking.HEADING_WEIGHT
    frequencies.update(segmenter.search_words(section.text))
    length = frequencies.total()
    for name, count in frequencies.items():
        if count > ranking.MAX_FREQUENCY:
            frequencies[name] = ranking.MAX_FREQUENCY
    context = {
        name
        for part in context_parts(document, section.path)
        for name in segmenter.search_words(part)
    }
    return Words(frequencies, length, frozenset(context))


def version_of(document_id: str, generation: int) -> str:
    """Return the name of a document's state as of ``generation``; prefix of its entries' ids."""
    digest = hashlib.blake2b(document_id.encode(errors="surrogatepass"), digest_size=12)
    return f"{digest.hexdigest()}-{generation}"


def entries_of(
    report: Report, generation: int, segmenter: Segmenter
) -> Iterator[tuple[str, bytes]]:
    """Yield id and body of every entry of ``report``; its document's entry comes last."""
    document = report.document
    version = version_of(document.id, generation)
    common: Json = {"version": version, "born": generation, "document": value(document.id)}
    for name in ("district", "town"):
        text = getattr(document, name)
        if text is not None:
            common[name] = value(text)
    if document.year is not None:
        common["year"] = document.year
    metadata = asdict(document)
    total = 0
    for section in report.sections:
        folded = fold(section.own_text)
        total += len(folded)
        entry = common | _section_entry(document, section, folded, segmenter)
        entry["payload"] = _payload(
            [metadata, section.ordinal, section.heading, section.path, section.level, section.text]
        )
        yield f"{version}-{section.ordinal}", encode(entry)
    entry = {**common, "kind": "document", "ordinal": len(report.sections), "characters": total}
    entry["payload"] = _payload([metadata, report.fingerprint, len(report.sections)])
    yield version, encode(entry)


def _section_entry(document: Document, section: Section, folded: str, segmenter: Segmenter) -> Json:
    words = words_of(document, section, segmenter)
    repeated = (" ".join([word(name)] * count) for name, count in words.frequencies.items())
    return {
        "kind": "section",
        "ordinal": section.ordinal,
        "own": characters(folded),
        "context": [
            characters(fold(part)) for part in context_parts(document, section.path) if part
        ],
        "own_words": " ".join(repeated),
        "context_words": " ".join(map(word, sorted(words.context))),
        "words": list(map(word, words.frequencies)),
        "title": title_key(fold(document.title)),
        "cites": sorted({title_key(title) for title in _CITED.findall(folded)}),
        "length": words.length,
    }


def _payload(parts: list[object]) -> str:
    """Write the original as text inside the entry, so that no server reads it."""
    return encode(parts).decode()


def read_document(source: Json) -> tuple[Document, str, int]:
    """Return document, fingerprint and number of sections of a document's entry."""
    metadata, fingerprint, sections = json.loads(source["payload"])
    return Document(**metadata), fingerprint, sections


def read_section(source: Json) -> tuple[Document, Section]:
    """Return what a section's entry holds."""
    metadata, ordinal, heading, path, level, text = json.loads(source["payload"])
    document = Document(**metadata)
    return document, Section(document.id, ordinal, heading, tuple(path), level, text)


def sampled(source: Json) -> Sampled:
    """Return what a section's entry holds as one of a sample."""
    _, section = read_section(source)
    return Sampled(fold(section.own_text), lambda: section.heading)
