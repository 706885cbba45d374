"""What the API answers with: the schemas that the OpenAPI document publishes.

The parameters are in ``parameters``, which validates with the schemas it documents.
Answers are written by ``render``; tests validate them against these schemas.
"""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from search_service.models import MATCH_KINDS, MODES, SORTS


class _Answer(Schema):
    class Meta:
        """Nothing undocumented."""

        unknown = RAISE


def _text(description: str, example: str | None = None, **options: Any) -> fields.String:
    metadata = {"description": description, **({"example": example} if example else {})}
    return fields.String(required=True, metadata=metadata, **options)


def _whole(description: str, low: int = 0, **options: Any) -> fields.Integer:
    return fields.Integer(
        required=True,
        validate=validate.Range(min=low),
        metadata={"description": description},
        **options,
    )


def _flag(description: str) -> fields.Boolean:
    return fields.Boolean(required=True, metadata={"description": description})


def _texts(description: str) -> fields.List[str]:
    return fields.List(fields.String(), required=True, metadata={"description": description})


def _one(schema: type[Schema], description: str) -> fields.Nested:
    return fields.Nested(schema, required=True, metadata={"description": description})


def _many(schema: type[Schema], description: str) -> fields.List[Any]:
    return fields.List(fields.Nested(schema), required=True, metadata={"description": description})


class Span(_Answer):
    """A half-open range of Unicode code points."""

    start = _whole("First code point.")
    end = _whole("Code point after the last.")


class Document(_Answer):
    """The metadata of a report; null where the report does not say."""

    id = _text("Stable id.", "nanan-2023")
    title = _text("Title on one line.", "重庆市南岸区人民政府关于2023年法治政府建设情况的报告")
    district = _text("District or county the report is about.", "南岸区", allow_none=True)
    town = _text("Town or subdistrict that issued it.", allow_none=True)
    issuer = _text("Issuing body as written.", "重庆市南岸区人民政府", allow_none=True)
    year = _whole("Year reported on, not the year of signature.", allow_none=True)
    date = _text("Day signed or published, ISO 8601.", allow_none=True)
    number = _text("Document number as written.", allow_none=True)
    source = _text("File name or URL it came from.", "nanan-2023.txt")


class Links(_Answer):
    """Where to read a section."""

    page = _text("For people.", "/documents/nanan-2023#s6")
    section = _text("For programs.", "/api/v1/documents/nanan-2023/sections/6")


class Passage(_Answer):
    """A piece of a section's text that shows why it was found."""

    text = _text("As it stands in the section.")
    html = _text("The same, escaped, with matches in <mark>.")
    start = _whole("Where it starts in the section's text.")
    end = _whole("Where it ends.")
    matches = _many(Span, "Matches, counted in the section's text.")


class Hit(_Answer):
    """A section that was found."""

    id = _text("Document id, slash, ordinal.", "nanan-2023/6")
    score = fields.Float(required=True, metadata={"description": "Relevance; higher is better."})
    match = _text("How it matches.", "literal", validate=validate.OneOf(MATCH_KINDS))
    document = _one(Document, "The report it belongs to.")
    heading = _text("Its heading, numbering kept.", "（五）突出源头治理，依法高效化解矛盾纠纷")
    heading_matches = _many(Span, "Matches, counted in the heading.")
    path = _texts("Headings above it, outermost first.")
    passages = _many(Passage, "At most three, best first.")
    links = _one(Links, "Where to read it.")


class Part(_Answer):
    """A piece of a chunk in which a place or a year was recognised."""

    text = _text("As typed.", "南岸区")
    kind = _text("What it is.", "place", validate=validate.OneOf(("place", "year", "text")))


class Synonym(_Answer):
    """Something typed, and what laws and reports write for it."""

    text = _text("As typed, folded.", "老板")
    terms = _texts("What was also searched.")


class Chunk(_Answer):
    """One thing that was asked for."""

    text = _text("As typed, without quotation marks.", "枫桥经验")
    words = _texts("Its words.")
    literal = _flag("Asked for in quotation marks.")
    exclude = _flag("Not wanted.")  # type: ignore[assignment]
    parts = _many(Part, "Its pieces where a place or a year was recognised in it, else none.")


class FiltersUsed(_Answer):
    """Filters, as they would be written in parameters."""

    district = _texts("Districts.")
    town = _texts("Towns.")
    year = _texts("Years and ranges of years.")
    document = _texts("Ids of documents.")


