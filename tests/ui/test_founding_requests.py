"""The founding document's own examples, through the form and through the command line."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.cli import generate
from kling_desktop.cli.parser import parse
from kling_desktop.domain.carrying import start_of
from kling_desktop.domain.catalog import load_catalog
from kling_desktop.engine.intake import Draft, make_plan
from kling_desktop.ui.forms.form import Form
from tests.helpers.fakes import FakeFiles
from tests.helpers.founding import founding_endpoints

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

CATALOG = load_catalog()
EXAMPLES = [
    (each.id.replace("/pro/", f"/{tier}/"), each.example)
    for each in founding_endpoints()
    for tier in ("pro", "standard")
]
both_ways = pytest.mark.parametrize(
    ("endpoint_id", "example"), EXAMPLES, ids=lambda each: str(each)[-40:]
)


@pytest.fixture(scope="module")
def form(qapp: QApplication) -> Iterator[Form]:
    made = Form()
    yield made
    made.deleteLater()


def of(endpoint_id: str, example: dict[str, Any]) -> dict[str, Any]:
    """The example as far as the endpoint goes: 1.6 Standard has no aspect_ratio with pictures."""
    return {k: v for k, v in example.items() if CATALOG.endpoint(endpoint_id).has(k)}


def text(body: Any) -> str:
    return json.dumps(dict(body))


def expected(endpoint_id: str, example: dict[str, Any]) -> str:
    """In the document's own order, and with its own defaults."""
    (founding,) = [
        each for each in founding_endpoints() if each.id == endpoint_id.replace("standard", "pro")
    ]
    told = {each.name: each.default for each in founding.fields if each.default is not None}
    usual = {name: float(v) if name == "cfg_scale" else v for name, v in told.items()}
    whole: dict[str, Any] = usual | example
    order = [each.name for each in founding.fields if each.name in whole]
    return text(of(endpoint_id, {name: whole[name] for name in order}))


def by_command(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    args = parse(["generate", *words, "--dry-run", "--json", "--sandbox"])
    args.wish = getattr(args, "wish", "sandbox")
    asyncio.run(generate.run(args))
    return text(json.loads(capsys.readouterr().out)["body"])


def test_all_eight_endpoints_are_there() -> None:
    assert len({endpoint_id for endpoint_id, _ in EXAMPLES}) == 8


@both_ways
async def test_an_example_through_the_form(
    form: Form, tmp_path: Path, endpoint_id: str, example: dict[str, Any]
) -> None:
    endpoint, given = CATALOG.endpoint(endpoint_id), of(endpoint_id, example)
    form.show_endpoint(endpoint)
    form.load(given, with_files=True)
    start = start_of(endpoint)
    stage = {start: given[start]} if start else {}
    draft = Draft(endpoint=endpoint_id, values=form.values() | stage)
    plan = await make_plan(CATALOG, FakeFiles(tmp_path), draft)
    assert text(plan.params) == expected(endpoint_id, example)


@both_ways
def test_an_example_as_a_document_on_the_command_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, endpoint_id: str, example: dict[str, Any]
) -> None:
    file = tmp_path / "input.json"
    file.write_text(json.dumps(of(endpoint_id, example)), "utf-8")
    shown = by_command(capsys, endpoint_id, "--input", str(file))
    assert shown == expected(endpoint_id, example)


@both_ways
def test_an_example_in_words_on_the_command_line(
    capsys: pytest.CaptureFixture[str], endpoint_id: str, example: dict[str, Any]
) -> None:
    words = [
        f"{name}={value if isinstance(value, str) else json.dumps(value)}"
        for name, value in of(endpoint_id, example).items()
    ]
    settings = [word for each in words for word in ("--set", each)]
    assert by_command(capsys, endpoint_id, *settings) == expected(endpoint_id, example)


def test_a_special_effect_becomes_an_effects_request_and_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The document names ``special_fx`` among the parameters of a clip from a picture."""
    picture = "image_url=https://files.test/a.png"
    words = ["--set", "special_fx=squish", "--set", picture]
    args = parse(["generate", EXAMPLES[0][0], *words, "--dry-run", "--json", "--sandbox"])
    asyncio.run(generate.run(args))
    shown = capsys.readouterr()
    plan = json.loads(shown.out)
    assert plan["endpoint"].endswith("/v1.6/pro/effects")
    assert plan["body"] == {
        "input_image_urls": ["https://files.test/a.png"],
        "effect_scene": "squish",
        "duration": "5",
    }
    assert "special_fx is no field of fal's: this became an Effects job" in shown.err
