"""What a printed page or a web page repeats around a report goes; the report's words stay."""

from __future__ import annotations

import pytest

from search_service.parsing import clean

HEAD = "某县2023年法治政府建设情况报告"
CUT = "县委常委会专题研究法治政府建设工作，推动各项工作任务"
REST = "落到实处。"
SIGNED = "某县人民政府\n2024年1月5日"
SITE = "相关链接\n中国政府网\n主办：某县人民政府办公室\n联系电话：0951-8061234"


@pytest.mark.parametrize(
    "between", ["- {n} -\n{head}", "{head}\n- {n} -", "第{n}页 共3页\n\n{head}"]
)
def test_running_heads_go_and_the_title_stays(between: str) -> None:
    cuts = [f"今年{month}月，{CUT}" for month in (1, 2, 3)]
    pages = [f"{cut}\n{between.format(n=n, head=HEAD)}\n{REST}" for n, cut in enumerate(cuts, 1)]
    assert clean("\n".join([HEAD, *pages])) == "\n".join([HEAD, *(cut + REST for cut in cuts)])


@pytest.mark.parametrize("between", ["{n}\n{head}", "{head}\n{n}"])
def test_running_heads_beside_bare_page_numbers_go(between: str) -> None:
    page = "\n".join([CUT + REST] * 8)
    cuts = [f"今年{month}月，{CUT}" for month in (1, 2, 3)]
    pages = [f"{cut}\n{between.format(n=n, head=HEAD)}\n{REST}" for n, cut in enumerate(cuts, 1)]
    whole = [f"{page}\n{cut}{REST}" for cut in cuts]
    printed = [f"{page}\n{text}" for text in pages]
    assert clean("\n".join([HEAD, *printed])) == "\n".join([HEAD, *whole])


def test_cells_beside_numbers_stay() -> None:
    table = "\n".join(f"行政处罚决定书\n{n}\n行政许可决定书" for n in (1, 2, 3))
    assert clean(f"{HEAD}\n{CUT}{REST}\n{table}") == f"{HEAD}\n{CUT}{REST}\n{table}"


def test_a_running_head_that_is_nowhere_else_stays_once() -> None:
    text = "\n".join(f"{CUT}{REST}\n- {n} -\n{HEAD}" for n in (1, 2, 3))
    assert clean(text).count(HEAD) == 1


def test_lines_beside_page_numbers_that_come_once_stay() -> None:
    text = f"{CUT}{REST}\n- 1 -\n主要做法\n{CUT}{REST}\n- 2 -\n存在问题\n{CUT}{REST}"
    assert [line for line in clean(text).split("\n") if len(line) == 4] == ["主要做法", "存在问题"]


@pytest.mark.parametrize(
    "mark",
    ["上一篇：2022年报告\n下一篇：没有了", "宁ICP备05000001号", "关于我们 | 网站地图 | 联系我们"],
)
def test_the_end_of_a_site_goes(mark: str) -> None:
    report = f"{HEAD}\n{CUT}{REST}\n{SIGNED}"
    assert clean(f"{report}\n{mark}\n{SITE}") == report


@pytest.mark.parametrize("caption", ["相关链接", "相关阅读：", "热点推荐", "延伸阅读"])
def test_a_list_of_links_below_the_report_goes(caption: str) -> None:
    report = f"{HEAD}\n{CUT}{REST}\n{SIGNED}"
    assert clean(f"{report}\n{caption}\n某县召开推进会 2022-02-02\n某县2021年报告") == report


@pytest.mark.parametrize("end", ["相关链接", f"相关链接\n{CUT}{REST}", f"相关阅读\n{SIGNED}"])
def test_a_caption_of_links_without_links_stays(end: str) -> None:
    report = f"{HEAD}\n{CUT}{REST}\n{end}"
    assert clean(report) == report


@pytest.mark.parametrize(
    "line", ["编辑：王某", "一审：王某 二审：李某某 三审：赵某", "编辑：王某 丨 审核：李某"]
)
def test_who_edited_the_page_goes(line: str) -> None:
    assert clean(f"{HEAD}\n{CUT}{REST}\n{line}") == f"{HEAD}\n{CUT}{REST}"


@pytest.mark.parametrize(
    "line",
    [
        "审核：法制审核50件",
        "二审：改判3件，维持5件",
        "二审：维持",
        "审核：通过",
        "编辑：完成志书一部。",
    ],
)
def test_words_about_reviews_stay(line: str) -> None:
    assert clean(f"{HEAD}\n{CUT}{REST}\n{line}") == f"{HEAD}\n{CUT}{REST}\n{line}"


@pytest.mark.parametrize(
    "after", ["附件：1.统计表", "1.统计表.docx", f"{CUT}{REST}", SIGNED, "一、附则"]
)
def test_words_of_the_report_below_a_site_stay(after: str) -> None:
    report = f"{HEAD}\n{CUT}{REST}"
    assert clean(f"{report}\n上一篇：2022年报告\n{after}") == f"{report}\n{after}"


def test_a_report_about_sites_keeps_its_words() -> None:
    text = f"{HEAD}\n{CUT}{REST}\n关于我们的几点打算\n完善网站地图\n加强培训"
    assert clean(text) == text


STAMPS = [
    "2023-01-30 15:20:00 来源：某县司法局 字号：大 中 小",
    "索 引 号：008451/2023-01",
    "发布机构：某县司法局",
    "有效性：有效",
    "公开日期：2023-01-30",
    "文章来源：某县司法局",
    "撰稿：王某 审核：李某某",
    "扫一扫，分享到微信",
    "回到顶部",
    "您是第 12345 位访问者",
]


@pytest.mark.parametrize("stamp", STAMPS)
def test_stamps_go_above_and_below_the_report_and_stay_inside(stamp: str) -> None:
    text = f"{CUT}{REST}"
    inside = f"{HEAD}\n{text}\n{stamp}\n{text}"
    assert clean(f"{HEAD}\n{stamp}\n{text}\n{stamp}") == f"{HEAD}\n{text}"
    assert clean(inside) == inside


@pytest.mark.parametrize(
    "line", ["来源：群众举报，占3成", "公开日期为2023年", "回到顶部岗位的干部5名"]
)
def test_words_like_stamps_stay(line: str) -> None:
    assert clean(f"{HEAD}\n{CUT}{REST}\n{line}") == f"{HEAD}\n{CUT}{REST}\n{line}"
