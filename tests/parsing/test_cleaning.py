# ruff: noqa: E501 (lines of reports are as long as they are)
"""What cleaning takes away, joins and keeps."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_service.parsing import clean, parse_bytes
from search_service.parsing.markers import read_marker

SEEDS = {path.stem: path for path in (Path(__file__).parents[2] / "seeds").glob("*.txt")}

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
        "某区人民政府办公室版权所有",
        "Copyright © 2024 某区人民政府",
        "扫描二维码分享到微信",
        "技术支持：某某科技有限公司",
        "网站首页 走进某县 新闻中心 政务公开 办事服务",
        "无障碍浏览 长者模式 智能问答",
        "关于我们 | 网站地图 | 联系我们",
        "主办单位：某县人民政府办公室 承办单位：某县大数据中心",
        "地址：某县人民路1号 邮编：311700",
        "（责任编辑：张三）",
        "附件下载：",
        "阅读：123次",
        "建议使用1024*768以上分辨率浏览",
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
        "2023/2024",
        "来源于基层的经验做法得到推广。",
        "首页改版后访问量上升。",
        "15",
        "（联系人：张三；联系电话：12345678）",
        "附件：1.统计表",
        "抄送：市司法局。",
        "主动公开",
        "某区人民政府办公室 2024年1月15日印发",
        "（二）建立“排查→化解→回访”工作机制",
        "（三）推行扫描二维码办事",
        "（四）强化技术支持：建设智慧平台",
        "（三）加强版权所有人保护",
        "1.群众可扫描二维码对行政执法行为进行评价；",
        "一、首页 > 政务公开 > 年度报告",
        "强化技术支持：建设智慧平台",
        "加强版权所有人保护",
        "扫描二维码即可办理",
        "申请→受理→审查→决定→送达",
        "排查>化解>回访",
        "完成ICP备案审核50件",
        "来源：群众投诉举报，上级交办",
        "地址：某县人民路1号",
        "联系人：张三 联系电话：12345678",
        "微信 120 微博 80",
        "栏目 首页 新闻",
        "注册 变更 注销 迁移",
        "技术支持：建设大数据中心",
        "2023-01-06 16:20 来源：县司法局 浏览次数：123",
        "中",
        "全年编号xx____件。",
        "5 * 3 = 15，2 ** 3 = 8。",
    ][:-1],
)
def test_words_stay(line: str) -> None:
    assert clean(f"前一段结束。\n{line}\n后一段开始。") == f"前一段结束。\n{line}\n后一段开始。"


@pytest.mark.parametrize("cell", ["微信", "注册", "来源：县统计局"])
def test_words_of_buttons_stay_inside_the_report(cell: str) -> None:
    table = f"（一）主要做法\n{LONG}。\n事项\n{cell}\n120\n（二）存在问题"
    assert clean(table) == table
    page = f"{cell}\n某县2023年法治政府建设情况报告\n{LONG}。"
    assert clean(page) == page.removeprefix(f"{cell}\n")
    assert clean(f"{LONG}。\n{cell}") == f"{LONG}。"


def test_page_numbers_that_count_up_go() -> None:
    assert clean(f"{LONG}，\n1\n并向社会公开。\n2\n下一段。") == f"{LONG}，并向社会公开。\n下一段。"


@pytest.mark.parametrize("bullet", ["● ", "➢ ", "➢", "❖", "\uf06c", "\uf0d8 ", "◇ "])
def test_bullets_are_no_text(bullet: str) -> None:
    items = [f"{bullet}{LONG}", f"{bullet}加强领导"]
    assert clean("\n".join(items)) == f"{LONG}\n加强领导"


@pytest.mark.parametrize("line", ["○ ○ 镇", "□ 是 □ 否", "-5", "·"])
def test_signs_that_are_no_bullets(line: str) -> None:
    assert clean(f"前一段结束。\n{line}\n后一段开始。") == f"前一段结束。\n{line}\n后一段开始。"


def test_a_title_that_fills_a_wrapped_line_is_its_own_paragraph() -> None:
    title = "某区2023年法治政府建设情况报告"
    text = LONG * 6 + "。"
    wrapped = [text[i : i + len(title) + 1] for i in range(0, len(text), len(title) + 1)]
    assert clean("\n".join([title, *wrapped])) == f"{title}\n{text}"


def pages(*numbers: str) -> str:
    """A sentence on every page, cut by the number of the page."""
    return "\n".join(f"{LONG}，推动各项工作任务\n{number}\n落到实处。" for number in numbers)


WHOLE = f"{LONG}，推动各项工作任务落到实处。"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (pages("1", "2"), f"{WHOLE}\n{WHOLE}"),
        (f"{LONG}，报请\n1\n县政府批准。\n2", f"{LONG}，报请县政府批准。"),
        (pages("2", "4"), f"{WHOLE}\n{WHOLE}"),
        (f"数量\n20\n{pages('1', '2')}", f"数量\n20\n{WHOLE}\n{WHOLE}"),
        (f"{pages('1')}\n数量\n20\n{pages('2')}", f"{WHOLE}\n数量\n20\n{WHOLE}"),
        (f"{WHOLE * 5}\n1\n{WHOLE * 5}\n2\n{WHOLE}", f"{WHOLE * 5}\n{WHOLE * 5}\n{WHOLE}"),
    ],
    ids=["count up", "before a body", "skip", "cell before", "cell between", "between paragraphs"],
)
def test_page_numbers_in_the_text_go(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "序号\n决策事项\n1\n编制国土空间规划\n2\n编制综合交通规划\n3\n修订应急预案",
        "序号\n问题\n1\n执法力量薄弱，专业人才不足\n2\n普法形式单一，针对性不强\n3\n机制不健全。",
        f"序号\n问题\n1\n{LONG}\n2\n{LONG}\n3\n{LONG}",
        "序号\n任务\n1\n推进法治建设。\n2\n加强执法监督。\n3\n强化普法宣传。",
        f"{LONG}，培训干部\n12\n期，参加人员\n13\n人次。",
        f"{LONG}，推动各项工作任务\n2\n落到实处。",
    ],
    ids=["cells", "cells with commas", "long cells", "sentences", "counted", "only one"],
)
def test_numbers_of_the_report_stay(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        (f"{LONG}，并\n\n向社会公开。", f"{LONG}，并向社会公开。"),
        (f"{LONG}\f，并向社会公开。", f"{LONG}，并向社会公开。"),
        (f"{LONG}，\n- 3 -\n并公开。", f"{LONG}，并公开。"),
        ("出台《办法》\n，并公开。", "出台《办法》，并公开。"),
        (
            "（三）强化治理。推行“一中心四板块”\n\n八项机制。",
            "（三）强化治理。推行“一中心四板块”八项机制。",
        ),
        ("（三）强化治理。落实《办法》\n\n有关要求。", "（三）强化治理。落实《办法》有关要求。"),
        ("（三）强化治理。推进改革（试点）\n\n工作。", "（三）强化治理。推进改革（试点）工作。"),
        (f"{LONG}，选聘\n\n15位监督员。", f"{LONG}，选聘15位监督员。"),
        (f"{LONG}，发放\n\n20份宣传册。", f"{LONG}，发放20份宣传册。"),
        (f"{LONG}，联合\n\n12部门检查。", f"{LONG}，联合12部门检查。"),
        ("覆盖率由21.\n9上升至28.5。", "覆盖率由21.9上升至28.5。"),
        (f"{LONG}，依法\n\n主动公开政府信息200条。", f"{LONG}，依法主动公开政府信息200条。"),
        (f"{LONG}，明确\n\n联系人和联络员20名。", f"{LONG}，明确联系人和联络员20名。"),
        (f"{LONG}，落实\n\n附件的要求。", f"{LONG}，落实附件的要求。"),
        (
            f"{LONG}，由县司法局\n\n2024年1月15日印发通知。",
            f"{LONG}，由县司法局2024年1月15日印发通知。",
        ),
        (f"{LONG}，以及\n\n（联系点）制度。", f"{LONG}，以及（联系点）制度。"),
        (
            f"{LONG}，着力\n强化监督，打造法治政府\n建设示范区。",
            f"{LONG}，着力强化监督，打造法治政府建设示范区。",
        ),
        (f"{LONG}，加快建设\n法治政府\n示范区。", f"{LONG}，加快建设法治政府示范区。"),
        (f"一是学习{LONG}，贯彻各项决\n\n策部署。", f"一是学习{LONG}，贯彻各项决策部署。"),
        (
            f"1.学习{LONG}，贯彻省委和市委各项决\n\n策部署。",
            f"1.学习{LONG}，贯彻省委和市委各项决策部署。",
        ),
        (
            "县政府3次研究法治政府建设工作，印发\n\n年度要点。",
            "县政府3次研究法治政府建设工作，印发年度要点。",
        ),
        (
            "工作取得了一定成绩，但仍存在责任意\n识不强的问题。",
            "工作取得了一定成绩，但仍存在责任意识不强的问题。",
        ),
        (
            "2022年，石柱县坚持以习近平法治思想为指导，全面\n贯彻落实党的二十大精神，扎实推进法治政府建设，取得新的成\n效。",
            "2022年，石柱县坚持以习近平法治思想为指导，全面贯彻落实党的二十大精神，扎实推进法治政府建设，取得新的成效。",
        ),
        ("区委印发了《关于\n\n推进改革的意见》。", "区委印发了《关于推进改革的意见》。"),
        ("（三）依法保障“三攻坚\n一盘活”改革", "（三）依法保障“三攻坚一盘活”改革"),
        ("县政府研究法治建设，印发\n- 1 -\n年度要点。", "县政府研究法治建设，印发年度要点。"),
        (
            "全县各级行政机关坚持把学习贯彻习近平\n- 1 -\n法治思想作为任务。",
            "全县各级行政机关坚持把学习贯彻习近平法治思想作为任务。",
        ),
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
        f"{LONG}\n附件\n统计表",
        f"{LONG}\n附件1 统计表",
        f"{LONG}\n某区人民政府\n2024年1月15日",
        f"{LONG}\n主动公开",
        f"{LONG}\n（联系人：张三；联系电话：12345678）",
        f"{LONG}\n某区人民政府办公室            2024年1月15日印发",
        "（联系人：张三（区司法局））\n全年完成任务，取得成效。",
        f"“第三条　管辖\n{LONG}。”",
        "（三）深化“枫桥经验\n全年推广“枫桥经验”。",
        "（三）深化“枫桥经验”\n全年化解纠纷30件，群众满意。",
        "1.深化“枫桥经验”，做实源头治理\n全年化解纠纷30件，群众满意。",
        "强化党建引领，把牢法治政府建设正确方向\n全年召开会议3次，研究问题。",
        "强基础，抓落实\n全年召开会议3次，研究问题。",
        "（一）加强党对法治政府建设的领导\n- 1 -\n全年召开会议3次，研究问题。",
        "某区关于2023年法治政府建设情况的报告\n- 1 -\n全年召开会议3次，研究问题。",
        "一、主要做法\n1加强组织领导。全年完成任务。",
        "召开会议12次，培训4期\n宣传20场，发放资料3万份。",
        "某区人民政府\n关于2023年法治政府建设情况的报告",
        "项目 数量\n会议 12\n培训 4",
    ],
)
def test_breaks_between_paragraphs(text: str) -> None:
    assert clean(text) == text.replace("- 1 -\n", "")


@pytest.mark.parametrize("unit", "位份部宗台套天篇辆册亩例堂站镇村市县区省种步轮道张枚笔单课校")
def test_counted_things_are_no_numbering(unit: str) -> None:
    assert read_marker(f"20{unit}已办结") is None


@pytest.mark.parametrize(
    "heading", ["1部署落实", "2市场监管", "3区域协作", "4加强领导", "5单位普法"]
)
def test_numbering_without_a_separator(heading: str) -> None:
    assert read_marker(heading) is not None


def test_bold_headings_are_not_joined() -> None:
    heading = "开展3次行动，建成"
    assert clean(f"**{heading}**\n全年完成任务。") == f"{heading}\n全年完成任务。"
    assert clean(f"{heading}\n全年完成任务。") == f"{heading}全年完成任务。"


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("扎实推进\n法治政府建设，取得\n成效。", ["扎实推进法治政府建设，取得成效。"]),
        ("支持public\nservice建设，取得\n成效。", ["支持public service建设，取得成效。"]),
        (
            "**第一，扎实推进**\n法治政府建设，取得\n成效。",
            ["第一，扎实推进", "法治政府建设，取得成效。"],
        ),
        ("召开会议3次，印发\n- 年度要点。", ["召开会议3次，印发", "年度要点。"]),
        ("召开会议3次，印发\n| 名称 | 数量 |", ["召开会议3次，印发", "名称   数量"]),
        ("召开会议3次，印发\n　　年度要点。", ["召开会议3次，印发年度要点。"]),
        (
            "某区\n关于2023年工作的报告\n扎实推进\n法治政府建设，取得\n成效。",
            ["某区", "关于2023年工作的报告", "扎实推进法治政府建设，取得成效。"],
        ),
        ("坚持党的领导，把牢方向\n全年研究3次。", ["坚持党的领导，把牢方向", "全年研究3次。"]),
        (
            "- 坚持党的领导,把牢方向\n全年研究3次，印发\n要点。",
            ["坚持党的领导,把牢方向", "全年研究3次，印发要点。"],
        ),
        ("主要做法\n全年研究3次。", ["主要做法", "全年研究3次。"]),
        (
            "全年研究3次。\n某区人民政府\n2024年1月15日",
            ["全年研究3次。", "某区人民政府", "2024年1月15日"],
        ),
    ],
)
def test_soft_breaks_of_markdown(text: str, paragraphs: list[str]) -> None:
    assert parse_bytes("x.md", text.encode()).report.sections[0].text.split("\n") == paragraphs


def test_numbering_in_markdown_starts_a_paragraph() -> None:
    text = "# 报告\n扎实推进，取得\n一、主要做法\n召开会议3次，印发\n要点。\n（一）加强领导\n研究问题。"
    sections = parse_bytes("x.md", text.encode()).report.sections
    assert [(s.heading, s.text) for s in sections][-2:] == [
        ("一、主要做法", "召开会议3次，印发要点。"),
        ("（一）加强领导", "研究问题。"),
    ]


def printed(paragraphs: list[str], width: int, page: str, *, indented: bool) -> str:
    """``paragraphs`` in lines of one width, with a page number after every 22."""
    lines: list[str] = []
    for paragraph in paragraphs:
        rest = "\u3000\u3000" * indented + paragraph
        lines += [rest[start : start + width] for start in range(0, len(rest), width)]
        lines += [""] * (not indented)
    if page:
        for number in range(len(lines) // 22, 0, -1):
            lines.insert(number * 22, page.format(number))
    return "\n".join(lines)


@given(
    st.sampled_from(sorted(SEEDS)),
    # Narrower than the lines of a title, nothing tells a title's lines from a paragraph's.
    st.integers(18, 60),
    st.sampled_from(["", "- {} -", "{}", "第{}页"]),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_wrapped_seeds_are_whole_again(seed: str, width: int, page: str, indented: bool) -> None:
    cleaned = clean(SEEDS[seed].read_text(encoding="utf-8")).split("\n")
    paragraphs = ["".join(paragraph.split()) for paragraph in cleaned]
    text = printed(paragraphs, width, page, indented=indented)
    # A word of Latin letters that a line cuts becomes two.
    assert clean(text).replace(" ", "").split("\n") == paragraphs


@pytest.mark.parametrize(
    "line", ["大  " * 50 + "x", "首页&gt;" * 20 + "，", "（" * 70 + "）" * 70, "首页 " * 40 + "1"]
)
def test_furniture_is_told_in_little_time(line: str) -> None:
    started = time.monotonic()
    clean(f"{line}\n" * 1_000)
    assert time.monotonic() - started < 5


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
