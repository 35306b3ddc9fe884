from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from kling_desktop.domain import params
from kling_desktop.domain.catalog import Endpoint, Task, load_catalog
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.ui.forms.form import Form
from kling_desktop.ui.forms.rows import Row
from tests.helpers.worlds import BRUSH, EFFECTS, I2V, T2V
from tests.ui.layouts import tab_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

ENDPOINTS = load_catalog().endpoints
STANDARD_I2V = "fal-ai/kling-video/v1.6/standard/image-to-video"
PICTURES = {
    "image_url": "https://pictures.test/a.png",
    "input_image_urls": ["https://pictures.test/a.png"],
    "start_image_url": "https://pictures.test/a.png",
    "video_url": "https://pictures.test/a.mp4",
    "audio_url": "https://pictures.test/a.mp3",
}
ON_STAGE = {"image_url", "start_image_url", "static_mask_url", "dynamic_masks"}
"""The picture that a clip starts from, and the brush on it."""
HEADLINE = {"tail_image_url", "end_image_url", "multi_prompt"}
"""Advanced to fal's mind, and yet in sight."""
every_task = pytest.mark.parametrize("task", Task)


def of(task: Task) -> list[Endpoint]:
    return [each for each in ENDPOINTS if each.task is task]


def named(endpoint_id: str) -> Endpoint:
    return load_catalog().endpoint(endpoint_id)


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    made = Form()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture(scope="module")
def shared(qapp: QApplication) -> Iterator[Form]:
    """One form that goes through all endpoints, as in a window."""
    made = Form()
    made.show()
    yield made
    made.close()
    made.deleteLater()


def fresh(shared: Form, endpoint: Endpoint) -> Form:
    """The form at an endpoint, with nothing chosen and all that is advanced folded away."""
    shared.show_endpoint(endpoint)
    shared.load({}, with_files=True)
    for each in shared.findChildren(QPushButton):
        if each.text() == "Fewer settings":
            each.click()
    return shared


def rows(form: Form) -> dict[str, Row]:
    return {row.field.name: row for row in form.findChildren(Row) if not row.isHidden()}


def more(form: Form) -> QPushButton:
    found = [each for each in form.findChildren(QPushButton) if "settings" in each.text()]
    assert len(found) == 1
    return found[0]


def problems_shown(form: Form) -> dict[str, str]:
    """Texts of the problem labels that are in sight, by field."""
    found = {}
    for name, row in rows(form).items():
        for each in row.findChildren(QLabel):
            if each.property("problem") and each.isVisible():
                found[name] = each.text()
    return found


@every_task
def test_a_form_has_every_field_but_those_of_the_stage(shared: Form, task: Task) -> None:
    for endpoint in of(task):
        form = fresh(shared, endpoint)
        for each in form.findChildren(QPushButton):
            if each.text() == "More settings":
                each.click()
        wanted = [each.name for each in endpoint.fields if each.name not in ON_STAGE]
        assert sorted(rows(form)) == sorted(wanted)


@every_task
def test_advanced_fields_are_folded_away_until_they_are_asked_for(shared: Form, task: Task) -> None:
    for endpoint in of(task):
        form = fresh(shared, endpoint)
        names = {each.name for each in endpoint.fields} - ON_STAGE
        simple = {
            e.name for e in endpoint.fields if not e.advanced or e.name in HEADLINE
        } - ON_STAGE
        if endpoint.aspect_follows_picture:
            simple -= {"aspect_ratio"}
        assert set(rows(form)) == simple
        if names - simple:
            more(form).click()
            assert set(rows(form)) == names


@every_task
def test_the_values_of_a_form_pass_the_check(shared: Form, task: Task) -> None:
    for endpoint in of(task):
        form = fresh(shared, endpoint)
        words = {"prompt": "the boat drifts", "text": "Hello."}
        form.set_values({name: each for name, each in words.items() if endpoint.has(name)})
        pictures = {name: value for name, value in PICTURES.items() if endpoint.has(name)}
        checked = params.check(endpoint, form.values() | pictures)
        assert {name: checked.get(name) for name in form.values()} == form.values()


@every_task
def test_a_fresh_form_holds_the_defaults(shared: Form, task: Task) -> None:
    for endpoint in of(task):
        form = fresh(shared, endpoint)
        for name, value in form.values().items():
            default = endpoint.field(name).default
            if default is not None:
                assert value == default


def test_switching_endpoints_keeps_the_values_that_both_have(form: Form) -> None:
    form.show_endpoint(named(T2V))
    form.set_values({"prompt": "a", "duration": "10", "cfg_scale": 0.3, "negative_prompt": "b"})
    form.show_endpoint(named(STANDARD_I2V))
    assert form.values() == {
        "prompt": "a",
        "duration": "10",
        "cfg_scale": 0.3,
        "negative_prompt": "b",
    }


