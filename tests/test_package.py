"""What the package exports."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import get_args, get_type_hints

import search_service
from search_service import Reading


def test_what_public_signatures_name_is_exported() -> None:
    exported = [getattr(search_service, name) for name in search_service.__all__]
    # A Reading is made by one method for another; what it holds is nobody else's affair.
    kinds = [value for value in exported if inspect.isclass(value) and value is not Reading]
    methods = [
        function
        for kind in kinds
        for name, function in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    ]
    functions = [value for value in exported if inspect.isfunction(value)]
    named = {
        kind
        for value in [*functions, *methods, *filter(is_dataclass, kinds)]
        for annotation in get_type_hints(value).values()
        for kind in parts(annotation)
        if kind.__module__.startswith("search_service.")
    }
    assert named <= {*kinds, Reading}


def parts(annotation: object) -> Iterator[type]:
    """Yield every class that an annotation consists of."""
    if inspect.isclass(annotation) and not get_args(annotation):
        yield annotation
    for inner in get_args(annotation):
        yield from parts(inner)
