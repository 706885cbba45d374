"""The contract in plain Python: an engine that looks at every section, every time.

It shares ``fold``, the segmenter and the ranking constants with the real engines, and
nothing else: no index, no postings, no arrays. Every engine must agree with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from search_service import ranking
from search_service.analysis import Segmenter, fold
from search_service.engines.base import (
    Deadline,
    Engine,
    EngineHit,
    EngineResult,
    MatrixRow,
    Sampled,
    Suggestion,
)
from search_service.models import (
    MATCH_KINDS,
    Document,
    FacetField,
    Filters,
    IndexInfo,
    Report,
    Section,
    Sort,
)
from search_service.query import (
    AllOf,
    AllWords,
    AnyOf,
    Expression,
    Literal,
    OfYear,
    Plan,
    SomeWords,
)
from tests.filters import accepts


@dataclass(frozen=True)
class Entry:
    """A section with everything that matching and ranking look at."""

    document: Document
    section: Section
    folded: str
    frequencies: Counter[str]
    length: int
    context_folded: tuple[str, ...]
    context_words: frozenset[str]


class ModelEngine(Engine):
    """The reference that real engines are held against."""

    def __init__(self, segmenter: Segmenter) -> None:
        self.segmenter = segmenter
        self.reports: dict[str, Report] = {}
        self.entries: list[Entry] = []
        self.generation = 0

    # --- changing ---

    def update(self, put: Iterable[Report] = (), delete: Iterable[str] = ()) -> IndexInfo:
        reports = dict(self.reports)
        for name in delete:
            reports.pop(name, None)
        for report in put:
            reports[report.document.id] = report
        return self.rebuild(reports.values())

    def rebuild(self, reports: Iterable[Report]) -> IndexInfo:
        self.reports = {report.document.id: report for report in reports}
        self.entries = [
            self._entry(report.document, section)
            for _, report in sorted(self.reports.items())
            for section in report.sections
        ]
        self.generation += 1
        return self.info()

    def _entry(self, document: Document, section: Section) -> Entry:
        heading = Counter(self.segmenter.search_words(section.heading))
        text = Counter(self.segmenter.search_words(section.text))
        frequencies = Counter(text)
        for word, count in heading.items():
            frequencies[word] += ranking.HEADING_WEIGHT * count
        context = [document.title, document.district or "", document.town or "", *section.path]
        return Entry(
            document,
            section,
            fold(section.own_text),
            Counter({w: min(n, ranking.MAX_FREQUENCY) for w, n in frequencies.items()}),
            text.total() + ranking.HEADING_WEIGHT * heading.total(),
            tuple(map(fold, context)),
            frozenset(word for part in context for word in self.segmenter.search_words(part)),
        )

    # --- matching ---

    def own(self, entry: Entry, expression: Expression) -> bool:
        match expression:
            case Literal(folded):
                return folded in entry.folded
            case AllWords(words):
                return bool(words) and all(word in entry.frequencies for word in words)
            case SomeWords(words, share, others):
                weights = {word: self.weight(word) for word in words}
                found = [word for word in (*words, *others) if word in entry.frequencies]
                covered = sum(weights[word] for word in words if word in found)
                covered += ranking.SYNONYM_WEIGHT * sum(
                    self.weight(word) for word in others if word in found
                )
                return bool(found) and covered >= share * sum(weights.values())
            case OfYear():
                return False
            case AnyOf(parts):
                return any(self.own(entry, part) for part in parts)
            case AllOf(parts, excluded):
                return (
                    all(self.anywhere(entry, part) for part in parts)
                    and (not parts or any(self.own(entry, part) for part in parts))
                    and not any(self.own(entry, part) for part in excluded)
                )

    def anywhere(self, entry: Entry, expression: Expression) -> bool:
        match expression:
            case Literal(folded):
                in_context = any(folded in part for part in entry.context_folded)
                return in_context or self.own(entry, expression)
            case AllWords(words):
                in_context = bool(words) and all(word in entry.context_words for word in words)
                return in_context or self.own(entry, expression)
            case SomeWords():
                return self.own(entry, expression)
            case OfYear(first, last):
                return entry.document.year in range(first, last + 1)
            case AnyOf(parts):
                return any(self.anywhere(entry, part) for part in parts)
            case AllOf(parts, excluded):
                return all(self.anywhere(entry, part) for part in parts) and not any(
                    self.own(entry, part) for part in excluded
                )

    def group(self, entry: Entry, plan: Plan) -> int | None:
        """Return the index of the hit's group, or ``None`` where it is no hit."""
        if plan.literal is None:
            return 0
        levels = [plan.literal, plan.words, plan.partial]
        matching = [
            number
            for number, expression in enumerate(levels)
            if expression is not None and self.own(entry, expression)
        ]
        if plan.words_only and 1 not in matching:
            return None
        return matching[0] if matching else None

    # --- ranking ---

    def weight(self, word: str) -> float:
        frequency = sum(word in entry.frequencies for entry in self.entries)
        return ranking.inverse_document_frequency(len(self.entries), frequency)

    def score(self, entry: Entry, plan: Plan) -> float:
        total = self.bm25f(entry, plan.score_words)
        total += ranking.SYNONYM_WEIGHT * self.bm25f(entry, plan.other_words)
        asked = sum(self.weight(word) for word in plan.score_words)
        for expression in plan.preferred:
            if self.anywhere(entry, expression):
                total += ranking.PREFERRED_WEIGHT * asked
        if plan.authority:
            title = fold(entry.document.title)
            citations = 0
            if title and not {"《", "》"} & set(title):
                citations = sum(f"《{title}》" in e.folded for e in self.entries)
            total += ranking.AUTHORITY_WEIGHT * asked * ranking.authority(citations)
        return total

    def bm25f(self, entry: Entry, words: Sequence[str]) -> float:
        average = sum(e.length for e in self.entries) / max(len(self.entries), 1) or 1.0
        total = 0.0
        for word in words:
            weight = self.weight(word)
            frequency = entry.frequencies.get(word, 0)
            norm = ranking.K1 * (1 - ranking.B + ranking.B * entry.length / average)
            total += weight * frequency * (ranking.K1 + 1) / (frequency + norm)
            if word in entry.context_words:
                total += weight * ranking.CONTEXT_WEIGHT
        return total

    def nearness(self, entry: Entry, pairs: Sequence[tuple[str, str]]) -> float:
        total = 0.0
        for words in pairs:
            (first, firsts), (second, seconds) = (places(entry.folded, word) for word in words)
            gaps = [
                max(b - a - len(first), a - b - len(second), 0) for a in firsts for b in seconds
            ]
            if gaps:
                share = ranking.NEARNESS_HALF / (ranking.NEARNESS_HALF + min(gaps))
                total += ranking.NEARNESS_WEIGHT * min(map(self.weight, words)) * share
        return total

    # --- reading ---

    def info(self) -> IndexInfo:
        return IndexInfo(str(self.generation), len(self.reports), len(self.entries))

    def hits(self, plan: Plan, filters: Filters, sort: Sort) -> list[EngineHit]:
        found = []
        for entry in self.entries:
            group = self.group(entry, plan)
            if group is not None and accepts(filters, entry.document):
                browsing = plan.literal is None
                score = 0.0 if browsing else self.score(entry, plan)
                kind = MATCH_KINDS[group]
                hit = EngineHit(entry.section, entry.document, kind, score)
                found.append((group, hit))
        place = {entry.section.id: n for n, entry in enumerate(self.entries)}

        def ordered(hits: list[tuple[int, EngineHit]]) -> list[tuple[int, EngineHit]]:
            hits = sorted(hits, key=lambda item: place[item[1].section.id])
            if sort == "relevance" and plan.literal is not None:
                hits.sort(key=lambda item: (item[0], -round(item[1].score, 6)))
            elif sort == "district":
                hits.sort(
                    key=lambda i: (i[1].document.district is None, i[1].document.district or "")
                )
            elif sort in ("year", "-year"):
                sign = -1 if sort == "-year" else 1
                hits.sort(
                    key=lambda i: (i[1].document.year is None, sign * (i[1].document.year or 0))
                )
            return hits

        found = ordered(found)
        first = []
        for group, hit in found[: ranking.NEARNESS_DEPTH]:
            entry = self.entries[place[hit.section.id]]
            more = self.nearness(entry, plan.near if group else plan.near_literal)
            first.append((group, replace(hit, score=hit.score + more)))
        return [hit for _, hit in [*ordered(first), *found[ranking.NEARNESS_DEPTH :]]]

    def search(
        self,
        plan: Plan,
        filters: Filters = Filters(),
        sort: Sort = "relevance",
        offset: int = 0,
        limit: int = 10,
        facets: Sequence[FacetField] = (),
        deadline: Deadline = Deadline(),
    ) -> EngineResult:
        deadline.check()
        hits = self.hits(plan, filters, sort)
        groups = [(entry, self.group(entry, plan)) for entry in self.entries]
        counts = {
            name: dict(
                Counter(
                    getattr(entry.document, name)
                    for entry, group in groups
                    if group is not None and accepts(filters, entry.document, ignore=name)
                )
            )
            for name in facets
        }
        return EngineResult(
            hits[offset : offset + limit],
            len(hits),
            sum(hit.match == "literal" for hit in hits),
            self.info(),
            counts,
        )

    def stream(
        self, plan: Plan, filters: Filters, sort: Sort, deadline: Deadline
    ) -> Iterator[EngineHit]:
        deadline.check()
        return iter(self.hits(plan, filters, sort))

    def documents(
        self, filters: Filters, sort: Sort, offset: int, limit: int
    ) -> tuple[int, Sequence[Document]]:
        found = [
            r.document for _, r in sorted(self.reports.items()) if accepts(filters, r.document)
        ]
        if sort == "district":
            found.sort(key=lambda d: (d.district is None, d.district or ""))
        elif sort in ("year", "-year"):
            sign = -1 if sort == "-year" else 1
            found.sort(key=lambda d: (d.year is None, sign * (d.year or 0)))
        return len(found), found[offset : offset + limit]

    def document(self, document_id: str) -> Document | None:
        report = self.reports.get(document_id)
        return report.document if report else None

    def report(self, document_id: str) -> Report | None:
        return self.reports.get(document_id)

    def section(self, document_id: str, ordinal: int) -> tuple[Document, Section] | None:
        report = self.reports.get(document_id)
        if report is None or not 0 <= ordinal < len(report.sections):
            return None
        return report.document, report.sections[ordinal]

    def matrix(self, plan: Plan, filters: Filters, deadline: Deadline) -> Sequence[MatrixRow]:
        deadline.check()
        asked = literals(plan.literal)
        # 行政复议 is counted already where 复议 is.
        needles = [a for a in asked if not any(b in a for b in asked - {a})]
        rows = []
        documents = [r.document for r in self.reports.values() if accepts(filters, r.document)]
        for pair in sorted({(d.district, d.year) for d in documents}, key=str):
            entries = [
                e
                for e in self.entries
                if (e.document.district, e.document.year) == pair and accepts(filters, e.document)
            ]
            matching = [e for e in entries if plan.literal is not None and self.group(e, plan) == 0]
            rows.append(
                MatrixRow(
                    *pair,
                    sum((d.district, d.year) == pair for d in documents),
                    sum(len(e.folded) for e in entries),
                    len(matching),
                    sum(e.folded.count(needle) for e in matching for needle in needles),
                )
            )
        return rows

    def suggest(
        self, prefix: str, limit: int, deadline: Deadline = Deadline()
    ) -> Sequence[Suggestion]:
        deadline.check()
        counts = Counter(word for entry in self.entries for word in entry.frequencies)
        found = [Suggestion(w, n) for w, n in counts.items() if prefix and w.startswith(prefix)]
        found.sort(key=lambda s: (-s.sections, s.text))
        return found[:limit]

    def sample(self, text: str, size: int, deadline: Deadline = Deadline()) -> Sequence[Sampled]:
        deadline.check()
        holding = [entry for entry in self.entries if text and text in entry.folded]
        step = max(-(-len(holding) // size), 1)
        return [
            Sampled(entry.folded, partial(getattr, entry.section, "heading"))
            for entry in holding[::step]
        ]

    def around(self, text: str, size: int, deadline: Deadline) -> Iterator[tuple[int, str]]:
        deadline.check()
        for at, letter in enumerate(text):
            for entry in self.entries if letter.isalpha() else ():
                if text[:at] in entry.folded and text[at + 1 :] in entry.folded:
                    yield at, entry.folded

    def fingerprint(self, document_id: str) -> str | None:
        report = self.reports.get(document_id)
        return report.fingerprint if report else None

    def refresh(self) -> bool:
        return False

    def close(self) -> None:
        pass


def places(text: str, word: str) -> tuple[str, list[int]]:
    """Return the folded word and where it stands, as far as nearness looks."""
    folded = fold(word)
    found = [at for at in range(len(text)) if text.startswith(folded, at)]
    return folded, found[: ranking.NEARNESS_PLACES]


def literals(expression: Expression | None) -> set[str]:
    """Return the literals that are asked for, not those that exclude."""
    match expression:
        case Literal(folded):
            return {folded}
        case AllOf(parts, _) | AnyOf(parts):
            return set().union(*map(literals, parts))
    return set()
