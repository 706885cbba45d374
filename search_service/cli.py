"""The command line: thin commands over the public API."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from search_service import build_report, config, terminal, upkeep
from search_service.config import Settings
from search_service.errors import ConfigError, IndexMissing, InvalidRequest, SearchServiceError
from search_service.models import DOCUMENT_SORTS, MODES, SORTS, UNKNOWN
from search_service.opening import build_index, open_index
from search_service.options import INDEX_SETTINGS, Command, examples, takes_settings
from search_service.output import prepare, write
from search_service.requests import SearchRequest, make_filters

_EPILOG = """\
Every setting can also be given in the environment as SEARCH_SERVICE_<NAME>; an option wins.
"""


class _Commands(click.Group):
    """Commands whose output may be cut off: a reader such as ``head`` has seen enough."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; ends with the status of a process that SIGPIPE ended."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(141) from None


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EPILOG,
)
@click.version_option(package_name="search-service")
def cli() -> None:
    """Full-text search for Chinese government reports."""


_EXCLUDES = re.compile("-[^-A-Za-z]")
_KEPT = "\0"
"""Marks text that looks like an option; no argument of a program can hold it."""


class QueryCommand(click.Command):
    """A command whose query may hold ``-环保``: what is no letter begins no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep such chunks from being read as options."""
        kept = [_KEPT + arg if _EXCLUDES.match(arg) else arg for arg in args]
        return super().parse_args(ctx, kept)


class Utf8(click.ParamType):  # type: ignore[type-arg]
    """Text; bytes that are not UTF-8, as from a terminal that is set to GBK, are refused."""

    name = "text"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:  # noqa: ARG002 (click calls it so)
        """Return ``value``; fails if it holds what Python could not decode."""
        try:
            value.encode()
        except UnicodeEncodeError:
            name = param.name if param is not None else self.name
            raise InvalidRequest({name: ["is not UTF-8; set the terminal to UTF-8"]}) from None
        return str(value).removeprefix(_KEPT)


# --- serve ------------------------------------------------------------------------


@cli.command(
    epilog=examples(
        "search-service serve",
        "search-service serve --port 9000 --workers 4",
        "SEARCH_SERVICE_ADMIN_KEY=… search-service serve --sources my-reports --index-dir my-index",
    )
)
@takes_settings(*(s.name for s in config.SETTINGS if not s.secret))
def serve(settings: Settings) -> None:
    """Serve the search page and the API until stopped.

    If there is no index yet, it is built from SOURCES first. SIGTERM lets running requests
    finish; SIGHUP replaces the workers without refusing a request.
    """
    from search_service import server  # noqa: PLC0415 - the other commands start faster

    try:
        open_index(settings=settings).close()
    except IndexMissing:
        for source in settings.sources:
            if not source.exists():
                raise ConfigError(
                    f"SOURCES: {source}: there is no such file or folder, and no index to serve"
                ) from None
        report = _build(settings.sources, settings, rebuild=False)
        click.echo(build_report.text(report, settings.index_dir), err=True)
    server.serve(
        settings, lambda address: click.echo(f"serving {address}/ (stop with Ctrl+C)", err=True)
    )


# --- index ------------------------------------------------------------------------


@cli.command(
    short_help="Read files and folders into the index.",
    epilog=examples(
        "search-service index",
        "search-service index my-reports more/report.docx laws.jsonl.gz",
        "search-service index my-reports --index-dir my-index --rebuild",
        "search-service index my-reports --json > report.json",
    ),
)
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
@click.option("--rebuild", is_flag=True, help="replace the whole index by SOURCES")
@click.option("--strict", is_flag=True, help="exit 1 if anything read is uncertain")
@click.option("--json", "as_json", is_flag=True, help="print the result as JSON")
@takes_settings(*INDEX_SETTINGS)
def index(
    settings: Settings, sources: tuple[Path, ...], rebuild: bool, strict: bool, as_json: bool
) -> int:
    """Read SOURCES (files and folders; default: the setting) into the index.

    Reads txt, md, html, docx, pdf, jsonl and jsonl.gz; a metadata.csv beside the files
    overrides what is detected. Unchanged files are skipped. The exit status is 1 if
    anything was refused.
    """
    report = _build(sources or settings.sources, settings, rebuild=rebuild)
    if as_json:
        click.echo(build_report.json_text(report))
    else:
        click.echo(build_report.text(report, settings.index_dir))
    uncertain = any(parsed.uncertain for parsed in report.read)
    return 1 if report.refused or (strict and uncertain) else 0


def _build(sources: Sequence[Path], settings: Settings, rebuild: bool) -> Any:
    progress = build_report.Progress(sys.stderr)
    try:
        return build_index(sources, rebuild=rebuild, settings=settings, notice=progress)
    finally:
        progress.clear()


# --- search, documents, export ----------------------------------------------------


def takes_filters(command: Command) -> Command:
    """Give a command the options that restrict documents."""
    for name, text in (
        ("document", "only this document; may be repeated"),
        ("year", "only this year, or a range such as 2020..2024; may be repeated"),
        ("town", "only this town; may be repeated"),
        ("district", "only this district; may be repeated"),
    ):
        command = click.option(f"--{name}", multiple=True, type=Utf8(), metavar="VALUE", help=text)(
            command
        )
    return command


