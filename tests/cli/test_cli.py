"""Commands as a user runs them: output, exit status, one-line errors."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest

from search_service import build_index
from search_service.api import create_app
from search_service.cli import cli, main
from search_service.config import SETTINGS, load
from search_service.terminal import width

ROOT = Path(__file__).parents[2]
COMMANDS = ["serve", "index", "search", "documents", "check", "export", "backup", "restore"]


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


class Command(Protocol):
    def __call__(self, *arguments: str, **environment: str) -> Done: ...


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command line in this process, in the project's folder."""
    monkeypatch.chdir(ROOT)
    for name in list(os.environ):
        if name.startswith("SEARCH_SERVICE_"):
            monkeypatch.delenv(name)

    def run(*arguments: str, **environment: str) -> Done:
        with monkeypatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            status = main(list(arguments))
        sys.stdout.flush()
        printed = capfd.readouterr()
        return Done(status, printed.out, printed.err)

    return run


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("cli") / "index"
    build_index([ROOT / "seeds"], place)
    return str(place)


def test_index_ends_with_a_table_and_skips_what_is_unchanged(
    command: Command, tmp_path: Path
) -> None:
    place = str(tmp_path / "index")
    first = command("index", "seeds", "--index-dir", place)
    lines = first.stdout.splitlines()
    assert lines[0].split() == ["source", "district", "town", "year", "date", "number"]
    assert "nanan-tushan-2023.txt" in first.stdout
    assert lines[-2] == "5 read (0 uncertain), 0 unchanged, 0 refused"
    years = [re.search(r"  (20[0-9]{2})\b", line) for line in lines[1:6]]
    assert len({width(found.string[: found.start(1)]) for found in years if found}) == 1
    second = command("index", "seeds", "--index-dir", place)
    assert second.stdout.splitlines()[0] == "0 read (0 uncertain), 5 unchanged, 0 refused"
    assert first.stderr == second.stderr == ""


def test_refusals_are_named_and_set_the_status(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "empty.txt").write_text("")
    (folder / "noise.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "plain.txt").write_text("没有地区也没有年份的一段话。", encoding="utf-8")
    place = str(tmp_path / "index")
    done = command("index", str(folder), "no-such-folder", "--index-dir", place)
    assert done.returncode == 1
    for name in ("empty.txt", "noise.txt", "no-such-folder"):
        assert f"refused: {name}" in done.stdout
    assert "1 read (1 uncertain), 0 unchanged, 3 refused" in done.stdout
    (folder / "empty.txt").unlink()
    (folder / "noise.txt").unlink()
    assert command("index", str(folder), "--index-dir", place).returncode == 0
    strict = command("index", str(folder), "--index-dir", place, "--strict", "--rebuild")
    assert strict.returncode == 1


def test_what_is_uncertain_is_named_with_its_value_if_it_has_one(
    command: Command, tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_text("随手记的几句话。", encoding="utf-8")
    done = command("index", str(tmp_path), "--index-dir", str(tmp_path / "index"))
    assert "uncertain: note.txt: district: the text does not say" in done.stdout
    assert " :" not in done.stdout


def test_index_as_json(command: Command, tmp_path: Path) -> None:
    done = command("index", "seeds", "--index-dir", str(tmp_path / "index"), "--json")
    report = json.loads(done.stdout)
    assert [entry["id"] for entry in report["read"]][1] == "nanan-2023"
    assert report["index"]["documents"] == 5
    assert report["refused"] == []


def test_search_prints_passages_for_eighty_columns(command: Command, index: str) -> None:
    done = command("search", "枫桥经验", "--index-dir", index)
    assert done.returncode == 0
    assert done.stdout.startswith("3 节，其中 3 节逐字相同\n")
    assert max(map(width, done.stdout.splitlines())) <= 80
    assert "\x1b" not in done.stdout
    filtered = command("search", "枫桥经验", "--district", "南岸区", "--index-dir", index)
    assert filtered.stdout.startswith("1 节")


def test_search_as_json_is_the_answer_of_the_api(command: Command, index: str) -> None:
    done = command("search", "枫桥经验", "--year", "2023", "--json", "--index-dir", index)
    answer = json.loads(done.stdout)
    assert answer["total"] == 2
    assert answer["query"]["filters"]["year"] == ["2023"]


def api(index: str, path: str) -> Any:
    """Return what the API answers over the same index, but for the time that it took."""
    settings = replace(load(), index_dir=Path(index))
    answer = create_app(settings).test_client().get(f"/api/v1/{path}").json
    return timeless(answer)


def timeless(answer: Any) -> Any:
    return {name: value for name, value in answer.items() if name != "took_ms"}


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (("search", "行政复议", "--sort=-year", "--page=2"), "?q=行政复议&sort=-year&page=2"),
        (("search", "枫桥经念"), "?q=枫桥经念"),
        (("search", "枫桥经念", "--no-synonyms"), "?q=枫桥经念&synonyms=false"),
        (("documents", "--year=2023", "--per-page=2"), "?year=2023&per_page=2"),
    ],
)
def test_json_is_what_the_api_answers(
    command: Command, index: str, arguments: tuple[str, ...], path: str
) -> None:
    done = command(*arguments, "--json", "--index-dir", index)
    assert timeless(json.loads(done.stdout)) == api(index, arguments[0] + path)


