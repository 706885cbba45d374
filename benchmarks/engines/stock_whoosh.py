"""Whoosh as it comes: default codec, our tokens, its own matchers, collectors and facets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from whoosh import fields, index, query
from whoosh.analysis import Token, Tokenizer

from benchmarks.engines.adapter import Adapter, Answer, Query, Source, Way
from benchmarks.engines.rows import read_rows


class SpaceTokenizer(Tokenizer):  # type: ignore[misc]
    """Tokens are already cut and separated by spaces."""

    def __call__(
        self, value: str, positions: bool = False, start_pos: int = 0, **_: Any
    ) -> Iterator[Any]:
        token = Token(positions)
        token.boost = 1.0
        token.stopped = False
        for position, text in enumerate(value.split(" "), start_pos):
            if text:
                token.text = text
                token.pos = position
                yield token


class StockWhoosh(Adapter):
    searcher: Any

    def build(self, source: Source, directory: Path) -> None:
        schema = fields.Schema(
            words=fields.TEXT(analyzer=SpaceTokenizer(), phrase=False),
            chars=fields.TEXT(analyzer=SpaceTokenizer(), phrase=True),
            district=fields.ID(sortable=True),
            year=fields.ID(sortable=True),
            own=fields.STORED,
        )
        writer = index.create_in(str(directory), schema).writer(limitmb=1024)
        for row in read_rows(source.rows):
            writer.add_document(
                words=row.words,
                chars=" ".join(row.folded),
                district=row.district,
                year="" if row.year is None else str(row.year),
                own=row.own,
            )
        writer.commit(optimize=True)

    def open(self, directory: Path) -> None:
        self.searcher = index.open_dir(str(directory)).searcher()

    def ways(self, query_: Query) -> Sequence[Way]:
        searcher, asked = self.searcher, self._query(query_)
        return [lambda: searcher.search(asked, limit=10, groupedby=["district", "year"])]

    @staticmethod
    def _query(asked: Query) -> Any:
        if asked.kind == "literal":
            characters = list(asked.text)
            if len(characters) == 1:
                return query.ConstantScoreQuery(query.Term("chars", characters[0]))
            return query.Phrase("chars", characters)
        terms = [query.Term("words", word) for word in asked.words]
        return terms[0] if len(terms) == 1 else query.And(terms)

    def read(self, result: Any) -> Answer:
        district, year = (
            {value or "": len(found) for value, found in result.groups(name).items()}
            for name in ("district", "year")
        )
        return Answer(len(result), district, year)
