"""What Kling does not accept, said as fal says it: a 422 with a list of all that is wrong.

Items have the shape of pydantic's (``fal-protocol.md`` §8.1), whose own come through verbatim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from kling_desktop.domain.catalog import Task
from kling_desktop.domain.params import params_model
from kling_desktop.sandbox.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kling_desktop.domain.addresses import Loc
    from kling_desktop.domain.catalog import Endpoint


class Refused(Exception):
    """The model says no; carries the items of the ``detail`` list."""

    def __init__(self, items: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(*items)
        self.outcome = Outcome(422, {"detail": list(items)})


def item(loc: Loc, kind: str, message: str, given: object, **context: object) -> dict[str, Any]:
    """One entry of the ``detail`` list."""
    entry = {"loc": ["body", *loc], "msg": message, "type": kind, "input": given}
    return entry | {"ctx": context} if context else entry


def accepted(endpoint: Endpoint, body: object) -> dict[str, Any]:
    """The input with defaults filled in and unknown fields dropped, as fal does silently.

    Raises:
        Refused: with every field that is not right.
    """
    try:
        model = params_model(endpoint, unknown="ignore").model_validate(body)
    except ValidationError as error:
        raise Refused(
            [{**each, "loc": ["body", *each["loc"]]} for each in error.errors(include_url=False)]
        ) from None
    params = model.model_dump(exclude_none=True)
    if wrong := list(_unsupported(endpoint, params)):
        raise Refused(wrong)
    return params


def _unsupported(endpoint: Endpoint, params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    has_brush = params.get("dynamic_masks") or params.get("static_mask_url")
    if has_brush and params["duration"] != "5":
        message = "Motion brush is not supported for this duration"
        yield item(("duration",), "feature_not_supported", message, params["duration"])
    if endpoint.has("multi_prompt"):
        shots, prompt = params.get("multi_prompt"), params.get("prompt")
        if bool(shots) is bool(prompt):
            message = "Either prompt or multi_prompt must be provided, not both"
            yield item(("prompt",), "value_error", message, prompt)
    if endpoint.task is Task.EFFECTS:
        given = params.get("input_image_urls", [])
        wanted = 2 if params["effect_scene"] in endpoint.two_picture_scenes else 1
        if len(given) < wanted:
            message = f"This effect needs {wanted} image(s)"
            yield item(
                ("input_image_urls",), "sequence_too_short", message, given, min_length=wanted
            )