class QueryRead(_Answer):
    """How the query was read."""

    q = _text("As given.", "枫桥经验")
    mode = _text("How to match.", "auto", validate=validate.OneOf(MODES))
    filters = _one(FiltersUsed, "Which documents were looked at.")
    sort = _text("Order of the hits.", "relevance", validate=validate.OneOf(SORTS))
    chunks = _many(Chunk, "What was asked for.")
    relaxed = _flag("Nothing matched as asked, so any of the words was enough.")
    warnings = _texts("What was read in another way than it may have been meant.")
    synonyms = _many(Synonym, "What was searched beside the words typed.")
    did_you_mean = _text(
        "What may have been meant, where nothing was found literally.", allow_none=True
    )


class DistrictCount(_Answer):
    """A district with its number of hits."""

    value = _text("District; null where it is unknown.", "南岸区", allow_none=True)
    count = _whole("Sections found, the filter on districts left aside.")
    selected = _flag("Among the filters.")


class YearCount(_Answer):
    """A year with its number of hits."""

    value = _whole("Year; null where it is unknown.", allow_none=True)
    count = _whole("Sections found, the filter on years left aside.")
    selected = _flag("Among the filters.")


class Facets(_Answer):
    """Exact counts per value."""

    district = _many(DistrictCount, "Most hits first.")
    year = _many(YearCount, "Newest first.")


class Index(_Answer):
    """Which state of the index an answer comes from."""

    generation = _text("Changes whenever the content does.")
    documents = _whole("Documents held.")
    sections = _whole("Sections held.")


class SearchAnswer(_Answer):
    """One page of hits with exact counts over all of them."""

    query = _one(QueryRead, "How the query was read.")
    total = _whole("Sections found.")
    total_literal = _whole("Of these, found literally.")
    page = _whole("Page, from 1.", 1)
    per_page = _whole("Hits of a page.", 1)
    pages = _whole("Pages in all.")
    hits = _many(Hit, "Best first.")
    facets = _one(Facets, "Counts per district and year.")
    index = _one(Index, "Where this comes from.")
    took_ms = fields.Float(required=True, metadata={"description": "Milliseconds of the search."})


class DocumentsAnswer(_Answer):
    """One page of documents."""

    total = _whole("Documents that pass the filters.")
    page = _whole("Page, from 1.", 1)
    per_page = _whole("Documents of a page.", 1)
    pages = _whole("Pages in all.")
    documents = _many(Document, "In the order asked for.")


class OutlineEntry(_Answer):
    """A section in a report's outline."""

    id = _text("Document id, slash, ordinal.", "nanan-2023/6")
    ordinal = _whole("Position in reading order, from 0.")
    heading = _text("Its heading; empty for the opening.")
    level = _whole("0 for the opening, 1 for 一、, 2 for （一）, and so on.")


class DocumentAnswer(Document):
    """A report's metadata and outline."""

    outline = _many(OutlineEntry, "Its sections in reading order.")


class SectionAnswer(_Answer):
    """One section."""

    id = _text("Document id, slash, ordinal.", "nanan-2023/6")
    heading = _text("Its heading; empty for the opening.")
    level = _whole("0 for the opening, 1 for 一、, 2 for （一）, and so on.")
    path = _texts("Headings above it, outermost first.")
    text = _text("Its text; paragraphs are separated by line feeds.")
    document = _one(Document, "The report it belongs to.")
    heading_matches = fields.List(
        fields.Nested(Span), metadata={"description": "With q: matches in the heading."}
    )
    matches = fields.List(
        fields.Nested(Span), metadata={"description": "With q: matches in the text."}
    )


class Suggestion(_Answer):
    """A completion that exists in the index."""

    text = _text("The completion.", "行政复议")
    sections = _whole("Sections that have it.")


class SuggestAnswer(_Answer):
    """Completions, most useful first."""

    q = _text("As given.", "复议")
    suggestions = _many(Suggestion, "Completions.")


_CHARACTERS = "Characters of all its sections, folded: without white space and quotation marks."


