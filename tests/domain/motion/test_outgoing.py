"""What is drawn is what is sent, whole or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.errors import InvalidParams
from kling_desktop.domain.motion.document import DYNAMIC, MotionDocument, Region
from kling_desktop.domain.motion.geometry import Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.outgoing import fields_of, outgoing
from kling_desktop.domain.motion.trajectory import Trajectory
from kling_desktop.domain.motion.unpng import decode_mask
from tests.domain.motion.documents import a_document

SIZE = Size(400, 300)


def test_each_region_is_a_mask_of_the_pictures_size_with_its_facts() -> None:
    document = a_document()
    static, first, second = outgoing(document, Origin.BOTTOM_LEFT)
    assert [each.field for each in (static, first, second)] == [
        "static_mask_url", "dynamic_masks.0", "dynamic_masks.1",
    ]  # fmt: skip
    for mask, region in zip((first, second, static), document.regions, strict=True):
        assert decode_mask(mask.png, SIZE) == region.mask
        assert (mask.area, mask.bounds) == (region.mask.area, region.mask.bounds)
    told = first.as_json
    assert told["sha256"] == hashlib.sha256(first.png).hexdigest()
    assert told["area_percent"] == 1.0
    assert told["bounds"] == [80, 135, 120, 165]
    assert told["trajectories"][0] == {"x": 100, "y": 149}
    assert told["trajectories"][-1] == {"x": 140, "y": 179}


def test_the_fields_have_the_shape_that_kling_wants() -> None:
    masks = outgoing(a_document(), Origin.BOTTOM_LEFT)
    fields = fields_of(masks, ("a", "b", "c"))
    assert fields["static_mask_url"] == "a"
    assert [each["mask_url"] for each in fields["dynamic_masks"]] == ["b", "c"]
    assert fields["dynamic_masks"][0]["trajectories"] == masks[1].trajectories


def test_a_region_without_a_path_or_without_pixels_is_not_dropped_in_silence() -> None:
    document = a_document()
    first, second = document.dynamic
    document = document.with_region(replace(first, trajectory=Trajectory()))
    document = document.with_region(replace(second, mask=Mask.empty(SIZE)))
    with pytest.raises(InvalidParams) as caught:
        outgoing(document, Origin.BOTTOM_LEFT)
    assert [each.field for each in caught.value.problems] == ["Region 1", "Region 2"]


def test_a_region_that_is_made_but_blank_is_nothing() -> None:
    document = MotionDocument.blank(a_document().picture)
    assert (
        outgoing(document.with_region(Region(DYNAMIC[3], Mask.empty(SIZE))), Origin.TOP_LEFT) == ()
    )
