"""The five seed reports, with what a reader sees in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_service.models import Document
from search_service.parsing import Parsed, clean, parse_text

SEEDS = Path(__file__).parents[2] / "seeds"

KAIZHOU = {
    "坚持党的领导,把牢法治政府建设正确方向": [
        "(一)深化理论武装。",
        "(二)高位部署推动。",
        "(三)强化督察监督。",
    ],
    "二、强化服务保障,护航经济社会高质量发展": [
        "(一)服务保障成渝地区双城经济圈建设取得新进展。",
        "(二)持续优化法治化营商环境迈上新台阶。",
        "(三)依法保障“三攻坚一盘活”改革取得新突破。",
    ],
    "三、促进制度创新,健全依法行政体系": [
        "(一)依法决策水平持续提升。",
        "(二)行政执法效能持续优化。",
        "(三)行政争议化解机制持续深化。",
    ],
    "四、夯实治理体系,提升依法治理能力": [
        "(一)“八五”普法纵深推进。",
        "(二)矛盾纠纷多元化解机制高效运行。",
        "(三)公共法律服务体系不断完善。",
    ],
    "五、依托数字赋能,助力数字法治建设": [
        "(一)积极推动应用创新。",
        "(二)加快推进应用贯通。",
        "(三)全面推广应用普及。",
    ],
}
NANAN = {
    "一、2023年推进法治政府建设的主要举措和成效": [
        "（一）聚焦惠民强企，强化营商环境法治支撑",
        "（二）坚持依法用权，推动决策程序科学规范",
        "（三）优化执法方式，推动行政执法变革重塑",
        "（四）强化监督制约，推动权力运行规范透明",
        "（五）突出源头治理，依法高效化解矛盾纠纷",
    ],
    "二、2023年党政主要负责人严格履行法治建设第一责任人职责、加强法治政府建设有关情况": [
        "（一）高站位谋划，确保抓牢抓实。",
        "（二）高规格武装，确保入心入脑。",
        "（三）高标准推进，确保实战实效。",
    ],
    "三、2023年推进法治政府建设存在的不足和原因": [],
    "四、2024年推进法治政府建设的工作思路目标举措": [],
    "五、其他需要报告的情况": [],
}
TUSHAN = {
    "一、2023年推进法治政府建设的主要举措和成效": [
        "（1） 基层智治有力有效",
        "（2） 深入推动效能提升",
        "（3） 加快建设法治政府",
        "（4） 平安建设从严从细",
        "（5） 品质城市提档升级",
        "（6） 群众需求精准回应",
    ],
    "二、2023年党政主要负责人履行推进法治建设第一责任人职责，加强法治政府建设的有关情况": [
        "（1） 强化示范引领作用",
        "（2） 提高依法决策水平",
    ],
    "三、2023年推进法治政府建设存在的不足和原因": [],
    "四、2024年推进法治政府建设的工作思路目标举措": [],
    "五、其他需要报告的情况": [],
}
WULONG = {
    "一、2020年度法治政府建设工作成效": [
        "（一）党政主要负责人切实履行推进法治建设第一责任人职责。",
        "（二）法治政府建设组织领导落实到位。",
        "（三）政府职能依法全面履行。",
        "（四）依法行政制度体系完善。",
        "（五）行政决策科学化、民主化、法治化。",
        "（六）行政执法严格规范公正文明。",
        "（七）行政权力制约监督科学有效。",
        "（八）社会矛盾纠纷依法有效化解。",
        "（九）政府工作人员法治思维和依法行政能力全面提高。",
    ],
    "二、存在问题": [],
    "三、下一步主要工作安排": [],
}
YOUYANG = {
    "一、2023 年法治政府建设开展情况": [
        "（一）提高政治站位，切实将习近平法治思想贯穿工作始终。",
        "（二）加强组织领导，全面推进党政主要负责人切实履行法治建设第一责任人职责。",
        "（三）强化工作举措，全方位立体式推进法治政府建设。",
        "（四）突出工作成效，聚力打造酉阳辨识度品牌。",
    ],
    "二、下步工作打算": [
        "（一）严格落实领导干部法治建设责任。",
        "（二）探索建立法治督察新机制。",
        "（三）全面履行政府职能职责。",
        "（四）加强督查考核力度。",
        "（五）深化示范创建工作。",
    ],
}
OUTLINES = {
    "kaizhou-2024": KAIZHOU,
    "nanan-2023": NANAN,
    "nanan-tushan-2023": TUSHAN,
    "wulong-2020": WULONG,
    "youyang-2023": YOUYANG,
}
DOCUMENTS = [
    Document(
        id="kaizhou-2024",
        title="开州区2024年法治政府建设情况报告",
        district="开州区",
        year=2024,
        source="kaizhou-2024.txt",
    ),
    Document(
        id="nanan-2023",
        title="重庆市南岸区人民政府关于2023年法治政府建设情况的报告",
        district="南岸区",
        issuer="重庆市南岸区人民政府",
        year=2023,
        source="nanan-2023.txt",
    ),
    Document(
        id="nanan-tushan-2023",
        title="重庆市南岸区涂山镇人民政府关于2023年法治政府建设情况的报告",
        district="南岸区",
        town="涂山镇",
        issuer="重庆市南岸区涂山镇人民政府",
        year=2023,
        source="nanan-tushan-2023.txt",
    ),
    Document(
        id="wulong-2020",
        title="重庆市武隆区人民政府关于2020年度法治政府建设情况的报告",
        district="武隆区",
        issuer="重庆市武隆区人民政府",
        year=2020,
        date="2021-01-15",
        number="武隆府文〔2021〕1号",
        source="wulong-2020.txt",
    ),
    Document(
        id="youyang-2023",
        title="酉阳土家族苗族自治县人民政府关于2023年法治政府建设情况的报告",
        district="酉阳县",
        issuer="酉阳土家族苗族自治县人民政府",
        year=2023,
        date="2024-02-28",
        source="youyang-2023.txt",
    ),
]


def raw(name: str) -> str:
    return (SEEDS / f"{name}.txt").read_text(encoding="utf-8")


def read(name: str) -> Parsed:
    return parse_text(raw(name), id=name, source=f"{name}.txt")


def body(name: str, heading: str) -> str:
    return next(s.text for s in read(name).report.sections if s.heading == heading)


@pytest.mark.parametrize("name", OUTLINES)
def test_outline(name: str) -> None:
    expected: list[tuple[str, tuple[str, ...], int]] = [("", (), 0)]
    for outer, inner in OUTLINES[name].items():
        expected.append((outer, (), 1))
        expected += [(heading, (outer,), 2) for heading in inner]
    sections = read(name).report.sections
    assert [(s.heading, s.path, s.level) for s in sections] == expected
    assert [s.ordinal for s in sections] == list(range(len(expected)))
    assert {s.document_id for s in sections} == {name}


@pytest.mark.parametrize("name", OUTLINES)
def test_nothing_is_lost(name: str) -> None:
    together = "".join(s.heading + s.text for s in read(name).report.sections)
    assert together.replace("\n", "") == clean(raw(name)).replace("\n", "")


@pytest.mark.parametrize("name", OUTLINES)
def test_cleaning_removes_marks_only(name: str) -> None:
    written = "".join(raw(name).replace("[bookmark: _GoBack]", "").replace("**", "").split())
    if name == "kaizhou-2024":
        written = written.replace("-坚持党的领导", "坚持党的领导")
    assert "".join(clean(raw(name)).split()) == written


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.id)
def test_metadata(document: Document) -> None:
    parsed = read(document.id)
    assert parsed.report.document == document
    assert parsed.uncertain == ()


def test_paragraphs_cut_by_page_breaks_are_whole() -> None:
    cleaned = clean(raw("youyang-2023"))
    assert "政府内部建立班子（扩大）会议、党员大会" in cleaned
    assert "实现干部逢提必考" in cleaned
    assert "实施“双倍增”行动计划，培育科技型企业" in cleaned
    assert "落实公开事项“三级审核”制度" in cleaned
    assert "常态化推进扫黑除恶" in cleaned
    assert "花田乡何家岩村入选全国巩固拓展脱贫攻坚成果" in cleaned
    # Two title lines, the introduction, eleven headings, two bodies, two lines of signature.
    assert len(cleaned.split("\n")) == 18


def test_opening_keeps_what_stands_before_the_text() -> None:
    opening = read("wulong-2020").report.sections[0].text.split("\n")
    assert opening[:2] == [
        "（来文单位：武隆区府）",
        "武隆府文〔2021〕1号                签发人：卢  红",
    ]
    assert opening[2:5] == [
        "重庆市武隆区人民政府",
        "关于2020年度法治政府建设情况的报告",
        "市政府：",
    ]
    assert opening[5].endswith("现将有关情况报告如下。")
    assert len(opening) == 6


def test_signature_stays_in_the_last_section() -> None:
    last = read("wulong-2020").report.sections[-1].text.split("\n")
    assert last[-4:] == [
        "重庆市武隆区人民政府",
        "2021年1月15日",
        "（联系人：殷加强；联系电话：13908257027）",
        "重庆市武隆区人民政府办公室            2021年1月15日印发",
    ]


def test_enumerations_are_text() -> None:
    text = body("nanan-2023", "（二）坚持依法用权，推动决策程序科学规范")
    assert [line[:4] for line in text.split("\n")] == ["一是严把", "二是严格", "三是严抓"]
    assert len(body("wulong-2020", "三、下一步主要工作安排").split("\n")) == 9


def test_body_of_a_run_in_heading() -> None:
    assert body("kaizhou-2024", "(一)深化理论武装。").startswith("严格落实“第一议题”制度,")
    assert body("kaizhou-2024", "(三)全面推广应用普及。").split("\n")[1].startswith("2024年开州区")
    assert body("nanan-2023", "五、其他需要报告的情况") == "无。"
    assert body("wulong-2020", "一、2020年度法治政府建设工作成效") == ""