def test_values_survive_an_endpoint_that_lacks_them(form: Form) -> None:
    form.show_endpoint(named(T2V))
    form.set_values({"prompt": "a", "aspect_ratio": "1:1"})
    form.show_endpoint(named(EFFECTS))
    form.show_endpoint(named(T2V))
    assert form.values()["aspect_ratio"] == "1:1"
    assert form.values()["prompt"] == "a"


def test_values_set_before_their_endpoint_is_shown_are_there_when_it_is(form: Form) -> None:
    form.show_endpoint(named(EFFECTS))
    form.set_values({"prompt": "later"})
    form.show_endpoint(named(I2V))
    assert form.values()["prompt"] == "later"


def test_unfolded_settings_stay_unfolded_on_the_next_endpoint(form: Form) -> None:
    form.show_endpoint(named(T2V))
    more(form).click()
    form.show_endpoint(named(BRUSH))
    assert {"negative_prompt", "cfg_scale"} <= set(rows(form))


def test_an_endpoint_without_advanced_fields_has_no_more_button(form: Form) -> None:
    form.show_endpoint(named(T2V))
    form.show_endpoint(named(EFFECTS))
    assert not [each for each in form.findChildren(QPushButton) if each.text() == "More settings"]


def test_a_problem_lands_at_its_field_and_leaves_when_it_is_edited(form: Form) -> None:
    form.show_endpoint(named(T2V))
    assert form.show_problems([Problem("prompt", "is empty")]) == []
    assert problems_shown(form) == {"prompt": "Is empty"}
    form.set_values({"prompt": "better"})
    assert problems_shown(form) == {}


def test_a_problem_of_an_advanced_field_unfolds_it(form: Form) -> None:
    form.show_endpoint(named(T2V))
    form.show_problems([Problem("cfg_scale", "is out of range")])
    assert problems_shown(form) == {"cfg_scale": "Is out of range"}


def test_new_problems_replace_the_old_ones(form: Form) -> None:
    form.show_endpoint(named(T2V))
    form.show_problems([Problem("prompt", "is empty")])
    form.show_problems([Problem("duration", "is odd")])
    assert problems_shown(form) == {"duration": "Is odd"}


def test_a_problem_keeps_the_names_in_its_sentence_as_they_are(form: Form) -> None:
    form.show_endpoint(named(T2V))
    form.show_problems([Problem("prompt", "cannot be sent to Kling by PNG")])
    assert problems_shown(form) == {"prompt": "Cannot be sent to Kling by PNG"}


def test_problems_without_a_place_in_the_form_are_given_back(form: Form) -> None:
    form.show_endpoint(named(I2V))
    elsewhere = Problem("dynamic_masks.0.mask_url", "is missing")
    assert form.show_problems([elsewhere, Problem("prompt", "is empty")]) == [elsewhere]


def test_every_problem_that_the_check_finds_has_a_place(form: Form) -> None:
    form.show_endpoint(named(T2V))
    with pytest.raises(InvalidParams) as caught:
        params.check(named(T2V), form.values() | {"prompt": "x" * 2501})
    assert form.show_problems(caught.value.problems) == []
    assert "prompt" in problems_shown(form)


def test_changed_is_told_once_an_edit(form: Form, qtbot: QtBot) -> None:
    form.show_endpoint(named(T2V))
    told: list[None] = []
    form.changed.connect(lambda: told.append(None))
    form.set_values({"duration": "10"})
    assert len(told) == 1


def test_where_the_frame_follows_the_picture_it_is_folded_away_and_the_form_says_why(
    form: Form,
) -> None:
    form.show_endpoint(named(I2V))
    assert "aspect_ratio" not in rows(form)
    assert form.values()["aspect_ratio"] == "16:9"
    more(form).click()
    said = [each.text() for each in rows(form)["aspect_ratio"].findChildren(QLabel)]
    assert any("shape of your picture" in each for each in said)


@pytest.mark.parametrize(
    "odd", [{"cfg_scale": "much"}, {"cfg_scale": None}, {"prompt": 5}, {"duration": ["5"]}]
)
def test_odd_values_from_yesterday_do_no_harm(form: Form, odd: dict[str, object]) -> None:
    form.show_endpoint(named(T2V))
    form.set_values(odd)
    form.show_endpoint(named(I2V))
    assert params.check(named(T2V), form.values() | {"prompt": "p"})


@pytest.mark.parametrize("endpoint_id", [T2V, STANDARD_I2V, BRUSH])
def test_tab_goes_through_the_fields_from_top_to_bottom(form: Form, endpoint_id: str) -> None:
    form.show_endpoint(named(I2V))
    form.show_endpoint(named(endpoint_id))
    chain = tab_order(form)
    found = rows(form)
    places = [chain.index(found["duration"]), chain.index(more(form))]
    assert places == sorted(places)
