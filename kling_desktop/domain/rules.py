"""Limits that join two fields, as one table; each rule says where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.catalog import Task
from kling_desktop.domain.errors import InvalidParams, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kling_desktop.domain.catalog import Endpoint


@dataclass(frozen=True, slots=True)
class Rule:
    """A limit that one field puts on another."""

    field: str
    message: str
    """What is wrong and what to do, without the field's name."""
    source: str
    is_broken: Callable[[Endpoint, Mapping[str, Any]], bool]


def _has_brush(params: Mapping[str, Any]) -> bool:
    return bool(params.get("dynamic_masks") or params.get("static_mask_url"))


def _pictures_wrong(endpoint: Endpoint, params: Mapping[str, Any], *, wanted: int) -> bool:
    if endpoint.task is not Task.EFFECTS:
        return False
    takes_two = params.get("effect_scene") in endpoint.two_picture_scenes
    return takes_two == (wanted == 2) and len(params.get("input_image_urls") or ()) != wanted


RULES: tuple[Rule, ...] = (
    Rule(
        "duration",
        "must be 5 when the motion brush is used",
        "Kling's API pages: brush on 5 s only; 10 s gave 422 feature_not_supported",
        lambda _, params: _has_brush(params) and params.get("duration") != "5",
    ),
    Rule(
        "tail_image_url",
        "cannot be used together with the motion brush; remove one of the two",
        "Kling's API pages: start and end picture, masks, and camera exclude each other",
        lambda _, params: _has_brush(params) and bool(params.get("tail_image_url")),
    ),
    Rule(
        "dynamic_masks",
        "needs a path of 2 to 77 points for every mask",
        "Kling's API pages: 2 to 77 points for a clip of 5 s",
        lambda _, params: any(
            not each.get("trajectories") for each in params.get("dynamic_masks") or ()
        ),
    ),
    Rule(
        "input_image_urls",
        "needs exactly two pictures for this scene: the left person, then the right one",
        "fal and Kling: scenes with two people take two pictures",
        lambda endpoint, params: _pictures_wrong(endpoint, params, wanted=2),
    ),
    Rule(
        "input_image_urls",
        "needs exactly one picture for this scene",
        "Kling: every other scene takes one picture",
        lambda endpoint, params: _pictures_wrong(endpoint, params, wanted=1),
    ),
)


def check_rules(endpoint: Endpoint, params: Mapping[str, Any]) -> None:
    """Hold an input that is valid field by field against the table.

    Raises:
        InvalidParams: with every rule that it breaks.
    """
    broken = [rule for rule in RULES if rule.is_broken(endpoint, params)]
    if broken:
        raise InvalidParams(tuple(Problem(rule.field, rule.message) for rule in broken))
