"""Every endpoint has a form, and what comes out of it is what the sandbox takes as fal does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.domain import params, rules
from kling_desktop.domain.carrying import start_of
from kling_desktop.domain.catalog import Endpoint, Task, load_catalog
from kling_desktop.domain.errors import InvalidParams
from kling_desktop.sandbox.refusals import accepted
from kling_desktop.ui.forms.form import Form
from tests.helpers.examples import PICTURE, example

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication

CATALOG = load_catalog()


@pytest.fixture(scope="module")
def form(qapp: QApplication) -> Iterator[Form]:
    made = Form()
    yield made
    made.deleteLater()


def through(form: Form, endpoint: Endpoint, given: dict[str, Any]) -> dict[str, Any]:
    """An input that somebody fills in, with the picture of the stage."""
    form.show_endpoint(endpoint)
    form.load(given, with_files=True)
    start = start_of(endpoint)
    return form.values() | ({start: PICTURE} if given.get(start) else {})


@pytest.mark.parametrize("full", [False, True], ids=["needed", "all"])
@pytest.mark.parametrize("task", Task)
def test_a_filled_form_makes_a_request_that_the_sandbox_takes(
    form: Form, task: Task, *, full: bool
) -> None:
    for endpoint in (each for each in CATALOG.endpoints if each.task is task):
        given = example(endpoint, full=full)
        body = params.check(endpoint, through(form, endpoint, given))
        rules.check_rules(endpoint, body)
        assert accepted(endpoint, json.loads(json.dumps(body))) == body, endpoint.id
        assert {name: body[name] for name in given} == given, endpoint.id
        assert body == params.check(endpoint, given), endpoint.id


@pytest.mark.parametrize("task", Task)
def test_what_is_missing_is_shown_at_its_field(form: Form, task: Task) -> None:
    for endpoint in (each for each in CATALOG.endpoints if each.task is task):
        needed = [each for each in endpoint.fields if each.required and not each.choices]
        if not needed:
            continue
        with pytest.raises(InvalidParams) as caught:
            params.check(endpoint, through(form, endpoint, {}))
        rest = form.show_problems(caught.value.problems)
        assert {each.field for each in rest} <= {start_of(endpoint)}, endpoint.id