_mode = click.option(
    "--mode",
    type=click.Choice(MODES),
    default="auto",
    show_default=True,
    help="literally, by words, or either",
)
_sort = click.option(
    "--sort", type=click.Choice(SORTS), default="relevance", show_default=True, help="order"
)
_synonyms = click.option(
    "--synonyms/--no-synonyms",
    default=True,
    show_default=True,
    help="whether questions, and queries that find nothing, are also answered by synonyms",
)
_page = click.option("--page", type=int, default=1, show_default=True, help="from 1")
_per_page = click.option(
    "--per-page", type=int, default=10, show_default=True, help="items of a page, 1 to 100"
)


@cli.command(
    cls=QueryCommand,
    short_help="Search the index.",
    epilog=examples(
        "search-service search 枫桥经验",
        "search-service search 行政执法 -环保 --district 南岸区 --year 2020..2024",
        "search-service search '“双随机、一公开” -环保' --json",
    ),
)
@click.argument("query", nargs=-1, type=Utf8())
@_mode
@takes_filters
@_synonyms
@_sort
@_page
@_per_page
@click.option("--json", "as_json", is_flag=True, help="print what the API answers")
@takes_settings(*INDEX_SETTINGS)
def search(
    settings: Settings,
    query: tuple[str, ...],
    mode: Any,
    synonyms: bool,
    sort: Any,
    page: int,
    per_page: int,
    as_json: bool,
    **filters: tuple[str, ...],
) -> None:
    """Search the index; without QUERY, list everything."""
    wanted = SearchRequest(
        " ".join(query), mode, make_filters(**filters), sort, page, per_page, synonyms
    )
    with closing(open_index(settings=settings)) as service:
        result = service.execute(wanted)
    if as_json:
        from search_service.api import render  # noqa: PLC0415 - brings the whole API with it

        click.echo(render.encode(render.search_result(result)))
        return
    columns = min(shutil.get_terminal_size((terminal.COLUMNS, 24)).columns, 100)
    click.echo(terminal.search_text(result, columns, _colored()), nl=False)


@cli.command(
    epilog=examples(
        "search-service documents",
        "search-service documents --district 南岸区 --json",
    )
)
@takes_filters
@click.option(
    "--sort",
    type=click.Choice(DOCUMENT_SORTS),
    default="document",
    show_default=True,
    help="order",
)
@_page
@click.option(
    "--per-page", type=int, default=100, show_default=True, help="items of a page, 1 to 100"
)
@click.option("--json", "as_json", is_flag=True, help="print what the API answers")
@takes_settings(*INDEX_SETTINGS)
def documents(
    settings: Settings, sort: Any, page: int, per_page: int, as_json: bool, **filters: Any
) -> None:
    """List the documents in the index."""
    with closing(open_index(settings=settings)) as service:
        total, found = service.documents(make_filters(**filters), sort, page, per_page)
    if as_json:
        from search_service.api import render  # noqa: PLC0415 - brings the whole API with it

        click.echo(render.encode(render.documents(total, found, page, per_page)))
        return
    rows = [("id", "地区", "镇街", "年份", "标题")]
    rows += [
        (d.id, d.district or UNKNOWN, d.town or "", str(d.year or UNKNOWN), d.title) for d in found
    ]
    for line in terminal.table(rows):
        click.echo(line)
    if total > len(found):
        click.echo(f"{len(found)} / {total}")


@cli.command(
    cls=QueryCommand,
    short_help="Write all that a search finds to a file.",
    epilog=examples(
        "search-service export 枫桥经验 > hits.csv",
        "search-service export 行政复议 --format jsonl --output hits.jsonl",
    ),
)
@click.argument("query", nargs=-1, type=Utf8())
@_mode
@takes_filters
@_synonyms
@_sort
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "jsonl"]),
    default="csv",
    show_default=True,
    help="a table for spreadsheets, or JSON lines",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="file to write")
@takes_settings(*INDEX_SETTINGS)
def export(
    settings: Settings,
    query: tuple[str, ...],
    mode: Any,
    synonyms: bool,
    sort: Any,
    kind: str,
    output: Path | None,
    **filters: Any,
) -> None:
    """Write every section that a search finds, as a table or as JSON lines."""
    from search_service.api import tables  # noqa: PLC0415 - brings the whole API with it

    wanted = SearchRequest(" ".join(query), mode, make_filters(**filters), sort, synonyms=synonyms)
    with closing(open_index(settings=settings)) as service:
        pieces = tables.FORMATS[kind].write(service.stream(wanted), "")
        if output is None:
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            return
        write(output, pieces)


for _command in (upkeep.check, upkeep.backup, upkeep.restore):
    cli.add_command(_command)


# --- inside -----------------------------------------------------------------------


def _colored() -> bool:
    return terminal.obeys(sys.stdout) and not os.environ.get("NO_COLOR")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; errors are one line each."""
    prepare()
    try:
        result = cli.main(args=arguments, prog_name="search-service", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        return _fail(_with_hint(error), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return 130
    except (ConfigError, InvalidRequest) as error:
        return _fail(str(error), 2)
    except SearchServiceError as error:
        return _fail(str(error), 1)
    except OSError as error:
        return _fail(f"{error.filename or 'a file'}: {error.strerror or error}", 1)
    except Exception as error:
        if os.environ.get("SEARCH_SERVICE_LOG_LEVEL") == "debug":
            raise
        name = type(error).__name__
        hint = "please report this; SEARCH_SERVICE_LOG_LEVEL=debug shows where it happened"
        return _fail(f"unexpected {name}: {error}; {hint}", 70)
    return result if isinstance(result, int) else 0


def _with_hint(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    hint = f" Try '{context.command_path} --help'." if context is not None else ""
    return error.format_message() + hint


def _fail(message: str, status: int) -> int:
    click.echo(f"search-service: {terminal.one_line(message)}", err=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
