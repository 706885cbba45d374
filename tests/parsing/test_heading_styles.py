# ruff: noqa: E501 (lines of reports are as long as they are)
"""Headings of rarer styles: 1.1, 一：, numbers on lines of their own; tables of contents."""

from __future__ import annotations

import pytest

from tests.parsing.test_headings import BODY, Case, sections

CASES = [
    Case(
        "numbers with points, and days and amounts that look like them",
        f"1 主要做法\n1.1 加强领导\n{BODY}\n1.2 健全机制\n1.2.1 完善制度\n{BODY}\n2 存在问题\n2.1 力量不足\n{BODY}\n4.15国家安全教育日宣传活动\n1.3万人次参加\n{BODY}",
        [
            (1, "1 主要做法"),
            (2, "1.1 加强领导"),
            (2, "1.2 健全机制"),
            (1, "2 存在问题"),
            (2, "2.1 力量不足"),
        ],
    ),
    Case(
        "three levels of numbers with points below 一、",
        f"一、主要做法\n1.1加强领导\n1.1.1深化学习\n{BODY}\n1.1.2压实责任\n{BODY}\n1.2健全机制\n{BODY}",
        [
            (1, "一、主要做法"),
            (2, "1.1加强领导"),
            (3, "1.1.1深化学习"),
            (3, "1.1.2压实责任"),
            (2, "1.2健全机制"),
        ],
    ),
    Case(
        "a colon after the number",
        f"一：主要做法\n{BODY}\n二：存在问题\n{BODY}\n三: 下步打算\n{BODY}",
        [(1, "一：主要做法"), (1, "二：存在问题"), (1, "三: 下步打算")],
    ),
    *(
        Case(
            f"{first} alone above the heading",
            f"{first}\n主要做法\n{BODY * 8}\n{second}\n\n存在问题\n（一）力量不足\n{BODY * 8}\n{third}\n下步打算\n{BODY}",
            [
                (1, f"{first} 主要做法"),
                (1, f"{second} 存在问题"),
                (2, "（一）力量不足"),
                (1, f"{third} 下步打算"),
            ],
        )
        for first, second, third in (("一", "二", "三"), ("01", "02", "03"))
    ),
    Case(
        "numbers of a table, cell by cell, and one number alone",
        f"一、主要做法\n{BODY}\n01\n备案率\n100%\n02\n公开率\n98%\n二、存在问题\n一\n力量不足\n{BODY}",
        [(1, "一、主要做法"), (1, "二、存在问题")],
    ),
    Case(
        "rows of figures",
        f"一、主要做法\n序号 指标 数值\n1.备案率  100%\n2.公开率 98.5 %\n3.办件量\t1,200件\n二、存在问题\n1.总结 2023年\n{BODY}\n2.计划 2024 年\n{BODY}",
        [(1, "一、主要做法"), (1, "二、存在问题"), (2, "1.总结 2023年"), (2, "2.计划 2024 年")],
    ),
    Case(
        "headings that a break cuts before 的 or after 切实",
        f"一、主要做法\n（一）加强组织领导，切实\n将法治建设纳入考核\n{BODY}\n（二）压实领导干部\n的主体责任\n{BODY}\n（三）健全机制\n将法治建设纳入考核。",
        [
            (1, "一、主要做法"),
            (2, "（一）加强组织领导，切实将法治建设纳入考核"),
            (2, "（二）压实领导干部的主体责任"),
            (2, "（三）健全机制"),
        ],
    ),
    *(
        Case(
            f"a table of contents {name}",
            f"目　录\n前言\n一、主要做法{a}\n（一）加强领导{a}\n二、存在问题{b}\n附件\n前言\n坚持依法行政。\n一、主要做法\n（一）加强领导。{BODY}\n二、存在问题\n{BODY}",
            [(1, "前言"), (1, "一、主要做法"), (2, "（一）加强领导。"), (1, "二、存在问题")],
        )
        for name, a, b in (("without pages", "", ""), ("with pages", "\t1", " 12"))
    ),
    *(
        Case(
            f"a table of contents without 目录 {name}",
            f"一、主要做法{a}\n（一）加强领导{a}\n（二）健全机制{a}\n二、存在问题{a}\n一、主要做法\n（一）加强领导。{BODY}\n（二）健全机制\n{BODY}\n二、存在问题\n{BODY}",
            [
                (1, "一、主要做法"),
                (2, "（一）加强领导。"),
                (2, "（二）健全机制"),
                (1, "二、存在问题"),
            ],
        )
        for name, a in (("without pages", ""), ("with pages", "……12"))
    ),
    Case(
        "the same two headings in two parts",
        f"第一部分 党委\n一、主要做法\n二、存在问题\n{BODY}\n第二部分 政府\n一、主要做法\n二、存在问题\n{BODY}",
        [
            (1, "第一部分 党委"),
            (2, "一、主要做法"),
            (2, "二、存在问题"),
            (1, "第二部分 政府"),
            (2, "一、主要做法"),
            (2, "二、存在问题"),
        ],
    ),
    Case(
        "目录 above headings that stand only once",
        f"目录\n一、主要做法\n二、存在问题\n{BODY}",
        [(1, "一、主要做法"), (1, "二、存在问题")],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_headings(case: Case) -> None:
    text = f"某区法治政府建设情况报告\n全年工作取得成效。\n{case.text}"
    assert [(s.level, s.heading) for s in sections(text) if s.level] == case.headings
