"""Where commands write: the standard streams, and a file that is named."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path


def prepare() -> None:
    """Make the standard streams take any text, also where there is none or it is no UTF-8."""
    if sys.stdout is None:  # closed by who started it: nobody reads
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - stays open to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal set to GBK has no “›”
            stream.reconfigure(errors="replace")


def write(output: Path, pieces: Iterable[bytes]) -> None:
    """Write a file whole or not at all, and leave it its rights; write to a device as it is.

    Raises ``OSError``.
    """
    if output.exists() and not output.is_file():
        with output.open("wb") as file:
            file.writelines(pieces)
        return
    target = output.resolve()  # a link stays one
    unfinished = target.with_name(f"{target.name}.part")
    try:
        with unfinished.open("wb") as file:
            file.writelines(pieces)
        if target.exists():
            shutil.copymode(target, unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
