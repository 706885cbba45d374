"""Reading query parameters: strict UTF-8, nothing unknown, nothing twice."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, cast
from urllib.parse import parse_qsl, unquote_to_bytes

from flask import Request
from marshmallow import RAISE, Schema, ValidationError, fields, validate
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import MultiDict

from search_service import models
from search_service.api.problems import Problem
from search_service.api.tables import FORMATS
from search_service.errors import InvalidRequest
from search_service.models import DOCUMENT_SORTS, MODES, SORTS
from search_service.requests import MAX_PER_PAGE, make_filters

MAX_FIELDS = 256
"""Parameters in one URL."""
MAX_VALUES = 64
"""Values of one repeated parameter."""
MAX_VALUE_LENGTH = 200
"""Code points of a value: an id has no more, a name far fewer."""


def require_utf8(environ: Mapping[str, Any]) -> None:
    """Refuse a URL whose path or query is not UTF-8 once percent-decoded."""
    path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    _require_utf8("path", path.encode("latin-1"))
    _require_utf8("query", unquote_to_bytes(query.encode("latin-1")))


def _require_utf8(part: str, raw: bytes) -> None:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = f"0x{raw[error.start]:02X}"
        raise Problem(
            400,
            f"the URL is not UTF-8: byte {byte} at position {error.start} of its {part}; "
            "encode Chinese text as UTF-8, not as GBK or GB18030",
        ) from None


def pairs(environ: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the query parameters in the order given; the URL must be UTF-8."""
    query = environ.get("QUERY_STRING", "").encode("latin-1").decode("utf-8")
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise Problem(400, f"the URL has more than {MAX_FIELDS} parameters") from None


class Parser(FlaskParser):
    """Reads the query string into a schema, and refuses what the schema does not know."""

    def parse(
        self,
        argmap: Any,
        req: Request | None = None,
        **_options: Any,
    ) -> dict[str, Any]:
        """Return the parameters of a request, with defaults; raises ``InvalidRequest``.

        What is looked for differs from request to request, everything else repeats. So
        the rest is validated once and remembered; ``q`` itself may be any text.
        """
        given = pairs((req or self.get_default_request()).environ)
        rest = tuple((name, "" if name == "q" else value) for name, value in given)
        found = dict(_validated(argmap, rest))
        found.update((name, value) for name, value in given if name == "q")
        return found


@lru_cache(512)
def _validated(schema: Schema, given: tuple[tuple[str, str], ...]) -> Mapping[str, Any]:
    values: MultiDict[str, str] = MultiDict(given)
    proxy = MultiDictProxy(values, schema)
    repeated = {
        name: [f"is given {len(given)} times; it takes one value"]
        for name, given in values.lists()
        if len(given) > 1 and name in schema.fields and name not in proxy.multiple_keys
    }
    if repeated:
        raise InvalidRequest(repeated)
    try:
        return cast("Mapping[str, Any]", schema.load(proxy, unknown=RAISE))
    except ValidationError as error:
        known = ", ".join(sorted(schema.fields)) or "none"
        raise InvalidRequest(
            {
                str(name): [
                    f"is not a parameter here; known are: {known}"
                    if text == "Unknown field."
                    else text[0].lower() + text[1:].rstrip(".")
                    for text in _flat(texts)
                ]
                for name, texts in cast("dict[str, Any]", error.messages).items()
            }
        ) from None


def _flat(messages: Any) -> list[str]:
    if isinstance(messages, Mapping):
        return [text for inner in messages.values() for text in _flat(inner)]
    return [str(messages)] if isinstance(messages, str) else [t for m in messages for t in _flat(m)]


class Whole(fields.Integer):
    """A whole number in ASCII digits; ``int`` alone would take `` 5``, ``1_0`` and ``５``."""

    _digits = re.compile("[0-9]{1,9}")

    def _validated(self, value: Any) -> int:
        if not self._digits.fullmatch(str(value)):
            raise ValidationError("must be a whole number such as 10")
        return int(value)


def text(description: str, example: str | None = None, **options: Any) -> fields.String:
    """Return a text field with its documentation."""
    metadata = {"description": description, **({} if example is None else {"example": example})}
    return fields.String(metadata=metadata, **options)


def repeated(
    description: str, example: str, each: Sequence[validate.Validator] = ()
) -> fields.List[str]:
    """Return a field whose parameter may be repeated; its values, valid by ``each``, are OR-ed."""
    return fields.List(
        fields.String(validate=[validate.Length(1, MAX_VALUE_LENGTH), *each]),
        load_default=list,
        validate=validate.Length(0, MAX_VALUES),
        metadata={"description": description, "example": [example]},
    )


