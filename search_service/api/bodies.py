"""What can be sent to be stored; ``parsing`` reads and checks it."""

from __future__ import annotations

from marshmallow import RAISE, Schema, fields


class SectionBody(Schema):
    """A section of a report to store."""

    class Meta:
        """Nothing unknown."""

        unknown = RAISE

    heading = fields.String(load_default="")
    path = fields.List(fields.String(), load_default=list)
    text = fields.String(load_default="")


class DocumentBody(Schema):
    """A report to store: its metadata, and either ``text`` or ``sections``.

    Metadata that is absent is detected from ``text``; null leaves it empty.
    """

    class Meta:
        """Nothing unknown."""

        unknown = RAISE

    id = fields.String(metadata={"description": "If given, the same as in the URL."})
    title = fields.String()
    district = fields.String(allow_none=True)
    town = fields.String(allow_none=True)
    issuer = fields.String(allow_none=True)
    year = fields.Integer(allow_none=True)
    date = fields.String(allow_none=True)
    number = fields.String(allow_none=True)
    source = fields.String()
    text = fields.String(metadata={"description": "The whole report; it is cut into sections."})
    sections = fields.List(
        fields.Nested(SectionBody),
        metadata={"description": "Its sections, taken as they are, instead of text."},
    )


class FileBody(Schema):
    """A report to store, as a file."""

    file = fields.Raw(
        required=True,
        metadata={"type": "string", "format": "binary", "description": "txt, md, html, docx, pdf"},
    )
