"""``models`` and ``generate`` by what fal told last, without asking it again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop import wiring
from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.published import ModelFacts, PublishedField, Standing, UnitPrice
from kling_desktop.domain.renewal import Overlay
from kling_desktop.paths import Places, places
from kling_desktop.storage import secrets
from kling_desktop.storage.overlays import OverlayFiles
from tests.helpers.worlds import EFFECTS, T2V

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
DAY = "2026-12-01"
KEY = {"FAL_KEY": "an-id:a-secret"}
GONE = "Note: fal has retired this endpoint; it may refuse the clip. See `kling-desktop models`.\n"


def told(home: Path, backend: str, amount: str = "0.2") -> None:
    """What a backend said on an earlier day: one endpoint is gone, dearer and longer."""
    price = UnitPrice(amount=Decimal(amount), unit="seconds", currency="USD", date=DAY)
    duration = PublishedField(name="duration", choices=("5", "10", "15"))
    facts = ModelFacts(
        endpoint_id=T2V, standing=Standing.DEPRECATED, fields=(duration,), price=price
    )
    overlay = Overlay(backend=backend, checked=DAY, catalog=load_catalog().date, models=(facts,))
    OverlayFiles(Places(home, home).catalogs).save(overlay)


def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kling_desktop", *words], cwd=ROOT, env=os.environ | variables,
        capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip


def listed(*words: str, **variables: str) -> dict[str, Any]:
    done = run("models", "--json", *words, **variables)
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    (found,) = [each for each in document["endpoints"] if each["id"] == T2V]
    return {
        "checked": document["checked"],
        "retired": found["retired"],
        "price": found["price"]["usd_per_second"],
        "source": found["price"]["source"],
    }


def test_what_the_sandbox_told_counts_where_the_sandbox_would_be_used(home: Path) -> None:
    told(home, "sandbox")
    new = {"checked": DAY, "retired": True, "price": 0.2, "source": f"fal platform API, {DAY}"}
    assert listed() == new
    assert listed("--sandbox", **KEY) == new
    assert listed(**KEY)["checked"] == ""
    assert listed("--live")["price"] == 0.098


def test_what_fal_told_counts_where_there_is_a_key_and_needs_none_to_be_read(home: Path) -> None:
    told(home, "live")
    assert listed(**KEY)["retired"]
    assert listed("--live")["retired"]
    assert listed(FAL_KEY="no key\x7fat all")["retired"]
    assert not listed()["retired"]


def test_what_another_server_told_counts_where_it_is_named(home: Path) -> None:
    told(home, "http://127.0.0.1:9")
    assert listed(KLING_DESKTOP_BACKEND="http://127.0.0.1:9/")["retired"]
    assert not listed()["retired"]


def test_the_catalog_as_it_came_can_still_be_seen(home: Path) -> None:
    told(home, "sandbox")
    assert listed("--shipped") == {
        "checked": "", "retired": False, "price": 0.098, "source": "fal pricing snapshot, mid-2026",
    }  # fmt: skip


def test_a_retired_endpoint_and_the_day_of_its_price_are_marked(home: Path) -> None:
    told(home, "sandbox", "0.1425")
    shown = run("models").stdout
    assert f"{T2V}  RETIRED by fal\n" in shown
    assert f"$0.1425/s as of {DAY} (fal platform API)\n" in shown
    assert "duration: 5 | 10 | 15 [default: 5]\n" in shown
    assert shown.count("RETIRED") == 1
    assert not (home / "sandbox").exists()


def test_a_damaged_record_of_what_fal_told_stops_no_command(home: Path) -> None:
    told(home, "sandbox")
    (home / "catalogs" / "sandbox.json").write_text("{")
    assert listed()["checked"] == ""
    assert "it is damaged" in (home / "logs" / "kling-desktop.log").read_text("utf-8")


def test_a_dry_run_reckons_with_what_fal_told_and_says_that_the_endpoint_is_gone(
    home: Path,
) -> None:
    told(home, "sandbox")
    words = ("generate", T2V, "--set", "prompt=a", "--set", "duration=15", "--dry-run")
    plan = run(*words, "--json")
    document = json.loads(plan.stdout)
    assert (plan.returncode, plan.stderr) == (0, GONE)
    assert (document["estimate_usd"], document["retired"]) == (3.0, True)
    assert document["body"]["duration"] == "15"
    assert run(*words).stderr.startswith(GONE)


def test_nothing_is_said_of_an_endpoint_that_is_still_there(home: Path) -> None:
    told(home, "sandbox")
    picture = "input_image_urls=https://p.test/a.png"
    words = ("--set", "effect_scene=squish", "--set", picture, "--dry-run", "--json")
    plan = run("generate", EFFECTS, *words)
    assert (plan.returncode, plan.stderr) == (0, "")
    assert "retired" not in json.loads(plan.stdout)


def test_a_check_without_a_key_is_a_missing_key() -> None:
    shown = run("--live", "models", "--refresh", "--json")
    assert shown.returncode == 3
    assert json.loads(shown.stdout)["error"]["code"] == "missing_key"
    assert "Nothing was sent" not in shown.stderr  # No money is in question.


def test_a_check_that_reaches_nobody_is_a_matter_of_the_network(home: Path) -> None:
    shown = run(
        "models", "--refresh", KLING_DESKTOP_BACKEND="http://127.0.0.1:9", FAL_KEY="an-id:a-secret"
    )
    assert (shown.returncode, shown.stdout) == (5, "")
    assert shown.stderr.startswith("There is no connection to the service.")
    assert not (home / "catalogs").exists()


@pytest.mark.parametrize("words", [("--refresh", "--shipped"), ("--refersh",)])
def test_a_line_that_makes_no_sense_is_bad_usage(words: tuple[str, ...]) -> None:
    assert run("models", *words).returncode == 2


# Which backend that is


async def test_where_nobody_was_ever_asked_the_keyring_is_not_asked_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def touched(_: Mapping[str, str]) -> None:
        raise AssertionError("the keyring was asked")

    monkeypatch.setattr(secrets, "find_key", touched)
    assert await wiring.known_catalog(wiring.Wish.AUTO, {}, places()) is load_catalog()


async def test_a_keyring_that_does_not_answer_leaves_the_catalog_of_the_sandbox(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise secrets.KeyringUnusable("the keyring is locked")

    told(home, "sandbox")
    monkeypatch.setattr(secrets, "find_key", locked)
    catalog = await wiring.known_catalog(wiring.Wish.AUTO, {}, places())
    assert catalog.endpoint(T2V).retired
    live = await wiring.known_catalog(wiring.Wish.LIVE, {}, places())
    assert not live.endpoint(T2V).retired
