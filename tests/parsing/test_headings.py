# ruff: noqa: E501 (lines of reports are as long as they are)
"""Which paragraphs are headings, at which level, and where run-in headings end."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from search_service.models import Section
from search_service.parsing import clean, parse_text

BODY = "全年召开专题会议4次，研究解决重点问题12个，各项任务按期完成，取得积极成效。"


class Case(NamedTuple):
    """A text, and the level and heading of each of its sections after the opening."""

    name: str
    text: str
    headings: list[tuple[int, str]]


CASES = [
    Case(
        "前言 and 结语 stand beside the outermost numbers",
        f"前言\n{BODY}\n第一章 主要做法\n{BODY}\n一、加强领导\n{BODY}\n第二章 下步打算\n{BODY}\n结　语\n{BODY}",
        [
            (1, "前言"),
            (1, "第一章 主要做法"),
            (2, "一、加强领导"),
            (1, "第二章 下步打算"),
            (1, "结　语"),
        ],
    ),
    Case(
        "前言 above a report with rules in an appendix",
        f"前言\n{BODY}\n一、主要做法\n{BODY}\n二、存在问题\n{BODY}\n附件\n第一章 总则\n{BODY}\n第二章 职责\n{BODY}",
        [
            (1, "前言"),
            (1, "一、主要做法"),
            (1, "二、存在问题"),
            (1, "第一章 总则"),
            (1, "第二章 职责"),
        ],
    ),
    Case(
        "前言 and 结语 among bold headings",
        f"**前言**\n\n{BODY}\n\n**主要做法**\n\n{BODY}\n\n**存在问题**\n\n{BODY}\n\n**结语**\n\n{BODY}",
        [(1, "前言"), (1, "主要做法"), (1, "存在问题"), (1, "结语")],
    ),
    Case(
        "前言 and 后记 inside a section",
        f"一、主要做法\n{BODY}\n（一）编写材料\n编写的材料包括：\n前言\n正文\n后记\n（二）加强领导\n{BODY}\n二、问题\n前言\n{BODY}",
        [
            (1, "一、主要做法"),
            (2, "（一）编写材料"),
            (2, "（二）加强领导"),
            (1, "二、问题"),
        ],
    ),
    Case(
        "前言 and 结语 in a table of contents",
        f"目录\n前言\n一、主要做法\n二、存在问题\n结语\n前言\n{BODY}\n一、主要做法\n{BODY}\n二、存在问题\n{BODY}\n结语\n{BODY}",
        [(1, "前言"), (1, "一、主要做法"), (1, "二、存在问题"), (1, "结语")],
    ),
    Case(
        "前言 and the like inside a sentence or at the end",
        f"引言：{BODY}\n一、主要做法\n前言不搭后语的问题得到解决。\n{BODY}\n结束语",
        [(1, "一、主要做法")],
    ),
    Case(
        "numerals after 一、 that are words of the heading",
        f"一、年度工作情况\n{BODY}\n二、一年来的主要做法\n{BODY}\n三、二〇二三年工作成效\n{BODY}\n四、三项制度落实情况\n{BODY}",
        [
            (1, "一、年度工作情况"),
            (1, "二、一年来的主要做法"),
            (1, "三、二〇二三年工作成效"),
            (1, "四、三项制度落实情况"),
        ],
    ),
    Case(
        "neighbouring numbers in running text",
        f"一、主要做法\n五、六月份开展专项检查20次，发现问题12个。\n一、二级企业全部纳入信用评价体系。\n二、存在问题\n{BODY}",
        [(1, "一、主要做法"), (1, "二、存在问题")],
    ),
    Case(
        "times and ratios are no colons",
        f"一、主要做法\n（一）推行8:30-17：30错时服务。{BODY}\n（二）按1:2配备力量：{BODY}",
        [
            (1, "一、主要做法"),
            (2, "（一）推行8:30-17：30错时服务。"),
            (2, "（二）按1:2配备力量："),
        ],
    ),
    Case(
        "repeated and skipped numbers",
        f"一、主要做法\n（一）加强领导。{BODY}\n（三）完善机制。{BODY}\n（三）规范执法。{BODY}\n（五）强化监督。{BODY}\n三、存在问题\n{BODY}\n三、下步打算\n{BODY}",
        [
            (1, "一、主要做法"),
            (2, "（一）加强领导。"),
            (2, "（三）完善机制。"),
            (2, "（三）规范执法。"),
            (2, "（五）强化监督。"),
            (1, "三、存在问题"),
            (1, "三、下步打算"),
        ],
    ),
    Case(
        "a heading that holds only other headings",
        f"一、主要做法\n（一）加强领导\n1.学习\n（1）自学\n{BODY}\n二、存在问题\n无。",
        [
            (1, "一、主要做法"),
            (2, "（一）加强领导"),
            (3, "1.学习"),
            (4, "（1）自学"),
            (1, "二、存在问题"),
        ],
    ),
    Case(
        "numbers that start again below each heading",
        f"一、主要做法\n1.学习。{BODY}\n2.督察。{BODY}\n二、存在问题\n1.意识不强。{BODY}\n2.力量不足。{BODY}",
        [
            (1, "一、主要做法"),
            (2, "1.学习。"),
            (2, "2.督察。"),
            (1, "二、存在问题"),
            (2, "1.意识不强。"),
            (2, "2.力量不足。"),
        ],
    ),
    Case(
        "1. runs on across （一） and （二）",
        f"""一、主要做法
