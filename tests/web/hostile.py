"""A document whose every field tries to become part of the page."""

from __future__ import annotations

import json
from pathlib import Path

ID = "hostile-2021"
TURNED = "turned-2021"
LONG = "long-2021"
SCRIPT = "<script>window.hacked=1</script>"
ATTRIBUTE = '"onmouseover="window.hacked=1'
IMAGE = "<img src=x onerror=window.hacked=1>"

DOCUMENT = {
    "id": ID,
    "title": f"关于{SCRIPT}{ATTRIBUTE}的报告",
    "district": "南岸区",
    "issuer": f"{IMAGE}人民政府",
    "number": f"{ATTRIBUTE}〔2021〕1号",
    "year": 2021,
    "source": "javascript:window.hacked=1",
    "sections": [
        {"heading": "", "path": [], "text": f"开头{SCRIPT}"},
        {
            "heading": f"一、{IMAGE}枫桥经验",
            "path": [],
            "text": f"坚持“枫桥经验”{SCRIPT}与{ATTRIBUTE}，𠮷祥物<b>枫桥经验</b>&amp;。\n"
            "第二段也讲枫桥经验。",
        },
        {
            "heading": "（一）</script><svg onload=window.hacked=1>",
            "path": [f"一、{IMAGE}枫桥经验"],
            "text": "行政复议 <a href=javascript:window.hacked=1>点我</a> 枫桥经验{{ 7*7 }}",
        },
    ],
}


TURNING = {
    "id": TURNED,
    "title": "关于\u202e倒写的报告",
    "district": "武隆区",
    "issuer": "\u202e人民政府",
    "year": 2021,
    "source": "turned.txt",
    "sections": [
        {"heading": "一、\u202e倒写的标题", "path": [], "text": "正文\u202e倒写三调联动。"}
    ],
}
"""A document whose fields turn the direction of writing and do not turn it back."""


ENDLESS = "长" * 90

LENGTHY = {
    "id": LONG,
    "title": f"{ENDLESS}{'a' * 200}",
    "district": ENDLESS,
    "town": "b" * 90,
    "issuer": "c" * 200,
    "number": "d" * 200,
    "year": 2021,
    "source": f"{'e' * 200}.txt",
    "sections": [
        {"heading": f"一、{'f' * 200}", "path": [], "text": f"{'g' * 300}四步工作法{'h' * 300}"},
        {"heading": f"（一）{ENDLESS}", "path": [f"一、{'f' * 200}"], "text": "四步工作法"},
    ],
}
"""A document whose fields are longer than lines, with nowhere to break them."""


def write(path: Path) -> Path:
    """Write the documents as JSON lines."""
    lines = [json.dumps(document, ensure_ascii=False) for document in (DOCUMENT, TURNING, LENGTHY)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