@pytest.mark.parametrize("excluded", ["-行政", "-“行政”", "-(行政 法治)", "－行政", "-2023"])
def test_a_chunk_is_excluded_as_on_the_page(command: Command, index: str, excluded: str) -> None:
    done = command("search", "执法", excluded, "--json", "--per-page=1", "--index-dir", index)
    assert done.returncode == 0, done.stderr
    assert timeless(json.loads(done.stdout)) == api(index, f"search?q=执法 {excluded}&per_page=1")
    assert json.loads(done.stdout)["query"]["chunks"][-1]["exclude"]
    written = command("export", "执法", excluded, "--format=jsonl", "--index-dir", index)
    assert len(written.stdout.splitlines()) == json.loads(done.stdout)["total"]


def test_synonyms_can_be_switched_off(command: Command, index: str) -> None:
    asked = ("search", "枫桥经念", "--json", "--index-dir", index)
    assert json.loads(command(*asked).stdout)["query"]["synonyms"] != []
    assert json.loads(command(*asked, "--no-synonyms").stdout)["query"]["synonyms"] == []
    written = ("export", "枫桥经念", "--index-dir", index)
    assert len(command(*written).stdout) > len(command(*written, "--no-synonyms").stdout)


def on_a_terminal(*arguments: str, **environment: str) -> str:
    """Run a command whose output is a terminal and return what that shows."""
    main, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "search_service.cli", *arguments],
        env={**os.environ, "TERM": "xterm", "PYTHONUTF8": "1", "COLUMNS": "80", **environment},
        cwd=ROOT,
        stdout=other,
        stderr=other,
    )
    os.close(other)
    shown = b""
    while chunk := _read(main):
        shown += chunk
    os.close(main)
    process.wait(60)
    return shown.decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # what Linux says when the other end is closed
        return b""


def test_colours_only_on_a_terminal_that_wants_them(index: str) -> None:
    arguments = ("search", "枫桥经验", "--index-dir", index)
    assert "\x1b[1;31m枫桥经验\x1b[0m" in on_a_terminal(*arguments)
    assert "\x1b" not in on_a_terminal(*arguments, NO_COLOR="1")
    assert "\x1b" not in on_a_terminal(*arguments, TERM="dumb")


def test_progress_is_shown_on_a_terminal_and_removed(tmp_path: Path) -> None:
    shown = on_a_terminal("index", "seeds", "--index-dir", str(tmp_path / "index"))
    assert "\r\x1b[K1 " in shown
    assert "5 read" in shown


def test_a_terminal_that_cannot_erase_shows_no_progress(tmp_path: Path) -> None:
    shown = on_a_terminal("index", "seeds", "--index-dir", str(tmp_path / "index"), TERM="dumb")
    assert "\x1b" not in shown
    assert "5 read" in shown


def test_documents_lists_what_is_held(command: Command, index: str) -> None:
    done = command("documents", "--index-dir", index)
    assert len(done.stdout.splitlines()) == 6
    listed = json.loads(command("documents", "--json", "--index-dir", index).stdout)
    assert listed["documents"][0]["id"] == "kaizhou-2024"


