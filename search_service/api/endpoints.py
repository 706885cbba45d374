"""The blueprint that all resources are made with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar, cast

import flask_smorest
from flask import Response
from marshmallow import Schema

from search_service.api.parameters import Parser

View = TypeVar("View", bound=Callable[..., Response])


class Decorator(Protocol):
    """Takes a view and returns it."""

    def __call__(self, view: View, /) -> View:
        """Return ``view``."""


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A blueprint whose parameters are read strictly, with types for its decorators."""

    ARGUMENTS_PARSER = Parser()

    def route(self, rule: str, **options: Any) -> Decorator:
        """Make a view answer at ``rule``."""
        return cast(Decorator, super().route(rule, **options))

    def parameters(self, schema: Schema) -> Decorator:
        """Read the query string into the view's first argument."""
        return cast(Decorator, self.arguments(schema, location="query"))

    def answers(
        self, status: int, schema: type[Schema] | dict[str, Any] | None, **options: Any
    ) -> Decorator:
        """Document what the view answers with."""
        return cast(Decorator, self.alt_response(status, schema=schema, **options))

    def takes(self, bodies: Mapping[str, type[Schema]]) -> Decorator:
        """Document what can be sent, by content type."""
        content = {kind: {"schema": schema} for kind, schema in bodies.items()}
        return cast(Decorator, self.doc(requestBody={"required": True, "content": content}))


DOCUMENT_ID = {
    "name": "document_id",
    "in": "path",
    "description": "Id of a document.",
    "example": "nanan-2023",
}
ORDINAL = {
    "name": "ordinal",
    "in": "path",
    "description": "Position of a section in its document, from 0.",
    "example": "6",
    "schema": {"type": "string", "pattern": "^[0-9]{1,9}$"},
}
