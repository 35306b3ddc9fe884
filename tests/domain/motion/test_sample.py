"""The sample that a first start shows is one to learn from: nothing about it is doubtful."""

from __future__ import annotations

import pytest
from PIL import Image

from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.motion.advice import Wanted, advise
from kling_desktop.domain.motion.document import PictureRef, RegionId
from kling_desktop.domain.motion.geometry import Size
from kling_desktop.domain.motion.sample import ENDPOINT, PICTURE, PROMPT, SIZE, sample
from kling_desktop.paths import resource


def test_there_is_nothing_to_be_put_right_before_it_is_paid_for() -> None:
    endpoint = load_catalog().endpoint(ENDPOINT)
    document = sample(PictureRef(SIZE, "boat.jpg"))
    values = {"prompt": PROMPT, "duration": "5"}
    assert advise(Wanted(document, endpoint, values)) == ()
    assert endpoint.brush is not None


def test_it_is_painted_on_the_picture_that_is_shipped() -> None:
    with Image.open(resource(PICTURE)) as picture:
        assert picture.size == SIZE
    boat = sample(PictureRef(SIZE)).region(RegionId(1))
    assert boat is not None
    assert 0.05 < boat.mask.area / (SIZE.width * SIZE.height) < 0.15
    with pytest.raises(ValueError, match="1280 x 720"):
        sample(PictureRef(Size(640, 480)))
