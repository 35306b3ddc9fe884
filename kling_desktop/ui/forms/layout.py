"""Which fields stand where: what every clip needs is placed by hand, the rest in groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kling_desktop.ui.forms.making import is_on_stage

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Endpoint, Field

HEADLINE: Final = (
    "prompt", "text", "effect_scene", "multi_prompt", "input_image_urls", "image_urls",
    "video_url", "audio_url", "elements", "tail_image_url", "end_image_url",
    "character_orientation", "voice_id", "voice_language", "duration", "aspect_ratio",
    "generate_audio", "keep_audio", "keep_original_sound", "sound_effect_prompt",
    "background_music_prompt", "asmr_mode",
)  # fmt: skip
"""In sight, in this order."""
GROUPS: Final = (
    ("Words", ("negative_prompt", "cfg_scale")),
    ("Voices", ("voice_ids", "voice_speed")),
    ("Camera and shots", ("advanced_camera_control", "camera_control", "shot_type")),
)
"""Folded away; what is in none of them comes last."""
FOLLOWS: Final = "The clip takes the shape of your picture, whatever is chosen here."
"""Measured on fal's image endpoints, which accept the field all the same, so it is folded away."""
OTHERS: Final = "More"


@dataclass(frozen=True, slots=True)
class Placed:
    """A field and where it goes."""

    field: Field
    group: str = ""
    """Its heading among the folded ones; empty for what is in sight."""
    hint: str = ""

    @property
    def is_folded(self) -> bool:
        return bool(self.group)


def arrange(endpoint: Endpoint) -> list[Placed]:
    """All fields of the form in the order in which they stand."""
    fields = [each for each in endpoint.fields if not is_on_stage(each)]
    placed = [_placed(endpoint, each) for each in fields]
    names = [name for name, _ in GROUPS] + [OTHERS]
    return sorted(placed, key=lambda each: _rank(each, names))


def _placed(endpoint: Endpoint, field: Field) -> Placed:
    follows = endpoint.aspect_follows_picture and field.name == "aspect_ratio"
    if field.name in HEADLINE and not follows:
        return Placed(field)
    group = next((name for name, fields in GROUPS if field.name in fields), OTHERS)
    if not field.advanced and not follows:
        return Placed(field)
    return Placed(field, group, FOLLOWS if follows else "")


def _rank(placed: Placed, groups: list[str]) -> tuple[int, int]:
    name = placed.field.name
    if placed.is_folded:
        return 1 + groups.index(placed.group), 0
    return 0, HEADLINE.index(name) if name in HEADLINE else len(HEADLINE)