（一）加强组织领导
1.加强党的领导。{BODY}
2.强化督促检查。{BODY}
（二）依法履行职能
3.深化审批改革。{BODY}
4.优化营商环境。{BODY}
二、存在问题
{BODY}""",
        [
            (1, "一、主要做法"),
            (2, "（一）加强组织领导"),
            (3, "1.加强党的领导。"),
            (3, "2.强化督促检查。"),
            (2, "（二）依法履行职能"),
            (3, "3.深化审批改革。"),
            (3, "4.优化营商环境。"),
            (1, "二、存在问题"),
        ],
    ),
    Case(
        "spaces around the number",
        f"一、 2020 年主要工作\n（ 一 ） 加强领导\n{BODY}\n1 、健全制度\n{BODY}\n2 、强化保障\n{BODY}",
        [
            (1, "一、 2020 年主要工作"),
            (2, "（ 一 ） 加强领导"),
            (3, "1 、健全制度"),
            (3, "2 、强化保障"),
        ],
    ),
    Case(
        "separator missing after the number",
        f"一、主要做法\n1加强组织领导。{BODY}\n2完善工作机制。{BODY}\n3个乡镇试点运行良好。{BODY}",
        [(1, "一、主要做法"), (2, "1加强组织领导。"), (2, "2完善工作机制。")],
    ),
    Case(
        "run-in heading of more than 45 characters",
        "一、主要做法\n（一）坚持以习近平法治思想为根本遵循和行动指南，全面加强党对法治政府建设工作的集中统一领导，"
        f"压紧压实法治建设第一责任人职责。{BODY}",
        [
            (1, "一、主要做法"),
            (
                2,
                "（一）坚持以习近平法治思想为根本遵循和行动指南，全面加强党对法治政府建设工作的集中统一领导，"
                "压紧压实法治建设第一责任人职责。",
            ),
        ],
    ),
    Case(
        "run-in heading that ends with a colon",
        f"二、工作成效\n（一）依法科学决策：{BODY}\n(二)规范执法行为: {BODY}",
        [(1, "二、工作成效"), (2, "（一）依法科学决策："), (2, "(二)规范执法行为:")],
    ),
    Case(
        "run-in heading set off by wide spaces",
        f"一、工作成效\n（一）加强组织领导　　{BODY}\n（二）强化法治保障  {BODY}",
        [(1, "一、工作成效"), (2, "（一）加强组织领导"), (2, "（二）强化法治保障")],
    ),
    Case(
        "a full stop inside quotes or brackets does not end a heading",
        f"一、工作成效\n（一）做实“未诉先办。接诉即办”机制（试点）。{BODY}",
        [(1, "一、工作成效"), (2, "（一）做实“未诉先办。接诉即办”机制（试点）。")],
    ),
    Case(
        "numbers that are no numbering",
        f"""一、工作成效
