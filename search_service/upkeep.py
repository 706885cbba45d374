"""Commands that keep an index: check, backup, restore."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from search_service import build_report
from search_service.check import check_index, compare_sources
from search_service.config import Settings
from search_service.opening import open_index, restore_index
from search_service.options import INDEX_SETTINGS, examples, takes_settings


@click.command(
    short_help="Check the index, and compare it with sources.",
    epilog=examples(
        "search-service check",
        "search-service check --deep",
        "search-service check my-reports --index-dir my-index",
    ),
)
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
@click.option("--deep", is_flag=True, help="analyse all texts again and compare")
@click.option("--json", "as_json", is_flag=True, help="print the result as JSON")
@takes_settings(*INDEX_SETTINGS)
def check(settings: Settings, sources: tuple[Path, ...], deep: bool, as_json: bool) -> int:
    """Check that the index is whole and, given SOURCES, that it holds what they say.

    Compares every file with its checksum and reads every document; --deep takes as long
    as indexing. The exit status is 1 if the index is damaged or differs from the
    sources. A damaged index is repaired by 'search-service index SOURCES --rebuild' or
    'search-service restore BACKUP'.
    """
    with closing(open_index(settings=settings)) as service:
        info = check_index(service, deep)
        compared = compare_sources(service, sources) if sources else None
    if as_json:
        click.echo(build_report.check_json(info, compared))
    else:
        click.echo(build_report.check_text(info, compared))
    return 0 if compared is None or compared.agrees else 1


@click.command(
    short_help="Copy the index, also while it is used.",
    epilog=examples(
        "search-service backup /backups/2023-06-01",
        "search-service serve --index-dir /backups/2023-06-01",
    ),
)
@click.argument("target", type=click.Path(path_type=Path))
@takes_settings(*INDEX_SETTINGS)
def backup(settings: Settings, target: Path) -> int:
    """Copy the index to TARGET, a new or empty folder, while it is used and written to.

    The copy is one generation, verified and flushed to the disk. It is an index itself.
    """
    with closing(open_index(settings=settings)) as service:
        info = service.backup(target)
    click.echo(f"{target}: {info.documents} documents with {info.sections} sections")
    return 0


@click.command(
    short_help="Replace the index by a backup.",
    epilog=examples(
        "search-service restore /backups/2023-06-01",
        "search-service restore /backups/2023-06-01 --index-dir my-index",
    ),
)
@click.argument("source", metavar="BACKUP", type=click.Path(path_type=Path))
@takes_settings(*INDEX_SETTINGS)
def restore(settings: Settings, source: Path) -> int:
    """Replace the whole index by BACKUP, all or nothing; servers follow by themselves.

    The index in place may be missing or damaged. A backup that is damaged or of another
    version is refused, and the index stays as it is.
    """
    info = restore_index(source, settings=settings)
    click.echo(
        f"{settings.index_dir}: {info.documents} documents with {info.sections} sections restored"
    )
    return 0
