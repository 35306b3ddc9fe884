"""What a preset takes from the form, and what it says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kling_desktop.domain.wording import Preset
from kling_desktop.ui.forms.labels import label_of

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Catalog
    from kling_desktop.ui.compose.panel import ComposePanel

WORDS: Final = ("prompt", "multi_prompt")
"""What a clip is about, which most presets are not."""


def kept(name: str, panel: ComposePanel, *, with_words: bool) -> Preset:
    """The settings in the form under a name."""
    settings = panel.settings()
    left_out = () if with_words else WORDS
    values = {each: value for each, value in settings.items() if each not in left_out}
    return Preset(name, panel.endpoint.id, values)


def with_words(preset: Preset, panel: ComposePanel) -> dict[str, Any]:
    """Its values; where it has no words, those in the form stay."""
    now = panel.settings()
    return {each: now[each] for each in WORDS if each in now} | dict(preset.values)


def shown(preset: Preset, catalog: Catalog) -> str:
    """The model and every value, a line each."""
    found = [each for each in catalog.endpoints if each.id == preset.endpoint]
    if not found:
        return f"{preset.endpoint}\n(not offered any more)"
    known = {each.name: each for each in found[0].fields}
    lines = [
        f"{label_of(known[name])}: {value}"
        for name, value in preset.values.items()
        if name in known
    ]
    return "\n".join((found[0].title, "", *lines))
