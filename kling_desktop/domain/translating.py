"""Two names of the founding document that no endpoint of fal's has, and what they mean.

``kling-v1.6-pro.md`` lists ``special_fx`` and ``dynamic_mask_url``; fal ignores fields that it does
not know, and charges. So they are translated (design.md §7), and whoever gave them is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from kling_desktop.domain.carrying import SEVERAL, carry, start_in
from kling_desktop.domain.catalog import Task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.domain.catalog import Catalog, Endpoint

EFFECT: Final = "special_fx"
MASK: Final = "dynamic_mask_url"
PATH: Final = "trajectories"
"""The path of that one mask, if it is given beside it."""
NAMES: Final = (EFFECT, MASK, PATH)
EFFECT_SAID: Final = (
    "special_fx is no field of fal's: this became an Effects job of {title}, scene {scene}."
)
LEFT_SAID: Final = "Effects take no {names}, so {they} not sent."
MASK_SAID: Final = "dynamic_mask_url is no field of fal's: it was taken as one dynamic mask."
NO_PATH_SAID: Final = "It has no path yet; give one of 2 to 77 points with dynamic_masks."


@dataclass(frozen=True, slots=True)
class Translated:
    """A request in fal's own words, and what was made of the others."""

    endpoint: Endpoint
    values: Mapping[str, Any]
    notes: tuple[str, ...] = ()


def translate(catalog: Catalog, endpoint: Endpoint, values: Mapping[str, Any]) -> Translated:
    """Say the same in fields that fal has; what has none of the two names stays as it is."""
    known = {name: each for name, each in values.items() if name not in NAMES or each}
    told = Translated(endpoint, known)
    if MASK in known:
        told = _with_mask(told)
    if EFFECT in known:
        told = _as_effect(catalog, told)
    return told


def _with_mask(told: Translated) -> Translated:
    values = dict(told.values)
    mask: dict[str, Any] = {"mask_url": values.pop(MASK)}
    if path := values.pop(PATH, None):
        mask[PATH] = path
    values["dynamic_masks"] = [mask, *(values.get("dynamic_masks") or ())]
    said = MASK_SAID if PATH in mask else f"{MASK_SAID} {NO_PATH_SAID}"
    return replace(told, values=values, notes=(*told.notes, said))


def _as_effect(catalog: Catalog, told: Translated) -> Translated:
    values = dict(told.values)
    scene = str(values.pop(EFFECT))
    effects = _effects_like(catalog, told.endpoint)
    if start := start_in(values):
        values = {k: v for k, v in values.items() if v != start or k in SEVERAL}
        values.setdefault(SEVERAL[0], [start])
    carried = carry(values, effects)
    notes = [EFFECT_SAID.format(title=effects.title, scene=scene)]
    if left := [each.name for each in carried.lost]:
        they = "it is" if len(left) == 1 else "they are"
        notes.append(LEFT_SAID.format(names=" or ".join(left), they=they))
    kept = {**carried.values, "effect_scene": scene}
    return Translated(effects, kept, (*told.notes, *notes))


def _effects_like(catalog: Catalog, endpoint: Endpoint) -> Endpoint:
    """The Effects endpoint that comes nearest: of the same model, then of the same quality."""
    found = [each for each in catalog.endpoints if each.task is Task.EFFECTS]
    return min(
        found,
        key=lambda each: (
            each.id != endpoint.id,
            each.retired,
            each.version != endpoint.version,
            each.tier != endpoint.tier,
        ),
    )
