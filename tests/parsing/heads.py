"""Heads of reports: titles over several lines, letterheads, years at the end of a title.

Written like those in ``openings``: from reading, before running anything on them.
"""

from __future__ import annotations

from tests.parsing.openings import CHUNAN, GUIDED, HEADINGS, Opening

ABOUT = "关于2022年度法治政府建设情况的报告"
BODY = f"\n2022年，我县{GUIDED}{HEADINGS}"

SPLIT_TITLES = [
    Opening(f"{lines}{BODY}", district, None, 2022, lines.replace("\n", ""), issuer)
    for lines, district, issuer in (
        ("巫溪县人民政府关于\n2022年法治政府建设情况的报告", "巫溪县", "巫溪县人民政府"),
        (
            f"重庆市\n大渡口区人民政府\n{ABOUT}",
            "大渡口区",
            "重庆市大渡口区人民政府",
        ),
        (
            f"内蒙古自治区\n呼伦贝尔市\n鄂伦春自治旗人民政府\n{ABOUT}",
            "鄂伦春旗",
            "内蒙古自治区呼伦贝尔市鄂伦春自治旗人民政府",
        ),
        ("巫溪县2022年度法治政府\n建设工作总结及2023年\n工作计划", "巫溪县", ""),
        ("巫溪县2022年度法治政府建设工作总结\n及2023年工作计划", "巫溪县", ""),
        ("巫溪县2022年度法治政府建设工作总结\n和2023年\n工作打算", "巫溪县", ""),
        ("2022年以来\n巫溪县法治政府建设情况报告", "巫溪县", ""),
    )
] + [
    # 题目上方的城市名若不辖题目中的区县，就是站名
    Opening(f"成都市\n巫溪县{ABOUT}{BODY}", "巫溪县", None, 2022, f"巫溪县{ABOUT}"),
    Opening(
        f"巫溪县2022年法治政府建设工作总结\n及时报送{BODY}",
        "巫溪县",
        None,
        2022,
        "巫溪县2022年法治政府建设工作总结",
    ),
]

YEARS_AT_THE_END = [
    Opening(f"{title}{HEADINGS}", "贺兰县", None, year, title)
    for title, year in (
        ("贺兰县法治政府建设年度报告（2023）", 2023),
        ("贺兰县法治政府建设年度报告2023", 2023),
        ("贺兰县法治政府建设情况报告（2021-2023）", 2023),
        ("贺兰县法治政府建设实施方案（2021-2025）", None),
        ("贺兰县2022年法治政府建设情况和2023年重点工作的报告", 2022),
        ("贺兰县2022年和2023年重点工作推进情况报告", 2023),
        ("2023年以来贺兰县法治政府建设情况报告", 2023),
        ("2023年上半年贺兰县法治政府建设情况报告", 2023),
    )
]

NAMED = [
    Opening(f"《{CHUNAN}》{BODY}", "淳安县", None, 2022, CHUNAN),
]

LETTERHEADS = [
    Opening(f"{head}\n{ABOUT}{BODY}", "巫溪县", town, 2022, ABOUT, issuer, None, number)
    for head, town, issuer, number in (
        (
            "重庆市巫溪县人民政府\n巫溪府〔2023〕7号",
            None,
            "重庆市巫溪县人民政府",
            "巫溪府〔2023〕7号",
        ),
        (
            "重庆市巫溪县人民政府文件\n巫溪府〔2023〕7号        签发人：李 某",
            None,
            "重庆市巫溪县人民政府",
            "巫溪府〔2023〕7号",
        ),
        ("巫 溪 县 人 民 政 府 文 件", None, "巫溪县人民政府", None),
        ("巫溪县城厢镇人民政府\n城厢府文〔2023〕7号", "城厢镇", "巫溪县城厢镇人民政府", None),
    )
] + [
    # 站名之下没有文号；栏目名不是机关
    *(
        Opening(f"{line}\n{ABOUT}{BODY}", None, None, 2022, ABOUT, "")
        for line in ("政府文件", "巫溪县人民政府文件库", "县政府文件")
    ),
    Opening(f"巫溪县人民政府\n首页\n{ABOUT}{BODY}", None, None, 2022, ABOUT, ""),
    Opening(
        f"巫溪县人民政府文件\n巫溪府〔2023〕7号\n巫溪县司法局\n{ABOUT}{BODY}",
        "巫溪县",
        None,
        2022,
        f"巫溪县司法局{ABOUT}",
        "巫溪县司法局",
    ),
]

CORPS = [
    Opening(f"{title}{HEADINGS}", district, None, 2022, title)
    for title, district in (
        ("新疆生产建设兵团2022年法治政府建设年度报告", "新疆生产建设兵团"),
        ("兵团司法局2022年法治政府建设年度报告", "新疆生产建设兵团"),
        ("新疆生产建设兵团第一师阿拉尔市2022年法治政府建设年度报告", "阿拉尔市"),
        ("第十师北屯市司法局2022年度法治政府建设工作报告", "北屯市"),
        ("兵团第十二师2022年度法治政府建设报告", "第十二师"),
        ("石河子市2022年度法治政府建设报告", "石河子市"),
        ("新疆维吾尔自治区2022年度法治政府建设报告", "新疆"),
    )
]

