"""How much the pages transfer, and how long they take beyond the API.

    python -m benchmarks.page [--searches 30]

Prints one line a figure. Times are of this machine; compare only figures of one run.
Needs what the browser tests need.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from search_service import build_index
from tests.api.server import ROOT, running
from tests.web.browser import browser, missing, set_view
from tests.web.pages import visit, wait

QUERIES = (
    "法治",
    "行政执法",
    "枫桥经验",
    "营商环境",
    "行政复议",
    "矛盾纠纷",
    "基层治理",
    "公共法律服务",
)

MEASURE = """
    const [query, done] = arguments;
    performance.clearResourceTimings();
    const field = document.getElementById("q");
    const results = document.getElementById("results");
    let shown = null;
    const watcher = new MutationObserver(() => {
      if (shown !== null) return;
      // The frame after the change is when a reader sees it.
      shown = requestAnimationFrame(() => setTimeout(() => {
        const now = performance.now();
        watcher.disconnect();
        const call = performance.getEntriesByType("resource")
          .find((entry) => entry.name.includes("/api/v1/search"));
        done([now - started, call.responseEnd - call.requestStart]);
      }));
    });
    watcher.observe(results, { childList: true });
    field.value = query;
    const started = performance.now();
    document.getElementById("search").requestSubmit();
"""


def transferred(driver: Any, url: str, address: str) -> tuple[float, int]:
    """Return the bytes and requests of a first visit."""
    driver.get_log("performance")
    visit(driver, url, address)
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    sizes = [
        message["params"]["encodedDataLength"]
        for message in messages
        if message["method"] == "Network.loadingFinished"
    ]
    return sum(sizes), len(sizes)


def interactions(driver: Any, url: str, count: int) -> list[tuple[float, float]]:
    """Return for each search the time from submitting to seeing, and the API's part."""
    visit(driver, url, "/")
    found = []
    for number in range(count):
        query = QUERIES[number % len(QUERIES)]
        found.append(tuple(driver.execute_async_script(MEASURE, query)))
        wait(driver, lambda d: d.execute_script("return !document.body.classList.contains('busy')"))
    return found


def first_interactions(driver: Any, url: str, count: int) -> list[tuple[float, float]]:
    """Return the same for the first search after the page was loaded, ``count`` times."""
    found = []
    for number in range(count):
        visit(driver, url, "/")
        found.append(tuple(driver.execute_async_script(MEASURE, QUERIES[number % len(QUERIES)])))
    return found


def report(name: str, times: list[tuple[float, float]]) -> None:
    beyond = sorted(total - api for total, api in times)
    print(
        f"{name:<14} {statistics.median(beyond):6.1f} ms beyond the API's "
        f"{statistics.median(api for _, api in times):.1f} ms "
        f"(medians of {len(times)}; from {beyond[0]:.1f} to {beyond[-1]:.1f} ms)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--searches", type=int, default=24)
    asked = parser.parse_args()
    if missing():
        sys.exit(f"not installed: {missing()}")
    with tempfile.TemporaryDirectory() as place:
        index = Path(place) / "index"
        build_index([ROOT / "seeds"], index)
        with running(index, workers="1") as server, browser() as driver:
            set_view(driver, 1440)
            driver.execute_cdp_cmd("Network.enable", {})
            driver.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
            for name, address in (
                ("first page", "/"),
                ("results", "/?q=行政复议"),
                ("distribution", "/?q=行政复议&view=matrix"),
                ("reader", "/documents/nanan-2023?q=行政复议"),
            ):
                size, requests = transferred(driver, server.url, address)
                print(f"{name:<14} {size / 1000:6.1f} kB in {requests} requests")
            report("first search", first_interactions(driver, server.url, asked.searches // 3))
            report("later searches", interactions(driver, server.url, asked.searches))
    print(f"load of this machine meanwhile: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
