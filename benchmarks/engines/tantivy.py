"""tantivy through its Python binding.

Words without positions, characters with; literal queries are phrases of characters.
Three ways to the facets are tried and the fastest counts: two terms aggregations over
the fields, one over the number of the (district, year) pair, and the latter with the
total taken from its buckets, which leaves the top ten to block-max pruning.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tantivy

from benchmarks.engines.adapter import Adapter, Answer, Query, Source, Way
from benchmarks.engines.rows import read_rows

_NONE = -1
"""The year of a document without one."""

_FIELDS = {
    "district": {"terms": {"field": "district", "size": 1000}},
    "year": {"terms": {"field": "year", "size": 1000}},
}
_PAIRS = {"pair": {"terms": {"field": "pair", "size": 10_000}}}


class Tantivy(Adapter):
    searcher: Any
    schema: Any
    pairs: list[tuple[str, int]]

    @staticmethod
    def _index(directory: Path) -> Any:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("words", tokenizer_name="spaces", index_option="freq")
        builder.add_text_field("chars", tokenizer_name="spaces", index_option="position")
        builder.add_text_field("district", fast=True, tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("year", fast=True)
        builder.add_unsigned_field("pair", fast=True)
        builder.add_bytes_field("own", stored=True)
        index = tantivy.Index(builder.build(), str(directory))
        spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer("spaces", spaces)
        return index

    def build(self, source: Source, directory: Path) -> None:
        index = self._index(directory)
        # One thread and room for all: one segment, which is what tantivy searches fastest.
        writer = index.writer(heap_size=2_000_000_000, num_threads=1)
        pairs: dict[tuple[str, int], int] = {}
        for row in read_rows(source.rows):
            year = _NONE if row.year is None else row.year
            document = tantivy.Document()
            document.add_text("words", row.words)
            document.add_text("chars", " ".join(row.folded))
            document.add_text("district", row.district)
            document.add_integer("year", year)
            document.add_unsigned("pair", pairs.setdefault((row.district, year), len(pairs)))
            document.add_bytes("own", row.own.encode())
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        (directory / "pairs.json").write_text(json.dumps(list(pairs)))

    def open(self, directory: Path) -> None:
        index = self._index(directory)
        self.schema, self.searcher = index.schema, index.searcher()
        self.pairs = [tuple(pair) for pair in json.loads((directory / "pairs.json").read_text())]

    def query(self, query: Query) -> Any:
        schema = self.schema
        if query.kind == "literal":
            if len(query.text) == 1:
                found = tantivy.Query.term_query(schema, "chars", query.text, "basic")
            else:
                found = tantivy.Query.phrase_query(schema, "chars", list(query.text))
            return tantivy.Query.const_score_query(found, 1.0)
        terms = [tantivy.Query.term_query(schema, "words", word, "freq") for word in query.words]
        if len(terms) == 1:
            return terms[0]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, term) for term in terms])

    def ways(self, query: Query) -> Sequence[Way]:
        asked, searcher = self.query(query), self.searcher

        def fields() -> Any:
            return searcher.search(asked, 10, True), searcher.aggregate(asked, _FIELDS)

        def pairs() -> Any:
            return searcher.search(asked, 10, True), searcher.aggregate(asked, _PAIRS)

        def pairs_only() -> Any:
            return searcher.search(asked, 10, False), searcher.aggregate(asked, _PAIRS)

        return [fields, pairs, pairs_only]

    def read(self, result: Any) -> Answer:
        found, counts = result
        district: dict[str, int] = {}
        year: dict[str, int] = {}
        if "pair" in counts:
            for bucket in counts["pair"]["buckets"]:
                of_district, of_year = self.pairs[int(bucket["key"])]
                key = _year(of_year)
                district[of_district] = district.get(of_district, 0) + bucket["doc_count"]
                year[key] = year.get(key, 0) + bucket["doc_count"]
        else:
            district = {b["key"]: b["doc_count"] for b in counts["district"]["buckets"]}
            year = {_year(int(b["key"])): b["doc_count"] for b in counts["year"]["buckets"]}
        total = sum(district.values()) if found.count is None else found.count
        return Answer(total, district, year)


class TantivyWithHits(Tantivy):
    """The ten best sections are read from the index as well."""

    def ways(self, query: Query) -> Sequence[Way]:
        searcher = self.searcher

        def with_hits(way: Way) -> Way:
            def run() -> Any:
                found, counts = way()
                for _, address in found.hits:
                    searcher.doc(address).get_first("own").decode()
                return found, counts

            return run

        return [with_hits(way) for way in super().ways(query)]


def _year(value: int) -> str:
    return "" if value == _NONE else str(value)
