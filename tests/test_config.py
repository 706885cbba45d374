"""Every setting: its default, where it is read from, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_service.config import SETTINGS, Settings, load
from search_service.errors import ConfigError

KEY = "a-key-of-16-chars"


def test_defaults_are_valid_and_complete() -> None:
    settings = load({}, {})
    assert settings.index_dir == Path("index")
    assert settings.sources == (Path("seeds"),)
    assert {setting.attribute for setting in SETTINGS} == set(Settings.__dataclass_fields__)


def test_an_option_wins_over_the_environment_over_the_default() -> None:
    environment = {"SEARCH_SERVICE_PORT": "9000", "OTHER": "1"}
    assert load(environment, {}).port == 9000
    assert load(environment, {"port": "9001"}).port == 9001
    assert load(environment, {"port": None}).port == 9000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "x"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "８０"),
        ("PORT", " 80"),
        ("PORT", ""),
        ("HOST", ""),
        ("WORKERS", "0"),
        ("THREADS", "1"),
        ("ENGINE", "lucene"),
        ("INDEX_DIR", ""),
        ("INDEX_DIR", "a\0b"),
        ("SEARCH_DEADLINE", "0"),
        ("SEARCH_DEADLINE", "nan"),
        ("SEARCH_DEADLINE", "soon"),
        ("ADMIN_KEY", "with spaces in it all"),
        ("ADMIN_KEY", "非ASCII的一个密钥很长很长很长很长"),
        ("CORS_ORIGINS", "example.org"),
        ("CORS_ORIGINS", "https://a.example/path"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("RATE_LIMIT", "-1"),
        ("TRUSTED_PROXIES", "yes"),
        ("MAX_QUERY_LENGTH", "0"),
        ("CACHE_SIZE", "16MB"),
    ],
)
def test_invalid_values_are_named_in_one_line(name: str, value: str) -> None:
    variable = f"SEARCH_SERVICE_{name}"
    with pytest.raises(ConfigError) as caught:
        load({variable: value}, {})
    message = str(caught.value)
    assert message.startswith(f"{variable}: ")
    assert "\n" not in message
    assert "expected" in message
    with pytest.raises(ConfigError, match="--" + name.lower().replace("_", "-")):
        load({}, {name.lower(): value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_QUERY_LENGTH", 1),
        ("MAX_CHUNKS", 1),
        ("MAX_WINDOW", 10),
        ("MAX_BODY", 1),
        ("MAX_URL", 128),
        ("SEARCH_DEADLINE", 0.001),
    ],
)
def test_limits_may_be_small(name: str, value: float) -> None:
    assert getattr(load({f"SEARCH_SERVICE_{name}": str(value)}, {}), name.lower()) == value


def test_secrets_are_never_shown() -> None:
    with pytest.raises(ConfigError) as caught:
        load({"SEARCH_SERVICE_ADMIN_KEY": "secret one"}, {})
    assert "secret one" not in str(caught.value)
    assert KEY not in repr(load({"SEARCH_SERVICE_ADMIN_KEY": KEY}, {}))


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(ConfigError, match="SEARCH_SERVICE_PROT: there is no such setting"):
        load({"SEARCH_SERVICE_PROT": "1"}, {})


def test_lists_are_split() -> None:
    environment = {
        "SEARCH_SERVICE_SOURCES": "a:b",
        "SEARCH_SERVICE_CORS_ORIGINS": "https://a.example, http://b.example:8080",
    }
    settings = load(environment, {})
    assert settings.sources == (Path("a"), Path("b"))
    assert settings.cors_origins == ("https://a.example", "http://b.example:8080")