4.15国家安全教育日开展宣传活动20场次，发放资料3万份。
1.9万余名干部参加学法考试，合格率达到100%。
12.4国家宪法日期间开展宪法宣誓活动。
3.5亿元专项资金全部拨付到位。
（二期）工程建设项目全部完成合法性审查。
第一部分工作已经完成，第二部分工作正在推进之中，各项指标均达到预期。
三、四季度执法检查由区司法局牵头组织实施，覆盖全部乡镇。
2023年，全区受理行政复议案件155件。
十四五期间，法治建设稳步推进。
二、存在问题
{BODY}""",
        [(1, "一、工作成效"), (1, "二、存在问题")],
    ),
    Case(
        "a year after the number",
        f"一、工作情况\n1.2023年工作成效。{BODY}\n2.2024年工作打算。{BODY}",
        [(1, "一、工作情况"), (2, "1.2023年工作成效。"), (2, "2.2024年工作打算。")],
    ),
    Case(
        "第一， 第二，",
        f"一、存在不足\n第一，思想认识有待提高。{BODY}\n第二，执法力量较为薄弱。{BODY}\n二、下步打算\n{BODY}",
        [
            (1, "一、存在不足"),
            (2, "第一，思想认识有待提高。"),
            (2, "第二，执法力量较为薄弱。"),
            (1, "二、下步打算"),
        ],
    ),
    Case(
        "parts above 一、",
        f"第一部分 2022年工作总结\n一、主要做法\n{BODY}\n二、主要成效\n{BODY}\n第二部分 2023年工作计划\n一、总体思路\n{BODY}",
        [
            (1, "第一部分 2022年工作总结"),
            (2, "一、主要做法"),
            (2, "二、主要成效"),
            (1, "第二部分 2023年工作计划"),
            (2, "一、总体思路"),
        ],
    ),
    Case(
        "chapters and articles",
        f"第一章　总则\n第一条　为了规范行政行为，制定本规则。\n第二条　本规则适用于区政府。\n第二章 会议制度\n第三条　{BODY}",
        [
            (1, "第一章　总则"),
            (2, "第一条"),
            (2, "第二条"),
            (1, "第二章 会议制度"),
            (2, "第三条"),
        ],
    ),
    Case(
        "Markdown headings",
        f"# 某区法治政府建设情况报告\n\n开头说明全年工作。\n\n## 一、主要做法\n\n### （一）加强领导\n\n{BODY}\n\n## 二、存在问题\n\n{BODY}",
        [(1, "一、主要做法"), (2, "（一）加强领导"), (1, "二、存在问题")],
    ),
    Case(
        "headings without numbers, by Markdown level",
        f"## 主要做法\n\n### 加强领导\n\n{BODY}\n\n### 完善机制\n\n{BODY}\n\n## 存在问题\n\n{BODY}",
        [(1, "主要做法"), (2, "加强领导"), (2, "完善机制"), (1, "存在问题")],
    ),
    Case(
        "bold lines without numbers",
        f"一、主要做法\n**加强领导**\n{BODY}\n**完善机制**\n{BODY}\n**二、存在问题**\n{BODY}",
        [(1, "一、主要做法"), (2, "加强领导"), (2, "完善机制"), (1, "二、存在问题")],
    ),
    Case(
        "bold run-in heading",
        f"**一、主要做法**\n**（一）加强领导。**{BODY}\n**（二）完善机制。**{BODY}",
        [(1, "一、主要做法"), (2, "（一）加强领导。"), (2, "（二）完善机制。")],
    ),
    Case(
        "brackets of two kinds, or half of them",
        f"一、主要做法\n(一）加强领导\n{BODY}\n（二)完善机制\n{BODY}\n三）强化监督\n{BODY}",
        [(1, "一、主要做法"), (2, "(一）加强领导"), (2, "（二)完善机制"), (2, "三）强化监督")],
    ),
    Case(
        "numbers of one character, and full-width ones",
        f"一．主要做法\n㈠加强领导\n{BODY}\n㈡完善机制\n⒈健全制度。{BODY}\n⒉强化监督。{BODY}\n（１）信访。{BODY}\n２、存在问题",
        [
            (1, "一．主要做法"),
            (2, "㈠加强领导"),
            (2, "㈡完善机制"),
            (3, "⒈健全制度。"),
            (3, "⒉强化监督。"),
            (4, "（１）信访。"),
            (3, "２、存在问题"),
        ],
    ),
    Case(
        "1. right below 一、, and （1） below it",
        f"一、主要做法\n1.加强领导\n（1）学习培训。{BODY}\n（2）考核评价。{BODY}\n2.完善机制\n①督察。{BODY}\n②考核。{BODY}",
        [
            (1, "一、主要做法"),
            (2, "1.加强领导"),
            (3, "（1）学习培训。"),
            (3, "（2）考核评价。"),
            (2, "2.完善机制"),
            (3, "①督察。"),
            (3, "②考核。"),
        ],
    ),
    Case(
        "quotes and brackets that do not pair",
        f"一、主要做法\n（一）深化“放管服“改革。{BODY}\n（二）规范镇（街道执法。{BODY}\n（三）落实《纲要。{BODY}",
        [
            (1, "一、主要做法"),
            (2, "（一）深化“放管服“改革。"),
            (2, "（二）规范镇（街道执法。"),
            (2, "（三）落实《纲要。"),
        ],
    ),
    Case(
        "a colon inside the title",
        f"第一部分：工作情况\n（一）聚焦“放”字：深化行政审批制度改革\n{BODY}\n（二）聚焦“管”字：加强事中事后监管。{BODY}\n第二部分：下步打算\n{BODY}",
        [
            (1, "第一部分：工作情况"),
            (2, "（一）聚焦“放”字：深化行政审批制度改革"),
            (2, "（二）聚焦“管”字：加强事中事后监管。"),
            (1, "第二部分：下步打算"),
        ],
    ),
    Case(
        "a heading that a break cuts after 和, and ones that end with 参与 or 祥和",
        f"一、推进法治建设的主要举措和\n成效\n（一）扩大公众参与\n{BODY}\n（二）维护社会祥和\n{BODY}",
        [
            (1, "一、推进法治建设的主要举措和成效"),
            (2, "（一）扩大公众参与"),
            (2, "（二）维护社会祥和"),
        ],
    ),
    Case(
        "a half-width point for a full stop, and points that are none",
        "一、主要做法\n1.健全机制.成立领导小组,镇长任组长.\n2.开展“五.一”检查.出动3.5万人次.\n3.推广V2.0系统.覆盖全县.",
        [
            (1, "一、主要做法"),
            (2, "1.健全机制."),
            (2, "2.开展“五.一”检查."),
            (2, "3.推广V2.0系统."),
        ],
    ),
    Case(
        "a bold line above a short sentence",
        f"**主要举措**\n{BODY}\n**其他需要报告的情况**\n无。",
        [(1, "主要举措"), (1, "其他需要报告的情况")],
    ),
]


def sections(text: str) -> tuple[Section, ...]:
    return parse_text(text, id="x", source="x.txt").report.sections


def check(case: Case) -> None:
    """The headings are those of the case, paths follow from levels, and nothing is lost."""
    text = "某区法治政府建设情况报告\n全年工作取得成效。\n" * ("#" not in case.text) + case.text
    assert [(s.level, s.heading) for s in sections(text) if s.level] == case.headings
    stack: list[str] = []
    found = sections(case.text)
    for section in found:
        if section.level:
            del stack[section.level - 1 :]
            assert list(section.path) == stack
            stack.append(section.heading)
    together = "".join(s.heading + s.text for s in found)
    assert "".join(together.split()) == "".join(clean(case.text).split())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_headings(case: Case) -> None:
    check(case)