def test_export_writes_a_file_only_when_it_is_whole(
    command: Command, index: str, tmp_path: Path
) -> None:
    target = tmp_path / "hits.csv"
    done = command("export", "行政复议", "--output", str(target), "--index-dir", index)
    assert (done.returncode, done.stdout) == (0, "")
    rows = list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8-sig"), newline="")))
    assert rows
    assert [path.name for path in tmp_path.iterdir()] == ["hits.csv"]
    piped = command("export", "行政复议", "--format", "jsonl", "--index-dir", index)
    assert len(piped.stdout.splitlines()) == len(rows)


def test_export_leaves_what_stands_at_its_place_what_it_is(
    command: Command, index: str, tmp_path: Path
) -> None:
    kept, link, pipe = tmp_path / "kept.csv", tmp_path / "link.csv", tmp_path / "pipe"
    kept.write_text("old", encoding="utf-8")
    kept.chmod(0o600)
    link.symlink_to(kept)
    os.mkfifo(pipe)
    arguments = ("export", "行政复议", "--index-dir", index, "--output")
    assert command(*arguments, str(link)).returncode == 0
    assert link.is_symlink()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(pipe.read_bytes)
        assert command(*arguments, str(pipe)).returncode == 0
        assert read.result() == kept.read_bytes() != b"old"
    assert pipe.is_fifo()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.csv", "link.csv", "pipe"]


def test_texts_of_documents_cannot_steer_a_terminal_or_forge_lines(
    command: Command, tmp_path: Path
) -> None:
    source, place = tmp_path / "x.jsonl", str(tmp_path / "index")
    hostile = "甲区2023年\x1b]0;owned\x07报告\n9 read"
    document = {"id": "x", "title": hostile, "district": hostile, "year": 2023, "source": hostile}
    content = {**document, "sections": [{"heading": hostile, "path": [], "text": "法治"}]}
    source.write_text(json.dumps(content), encoding="utf-8")
    shown = command("index", str(source), "--index-dir", place).stdout
    shown += command("documents", "--index-dir", place).stdout
    shown += command("search", "法治", "--index-dir", place).stdout
    shown += command("index", str(tmp_path / "no\n9 read\x1b[2J"), "--index-dir", place).stdout
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert [line for line in shown.splitlines() if line.strip() == "9 read"] == []


