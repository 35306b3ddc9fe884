"""The list of jobs, as people read it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kling_desktop.cli.table import table
from kling_desktop.domain.jobs import JobId, JobState, Trouble
from tests.helpers.worlds import a_job


def _cells(**facts: Any) -> list[str]:
    _, line = table([a_job(**facts)])
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


def test_the_columns_have_names() -> None:
    (header,) = table([])
    assert header.split() == ["ID", "CREATED", "STATE", "BACKEND", "COST", "PROMPT"]


def test_long_names_do_not_break_the_columns() -> None:
    jobs = [
        a_job(backend="sandbox", id=JobId("a")),
        a_job(backend="https://a-very-long-name.of.a.server.example:8443", id=JobId("b")),
        a_job(backend="live", estimate_usd=Decimal("0.475"), id=JobId("c")),
    ]
    header, *lines = table(jobs)
    assert {line.index("the boat drifts") for line in lines} == {header.index("PROMPT")}
    assert "a-very-long-name.of.a..." in lines[1]


@pytest.mark.parametrize(
    ("facts", "cost"),
    [
        ({"backend": "sandbox"}, "free"),
        ({"estimate_usd": Decimal("0.475")}, "$0.475"),
        ({"estimate_usd": Decimal("0.475"), "cost_usd": Decimal("0.95")}, "$0.95"),
        ({}, "price unknown"),
        ({"state": JobState.FAILED, "trouble": Trouble("provider_failed", "", "no")}, "-"),
        (
            {"state": JobState.RUNNING, "trouble": Trouble("network_down", "", "no"),
             "estimate_usd": Decimal("0.475")},
            "$0.475",
        ),
    ],
)  # fmt: skip
def test_a_cost_is_what_the_user_pays(facts: dict[str, Any], cost: str) -> None:
    assert _cells(**facts)[4] == cost


def test_a_prompt_is_one_short_line_and_cannot_talk_to_the_terminal() -> None:
    prompt = "a boat\n\ton\x1b[2J the sea " + "and on " * 20
    (*_, shown) = _cells(params={"prompt": prompt})
    assert shown.startswith("a boat on [2J the sea")
    assert len(shown) == 50