YEAR = r"([0-9]{4}|[0-9]{4}\.\.([0-9]{4})?|\.\.[0-9]{4}|未知)"


class Filters(Schema):
    """Which documents to look at."""

    class Meta:
        """Nothing unknown."""

        unknown = RAISE

    district = repeated("District; 未知 for documents without one. May be repeated.", "南岸区")
    town = repeated("Town or subdistrict that issued the report. May be repeated.", "涂山镇")
    year = repeated(
        "Year reported on, or a range such as 2020..2024, 2020.. or ..2024; 未知 for documents "
        "without one. May be repeated.",
        "2023",
        each=[validate.Regexp(f"^{YEAR}$", error="must be 2023, 2020..2024 or 未知")],
    )
    document = repeated("Id of a document. May be repeated.", "nanan-2023")


def filters(args: Mapping[str, Any]) -> models.Filters:
    """Return the filters among the parameters that a ``Filters`` has read."""
    return make_filters(args["district"], args["town"], args["year"], args["document"])


def query_field(**options: Any) -> fields.String:
    """Return the parameter ``q``."""
    return text(
        "What to look for: chunks separated by white space; “…” asks for it literally, "
        "-… excludes, OR and parentheses group. Any text is valid.",
        "枫桥经验",
        **options,
    )


def mode_field(default: str = "auto") -> fields.String:
    """Return the parameter ``mode``."""
    return text(
        "How to match: literally, by words, or either.",
        load_default=default,
        validate=validate.OneOf(MODES, error="must be one of {choices}"),
    )


def synonyms_field() -> fields.Boolean:
    """Return the field that switches synonyms off."""
    description = (
        "Whether questions, and queries that find nothing, may also be answered by synonyms."
    )
    return fields.Boolean(
        load_default=True,
        truthy={"true"},
        falsy={"false"},
        error_messages={"invalid": "must be true or false"},
        metadata={"description": description, "example": True},
    )


class Query(Filters):
    """A search without paging."""

    q = query_field(load_default="")
    mode = mode_field()
    synonyms = synonyms_field()
    sort = text(
        "Order of the hits.",
        load_default="relevance",
        validate=validate.OneOf(SORTS, error="must be one of {choices}"),
    )


def page_field() -> Whole:
    """Return the parameter ``page``."""
    return Whole(
        load_default=1,
        validate=validate.Range(min=1, error="must be 1 or more"),
        metadata={"description": "Page, from 1.", "example": 1},
    )


def per_page_field() -> Whole:
    """Return the parameter ``per_page``."""
    return Whole(
        load_default=10,
        validate=validate.Range(1, MAX_PER_PAGE, error="must be from {min} to {max}"),
        metadata={"description": "Items of a page.", "example": 10},
    )


class Search(Query):
    """A search."""

    page = page_field()
    per_page = per_page_field()
    format = text(
        "json for programs, text for a terminal.",
        load_default="json",
        validate=validate.OneOf(("json", "text"), error="must be one of {choices}"),
    )


class Export(Query):
    """A search whose hits are all wanted."""

    format = text(
        "csv opens in a spreadsheet; jsonl has one JSON object a line.",
        load_default="csv",
        validate=validate.OneOf(tuple(FORMATS), error="must be one of {choices}"),
    )


class Documents(Filters):
    """A list of documents."""

    sort = text(
        "Order of the documents.",
        load_default="document",
        validate=validate.OneOf(DOCUMENT_SORTS, error="must be one of {choices}"),
    )
    page = page_field()
    per_page = per_page_field()


class Section(Schema):
    """What to mark in a section."""

    class Meta:
        """Nothing unknown."""

        unknown = RAISE

    q = query_field(load_default=None)
    mode = mode_field()


class Suggest(Schema):
    """What to complete."""

    class Meta:
        """Nothing unknown."""

        unknown = RAISE

    q = text("Beginning of a word.", "复议", required=True)
    limit = Whole(
        load_default=10,
        validate=validate.Range(1, 50, error="must be from {min} to {max}"),
        metadata={"description": "Completions at most.", "example": 10},
    )


class Matrix(Filters):
    """What to count."""

    q = query_field(required=True)


class Explain(Schema):
    """What to explain."""

    class Meta:
        """Nothing unknown."""

        unknown = RAISE

    q = query_field(required=True)
    mode = mode_field()
    synonyms = synonyms_field()
    section = text(
        "Id of the section to hold the query against: document id, slash, ordinal.",
        "nanan-2023/6",
        load_default=None,
        validate=validate.Regexp(
            r"^[^/]+/[0-9]{1,9}$", error="must be a section's id, such as nanan-2023/6"
        ),
    )


class Nothing(Schema):
    """No parameters."""

    class Meta:
        """Nothing unknown."""

        unknown = RAISE
