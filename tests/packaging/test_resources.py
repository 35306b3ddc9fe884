"""What ships beside the code is whole: every icon can be tinted, every sample has its terms."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

RESOURCES = Path(__file__).parents[2] / "resources"
APP_ICON = "kling-desktop"

OUTLINES = sorted(path for path in (RESOURCES / "icons").glob("*.svg") if path.stem != APP_ICON)
SAMPLES = sorted((RESOURCES / "samples").glob("*.jpg"))


@pytest.mark.parametrize("path", OUTLINES, ids=lambda path: path.stem)
def test_an_outline_icon_is_one_colour_on_the_common_grid(path: Path) -> None:
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    look = {name: root.get(name) for name in ("viewBox", "fill", "stroke", "stroke-width")}
    assert look == {"viewBox": "0 0 24 24", "fill": "none", "stroke": "#000", "stroke-width": "2"}
    assert not any(
        {"fill", "stroke"} & set(part.attrib) for part in root.iter() if part is not root
    )


def test_the_programs_icon_ships_as_a_picture_too() -> None:
    with Image.open(RESOURCES / "icons" / f"{APP_ICON}-256.png") as picture:
        assert picture.size == (256, 256)
        corner = picture.convert("RGBA").getpixel((0, 0))
    assert corner == (0, 0, 0, 0)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_whole_and_states_its_size_and_its_terms(path: Path) -> None:
    with Image.open(path) as picture:
        picture.load()
        width, height = picture.size
    terms = (RESOURCES / "samples" / "README.md").read_text(encoding="utf-8")
    (row,) = [line for line in terms.splitlines() if f"`{path.name}`" in line]
    assert f"{width}x{height}" in row
