"""A document whose every field tries to become part of the page."""

from __future__ import annotations

import json
from pathlib import Path

ID = "hostile-2021"
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


def write(path: Path) -> Path:
    """Write the document as JSON lines."""
    path.write_text(json.dumps(DOCUMENT, ensure_ascii=False) + "\n", "utf-8")
    return path
