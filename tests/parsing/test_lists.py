"""Numbered lines that are no headings: lists, enumerations, tables of contents."""

from __future__ import annotations

import pytest

from tests.parsing.test_headings import BODY, Case, check

CASES = [
    Case(
        "一是 enumerates, also where it stands alone, below 一、",
        f"一、工作成效\n一是加强组织领导\n{BODY}\n二是健全工作机制\n{BODY}\n二、下步打算\n{BODY}",
        [
            (1, "一、工作成效"),
            (1, "二、下步打算"),
        ],
    ),
    Case(
        "一是 enumerates, also where it stands alone, below （一）",
        f"一、工作成效\n（一）依法决策\n一是加强组织领导。\n{BODY}\n二是健全工作机制。\n{BODY}\n（二）规范执法\n{BODY}",
        [
            (1, "一、工作成效"),
            (2, "（一）依法决策"),
            (2, "（二）规范执法"),
        ],
    ),
    Case(
        "一是 enumerates, also where it stands alone, below 1.",
        f"一、工作成效\n（一）依法决策\n1.完善程序\n一是加强领导\n{BODY}\n二是健全机制\n{BODY}\n2.强化监督\n{BODY}",
        [
            (1, "一、工作成效"),
            (2, "（一）依法决策"),
            (3, "1.完善程序"),
            (3, "2.强化监督"),
        ],
    ),
    Case(
        "一是 with its text is an enumeration",
        f"一、工作成效\n一是加强组织领导。{BODY}\n二是健全工作机制。{BODY}\n三是抓好落实。\n二、下步打算\n一是学习。二是落实。",
        [(1, "一、工作成效"), (1, "二、下步打算")],
    ),
    Case(
        "items of a list are text",
        "一、主要做法\n重点抓好以下工作：\n1.完成机构改革；\n2.推进权责清单；\n3.落实执法公示。\n二、存在问题\n力度不够。",
        [(1, "一、主要做法"), (1, "二、存在问题")],
    ),
    Case(
        "a table of contents",
        f"目录\n一、主要做法........1\n二、存在问题……3\n一、主要做法\n{BODY}\n二、存在问题\n{BODY}",
        [(1, "一、主要做法"), (1, "二、存在问题")],
    ),
    Case(
        "a list of sentences of which one is long is text, all of it",
        f"一、主要做法\n（一）加强领导\n1.成立由镇长任组长的领导小组，形成工作合力。\n2.{BODY[:-1]}，{BODY[:-1]}，{BODY}\n3.落实经费保障，安排专项经费5万元。\n（二）完善机制\n{BODY}",
        [(1, "一、主要做法"), (2, "（一）加强领导"), (2, "（二）完善机制")],
    ),
    Case(
        "headings of a series stay, of which one has a long first sentence",
        f"一、主要做法\n1.加强领导。{BODY}\n2.完善机制。{BODY}\n3.{BODY[:-1]}，{BODY[:-1]}，{BODY}",
        [(1, "一、主要做法"), (2, "1.加强领导。"), (2, "2.完善机制。")],
    ),
    Case(
        "numbers of one sentence",
        "一、存在问题\n1.力量不足；2.意识不强；3.经费不足。\n第一，力量不足；第二，意识不强。\n二、主要成效\n（一）制定规范性文件3件；\n（二）清理规范性文件5件；\n（三）备案审查2件。",
        [(1, "一、存在问题"), (1, "二、主要成效")],
    ),
    Case(
        "items that 附件 or 注 announces, and the signature below them",
        f"一、主要做法\n1.加强领导。{BODY}\n二、下步打算\n{BODY}\n注：1.数据截至年底\n2.含乡镇数据\n附件：1.重大行政决策目录\n2.行政执法统计表\n3.典型案例\n某县人民政府\n2024年1月10日",
        [(1, "一、主要做法"), (2, "1.加强领导。"), (1, "二、下步打算")],
    ),
    Case(
        "items below the line that announces them",
        f"一、主要做法\n获得以下荣誉：\n1.全国文明城市\n2.国家卫生县城\n二、下步打算\n{BODY}\n附件：\n（1）行政执法统计表",
        [(1, "一、主要做法"), (1, "二、下步打算")],
    ),
    Case(
        "headings with text of their own below a colon, and below the introduction",
        f"现将有关情况报告如下：\n1.加强领导\n2.健全机制\n主要做法如下：\n1.规范执法\n{BODY}\n2.强化监督\n{BODY}",
        [(1, "1.加强领导"), (1, "2.健全机制"), (1, "1.规范执法"), (1, "2.强化监督")],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_lists(case: Case) -> None:
    check(case)
