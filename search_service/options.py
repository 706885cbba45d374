"""What the commands have in common: options for settings, and examples in their help."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from search_service import config

Command = TypeVar("Command", bound=Callable[..., Any])

INDEX_SETTINGS = tuple(
    setting.name
    for setting in config.SETTINGS
    if not setting.secret
    and (
        setting.name in ("INDEX_DIR", "ENGINE", "USER_DICTIONARY")
        or setting.name.startswith("OPENSEARCH_")
    )
)
"""Settings that say where the index is and how it is read."""


def takes_settings(*names: str) -> Callable[[Command], Command]:
    """Give a command an option for each named setting, and pass ``settings``."""
    rows = [s for s in config.SETTINGS if s.name in names]

    def decorate(command: Command) -> Command:
        def run(**options: Any) -> Any:
            given = {row.attribute: options.pop(row.attribute) for row in rows}
            return command(settings=config.load(options=given), **options)

        run.__doc__, run.__name__ = command.__doc__, command.__name__
        wrapped: Any = run
        wrapped.__click_params__ = getattr(command, "__click_params__", [])
        for row in reversed(rows):
            wrapped = click.option(
                row.option,
                row.attribute,
                metavar="VALUE",
                help=f"{row.help} [default: {row.default or 'none'}; {row.variable}]",
            )(wrapped)
        return wrapped  # type: ignore[no-any-return]

    return decorate


def examples(*lines: str) -> str:
    """Return what a command's help ends with."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
