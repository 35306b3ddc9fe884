"""What changes at fal over the years, imitated by the sandbox: asked, said, kept and used."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from PySide6.QtWidgets import QDialog, QLabel

from kling_desktop.paths import own_command, places
from kling_desktop.sandbox.faults import Fault, Stage
from kling_desktop.sandbox.process import ensure_running
from kling_desktop.sandbox.weather import Rule
from tests.e2e.conftest import IMAGE, TEXT
from tests.helpers.programs import running_program, until
from tests.helpers.skies import sky
from tests.ui.looks import generate_button

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from kling_desktop.sandbox.process import Lease
    from tests.e2e.conftest import Bill, Kling

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]

ELEMENTS = "fal-ai/kling-video/v1.6/pro/elements"
LATER: list[dict[str, str]] = [
    {"fault": "new_price", "endpoint": IMAGE},
    {"fault": "new_schema", "endpoint": IMAGE},
    {"fault": "retired", "endpoint": TEXT},
]
"""The weather of a later year."""


def let_it_be(lease: Lease, *rules: dict[str, str]) -> None:
    """Change the weather of a running sandbox."""
    key = {"Authorization": f"Key {lease.key}"}
    answer = httpx.put(f"{lease.url}/sandbox/weather", json=rules, headers=key)
    answer.raise_for_status()


def document(kling: Kling, *words: str) -> Any:
    done = kling.run(*words, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_what_has_changed_at_fal_is_said_once_kept_and_used(kling: Kling, bill: Bill) -> None:
    assert document(kling, "models", "--refresh")["changes"] == []
    let_it_be(bill.lease, *LATER)
    found = document(kling, "models", "--refresh")
    assert found["backend"] == "sandbox"
    assert [(e["endpoint_id"], e["kind"], e["message"]) for e in found["changes"]] == [
        (IMAGE, "price", "price is now $0.1425 a second (was $0.095)"),
        (IMAGE, "choices", "duration also takes 15"),
        (IMAGE, "default", "cfg_scale now defaults to 0.7 (was 0.5)"),
        (IMAGE, "new_field", "new field seed (not used by this program yet)"),
        (TEXT, "retired", "fal has retired this endpoint"),
    ]
    again = document(kling, "models", "--refresh")
    assert [each["kind"] for each in again["changes"]] == ["new_field"]
    shown = kling.run("models").stdout
    assert f"{TEXT}  RETIRED by fal\n" in shown
    assert f"$0.1425/s as of {found['checked']} (fal platform API)" in shown
    assert "RETIRED" not in kling.run("models", "--shipped").stdout


def test_a_retired_endpoint_still_makes_the_clip_after_a_warning(kling: Kling, bill: Bill) -> None:
    let_it_be(bill.lease, *LATER)
    kling.run("models", "--refresh")
    done = kling.run("generate", TEXT, "--set", "prompt=a lake", "--json")
    assert done.returncode == 0, done.stderr
    assert "Note: fal has retired this endpoint; it may refuse the clip." in done.stderr
    assert json.loads(done.stdout)["status"] == "done"
    assert len(bill.requests(TEXT)) == 1


def test_what_is_over_is_taken_back(kling: Kling, bill: Bill) -> None:
    let_it_be(bill.lease, *LATER)
    kling.run("models", "--refresh")
    let_it_be(bill.lease)
    said = kling.run("models", "--refresh").stdout
    assert "price is now $0.095 a second (was $0.1425)" in said
    assert "duration no longer takes 15" in said
    assert "fal offers this endpoint again" in said
    done = kling.run("models", "--refresh")
    assert (done.returncode, done.stdout) == (0, "Everything is as this program knows it.\n")
    assert done.stderr.startswith("Asked sandbox on ")


@pytest.mark.parametrize(
    ("fault", "code", "sentence"),
    [
        ("unauthorized", 3, "fal did not accept the API key."),
        ("locked", 4, "The fal account is locked or out of credit."),
        ("unavailable", 5, "The service has trouble at the moment."),
        ("page", 5, "The service has trouble at the moment."),
        ("not_json", 5, "The service has trouble at the moment."),
        ("drop", 5, ""),
    ],
)
def test_without_an_answer_the_reason_is_said_and_nothing_changes(
    kling: Kling, bill: Bill, fault: str, code: int, sentence: str
) -> None:
    let_it_be(bill.lease, {"fault": fault, "stage": "platform"})
    done = kling.run("models", "--refresh", "--json")
    assert done.returncode == code, done.stderr
    assert json.loads(done.stdout)["error"]["message"].startswith(sentence)
    assert "charged" not in done.stderr
    assert not (kling.home / "catalogs").exists()


ODD = [fault for fault in Fault if fault in {Fault.CUT, Fault.DRIP, Fault.LATE, Fault.TWICE,
                                             Fault.SHORT, Fault.EMPTY, Fault.ENDLESS}]  # fmt: skip


@pytest.mark.parametrize("fault", ODD, ids=str)
async def test_an_answer_that_was_spoilt_on_its_way_spoils_no_catalog(
    tmp_path: Path, fault: Fault
) -> None:
    from kling_desktop.domain.catalog import load_catalog
    from kling_desktop.domain.errors import Transient

    rule = Rule(fault=fault, stage=Stage.PLATFORM, seconds=0.1)
    async with sky(tmp_path, rule) as above:
        try:
            found = await above.engine.refresh_models()
        except Transient:
            assert above.engine.catalog is load_catalog()
        else:
            assert found.changes == ()
            assert above.engine.catalog.checked == found.checked


async def test_the_window_asks_the_sandbox_and_shows_the_new_price(qapp: QApplication) -> None:
    lease = await ensure_running(places().sandbox, command=own_command())
    try:
        await asyncio.to_thread(let_it_be, lease, *LATER)
        async with running_program(qapp) as program:
            window = program.window
            assert generate_button(window).text().endswith("$0.475")
            window.actions_by_id["models"].trigger()
            await until(lambda: bool(window.findChildren(QDialog)))
            (dialog,) = window.findChildren(QDialog)
            said = [each.text() for each in dialog.findChildren(QLabel)]
            assert "price is now $0.1425 a second (was $0.095)" in said
            assert generate_button(window).text().endswith("$0.712")
            dialog.reject()
        async with running_program(qapp) as program:
            assert generate_button(program.window).text().endswith("$0.712")
    finally:
        lease.release()
