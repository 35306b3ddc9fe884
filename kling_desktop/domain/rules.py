"""Limits that join two fields, as one table; each rule says where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.catalog import Task
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.params import BRUSH_FIELDS

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
    comes_first: bool = False
    """Told before the fields are looked at: what the endpoint lacks is no slip of the pen."""


BRUSH_TAKERS = (
    "fal-ai/kling-video/v1.5/pro/image-to-video",
    "fal-ai/kling-video/v1/standard/image-to-video",
)
"""The endpoints whose published input has the motion brush."""
BRUSH_DOCUMENTED = frozenset(("fal-ai/kling-video/v1.6/pro/image-to-video",))
"""Where a page of fal's shows the brush, though the published input does not list it."""


def has_brush(params: Mapping[str, Any]) -> bool:
    """Whether an input has anything of the motion brush."""
    return any(params.get(name) for name in BRUSH_FIELDS)


def takes_brush(endpoint: Endpoint) -> bool:
    return all(endpoint.has(name) for name in BRUSH_FIELDS)


def _pictures_wrong(endpoint: Endpoint, params: Mapping[str, Any], *, wanted: int) -> bool:
    if endpoint.task is not Task.EFFECTS:
        return False
    takes_two = params.get("effect_scene") in endpoint.two_picture_scenes
    return takes_two == (wanted == 2) and len(params.get("input_image_urls") or ()) != wanted


def _shows_something(element: Mapping[str, Any]) -> bool:
    return any(
        element.get(name) for name in ("frontal_image_url", "reference_image_urls", "video_url")
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "The motion brush",
        "is not listed by fal for Kling 1.6 Pro: a paid test saw it ignored and charged. "
        f"Choose where it goes: {BRUSH_TAKERS[0]} (Kling 1.5 Pro), {BRUSH_TAKERS[1]} (Kling 1.0 "
        "Standard), or Kling 1.6 Pro all the same; on the command line with --brush-endpoint",
        "design.md §7: a page of fal's shows it there, the published input does not have it",
        lambda endpoint, params: (
            has_brush(params) and not takes_brush(endpoint) and endpoint.id in BRUSH_DOCUMENTED
        ),
        comes_first=True,
    ),
    Rule(
        "The motion brush",
        "is not part of this endpoint; only two have it: "
        f"{BRUSH_TAKERS[0]} (Kling 1.5 Pro) and {BRUSH_TAKERS[1]} (Kling 1.0 Standard)",
        "kling-facts.md §0: fields that an endpoint lacks are ignored, and the clip is charged",
        lambda endpoint, params: (
            has_brush(params) and not takes_brush(endpoint) and endpoint.id not in BRUSH_DOCUMENTED
        ),
        comes_first=True,
    ),
    Rule(
        "duration",
        "must be 5 when the motion brush is used",
        "Kling's API pages: brush on 5 s only; 10 s gave 422 feature_not_supported",
        lambda _, params: has_brush(params) and params.get("duration") != "5",
    ),
    Rule(
        "tail_image_url",
        "cannot be used together with the motion brush; remove one of the two",
        "Kling's API pages: start and end picture, masks, and camera exclude each other",
        lambda _, params: has_brush(params) and bool(params.get("tail_image_url")),
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
        "prompt",
        "is missing: say what happens, or divide the clip into shots (multi_prompt)",
        "kling_endpoints.json: either prompt or multi_prompt",
        lambda endpoint, params: (
            endpoint.has("multi_prompt")
            and not (params.get("prompt") or params.get("multi_prompt"))
        ),
    ),
    Rule(
        "multi_prompt",
        "cannot be used together with a prompt; remove one of the two",
        "kling_endpoints.json: multi_prompt is exclusive with prompt",
        lambda _, params: bool(params.get("prompt")) and bool(params.get("multi_prompt")),
    ),
    Rule(
        "elements",
        "needs a picture or a video for each element",
        "an element of nothing cannot be referred to",
        lambda _, params: not all(map(_shows_something, params.get("elements") or ())),
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
    _check(endpoint, params, first=False)


def check_first(endpoint: Endpoint, values: Mapping[str, Any]) -> None:
    """Hold an input that nobody has looked at against what an endpoint can do at all.

    Raises:
        InvalidParams: with every rule that it breaks.
    """
    _check(endpoint, values, first=True)


def _check(endpoint: Endpoint, params: Mapping[str, Any], *, first: bool) -> None:
    rules = (rule for rule in RULES if rule.comes_first is first)
    broken = [rule for rule in rules if rule.is_broken(endpoint, params)]
    if broken:
        raise InvalidParams(tuple(Problem(rule.field, rule.message) for rule in broken))