class MatrixRow(_Answer):
    """One district in one year."""

    district = _text("District; null where it is unknown.", "南岸区", allow_none=True)
    year = _whole("Year; null where it is unknown.", allow_none=True)
    documents = _whole("Documents held, whether they match or not.")
    sections = _whole("Sections that match literally.")
    occurrences = _whole("Times the text stands there.")
    characters = _whole(_CHARACTERS)
    per_10000 = fields.Float(
        required=True, metadata={"description": "Occurrences per 10,000 characters."}
    )


class MatrixAnswer(_Answer):
    """Where and when a phrase appears; pairs without a document are absent."""

    q = _text("As given.", "枫桥经验")
    filters = _one(FiltersUsed, "Which documents were looked at.")
    rows = _many(MatrixRow, "By district, then year.")
    index = _one(Index, "Where this comes from.")


class CoverageRow(_Answer):
    """A district and year of which documents are held."""

    district = _text("District; null where it is unknown.", "南岸区", allow_none=True)
    year = _whole("Year; null where it is unknown.", allow_none=True)
    documents = _whole("Documents held.", 1)
    characters = _whole(_CHARACTERS)


class MissingRow(_Answer):
    """A district and year of which no document is held."""

    district = _text("District.", "南岸区")
    year = _whole("Year.")


class CoverageAnswer(_Answer):
    """What is held, and what is missing between the first and the last year held."""

    districts = _texts("Districts of which something is held.")
    years = fields.List(
        fields.Integer(),
        required=True,
        metadata={
            "description": "Years, first to last held; only those held where these are far apart."
        },
    )
    held = _many(CoverageRow, "By district, then year.")
    missing = _many(MissingRow, "Districts and years without a document.")
    index = _one(Index, "Where this comes from.")


class ChunkExplained(_Answer):
    """How a chunk was read, and how the section answers it."""

    text = _text("As typed, without quotation marks.", "枫桥经验")
    folded = _text("What literal matching looks for.")
    words = _texts("What matching by words looks for.")
    literal = _flag("Asked for in quotation marks.")
    exclude = _flag("Not wanted.")  # type: ignore[assignment]
    parts = _many(Part, "Its pieces where a place or a year was recognised in it, else none.")
    synonyms = _many(Synonym, "What helps if it is a question, or if nothing is found.")
    in_text = fields.Boolean(metadata={"description": "Stands literally in the section."})
    in_context = fields.Boolean(
        metadata={"description": "Stands in title, place or headings above, or its parts do."}
    )
    words_found = fields.List(
        fields.String(), metadata={"description": "Words that the section has."}
    )
    words_missing = fields.List(
        fields.String(), metadata={"description": "Words that the section lacks."}
    )
    synonyms_found = fields.List(
        fields.String(),
        metadata={"description": "Words of synonyms that the section has, where searched."},
    )
    nearest = fields.String(
        metadata={"description": "The longest piece of the folded chunk that the section has."}
    )
    nearest_text = fields.String(
        metadata={"description": "That piece as the section writes it; empty where there is none."}
    )


class ExplainAnswer(_Answer):
    """How a query was read, and why a section does or does not match."""

    q = _text("As given.", "枫桥经验")
    mode = _text("How to match.", "auto", validate=validate.OneOf(MODES))
    chunks = _many(ChunkExplained, "What was asked for.")
    relaxed = _flag("Nothing in the index matches as asked, so any of the words is enough.")
    warnings = _texts("What was read in another way than it may have been meant.")
    section = fields.String(
        allow_none=True, required=True, metadata={"description": "The section asked about."}
    )
    match = fields.String(
        allow_none=True,
        required=True,
        validate=validate.OneOf((*MATCH_KINDS, None)),
        metadata={"description": "How the section matches; null if it does not."},
    )


class Health(_Answer):
    """The process answers."""

    status = _text("Always ok.", "ok")


class Readiness(_Answer):
    """The index is open."""

    status = _text("Always ready.", "ready")
    index = _one(Index, "What is being served.")


class Problem(_Answer):
    """What went wrong (RFC 9457)."""

    type = _text("Where this kind of problem is described.", "/docs#problem-invalid_request")
    title = _text("Name of the status.", "Unprocessable Content")
    status = _whole("HTTP status.", 400)
    detail = _text("What is wrong, and what to do.")
    instance = _text("The address that was asked.", "/api/v1/search")
    code = _text("Stable name for programs.", "invalid_request")
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={
            "description": "Per parameter what is wrong with it.",
            "example": {"page": ["must be 1 or more"]},
        },
    )
