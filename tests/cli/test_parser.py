"""The words of the command line are a contract (``design.md`` §3)."""

from __future__ import annotations

import shlex
from datetime import date
from pathlib import Path

import pytest

from kling_desktop.cli.parser import COMMANDS, BadUsage, build_parser, parse

LINES: dict[str, dict[str, object]] = {
    "models": {"command": "models", "json": False, "refresh": False, "shipped": False},
    "models --refresh --json": {"refresh": True, "json": True},
    "models --shipped": {"shipped": True},
    "--sandbox models --refresh": {"wish": "sandbox", "refresh": True},
    "models --json": {"json": True},
    "generate E": {"endpoint": "E", "settings": [], "images": [], "dry_run": False, "json": False},
    "batch a.csv E": {"endpoint": "E", "prompts": [], "yes": False, "limit": None},
    "batch a E --prompt x --prompt y --limit 3 --yes": {"prompts": ["x", "y"], "limit": 3},
    "batch a E --watch --json": {"watch": True, "json": True},
    "generate E --input in.json": {"input": "in.json"},
    "generate E --input -": {"input": "-"},
    "generate E --set a=1 --set 'b=2 3'": {"settings": ["a=1", "b=2 3"]},
    "generate E --image a.png --image b.png": {"images": ["a.png", "b.png"]},
    "generate E --dry-run --json": {"dry_run": True, "json": True},
    "generate E --sandbox": {"wish": "sandbox"},
    "generate E --live": {"wish": "live"},
    "--sandbox generate E": {"wish": "sandbox"},
    "generate E --profile '  my   work '": {"profile": "my work"},
    "--live jobs resume": {"wish": "live"},
    "--profile work generate E": {"command": "generate", "profile": "work", "endpoint": "E"},
    "--profile=work --sandbox jobs": {"command": "jobs", "profile": "work", "wish": "sandbox"},
    "--profile jobs models": {"command": "models", "profile": "jobs"},
    "jobs": {"action": None, "json": False, "limit": None},
    "jobs --json --limit 5": {"json": True, "limit": 5},
    "jobs show abc": {"action": "show", "job_id": "abc", "json": False},
    "jobs show abc --json": {"json": True},
    "jobs --json show abc": {"json": True},
    "jobs resume": {"action": "resume"},
    "jobs cancel abc": {"action": "cancel", "job_id": "abc"},
    "jobs rescue r-1 --endpoint E": {"what": "r-1", "endpoint": "E"},
    "jobs rescue r-1": {"what": "r-1", "endpoint": None},
    "jobs scan --endpoint E --endpoint F": {"endpoints": ["E", "F"], "rescue": False},
    "jobs look abc --json": {"action": "look", "job_id": "abc", "json": True},
    "jobs again abc": {"action": "again", "job_id": "abc", "yes": False, "json": False},
    "jobs again abc --yes": {"yes": True},
    "jobs release abc": {"action": "release", "job_id": "abc", "over_budget": False},
    "jobs release abc --over-budget --json": {"over_budget": True, "json": True},
    "jobs report": {"by": "day", "since": None, "until": None, "csv": False, "json": False},
    "jobs report --by project --since 2026-11-01 --until 2026-11-30 --csv": {
        "by": "project",
        "since": date(2026, 11, 1),
        "until": date(2026, 11, 30),
        "csv": True,
    },
    "jobs doubtful --json": {"action": "doubtful", "json": True, "csv": False},
    "jobs bill": {"action": "bill"},
    "generate E --label film": {"label": "film"},
    "budget": {"action": "show", "words": [], "json": False},
    "budget set day=5 project:film=20": {"action": "set", "words": ["day=5", "project:film=20"]},
    "settings": {"action": "list", "words": [], "json": False},
    "settings set files.name '{id} x' --json": {
        "action": "set",
        "words": ["files.name", "{id} x"],
        "json": True,
    },
    "budget clear day --json": {"action": "clear", "words": ["day"], "json": True},
    "sandbox": {"port": 0, "key": None, "speed": 1.0},
    "sandbox --port 8080 --key a:b --speed 100": {"port": 8080, "key": "a:b", "speed": 100.0},
    "sandbox --weather storm.json": {"command": "sandbox"},
    "key set": {"action": "set"},
    "key forget": {"action": "forget"},
    "key status --json": {"action": "status", "json": True},
    "preview a.klproj -o a.gif": {"project": Path("a.klproj"), "out": Path("a.gif"), "seconds": 5},
    "preview a.klproj --out a.mp4 --seconds 10 --json": {"seconds": 10, "json": True},
    "check a.mp4 --project a.klproj": {"clip": Path("a.mp4"), "project": Path("a.klproj")},
    "check a.mp4 --project a.klproj --json": {"json": True},
    "calibrate": {"endpoint": "", "yes": False, "forget": False, "json": False},
    "calibrate --endpoint E --yes --json": {"endpoint": "E", "yes": True, "json": True},
    "calibrate --forget": {"forget": True, "yes": False},
    "generate E --project a.klproj --draft-first": {"draft_first": True},
    "jobs promote abc": {"action": "promote", "job_id": "abc", "endpoint": "", "yes": False},
    "jobs promote abc --endpoint E --yes --json": {"endpoint": "E", "yes": True, "json": True},
    "doctor": {"command": "doctor", "json": False},
    "doctor --json": {"json": True},
}

