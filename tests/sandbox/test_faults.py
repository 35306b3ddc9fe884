"""The page that explains the weather, the table of faults and what happens stay in step."""

from __future__ import annotations

import re
import subprocess
from importlib import resources

import pytest

from kling_desktop.sandbox.faults import EXCHANGES, PLACES, Fault, Stage, comes_first
from kling_desktop.sandbox.fouls import ON_THE_WIRE
from kling_desktop.sandbox.weather import Rule, parse_rules
from tests.sandbox.conftest import COMMAND

PAGE = resources.files("kling_desktop.sandbox").joinpath("WEATHER.md").read_text("utf-8")


def test_every_fault_and_every_stage_is_explained() -> None:
    named = set(re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE))
    words = set(re.findall(r"`(\w+)`", " ".join(named)))
    assert words >= {each.value for each in Fault} | {each.value for each in Stage}


def test_every_forecast_on_the_page_is_one() -> None:
    forecasts = re.findall(r"(?:^    .*\n)+", PAGE, re.MULTILINE)
    assert len(forecasts) == 4
    for each in forecasts:
        assert parse_rules(each.encode())


def test_every_fault_strikes_somewhere_and_those_of_answers_only_at_answers() -> None:
    assert all(PLACES[fault] for fault in Fault)
    assert all(PLACES[fault] <= EXCHANGES for fault in ON_THE_WIRE)


def test_a_refusal_never_follows_an_acceptance() -> None:
    assert {fault for fault in Fault if comes_first(fault)} == {
        *(Fault.BAD_REQUEST, Fault.UNAUTHORIZED, Fault.FORBIDDEN, Fault.LOCKED),
        *(Fault.NOT_FOUND, Fault.INVALID, Fault.RATE_LIMITED),
    }


def test_a_rule_for_a_stage_where_its_fault_cannot_strike_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot strike at accepted"):
        Rule(fault=Fault.RATE_LIMITED, stage=Stage.ACCEPTED)


def test_the_command_line_explains_the_weather() -> None:
    done = subprocess.run(
        [*COMMAND, "sandbox", "--faults"], capture_output=True, text=True, check=True
    )
    assert done.stdout == PAGE
