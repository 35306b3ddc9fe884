"""An input for any endpoint, with something in every field or only in those that need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kling_desktop.domain.carrying import END
from kling_desktop.domain.catalog import FieldKind, Task
from kling_desktop.domain.params import BRUSH_FIELDS

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Endpoint, Field

PICTURE: Final = "https://files.test/boat.png"
VIDEO: Final = "https://files.test/talk.mp4"
SOUND: Final = "https://files.test/voice.mp3"
ADDRESSES: Final = {
    FieldKind.PICTURE: PICTURE,
    FieldKind.VIDEO: VIDEO,
    FieldKind.SOUND: SOUND,
}


def example(endpoint: Endpoint, *, full: bool) -> dict[str, Any]:
    """Something that fal would take; several shots instead of a prompt where both can be had."""
    given = {each.name: _value(each) for each in endpoint.fields if full or each.required}
    for name in (*BRUSH_FIELDS, *(END if given.get("dynamic_masks") else ())):
        given.pop(name, None)
    if endpoint.has("multi_prompt"):
        given.pop("prompt" if full else "multi_prompt", None)
        if not full:
            given["prompt"] = "The boat drifts."
    if endpoint.task is Task.EFFECTS:
        given["effect_scene"] = "squish"
        given["input_image_urls"] = [PICTURE]
    return given


def _value(field: Field) -> Any:
    if field.kind in ADDRESSES:
        return ADDRESSES[field.kind]
    if field.fields:
        record = {each.name: _value(each) for each in field.fields}
        return record if field.kind is FieldKind.RECORD else [record, record]
    if field.choices:
        return field.choices[-1]
    return {
        FieldKind.TEXT: "The boat drifts.",
        FieldKind.NUMBER: field.maximum,
        FieldKind.COUNT: int(field.minimum or 0),
        FieldKind.FLAG: not field.default,
        FieldKind.WORDS: ["one", "two"],
        FieldKind.PICTURES: [PICTURE, f"{PICTURE}?2"][: field.max_items],
        FieldKind.MASKS: [],
    }[field.kind]
