"""What the package exports, and what its page says of it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

import search_service
from search_service import Reading, SearchService, errors, models

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")


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


def test_the_example_of_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (program,) = re.findall("```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    monkeypatch.chdir(tmp_path)
    exec(program, {})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "74 sections; 5 read"
    assert any(line.endswith("['枫桥经验']") for line in lines)
    assert lines[-1] == "{'page': ['must be 1 or more']}"


def test_the_page_names_what_there_is() -> None:
    table = "\n".join(line for line in PAGE.splitlines() if line.startswith("| `"))
    for owner, name in re.findall(r"`(service\.)?([a-z_]+)\(", table):
        assert hasattr(SearchService, name) if owner else name in search_service.__all__, name


def test_every_module_is_named_where_the_code_is_explained() -> None:
    pages = [ROOT / "ARCHITECTURE.md", ROOT / "docs" / "page.md"]
    described = "".join(page.read_text(encoding="utf-8") for page in pages)
    modules = [path.relative_to(ROOT) for path in (ROOT / "search_service").rglob("*.py")]
    assert len(modules) > 100
    unnamed = [
        str(path)
        for path in modules
        if not path.name.startswith("__") and not re.search(rf"[`/]{path.name}`", described)
    ]
    assert unnamed == []


def test_everything_public_can_be_imported_from_the_package() -> None:
    """What is raised, returned or taken: every public name of these modules."""
    for module in (models, errors):
        public = {
            name
            for name, value in vars(module).items()
            if isinstance(value, type) and value.__module__ == module.__name__
        }
        assert {n for n in public if not n.startswith("_")} <= set(search_service.__all__)
