"""What people read of a field: its name, its range, its default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kling_desktop.domain.catalog import FieldKind

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Field

LABELS: Final = {
    "prompt": "Prompt",
    "negative_prompt": "Keep out",
    "duration": "Length (seconds)",
    "aspect_ratio": "Frame",
    "cfg_scale": "Closeness to the prompt",
    "effect_scene": "Scene",
    "multi_prompt": "Shots",
    "image_url": "Start picture",
    "start_image_url": "Start picture",
    "tail_image_url": "End picture",
    "end_image_url": "End picture",
    "input_image_urls": "Pictures",
    "image_urls": "Reference pictures",
    "elements": "Elements",
    "frontal_image_url": "From the front",
    "reference_image_urls": "From other sides",
    "video_url": "Video",
    "audio_url": "Sound",
    "text": "Words that are spoken",
    "voice_id": "Voice",
    "voice_ids": "Voices",
    "voice_language": "Language",
    "voice_speed": "Pace of the voice",
    "generate_audio": "Make sound",
    "keep_audio": "Keep the video's sound",
    "keep_original_sound": "Keep the video's sound",
    "character_orientation": "Character faces as in the",
    "advanced_camera_control": "Camera, by strength",
    "camera_control": "Camera, ready-made",
    "movement_type": "Movement",
    "movement_value": "Strength",
    "shot_type": "Division into shots",
    "asmr_mode": "Detailed sounds (ASMR)",
    "background_music_prompt": "Music",
    "sound_effect_prompt": "Sound effects",
}
ONE_OF: Final = {"multi_prompt": "Shot", "elements": "Element"}
"""What one record of a list is called."""


def label_of(field: Field) -> str:
    """What people read, or hear, for a field of fal's."""
    return LABELS.get(field.name, field.name.replace("_", " ").capitalize())


def one_of(field: Field) -> str:
    """What an entry of a list is called."""
    return ONE_OF.get(field.name, label_of(field))


def choice_words(choice: str) -> str:
    """A choice of fal's as people read it: ``right_turn_forward`` without its joints."""
    words = choice.replace("_", " ")
    return words if words[:1].isdigit() else words[:1].upper() + words[1:]


def bounds_words(field: Field) -> str:
    """How much a field takes; empty where there is no limit or it is in sight anyway."""
    if field.minimum is not None and field.maximum is not None:
        joint = "\N{EN DASH}" if field.minimum >= 0 else " to "
        return f"{field.minimum:g}{joint}{field.maximum:g}"
    if field.max_items is not None:
        most = f"up to {field.max_items}"
        return f"{field.min_items} or {field.max_items}" if _one_or_two(field) else most
    return ""


def default_words(field: Field) -> str:
    """The default as a tip tells it."""
    match field.default:
        case None | "":
            return "left open"
        case bool(on):
            return "yes" if on else "no"
        case float(number):
            return f"{number:g}"
        case text:
            return str(text)


def is_blank(value: Any) -> bool:
    """Whether there is nothing to send."""
    return value is None or value in ("", [], {})


def is_open(field: Field) -> bool:
    """Whether a choice or a flag may be left to the model."""
    kinds = {FieldKind.CHOICE, FieldKind.FLAG}
    return field.kind in kinds and field.default is None and not field.required


def _one_or_two(field: Field) -> bool:
    return (field.min_items, field.max_items) == (1, 2)