INTERNAL = {"media-probe", "brush-check"}


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_understood(line: str) -> None:
    found = vars(build_parser().parse_args(shlex.split(line)))
    assert {name: found[name] for name in LINES[line]} == LINES[line]


@pytest.mark.parametrize(
    "line",
    ["", "dance", "generate", "jobs show", "jobs rescue", "jobs scan --since x",
     "jobs scan --since 91d", "key", "key show", "--sandbox --live",
     "models --colour", "preview a.klproj", "preview a.klproj -o a.mp4 --seconds 7", "check a.mp4",
     "calibrate --yes --forget", "jobs promote",
     "jobs scan --since 0001-01-01", "jobs scan --since 9999-12-31",
     "jobs report --since 0001-01-01", "jobs report --until 9999-12-31",
     "sandbox --credit much", "sandbox --credit nan", "sandbox --credit -1",
     "sandbox --credit Infinity", "jobs --limit many", "jobs --limit 0", "jobs --js"],
)  # fmt: skip
def test_a_line_that_makes_no_sense_is_bad_usage(
    line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        build_parser().parse_args(shlex.split(line))
    assert caught.value.code == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("jbos", "no such command or file: 'jbos'; did you mean jobs?"),
        (
            "--live frobnicate --json",
            "check, calibrate, jobs, budget, settings, sandbox, key, doctor",
        ),
        ("--json", "unrecognized arguments: --json"),
        ("--colour models", "unrecognized arguments: --colour"),
        ("", "the following arguments are required: COMMAND"),
        ("jobs --limit 0", "argument --limit: must be 1 or more"),
        ("jobs --profile ../x", "argument --profile: must be a name of at most 40 letters"),
        ("--profile", "key use --profile NAME"),
        ("--profile work", "key use --profile NAME"),
        ("--profile work jbos", "no such command or file: 'jbos'; did you mean jobs?"),
        ("--profile work --sandbox jobs", "--profile: not allowed with --sandbox"),
        ("jobs --sandbox --profile work", "--profile: not allowed with --sandbox"),
    ],
)
def test_a_mistake_is_named(line: str, complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(BadUsage) as caught:
        parse(line.split())
    assert complaint in caught.value.message
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize(
    "line",
    ["--profile work jobs", "--profile=work jobs", "--live --profile work jobs",
     "--profile work --live jobs", "jobs --profile work", "jobs --live --profile=work"],
)  # fmt: skip
def test_a_profile_is_named_before_the_command_or_after_it(line: str) -> None:
    found = parse(line.split())
    assert (found.command, found.profile) == ("jobs", "work")


def test_every_command_is_known_to_the_way_in() -> None:
    tried = {line.split()[0] for line in LINES if not line.startswith("-")}
    assert tried == set(COMMANDS) - INTERNAL


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - INTERNAL))
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        build_parser().parse_args([command, "--help"])
    assert caught.value.code == 0
    assert command in capsys.readouterr().out


def test_there_is_no_way_to_put_a_key_on_the_line() -> None:
    """Other users of the computer could read it there."""
    with pytest.raises(SystemExit):
        build_parser().parse_args(["key", "set", "id:secret"])


def test_every_json_option_says_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ("models", "generate", "jobs", "jobs show", "settings", "doctor"):
        with pytest.raises(SystemExit):
            parse([*words.split(), "--help"])
        assert "one JSON document" in " ".join(capsys.readouterr().out.split()), words
