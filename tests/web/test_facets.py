"""Facets with more values than fit on the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from search_service import build_index
from tests.api.conftest import settings_for
from tests.api.server import Server, running
from tests.web.browser import set_view
from tests.web.pages import asked, click, search_for, texts, visit, wait, wait_ready, wait_total

MANY = 600


def test_every_district_can_be_chosen_however_many_there_are(page: Any, tmp_path: Path) -> None:
    lines = [
        json.dumps(
            {"id": f"d{n:03}", "district": f"第{n:03}区", "text": "一、法治"}, ensure_ascii=False
        )
        for n in range(MANY)
    ]
    (tmp_path / "many.jsonl").write_text("\n".join(lines), "utf-8")
    build_index([tmp_path / "many.jsonl"], settings=settings_for(tmp_path / "index"))
    with running(tmp_path / "index", workers="1", log_level="error") as server:
        visit(page, server.url, "/?q=法治", ".hit .actions")
        assert len(texts(page, ".facet.district label")) == 10
        click(page, ".facet.district summary")
        wait(page, lambda d: len(texts(d, ".facet.district label")) == MANY)
        last = f"第{MANY - 1:03}区"
        click(page, f"#facets input[value='{last}']")
        wait(page, lambda d: asked(d).get("district") == [last])
        wait_ready(page, ".chip")
        assert texts(page, ".hit .tag.place") == [last]
        assert len(texts(page, ".facet.district label")) == MANY, "it stays unfolded"
        focused = page.switch_to.active_element.get_attribute("value")
        assert focused == last


def test_facets_are_there_when_a_narrow_window_becomes_wide(page: Any, site: Server) -> None:
    def facets() -> Any:
        return page.find_element("css selector", ".facet.district")

    set_view(page, 800)
    visit(page, site.url, "/?q=行政复议", ".hit .actions")
    assert not facets().is_displayed()
    set_view(page, 1440)
    wait(page, lambda d: facets().is_displayed())
    set_view(page, 800)
    click(page, "#facets summary")
    wait(page, lambda d: not facets().is_displayed())
    search_for(page, "法治")
    wait_total(page, site.json("/api/v1/search", q="法治")["total"])
    assert not facets().is_displayed(), "it stays folded"
    set_view(page, 1440)
    wait(page, lambda d: facets().is_displayed())
