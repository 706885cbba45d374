"""Which reports a list of files and folders holds, one after another.

Nothing stops the walk: what cannot be read is yielded as a refusal that names it.
"""

from __future__ import annotations

import gzip
import json
import os
import stat
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from search_service.errors import SourceRefused
from search_service.parsing.files import parse_bytes, stem_of_name
from search_service.parsing.json_documents import report_from_json
from search_service.parsing.limits import MAX_FILE_BYTES, MAX_STREAM_BYTES
from search_service.parsing.metadata_csv import JSON_LINES, NAME, Metadata, read_metadata
from search_service.parsing.report import Parsed, fingerprint, safe_id, with_fingerprint

_BLANK = b"\xef\xbb\xbf \t\r\n"
_LITTER = ("thumbs.db", "desktop.ini")

Known = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A report that is known already, with the same fingerprint."""

    document_id: str
    source: str


@dataclass(frozen=True, slots=True)
class _Run:
    """What is known while the sources are read."""

    known: Known | None
    files: set[str]
    """The files that were read, so that none is read twice."""


Outcome = Parsed | SourceRefused | Unchanged
_Located = tuple[str, Outcome]
"""An outcome with the file, or the line of a file, that it came from."""


def read(paths: Iterable[str | Path], known: Known | None = None) -> Iterator[Outcome]:
    """Read the reports in ``paths``: files, folders, ``.jsonl`` and ``.jsonl.gz``.

    ``known`` tells whether a document with this id and fingerprint is held
    already; then it is not read again. A file that is named twice, or also lies in a
    folder that is named, is read once.
    """
    seen: dict[str, str] = {}
    run = _Run(known, set())
    for path in paths:
        for where, outcome in _path(Path(path), run):
            yield _once(outcome, where, seen)


def _once(outcome: Outcome, where: str, seen: dict[str, str]) -> Outcome:
    """``outcome``, or a refusal where its id was read before in this run."""
    if isinstance(outcome, SourceRefused):
        return outcome
    if isinstance(outcome, Unchanged):
        identifier = outcome.document_id
    else:
        identifier = outcome.report.document.id
    if identifier in seen:
        other = seen[identifier]
        if other == where:
            other = "a file of this name in another folder"
        message = f"It has the same id “{identifier}” as {other}; rename one of them."
        return SourceRefused(where, message)
    seen[identifier] = where
    return outcome


def _refused(where: str, reason: str) -> _Located:
    return where, SourceRefused(where, reason)


def _path(path: Path, run: _Run) -> Iterator[_Located]:
    try:
        is_folder = path.is_dir()
        exists = path.exists()
    except (OSError, ValueError):
        yield _refused(str(path), "It is not a path that can be read.")
        return
    if is_folder:
        yield from _folder(path, run)
    elif exists:
        metadata = read_metadata(path.parent, NAME)
        yield from ((refusal.source, refusal) for refusal in metadata.refused)
        yield from _file(path, path.name, metadata.get(path.name), run)
    else:
        yield _refused(str(path), "There is no such file or folder.")


def _folder(root: Path, run: _Run) -> Iterator[_Located]:
    refusals: list[OSError] = []
    tables: dict[Path, Metadata] = {}
    for folder, folders, names in os.walk(root, onerror=refusals.append):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if _is_own(here / name))
        relative = here.relative_to(root)
        metadata = tables[here] = read_metadata(here, (relative / NAME).as_posix())
        yield from ((refusal.source, refusal) for refusal in metadata.refused)
        for name in sorted(names):
            if name == NAME or name.startswith((".", "~$")) or name.lower() in _LITTER:
                continue
            shown = (relative / name).as_posix()
            if _leads_out(here / name, root):
                yield _refused(shown, "It is a link to a file outside the folder.")
            else:
                overrides = _overrides(tables, root, relative / name)
                yield from _file(here / name, shown, overrides, run)
    for error in refusals:
        yield _refused(str(error.filename), f"It cannot be read: {error.strerror}.")


def _overrides(
    tables: Mapping[Path, Metadata], root: Path, relative: Path
) -> Mapping[str, object] | None:
    """What the nearest table says that names the file by its path from there."""
    for depth in range(len(relative.parts) - 1, -1, -1):
        table = tables[root.joinpath(*relative.parts[:depth])]
        if row := table.get(Path(*relative.parts[depth:]).as_posix()):
            return row
    return None


def _is_own(folder: Path) -> bool:
    return not folder.name.startswith(".") and not folder.is_symlink()


def _leads_out(path: Path, root: Path) -> bool:
    if not path.is_symlink():
        return False
    try:
        return not path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return True


def _file(
    path: Path, shown: str, overrides: Mapping[str, object] | None, run: _Run
) -> Iterator[_Located]:
    place = os.path.abspath(path)
    if place in run.files:
        return
    run.files.add(place)
    try:
        # Opening a pipe would wait for a writer.
        if not stat.S_ISREG(path.stat().st_mode):
            raise SourceRefused(shown, "It is not a regular file.")
        if path.name.lower().endswith(JSON_LINES):
            yield from _json_lines(path, shown, run.known)
        else:
            yield shown, _report(path, shown, overrides, run.known)
    except SourceRefused as refusal:
        yield refusal.source, refusal
    except OSError as error:
        yield _refused(shown, f"It cannot be read: {error.strerror or error}.")


def _report(
    path: Path, shown: str, overrides: Mapping[str, object] | None, known: Known | None
) -> Outcome:
    with path.open("rb") as stream:
        data = stream.read(MAX_FILE_BYTES + 1)
    if known is not None and len(data) <= MAX_FILE_BYTES:
        identifier = safe_id(stem_of_name(path.name))
        if known(identifier, fingerprint(data, overrides)):
            return Unchanged(identifier, shown)
    return parse_bytes(shown, data, overrides)


def _json_lines(path: Path, shown: str, known: Known | None) -> Iterator[_Located]:
    """The documents of a ``.jsonl`` file; a wrong line does not stop the next."""
    for number, line in _lines(path, shown):
        if line.strip(_BLANK):
            where = f"{shown}, line {number}"
            try:
                yield where, _json_line(line, shown, where, known)
            except SourceRefused as refusal:
                yield where, refusal


def _lines(path: Path, shown: str) -> Iterator[tuple[int, bytes]]:
    """The lines of a file with their numbers, unpacked as far as the limits allow."""
    with ExitStack() as stack:
        stream: BinaryIO = stack.enter_context(path.open("rb"))
        if path.name.lower().endswith(".gz"):
            stream = cast(BinaryIO, stack.enter_context(gzip.open(stream)))
        total = 0
        for number in count(1):
            try:
                line = stream.readline(MAX_FILE_BYTES + 1)
            except (EOFError, zlib.error, gzip.BadGzipFile):
                reason = f"It is damaged or cut off after line {number - 1:,}."
                raise SourceRefused(shown, reason) from None
            total += len(line)
            if len(line) > MAX_FILE_BYTES or total > MAX_STREAM_BYTES:
                raise SourceRefused(shown, f"Line {number:,} is too long, or the file too large.")
            if not line:
                return
            yield number, line


def _id_of(source: object) -> object:
    """The id of a document by the name of its file."""
    name = PurePosixPath(source).name if isinstance(source, str) else ""
    return safe_id(stem_of_name(name)) if name else None


def _json_line(line: bytes, shown: str, where: str, known: Known | None) -> Outcome:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SourceRefused(where, "It is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise SourceRefused(where, f"It is not JSON: {error.msg}.") from None
    except (ValueError, RecursionError):
        raise SourceRefused(where, "It is not JSON that can be read.") from None
    mark = fingerprint(line.strip(), None)
    if isinstance(value, dict):
        if "source" in value and "id" not in value:
            value["id"] = _id_of(value["source"])
        value.setdefault("source", shown)
        identifier = value.get("id")
        if known is not None and isinstance(identifier, str) and known(identifier, mark):
            return Unchanged(identifier, where)
    return with_fingerprint(report_from_json(value, source=where), mark)
