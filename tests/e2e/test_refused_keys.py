"""A wrong key, one without the scope, an account without credit: the right sentence, everywhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest

from kling_desktop import wiring
from kling_desktop.app import Program
from kling_desktop.domain.jobs import JobState
from kling_desktop.fal.backend import Backend
from kling_desktop.paths import own_command, places
from kling_desktop.sandbox.process import ensure_running
from kling_desktop.ui.key.dialog import KeyDialog
from tests.e2e.conftest import SMALL, TEXT
from tests.helpers.programs import program_on, running_program, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from kling_desktop.sandbox.process import Lease
    from tests.e2e.conftest import Kling

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]

STAGES = ("submit", "platform")
OTHER = "ffffffff-cccc-dddd:fedcba9876543210"


@dataclass(frozen=True)
class Case:
    """What a server does to a request, and what its user is to read."""

    weather: str
    """A fault of the sandbox; empty where the key itself is wrong."""
    code: str
    exit: int
    what: str
    todo: str
    tested: str
    """What the window about the key says of it, when it is tried there."""
    key: str = ""

    @property
    def sentences(self) -> tuple[str, str, str]:
        """What happened, what it means for money, what to do."""
        return self.what, "You are not charged for it.", self.todo


WRONG = "fal did not accept the API key."
CHECK = "Check the key in your fal dashboard."
CASES = {
    "unknown": Case("", "key_refused", 3, WRONG, CHECK, WRONG, key=OTHER),
    "revoked": Case("unauthorized", "key_refused", 3, WRONG, CHECK, WRONG),
    "no key": Case(
        "", "key_malformed", 3, "fal did not recognise the API key as one.",
        "Copy the whole key once more: two parts with a colon between them.",
        "This is not a key of fal", key="no-colon",
    ),
    "no scope": Case(
        "forbidden", "key_lacks_scope", 3, "The API key is not allowed to do this.",
        "Make a key with the scope for it in your fal dashboard.",
        "Make one with the scope “API” at fal.ai/dashboard/keys.",
    ),
    "no credit": Case(
        "locked", "account_locked", 4, "The fal account is locked or out of credit.",
        "Top up at fal.ai/dashboard/billing, then try again.",
        "The key is good, but the account is locked or out of credit.",
    ),
}  # fmt: skip


@pytest.fixture
async def fal(tmp_path: Path) -> AsyncIterator[Lease]:
    """Another server in the place of fal."""
    lease = await ensure_running(tmp_path / "fal", command=own_command(), options=SMALL.split())
    yield lease
    lease.release()


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, fal: Lease) -> Case:
    """One of them, with its weather over the server."""
    found = CASES[request.param]
    # Files go up with the same key, but text needs none; the account is asked about by *Test*.
    rules = [{"fault": found.weather, "stage": stage} for stage in STAGES if found.weather]
    key = {"Authorization": f"Key {fal.key}"}
    httpx.put(f"{fal.url}/sandbox/weather", json=rules, headers=key).raise_for_status()
    return found


async def test_a_command_says_it_in_words_and_in_its_exit_code(
    kling: Kling, fal: Lease, case: Case
) -> None:
    given = {"KLING_DESKTOP_BACKEND": fal.url, "FAL_KEY": case.key or fal.key}
    told = kling.run("generate", TEXT, "--set", "prompt=A boat", **given)
    assert told.returncode == case.exit
    last = told.stderr.strip().splitlines()[-1]
    for sentence in case.sentences:
        assert sentence in last
    done = kling.run("generate", TEXT, "--set", "prompt=A boat", "--json", **given)
    document = json.loads(done.stdout)
    assert (done.returncode, document["error"]["code"]) == (case.exit, case.code)
    for half in (case.key or fal.key).split(":"):
        assert half not in told.stderr + told.stdout + done.stderr + done.stdout


async def test_the_window_says_it_unasked_and_offers_what_helps(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, fal: Lease, case: Case
) -> None:
    monkeypatch.setenv("KLING_DESKTOP_BACKEND", fal.url)
    monkeypatch.setenv("FAL_KEY", case.key or fal.key)
    async with program_on(Program(qapp, wiring.Wish.AUTO, places())) as program:
        window = program.window
        await until(lambda: program.engine.is_open and bool(window.backend))
        window.compose.choose_endpoint(TEXT)
        window.compose.set_values({"prompt": "A boat"})
        program.studio.generate()
        await until(lambda: bool(window.stage.notice.text))
        for sentence in case.sentences:
            assert sentence in window.stage.notice.text
        job = window.queue.model.job_at(0)
        assert job is not None
        assert (job.state, job.trouble and job.trouble.code) == (JobState.FAILED, case.code)
        offers = [each.text() for each in window.stage.notice.offered]
        helps = "API key" if case.exit == 3 else "Try again"
        assert offers[0].startswith(helps), offers
        assert len(offers) == 2


async def test_a_key_that_is_tried_before_it_is_used_says_the_same(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, fal: Lease, case: Case
) -> None:
    monkeypatch.setattr(Backend, "live", lambda: Backend.at(fal.url, "live"))
    async with running_program(qapp) as program:
        program.keys.open()
        dialog = program.window.findChild(KeyDialog)
        assert dialog is not None
        await until(lambda: dialog.view is not None and not program.studio.tasks.is_busy("key"))
        dialog.field.setText(case.key or fal.key)
        dialog.test.click()
        await until(lambda: not program.studio.tasks.is_busy("key"))
        assert case.tested in dialog.status
        assert "charge" not in dialog.status, "nothing was asked for that costs"
