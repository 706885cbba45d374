# ruff: noqa: E501 (lines of reports are as long as they are)
"""Headings whose numbers were lost, escaped or put on a line of their own by an exporter."""

from __future__ import annotations

import pytest

from tests.parsing.test_headings import BODY, Case, check

CASES = [
    Case(
        "the number on a line of its own",
        f"一、\n主要做法\n{BODY}\n（一）\n加强领导\n{BODY}",
        [(1, "一、主要做法"), (2, "（一）加强领导")],
    ),
    Case(
        "lost numbers of the first and of a later heading",
        f"- 加强党的领导\n（一）加强学习。{BODY}\n二、完善制度\n{BODY}\n• 规范执法\n{BODY}\n四、强化监督\n{BODY}",
        [
            (1, "加强党的领导"),
            (2, "（一）加强学习。"),
            (1, "二、完善制度"),
            (1, "规范执法"),
            (1, "四、强化监督"),
        ],
    ),
    Case(
        "（一） without any 一、",
        f"（一）加强领导\n{BODY}\n1.学习。{BODY}\n（二）完善机制\n{BODY}",
        [(1, "（一）加强领导"), (2, "1.学习。"), (1, "（二）完善机制")],
    ),
    Case(
        "the last number lost",
        f"一、主要做法\n(一)加强领导。{BODY}\n二、存在问题\n(一)力量不足。{BODY}\n- 依托数字赋能,助力数字法治建设\n(一)建设平台。{BODY}\n(二)共享数据。{BODY}",
        [
            (1, "一、主要做法"),
            (2, "(一)加强领导。"),
            (1, "二、存在问题"),
            (2, "(一)力量不足。"),
            (1, "依托数字赋能,助力数字法治建设"),
            (2, "(一)建设平台。"),
            (2, "(二)共享数据。"),
        ],
    ),
    Case(
        "a number of （一） lost",
        f"一、坚持党的领导\n- 深化理论武装\n{BODY}\n(二)高位部署推动\n{BODY}\n二、存在问题\n{BODY}",
        [
            (1, "一、坚持党的领导"),
            (2, "深化理论武装"),
            (2, "(二)高位部署推动"),
            (1, "二、存在问题"),
        ],
    ),
    Case(
        "the first numbers of 一、 and （一） lost together",
        f"- 坚持党的领导\n- 深化理论武装\n{BODY}\n(二)高位部署推动\n{BODY}\n二、存在问题\n{BODY}",
        [
            (1, "坚持党的领导"),
            (2, "深化理论武装"),
            (2, "(二)高位部署推动"),
            (1, "二、存在问题"),
        ],
    ),
    Case(
        "a lost number with its text in the same paragraph",
        f"- 坚持党的领导。{BODY}\n二、存在问题\n{BODY}",
        [(1, "坚持党的领导。"), (1, "二、存在问题")],
    ),
    Case(
        "list items that no number misses",
        f"一、坚持党的领导\n- 深化理论武装\n- 高位部署推动\n(一)完善机制\n{BODY}\n二、存在问题\n- 力量不足\n- 经费不足",
        [(1, "一、坚持党的领导"), (2, "(一)完善机制"), (1, "二、存在问题")],
    ),
    Case(
        "numbers that an exporter escaped",
        f"一、主要做法\n1\\. 加强领导。{BODY}\n**2\\. 健全机制。**{BODY}",
        [(1, "一、主要做法"), (2, "1. 加强领导。"), (2, "2. 健全机制。")],
    ),
    Case(
        "lines above each （一） that have lost their numbers without a trace",
        f"坚持依法行政。\n工作开展情况\n（一）加强领导。{BODY}\n（二）健全机制。{BODY}\n存在问题\n（一）力度不够。{BODY}",
        [
            (1, "工作开展情况"),
            (2, "（一）加强领导。"),
            (2, "（二）健全机制。"),
            (1, "存在问题"),
            (2, "（一）力度不够。"),
        ],
    ),
    Case(
        "only the first number lost without a trace",
        f"坚持依法行政。\n坚持党的领导，把牢正确方向\n（一）加强领导。{BODY}\n二、存在问题\n（一）力度不够。{BODY}",
        [
            (1, "坚持党的领导，把牢正确方向"),
            (2, "（一）加强领导。"),
            (1, "二、存在问题"),
            (2, "（一）力度不够。"),
        ],
    ),
    Case(
        "lines above （一） that are text",
        f"工作开展情况\n（一）加强领导。{BODY}\n（二）健全机制。{BODY}\n一、存在问题\n主要是\n（一）力度不够。{BODY}\n二、下步打算\n{BODY}\n具体有以下方面\n（一）加强学习。{BODY}",
        [
            (1, "（一）加强领导。"),
            (1, "（二）健全机制。"),
            (1, "一、存在问题"),
            (2, "（一）力度不够。"),
            (1, "二、下步打算"),
            (2, "（一）加强学习。"),
        ],
    ),
    Case(
        "all numbers of 一、 lost to bullets, and （一） below the first only",
        f"- 主要工作\n（一）加强学习。{BODY}\n（二）压实责任。{BODY}\n- 存在问题\n{BODY}\n- 下步打算\n{BODY}",
        [
            (1, "主要工作"),
            (2, "（一）加强学习。"),
            (2, "（二）压实责任。"),
            (1, "存在问题"),
            (1, "下步打算"),
        ],
    ),
    Case(
        "all numbers lost to bullets",
        f"- 坚持党的领导，把牢正确方向\n{BODY}\n{BODY}\n- 强化服务保障\n{BODY}",
        [(1, "坚持党的领导，把牢正确方向"), (1, "强化服务保障")],
    ),
    Case(
        "all numbers of （一） lost to bullets",
        f"一、主要做法\n- 加强领导\n{BODY}\n1.学习。{BODY}\n2.督察。{BODY}\n二、存在问题\n- 力量不足\n{BODY}\n- 经费不足\n{BODY}",
        [
            (1, "一、主要做法"),
            (2, "1.学习。"),
            (2, "2.督察。"),
            (1, "二、存在问题"),
            (2, "力量不足"),
            (2, "经费不足"),
        ],
    ),
    Case(
        "bullets below （一） of a report without 一、",
        f"（一）加强领导\n- 学习\n{BODY}\n- 督察\n{BODY}\n（二）完善机制\n{BODY}",
        [(1, "（一）加强领导"), (2, "学习"), (2, "督察"), (1, "（二）完善机制")],
    ),
    Case(
        "lists of items above text, and one item alone",
        f"主要有：\n- 力量不足\n- 经费不足\n{BODY}\n- 意识不强。\n{BODY}\n还有：\n- 机制不全\n- 手段不多\n{BODY}\n- 其他\n{BODY}",
        [],
    ),
    Case(
        "parts of the usual names without any numbers",
        f"主要工作及成效\n（一）加强学习。{BODY}\n（二）压实责任。{BODY}\n存在的主要问题和不足\n{BODY}\n2024年重点工作安排\n{BODY}",
        [
            (1, "主要工作及成效"),
            (2, "（一）加强学习。"),
            (2, "（二）压实责任。"),
            (1, "存在的主要问题和不足"),
            (1, "2024年重点工作安排"),
        ],
    ),
    Case(
        "a part without （一） between two that have it",
        f"工作开展情况\n（一）加强领导。{BODY}\n存在问题\n{BODY}\n下步打算\n（一）加强学习。{BODY}",
        [
            (1, "工作开展情况"),
            (2, "（一）加强领导。"),
            (1, "存在问题"),
            (1, "下步打算"),
            (2, "（一）加强学习。"),
        ],
    ),
    Case(
        "one such name alone, and sentences that begin like one",
        f"主要工作\n{BODY}\n存在问题整改到位\n{BODY}\n工作人员配备到位\n{BODY}",
        [],
    ),
    Case(
        "such names beside 一、",
        f"一、总体情况\n主要工作\n{BODY}\n存在问题\n{BODY}\n二、其他\n{BODY}",
        [(1, "一、总体情况"), (1, "二、其他")],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_lost_numbers(case: Case) -> None:
    check(case)
