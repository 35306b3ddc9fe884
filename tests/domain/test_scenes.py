"""Every effect scene has its place and a name that can be read."""

from __future__ import annotations

from collections import Counter

import pytest

from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.scenes import GROUPS, OTHERS, group_of, grouped, scene_name

CATALOG = load_catalog()
EFFECTS = [each for each in CATALOG.endpoints if each.has("effect_scene")]
SCENES = {scene for each in EFFECTS for scene in each.field("effect_scene").choices}


def test_every_scene_of_the_catalog_is_in_exactly_one_group_and_nothing_else_is() -> None:
    placed = Counter(each for scenes in GROUPS.values() for each in scenes)
    assert [each for each, times in placed.items() if times > 1] == []
    assert set(placed) == SCENES
    assert len(SCENES) == 198


@pytest.mark.parametrize("endpoint", EFFECTS, ids=lambda each: each.id)
def test_all_scenes_of_an_endpoint_are_shown_and_no_others(endpoint: object) -> None:
    choices = EFFECTS[EFFECTS.index(endpoint)].field("effect_scene").choices  # type: ignore[arg-type]
    shown = [each for scenes in grouped(choices).values() for each in scenes]
    assert sorted(shown) == sorted(choices)
    assert OTHERS not in grouped(choices)


def test_a_scene_that_fal_added_since_is_among_the_others() -> None:
    assert group_of("moon_walk") == OTHERS
    assert grouped(["hug", "moon_walk"]) == {"People together": ["hug"], OTHERS: ["moon_walk"]}


@pytest.mark.parametrize(
    ("scene", "name"),
    [
        ("jelly_press", "Jelly press"),
        ("hug_pro", "Hug (Pro)"),
        ("3d_cartoon_1_pro", "3D cartoon 1 (Pro)"),
        ("let's_ride", "Let's ride"),
        ("c4d_cartoon_pro", "C4D cartoon (Pro)"),
        ("poping", "Popping"),
    ],
)
def test_names_can_be_read(scene: str, name: str) -> None:
    assert scene_name(scene) == name


def test_no_two_scenes_are_called_the_same() -> None:
    assert len({scene_name(each) for each in SCENES}) == len(SCENES)
