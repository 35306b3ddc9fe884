"""``settings``: the same items as on the page, and errors that say what would be right."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.cli import settings
from kling_desktop.cli.main import main
from kling_desktop.cli.parser import parse
from kling_desktop.domain.settings.table import ITEMS
from kling_desktop.paths import places
from kling_desktop.storage.budgets import BudgetFile
from kling_desktop.storage.steering import SteeringFile
from kling_desktop.tuning import settings_file

if TYPE_CHECKING:
    from tests.helpers.guards import LogGuard

Said = pytest.CaptureFixture[str]


def run(*words: str) -> int:
    return asyncio.run(settings.run(parse(("--sandbox", "settings", *words))))


def shown(capsys: Said, *words: str) -> Any:
    assert run(*words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_the_list_has_every_item_with_its_value_and_what_is_allowed(capsys: Said) -> None:
    found = shown(capsys)
    assert [each["key"] for each in found["items"]] == [each.key for each in ITEMS]
    assert all(each["is_default"] and each["allowed"] and each["help"] for each in found["items"])
    assert run() == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["ITEM", *(each.key for each in ITEMS)]


def test_the_list_can_be_searched(capsys: Said) -> None:
    assert [each["key"] for each in shown(capsys, "list", "proxy", "company")["items"]] == [
        "network.proxy"
    ]
    assert run("list", "zebra") == 0
    assert "Nothing among the settings" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("appearance.theme", "Dark", "dark"),
        ("appearance.scale", "120%", "120"),
        ("files.name", "{prompt} {id}", "{prompt} {id}"),
        ("privacy.metadata", "off", "no"),
        ("network.proxy", "direct", "direct"),
        ("sandbox.weather", "train", "train"),
        ("jobs.limit", "3", "3"),
        ("budget.day", "$2.50", "2.50"),
    ],
)
def test_what_is_set_is_shown_and_reset(key: str, text: str, told: str, capsys: Said) -> None:
    assert run("set", key, text) == 0
    capsys.readouterr()
    assert run("get", key) == 0
    assert capsys.readouterr().out == f"{told}\n"
    assert shown(capsys, "reset", key)["is_default"]


def test_there_is_one_truth_about_the_limit_and_the_budgets(capsys: Said) -> None:
    SteeringFile(places().steering).change("sandbox", limit=7)
    assert shown(capsys, "get", "jobs.limit")["value"] == "7"
    run("set", "jobs.limit", "4")
    run("set", "budget.job", "1")
    assert SteeringFile(places().steering).load("sandbox").limit == 4
    assert BudgetFile(places().budgets).load("sandbox").job == Decimal(1)
    assert not places().settings.exists()


def test_reset_all_leaves_money_and_line_alone(capsys: Said) -> None:
    for key, text in (("appearance.theme", "dark"), ("budget.day", "5"), ("jobs.limit", "2")):
        run("set", key, text)
    assert run("reset", "all") == 0
    assert "budgets" in capsys.readouterr().err
    values = {each["key"]: each["is_default"] for each in shown(capsys)["items"]}
    assert [key for key, usual in values.items() if not usual] == ["jobs.limit", "budget.day"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("get apperance.theme", "appearance.theme"),
        ("set appearance.theme purple", "must be system, light or dark"),
        ("set appearance.scale 300", "from 80 to 200"),
        ("set appearance.theme", "takes an item and a value"),
        ("get", "takes one item"),
        ("reset", "takes items, or all"),
        ("set keys.api id:secret", "use `kling-desktop key`"),
        ("reset keys.shortcuts", "is set in the window"),
        ("set files.clips clips", "whole path"),
        ("set sandbox.weather /nowhere/sky.json", "cannot be read"),
    ],
)
def test_a_mistake_is_named_and_changes_nothing(line: str, complaint: str, capsys: Said) -> None:
    assert main(("settings", *line.split())) == 2
    said = capsys.readouterr()
    assert complaint in said.err
    assert not places().settings.exists()


def test_a_damaged_file_is_set_aside_and_said(capsys: Said, expected_log: LogGuard) -> None:
    expected_log("settings are damaged")
    path = settings_file(places()).path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{")
    assert run("set", "appearance.theme", "dark") == 0
    assert "settings.damaged.json" in capsys.readouterr().err
    assert path.with_name("settings.damaged.json").read_text() == "{"


def test_a_newer_file_is_left_alone(capsys: Said) -> None:
    path = settings_file(places()).path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"version": 99}')
    assert main(("settings", "set", "appearance.theme", "dark")) == 2
    assert "newer version" in capsys.readouterr().err
    assert path.read_text() == '{"version": 99}'
