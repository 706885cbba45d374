"""The same segments, seen as a Whoosh index.

``whoosh_reader`` opens a snapshot for Whoosh's own searcher: any Whoosh query runs over
our arrays through ordinary matchers. It is what matching and scoring by arrays are held against,
and the way to ask what they do not cover (prefixes, wildcards, fuzzy terms).

Segments are written whole, from arrays (``segment.segment_file``), so the codec only
reads. Nothing is pickled: the schema is code, and the list of segments is our manifest.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any, NoReturn, Protocol

import numpy as np
import numpy.typing as npt
from whoosh import scoring
from whoosh.codec import base
from whoosh.fields import ID, KEYWORD, STORED, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.matching.mcore import ListMatcher
from whoosh.reading import IndexReader, MultiReader, SegmentReader, TermInfo

from search_service import ranking
from search_service.engines.whoosh.postings import Ids, PostingsReader
from search_service.engines.whoosh.segment import Segment
from search_service.engines.whoosh.snapshot import Snapshot

SCHEMA = Schema(
    words=KEYWORD(scorable=True),
    characters=ID(),
    pairs=ID(),
    phrases=ID(),
    context_words=ID(),
    id=STORED(),
    district=STORED(),
    year=STORED(),
)
"""``words`` is ranked; the gram fields and ``context_words`` only say where a term is."""


def whoosh_reader(snapshot: Snapshot) -> IndexReader:
    """Return a Whoosh reader over all segments of ``snapshot``; terms are folded text."""
    readers: list[IndexReader] = []
    first = 0
    for segment in snapshot.segments:
        live = snapshot.live[first : first + len(segment)]
        view = _WhooshSegment(segment, live)
        readers.append(SegmentReader(RamStorage(), SCHEMA, view, codec=ArrayCodec()))
        first += len(segment)
    return readers[0] if len(readers) == 1 else MultiReader(readers)


class SectionBM25(scoring.BM25F):
    """Whoosh's BM25F with the parameters and the inverse document frequency of ``ranking``."""

    def __init__(self) -> None:
        super().__init__(B=ranking.B, K1=ranking.K1)

    def idf(self, searcher: Any, fieldname: str, text: str) -> float:
        """Return the weight of a term as scoring by arrays computes it."""
        parent = searcher.get_parent()
        return ranking.inverse_document_frequency(
            parent.doc_count_all(), parent.doc_frequency(fieldname, text)
        )


class ArrayCodec(base.Codec):
    """Reads our segments."""

    def terms_reader(self, storage: Any, segment: _WhooshSegment) -> _TermsReader:  # noqa: ARG002
        """Return the terms and postings of a segment."""
        return _TermsReader(segment)

    def per_document_reader(self, storage: Any, segment: _WhooshSegment) -> _DocumentReader:  # noqa: ARG002
        """Return the deletions, lengths and stored fields of a segment."""
        return _DocumentReader(segment)

    def _written_whole(self, *_: Any, **__: Any) -> NoReturn:
        raise NotImplementedError("segments are written whole: see segment.segment_file")

    per_document_writer = field_writer = postings_writer = postings_reader = _written_whole
    new_segment = _written_whole


class _WhooshSegment(base.Segment):
    """A segment as Whoosh names it, with the deletions of one generation."""

    def __init__(self, segment: Segment, live: npt.NDArray[np.bool_]) -> None:
        super().__init__("sections")
        self.segment = segment
        self._dead: set[int] = set(np.flatnonzero(~live).tolist())

    def doc_count_all(self) -> int:
        return len(self.segment)

    def deleted_count(self) -> int:
        return len(self._dead)

    def deleted_docs(self) -> set[int]:
        return self._dead

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._dead  # Whoosh also asks for the number after the last

    def delete_document(self, docnum: int, delete: bool = True) -> NoReturn:
        raise NotImplementedError("documents are deleted by the engine's next generation")


class _Terms(Protocol):
    """What ``PostingsReader`` offers, for fields that are not stored as such too."""

    def __len__(self) -> int: ...
    def term(self, number: int) -> bytes: ...
    def lower_bound(self, term: bytes) -> int: ...
    def ids(self, number: int) -> Ids: ...
    def weights(self, number: int) -> npt.NDArray[np.uint8]: ...


class _ContextTerms:
    """The words of contexts, with the sections of those contexts as their postings."""

    def __init__(self, words: PostingsReader, context_of: npt.NDArray[np.uint32]) -> None:
        self._words = words
        self._context_of = context_of
        self.term = words.term
        self.lower_bound = words.lower_bound

    def __len__(self) -> int:
        return len(self._words)

    def ids(self, number: int) -> Ids:
        return np.flatnonzero(np.isin(self._context_of, self._words.ids(number)))

    def weights(self, number: int) -> npt.NDArray[np.uint8]:
        return np.ones(len(self.ids(number)), np.uint8)


