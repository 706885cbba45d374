"""Xapian through its Python binding: words as terms, characters as terms with positions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xapian

from benchmarks.engines.adapter import Adapter, Answer, Query, Source, Way
from benchmarks.engines.rows import read_rows

_WORD, _CHARACTER = "W", "C"
_DISTRICT, _YEAR = 0, 1
_MAX_TERM = 240
"""Bytes; Xapian takes no longer terms."""


class Xapian(Adapter):
    database: Any

    def build(self, source: Source, directory: Path) -> None:
        database = xapian.WritableDatabase(str(directory / "database"), xapian.DB_CREATE)
        for row in read_rows(source.rows):
            document = xapian.Document()
            for word, count in Counter(row.words.split(" ")).items():
                if word and len(word.encode()) <= _MAX_TERM:
                    document.add_term(_WORD + word, count)
            for position, character in enumerate(row.folded):
                document.add_posting(_CHARACTER + character, position, 0)
            document.add_value(_DISTRICT, row.district)
            document.add_value(_YEAR, "" if row.year is None else str(row.year))
            document.set_data(row.own)
            database.add_document(document)
        database.commit()
        database.close()
        whole = xapian.Database(str(directory / "database"))
        whole.compact(str(directory / "compact"))
        whole.close()
        for path in (directory / "database").iterdir():
            path.unlink()

    def open(self, directory: Path) -> None:
        self.database = xapian.Database(str(directory / "compact"))

    def ways(self, query: Query) -> Sequence[Way]:
        asked, database = self._query(query), self.database
        everything = database.get_doccount()

        def run() -> Any:
            enquire = xapian.Enquire(database)
            enquire.set_query(asked)
            if query.kind == "literal":
                enquire.set_weighting_scheme(xapian.BoolWeight())
            spies = [xapian.ValueCountMatchSpy(_DISTRICT), xapian.ValueCountMatchSpy(_YEAR)]
            for spy in spies:
                enquire.add_matchspy(spy)
            return enquire.get_mset(0, 10, everything), spies

        return [run]

    @staticmethod
    def _query(query: Query) -> Any:
        if query.kind != "literal":
            terms = [_WORD + word for word in query.words]
            return xapian.Query(xapian.Query.OP_AND, terms)
        terms = [_CHARACTER + character for character in query.text]
        if len(terms) == 1:
            return xapian.Query(terms[0])
        return xapian.Query(xapian.Query.OP_PHRASE, terms, len(terms))

    def read(self, result: Any) -> Answer:
        found, spies = result
        district, year = (
            {item.term.decode(): item.termfreq for item in spy.values()} for spy in spies
        )
        total = found.get_matches_estimated()
        # A spy leaves documents without a value out.
        for counts in (district, year):
            missing = total - sum(counts.values())
            if missing:
                counts[""] = missing
        return Answer(total, district, year)
