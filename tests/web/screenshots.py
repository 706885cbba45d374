"""Takes the pictures of the main states of the pages.

    python -m tests.web.screenshots              # into docs/screenshots
    python -m tests.web.screenshots /tmp/look --format png

It serves an index of the reports in ``seeds`` from a temporary folder, so the pictures
show what everybody gets. Needs what the browser tests need.
"""

from __future__ import annotations

import argparse
import base64
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from search_service import build_index
from tests.api.server import ROOT, running
from tests.web.browser import browser, missing, set_view
from tests.web.pages import wait_ready

WIDE, NARROW = (1440, 900), (360, 740)


@dataclass(frozen=True)
class Picture:
    name: str
    address: str
    size: tuple[int, int] = WIDE
    dark: bool = False
    typed: str = ""
    """Typed into the search box, to show suggestions."""


PICTURES = (
    Picture("empty", "/"),
    Picture("empty-phone", "/", NARROW),
    Picture("suggestions", "/", typed="复"),
    Picture("results", "/?q=行政执法"),
    Picture("results-dark", "/?q=枫桥经验 矛盾&district=南岸区", dark=True),
    Picture("results-phone", "/?q=行政复议", NARROW),
    Picture("results-english", "/?q=行政复议&year=2023&lang=en"),
    Picture("nothing", "/?q=星际航行&mode=literal&district=南岸区"),
    Picture("distribution", "/?q=行政复议&view=matrix"),
    Picture("distribution-dark", "/?q=法治&view=matrix", dark=True),
    Picture("distribution-phone", "/?q=行政复议&view=matrix", NARROW),
    Picture("reader", "/documents/nanan-2023?q=行政复议"),
    Picture("reader-top", "/documents/wulong-2020"),
    Picture("reader-range", "/documents/nanan-2023#s3-10-60", dark=True),
    Picture("reader-phone", "/documents/wulong-2020?q=行政执法", NARROW),
    Picture("side-by-side", "/documents/nanan-2023?with=wulong-2020&q=行政执法#s2"),
)


def take(driver: Any, url: str, picture: Picture, target: Path) -> None:
    """Show one state and write its picture."""
    set_view(driver, *picture.size, picture.dark)
    driver.get("about:blank")  # so that an address with a fragment is really loaded
    driver.get(url + quote(picture.address, safe="/?=&#"))
    wait_ready(driver)
    if picture.typed:
        field = driver.find_element("id", "q")
        field.send_keys(picture.typed)
        wait_ready(driver, "#suggestions:not([hidden])")
    form = target.suffix.removeprefix(".")
    options = {"format": form} if form == "png" else {"format": form, "quality": 82}
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", options)
    target.write_bytes(base64.b64decode(shot["data"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--format", choices=("webp", "png"), default="webp")
    parser.add_argument("--only", default="", help="only pictures whose name contains this")
    asked = parser.parse_args()
    if missing():
        sys.exit(f"not installed: {missing()}")
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        index = Path(place) / "index"
        build_index([ROOT / "seeds"], index)
        with running(index, workers="1") as server, browser() as driver:
            for picture in PICTURES:
                if asked.only in picture.name:
                    target = asked.folder / f"{picture.name}.{asked.format}"
                    take(driver, server.url, picture, target)
                    print(target)


if __name__ == "__main__":
    main()