class _TermsReader(base.TermsReader):
    def __init__(self, view: _WhooshSegment) -> None:
        own, contexts = view.segment.own, view.segment.contexts
        self._lengths = own.lengths
        self._fields: dict[str, _Terms] = {
            "characters": own.grams.characters,
            "context_words": _ContextTerms(contexts.words, view.segment.context_of),
            "pairs": own.grams.pairs,
            "phrases": own.grams.phrases,
            "words": own.words,
        }

    def _number(self, fieldname: str, text: bytes) -> int:
        terms = self._fields[fieldname]
        number = terms.lower_bound(text)
        if number == len(terms) or terms.term(number) != text:
            raise KeyError((fieldname, text))
        return number

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        try:
            self._number(*term)
        except KeyError:
            return False
        return True

    def indexed_field_names(self) -> list[str]:
        return list(self._fields)

    def cursor(self, fieldname: str, fieldobj: Any) -> _Cursor:
        return _Cursor(self._fields[fieldname], fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for name in self._fields:
            yield from self.terms_from(name, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        terms = self._fields[fieldname]
        for number in range(terms.lower_bound(prefix), len(terms)):
            yield fieldname, terms.term(number)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for term in self.terms():
            yield term, self.term_info(*term)

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for term in self.terms_from(fieldname, prefix):
            yield term, self.term_info(*term)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        terms = self._fields[fieldname]
        number = self._number(fieldname, text)
        ids, weights = terms.ids(number), terms.weights(number)
        lengths = self._lengths[ids]
        return TermInfo(
            weight=int(weights.sum()),
            df=len(ids),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=int(weights.max()),
            minid=int(ids[0]),
            maxid=int(ids[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> int:
        return int(self._fields[fieldname].weights(self._number(fieldname, text)).sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return len(self._fields[fieldname].ids(self._number(fieldname, text)))

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        terms = self._fields[fieldname]
        number = self._number(fieldname, text)
        return ArrayMatcher(
            terms.ids(number).tolist(),
            weights=terms.weights(number).tolist(),
            format=format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )


class ArrayMatcher(ListMatcher):
    """A list matcher that skips by binary search."""

    def skip_to(self, id: int) -> None:  # noqa: A002 - Whoosh's name
        """Move to the first posting that is not before ``id``."""
        self._i = bisect_left(self._ids, id, self._i)

    def copy(self) -> ArrayMatcher:
        """Return a matcher at the same place that moves by itself."""
        return ArrayMatcher(
            self._ids,
            self._weights,
            self._values,
            self._format,
            self._scorer,
            self._i,
            self._all_weights,
            self._term,
            self._terminfo,
        )


class _Cursor(base.FieldCursor):
    def __init__(self, terms: _Terms, fieldobj: Any) -> None:
        self._terms = terms
        self._fieldobj = fieldobj
        self._number = 0

    def is_valid(self) -> bool:
        return self._number < len(self._terms)

    def first(self) -> Any:
        self._number = 0
        return self.text()

    def find(self, string: bytes | str) -> Any:
        data = string if isinstance(string, bytes) else string.encode()
        self._number = self._terms.lower_bound(data)
        return self.text()

    def next(self) -> Any:
        self._number += 1
        return self.text()

    def term(self) -> bytes | None:
        return self._terms.term(self._number) if self.is_valid() else None

    def text(self) -> Any:
        term = self.term()
        return None if term is None else self._fieldobj.from_bytes(term)


class _DocumentReader(base.PerDocumentReader):
    def __init__(self, view: _WhooshSegment) -> None:
        self._view = view
        self._segment = view.segment

    def doc_count(self) -> int:
        return self._view.doc_count_all() - self._view.deleted_count()

    def doc_count_all(self) -> int:
        return self._view.doc_count_all()

    def has_deletions(self) -> bool:
        return bool(self._view.deleted_count())

    def is_deleted(self, docnum: int) -> bool:
        return self._view.is_deleted(docnum)

    def deleted_docs(self) -> set[int]:
        return self._view.deleted_docs()

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._segment.own.lengths[docnum]) if fieldname == "words" else default

    def field_length(self, fieldname: str) -> int:
        return int(self._segment.own.lengths.sum()) if fieldname == "words" else 0

    def min_field_length(self, fieldname: str) -> int:
        return int(self._segment.own.lengths.min()) if fieldname == "words" else 0

    def max_field_length(self, fieldname: str) -> int:
        return int(self._segment.own.lengths.max()) if fieldname == "words" else 0

    def has_vector(self, docnum: int, fieldname: str) -> bool:  # noqa: ARG002
        return False

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        document = int(self._segment.document_of[docnum])
        ordinal = docnum - int(self._segment.first_section[document])
        return {
            "id": f"{self._segment.values('id')[document]}/{ordinal}",
            "district": self._segment.values("district")[document],
            "year": self._segment.values("year")[document],
        }
