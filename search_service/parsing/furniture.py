"""Which lines are not the report but its page: navigation, buttons, page numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from search_service.parsing.lines import Line

_PAGE_NUMBER = re.compile(
    r"[-—–－─~·\s]+\d{1,4}[-—–－─~·\s]+"
    r"|第\s*\d{1,4}\s*页(?:[\s,，/]*共\s*\d{1,4}\s*页)?"
    r"|(?:page\s*)?\d{1,4}\s*(?:/|of)\s*\d{1,4}",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"\d{1,4}")
_BREADCRUMB = re.compile(
    r"(?:您?(?:当前|现在|目前)?(?:所在)?(?:的)?位置|您现在的位置|当前位置|位置)(?:是)?\s*[:：].*"
    r"|(?:网站)?首页\s*(?:[>›»＞/→|-]|&gt;).*"
    r"|[^。，；]{1,20}(?:\s*(?:[>›»＞→]|&gt;)\s*[^。，；>›»＞→]{1,40}){2,}"
)
_BUTTON = re.compile(
    r"(?:[\s\[【（(|｜·]*(?:打印(?:本页|此页|文章)?|关闭(?:窗口|本页|此页)?|收藏(?:本页)?|返回(?:顶部|列表|首页|上一页)?"
    r"|分享(?:到)?|转发|复制链接|下载(?:全文|附件)?|上一篇|下一篇|上一条|下一条|网站地图|无障碍(?:浏览|阅读)?"
    r"|适老(?:化|模式)?|长者(?:模式|版)?|繁体(?:版|中文)?|简体(?:版|中文)?|登录|注册|搜索|微信|微博|QQ(?:空间)?"
    r"|字体|字号|大|中|小|默认|语音播报|我要纠错|保护视力色)[\s\]】）)|｜·:：]*)+"
)
_CAPTION = re.compile(
    r"(?:(?:信息)?来源|发布(?:时间|日期|机构|单位)|发文(?:时间|日期)|成文日期|公开(?:时间|日期)|更新时间|生成日期"
    r"|时间|日期|作者|责任编辑|编辑|审核|浏览(?:次数|量)?|点击(?:数|率|次数|量)?|阅读(?:次数|量)?|访问(?:次数|量)?"
    r"|字体|字号|视力保护色|索引号|主题分类|信息分类|信息索引|公开方式|有效性|关键词|主题词|内容概述|体裁分类|分享到)"
    r"\s*[:：]"
)
_CAPTIONED = re.compile(
    r"(?:发布(?:时间|日期)|更新时间|浏览次数|点击(?:数|次数|量)|阅读(?:次数|量)|索引号|视力保护色|字号|字体|来源)\s*[:：]"
)
_TABLE_CAPTION = re.compile(
    r"\|?\s*(?:索\s*引\s*号|发文字号|发文机关|制发机构|有\s*效\s*性|成文日期|发布日期|主题分类|公开方式|公开时限)\s*\|"
)
_FOOTER = re.compile(
    r".{0,30}(?:ICP备|公网安备|版权所有|网站标识码|建议使用.{0,20}浏览器|Copyright|©|扫一扫在手机|扫描二维码|技术支持\s*[:：]"
    r"|(?:上|下)一[篇条]\s*[:：]).*",
    re.IGNORECASE,
)
_MAX_FURNITURE = 160


def drop_furniture(lines: Sequence[Line]) -> tuple[list[Line], list[str]]:
    """Split ``lines`` into the report's own and the text of the rest."""
    pages = _page_numbers(lines)
    kept: list[Line] = []
    dropped: list[str] = []
    for index, line in enumerate(lines):
        if line.text and (index in pages or is_furniture(line.text)):
            dropped.append(line.text)
        else:
            kept.append(line)
    return kept, dropped


def is_furniture(text: str) -> bool:
    """Whether a line is navigation, a button row, a caption of the page or a page number."""
    if len(text) > _MAX_FURNITURE or "。" in text:
        return False
    return bool(
        _PAGE_NUMBER.fullmatch(text)
        or _BREADCRUMB.fullmatch(text)
        or _BUTTON.fullmatch(text)
        or _FOOTER.fullmatch(text)
        or (_CAPTION.match(text) and _CAPTIONED.search(text))
        or _TABLE_CAPTION.match(text)
    )


def _page_numbers(lines: Sequence[Line]) -> set[int]:
    """Bare numbers that count up by one through the text: at least two of them.

    One bare number alone may be the report's own, such as the cell of a table.
    """
    bare = [
        (index, int(line.text))
        for index, line in enumerate(lines)
        if _BARE_NUMBER.fullmatch(line.text)
    ]
    if len(bare) < 2 or any(b[1] - a[1] != 1 for a, b in pairwise(bare)):
        return set()
    return {index for index, _ in bare}
