"""The OpenAPI document is valid, complete, and what the API really answers."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from search_service.api import create_app
from search_service.api.problems import documented
from search_service.config import SETTINGS
from tests.api.conftest import KEY, settings_for
from tests.api.server import ROOT
from tests.api.test_http import OPERATING, PROBLEMS, READS


@pytest.fixture(scope="module")
def spec(index) -> dict:
    client = create_app(settings_for(index, admin_key=KEY)).test_client()
    return client.get("/openapi.json").json


def operations(spec: dict) -> list[tuple[str, str, dict]]:
    return [
        (path, method, item[method])
        for path, item in spec["paths"].items()
        for method in ("get", "put", "delete")
        if method in item
    ]


def operation_of(spec: dict, path: str) -> dict:
    for template, method, operation in operations(spec):
        pattern = re.sub(r"\{[a-z_]+\}", "[^/]+", template)
        if method == "get" and re.fullmatch(pattern, path.partition("?")[0]):
            return operation
    raise AssertionError(path)


def check(spec: dict, schema: dict, value: object) -> None:
    registry = Registry().with_resource("spec:", Resource(spec, DRAFT202012))
    text = json.dumps(schema).replace('"#/', '"spec:#/')
    Draft202012Validator(json.loads(text), registry=registry).validate(value)


def test_it_is_openapi_3_1_with_everything_named(spec: dict) -> None:
    assert spec["openapi"].startswith("3.1")
    ids = [operation["operationId"] for _, _, operation in operations(spec)]
    assert len(ids) == len(set(ids)) == 16
    for path, method, operation in operations(spec):
        assert operation["summary"], (method, path)
        for parameter in operation.get("parameters", []):
            assert parameter["description"], (path, parameter["name"])
    for name, schema in spec["components"]["schemas"].items():
        for field, value in schema["properties"].items():
            if name not in ("DocumentBody", "SectionBody", "FileBody"):
                assert value.get("description"), (name, field)


def test_every_reference_leads_somewhere(spec: dict) -> None:
    for reference in re.findall(r'"\$ref":\s*"#/([^"]+)"', json.dumps(spec)):
        found = spec
        for part in reference.split("/"):
            found = found[part]
        assert found


def test_every_schema_is_used(spec: dict) -> None:
    used = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(spec)))
    assert used == set(spec["components"]["schemas"])


@pytest.mark.parametrize("path", [*READS, *OPERATING])
def test_answers_are_valid_against_the_published_schema(
    client: FlaskClient, spec: dict, path: str
) -> None:
    response = client.get(path)
    documented = operation_of(spec, path)["responses"][str(response.status_code)]
    kind = response.content_type.partition(";")[0]
    assert kind in documented["content"]
    assert ("ETag" in response.headers) == ("ETag" in documented.get("headers", {}))
    if kind == "application/json" and path != "/openapi.json":
        check(spec, documented["content"][kind]["schema"], response.json)


@pytest.mark.parametrize(
    "query",
    ["q=", "q=法治&per_page=100", "q=没有 这句话", "district=未知", "q=(a OR b) -c&year=..2022"],
)
def test_searches_are_valid_against_the_published_schema(
    client: FlaskClient, spec: dict, query: str
) -> None:
    response = client.get(f"/api/v1/search?{query}")
    check(spec, {"$ref": "#/components/schemas/SearchAnswer"}, response.json)


@pytest.mark.parametrize(("path", "status"), [(path, status) for path, status, _ in PROBLEMS[1:]])
def test_problems_are_valid_and_documented(
    client: FlaskClient, spec: dict, path: str, status: int
) -> None:
    assert str(status) in operation_of(spec, path)["responses"]
    check(spec, {"$ref": "#/components/schemas/Problem"}, client.get(path).json)


def test_limits_are_stated(index) -> None:
    client = create_app(settings_for(index, max_query_length="99")).test_client()
    spec = client.get("/openapi.json").json
    parameters = spec["paths"]["/api/v1/search"]["get"]["parameters"]
    (q,) = (p for p in parameters if p["name"] == "q")
    assert q["schema"]["maxLength"] == 99


def test_documents_mention_every_endpoint_parameter_and_problem(spec: dict) -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    for path, method, operation in operations(spec):
        assert f"`{method.upper()} {path}`" in text, (method, path)
        for parameter in operation.get("parameters", []):
            assert f"`{parameter['name']}`" in text, parameter["name"]
    for response in spec["components"]["responses"].values():
        code = response["content"]["application/problem+json"]["example"]["code"]
        assert f"`{code}`" in text, code


def test_settings_are_all_documented() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else ""
        assert f"| `{setting.name}` | {default} | {setting.help} |\n" in text, setting.name


def test_every_problem_is_documented_as_it_is_described() -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    for code, status, detail in documented():
        assert f"| `{code}` | {status} | {detail} |\n" in text, code


def test_the_page_says_what_can_be_sent_and_its_links_lead_somewhere(index) -> None:
    client = create_app(settings_for(index, admin_key=KEY)).test_client()
    page = client.get("/docs").text
    for kind, schema in (("application/json", "DocumentBody"), ("multipart/form-data", "FileBody")):
        assert f'<code>{kind}</code> (<a href="#schema-{schema}">' in page
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))
    for address in re.findall(r'(?:href|src)="([^"#]+)"', page):
        with client.get(f"/{address}") as response:
            assert response.status_code == 200, address


def test_refusals_for_now_are_documented_with_when_to_try_again(spec: dict) -> None:
    responses = spec["components"]["responses"]
    timed = {
        name for name, answer in responses.items() if "Retry-After" in answer.get("headers", {})
    }
    assert timed == {"Problem429", "Problem503", "Problem507"}