BRANCHES = [
    Opening(f"{issuer}2022年法治政府建设年度报告{HEADINGS}", district, None, 2022, None, issuer)
    for issuer, district in (
        ("重庆市公安局渝北区分局", "渝北区"),
        ("银川市生态环境局贺兰分局", "贺兰县"),
        ("重庆市规划和自然资源局北碚分局", "北碚区"),
        ("银川市公安局交通警察分局", "银川市"),
        ("银川市自然资源局", "银川市"),
    )
]

LABELLED = [
    Opening(
        f"{label}{TITLE}\n发布机构：县政府办\n2022年，贺兰县{GUIDED}{HEADINGS}",
        "贺兰县",
        None,
        2022,
        TITLE,
    )
    for TITLE in ("贺兰县2022年法治政府建设情况报告",)
    for label in ("标题：", "标 题: ", "名　称：", f"名称：{TITLE}\n")
]

STAMPS = (
    [
        Opening(f"{CHUNAN}\n{line}{BODY}", "淳安县", None, 2022, CHUNAN, None, date)
        for line, date in (
            ("淳安司法 淳安司法 2023-01-15 18:30 浙江", "2023-01-15"),
            ("原创 淳安司法 淳安司法 2023年01月15日 18:30", "2023-01-15"),
            ("县政府 2023年1月15日 召开常务会议", ""),
            ("（2023年1月5日淳安县第十七届人大常委会第十次会议）", "2023-01-05"),
            ("2023年1月5日县政府第十次常务会议", ""),
            ("成文日期 | 2023-01-05 | 文号 | 无", "2023-01-05"),
        )
    ]
    + [
        Opening(f"{CHUNAN}{BODY}\n淳安县人民政府\n{day}", "淳安县", None, 2022, CHUNAN, None, date)
        for day, date in (
            ("2023年元月8日", "2023-01-08"),
            ("二〇二三年元月八日", "2023-01-08"),
            ("2023年一月8号", "2023-01-08"),
            ("2〇23年一月八日", "2023-01-08"),
            ("20２３年1２月31日", "2023-12-31"),
            ("2023年二十月八日", ""),
        )
    ]
    + [
        Opening(
            f"法治政府建设情况报告\n（2023年1月5日淳安县第十七届人大常委会第十次会议）\n2022年，我县{GUIDED}{HEADINGS}",
            "淳安县",
            None,
            2022,
        ),
        Opening(
            f"法治政府建设情况报告\n根据《关于报送2022年度法治政府建设情况报告的通知》要求，现将淳安县有关情况报告如下：{HEADINGS}",
            "淳安县",
            None,
            2022,
        ),
    ]
)

BYLINES = [
    Opening(f"2022年法治政府建设情况报告\n{lines}{BODY}", "淳安县", None, 2022, None, issuer, date)
    for lines, issuer, date in (
        ("（淳安县人民政府）", "淳安县人民政府", ""),
        ("（淳安县人民政府 2023年1月5日）", "淳安县人民政府", "2023-01-05"),
        ("淳安县人民政府\n（2023年1月5日）", "淳安县人民政府", "2023-01-05"),
        ("淳安县司法局（2023年1月5日）", "淳安县司法局", "2023-01-05"),
        ("（淳安县司法局）\n（2023年1月5日）", "淳安县司法局", "2023-01-05"),
    )
] + [
    Opening(
        f"淳安县2022年法治政府建设情况报告\n（淳安县司法局）{BODY}\n淳安县人民政府\n2023年1月5日",
        "淳安县",
        None,
        2022,
        issuer="淳安县司法局",
    ),
    Opening(
        f"淳安县人民政府文件\n淳政〔2023〕5号\n淳安县2022年法治政府建设情况报告{BODY}",
        "淳安县",
        None,
        2022,
        issuer="淳安县人民政府",
    ),
    Opening(f"2022年法治政府建设情况报告\n（征求意见稿）{BODY}", None, None, 2022, issuer=""),
]

MINISTRIES = [
    Opening(f"{body}{about}{HEADINGS}", None, None, 2022, issuer=body)
    for body in ("交通运输部", "生态环境部", "国家市场监督管理总局")
    for about in ("2022年度法治政府建设年度报告", "关于2022年法治政府部门建设情况的报告")
]

SPANS_OF_YEARS = [
    Opening(f"{text}{HEADINGS}", "淳安县", None, year)
    for text, year in (
        ("淳安县2022/2023年度法治政府建设情况报告", 2023),
        ("淳安县2022—2023年度法治政府建设情况报告", 2023),
        ("淳安县法治政府建设情况报告\n（2022-2023年度）", 2023),
        ("淳安县法治政府建设情况报告\n现将2022-2023年度法治政府建设情况报告如下：", 2023),
        ("淳安县法治政府建设情况报告\n现将2021-2025年度规划执行情况报告如下：", None),
    )
]

AREAS = [
    Opening(f"{issuer}2022年法治政府建设情况报告{HEADINGS}", district, town, 2022)
    for issuer, district, town in (
        ("北京市通州区永顺地区", "通州区", "永顺地区"),
        ("朝阳区高碑店地区党工委", "朝阳区", "高碑店地区"),
        ("朝阳区部分地区", "朝阳区", None),
        ("淳安县山区", "淳安县", None),
        ("大兴安岭地区", "大兴安岭地区", None),
        ("阿里地区", "阿里地区", None),
    )
]