@pytest.mark.parametrize("asked", ["search 法治", "export 法治", "documents"])
def test_a_closed_output_is_no_fault(index: str, asked: str) -> None:
    line = f"'{sys.executable}' -m search_service.cli {asked} --index-dir '{index}' >&-"
    done = subprocess.run(line, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_check_tells_whole_from_different(command: Command, index: str, tmp_path: Path) -> None:
    assert command("check", "--index-dir", index).returncode == 0
    same = command("check", "seeds", "--index-dir", index)
    assert (same.returncode, "agrees with the sources" in same.stdout) == (0, True)
    (tmp_path / "nanan-2023.txt").write_text("重庆市南岸区2023年报告\n改过了。", encoding="utf-8")
    other = command("check", str(tmp_path), "--json", "--index-dir", index)
    assert other.returncode == 1
    assert json.loads(other.stdout)["sources"]["changed"] == ["nanan-2023"]


def test_a_backup_is_restored_and_repairs(command: Command, index: str, tmp_path: Path) -> None:
    kept, place = str(tmp_path / "kept"), str(tmp_path / "index")
    assert "5 documents" in command("backup", kept, "--index-dir", index).stdout
    again = command("backup", kept, "--index-dir", index)
    assert (again.returncode, len(again.stderr.splitlines())) == (2, 1)
    assert "5 documents" in command("restore", kept, "--index-dir", place).stdout
    assert command("check", "seeds", "--deep", "--index-dir", place).returncode == 0
    for segment in Path(place).glob("segment-*"):
        segment.write_bytes(segment.read_bytes()[:-100] + bytes(100))
    damaged = command("check", "--index-dir", place)
    assert (damaged.returncode, len(damaged.stderr.splitlines())) == (1, 1)
    assert "checksum" in damaged.stderr
    assert command("index", "seeds", "--rebuild", "--index-dir", place).returncode == 0
    assert command("check", "seeds", "--deep", "--index-dir", place).returncode == 0
    assert command("restore", str(tmp_path), "--index-dir", place).returncode == 1


ERRORS = [
    (("search", "x", "--index-dir", "no-such-index"), 1, "no index"),
    (("search", "x", "--year", "soon"), 2, "year"),
    (("search", "长" * 300), 2, "at most 256"),
    (("search", "\udcc8\udcab", "--json"), 2, "UTF-8"),
    (("documents", "--district", "\udcc8", "--json"), 2, "UTF-8"),
    (("serve", "--sources", "absent", "--index-dir", "no-such-index"), 2, "SOURCES: absent"),
    (("serve", "--port", "many"), 2, "--port"),
    (("serve", "--user-dictionary", "absent.txt"), 2, "USER_DICTIONARY"),
    (("export", "x", "--output", "/no/such/folder/x.csv"), 1, "No such file"),
    (("search", "x", "--colour"), 2, "--colour"),
    (("search", "x", "--mode", "exact"), 2, "'auto', 'literal', 'words'"),
    (("documents", "--page", "first"), 2, "--page"),
    (("export", "x", "--output"), 2, "--output"),
    (("sreach", "x"), 2, "sreach"),
]


@pytest.mark.parametrize(("arguments", "status", "said"), ERRORS)
def test_errors_are_one_line(
    command: Command, index: str, arguments: tuple[str, ...], status: int, said: str
) -> None:
    done = command(*arguments, SEARCH_SERVICE_INDEX_DIR=index)
    assert done.returncode == status, done.stderr
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("search-service: ")


def test_unknown_settings_in_the_environment_stop_the_start(command: Command, index: str) -> None:
    done = command("search", "x", SEARCH_SERVICE_INDXE_DIR=index)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "SEARCH_SERVICE_INDXE_DIR" in done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_complete_with_examples(command: Command, name: str) -> None:
    done = command(name, "--help")
    assert done.returncode == 0
    assert f"search-service {name}" in done.stdout.partition("Examples:")[2]
    for option in cli.commands[name].params:
        if option.param_type_name == "option":
            assert getattr(option, "help", None), (name, option.name)
    for setting in SETTINGS:
        assert setting.option not in done.stdout or not setting.secret


def test_the_list_of_commands_is_not_cut_short(command: Command) -> None:
    shown = command("--help", COLUMNS="80").stdout
    assert all(re.search(rf"^  {name} +[A-Z]", shown, re.MULTILINE) for name in COMMANDS)
    assert "..." not in shown.partition("Commands:")[2]


def test_commands_are_those_of_the_documentation(command: Command) -> None:
    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    assert sorted(cli.commands) == sorted(COMMANDS)
    for name in COMMANDS:
        assert command(name, "--help", COLUMNS="100").stdout.strip() in text, name


def in_gbk(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command as on a terminal that is set to GBK."""
    return subprocess.run(
        [sys.executable, "-m", "search_service", *arguments],
        env={**os.environ, "PYTHONIOENCODING": "gbk"},
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )


def test_a_terminal_set_to_gbk_shows_what_it_can(index: str) -> None:
    done = in_gbk("search", "枫桥经验", "--index-dir", index)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("gbk").startswith("3 节，其中 3 节逐字相同\n")


@pytest.mark.parametrize("arguments", [("search", "枫桥经验"), ("documents",), ("check", "seeds")])
def test_json_is_utf8_whatever_the_terminal(index: str, arguments: tuple[str, ...]) -> None:
    done = in_gbk(*arguments, "--json", "--index-dir", index)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.decode("utf-8"))


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "search_service", "nothing"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr[:15]) == (2, "search-service:")


def test_a_reader_that_leaves_early_is_no_error(index: str) -> None:
    done = subprocess.run(
        f"'{sys.executable}' -m search_service.cli export --index-dir '{index}' | head -c 10",
        shell=True,
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert done.stderr == b""


@pytest.mark.parametrize("command", ["export", "search --per-page 100", "documents", "check"])
def test_a_reader_that_is_gone_ends_a_command_as_a_signal_would(index: str, command: str) -> None:
    program = f"'{sys.executable}' -m search_service.cli {command} --index-dir '{index}'"
    done = subprocess.run(
        ["bash", "-c", f"exec 3> >(exec true); sleep 0.5; {program} >&3; echo $? >&2"],
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert done.stderr == b"141\n"
