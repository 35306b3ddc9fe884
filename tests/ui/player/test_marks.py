"""What the check of a brush clip found, over the clip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from kling_desktop.ui.player.marks import at, marks_of
from kling_desktop.ui.player.marks_paint import paint_marks

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from kling_desktop.ui.player.marks import Marks

WAY = [[0.05 * step, 0.0] for step in range(11)]
TOLD: dict[str, Any] = {
    "took": "partly",
    "headline": "The brush took in part.",
    "words": [
        "Region 1 followed its path (92 %).", "Region 2 hardly moved.",
        "What should be static stayed in its place.",
    ],
    "static_outline": [[[0.8, 0.1], [0.9, 0.1], [0.9, 0.2]]],
    "regions": [
        {
            "number": 1, "took": "yes", "asked": WAY, "seen": [[x * 0.9, y] for x, y in WAY],
            "start": [0.2, 0.3], "outline": [[[0.15, 0.25], [0.25, 0.25], [0.25, 0.35]]],
        },
        {"number": 2, "took": "no", "asked": WAY, "seen": WAY[:1], "start": [0.2, 0.1]},
    ],
}  # fmt: skip


def found(told: dict[str, Any] | None = TOLD) -> Marks:
    marks = marks_of(told)
    assert marks is not None
    return marks


def test_each_region_has_its_ways_its_outline_and_its_words() -> None:
    marks = found()
    one, two = marks.regions
    assert (marks.headline, one.words) == ("The brush took in part.", TOLD["words"][0])
    assert (one.asked[0], one.asked[-1]) == ((0.2, 0.3), (0.7, 0.3))
    assert one.seen[-1] == pytest.approx((0.65, 0.3))
    assert one.outline == (((0.15, 0.25), (0.25, 0.25), (0.25, 0.35)),)
    assert (two.number, two.seen, two.outline) == (2, (), ())
    assert marks.rest == (TOLD["words"][2],)
    assert marks.text == " ".join([TOLD["headline"], *TOLD["words"]])


def test_an_older_check_without_places_still_has_words() -> None:
    bare = [{"number": 1, "took": "yes", "asked": WAY, "seen": WAY}]
    (region,) = found(TOLD | {"regions": bare}).regions
    assert (region.words, region.asked, region.outline) == (TOLD["words"][0], (), ())


@pytest.mark.parametrize("told", [None, {}, {"took": "yes"}, {"headline": 7}])
def test_where_nothing_was_said_there_are_no_marks(told: dict[str, Any] | None) -> None:
    assert marks_of(told) is None


@pytest.mark.parametrize(
    "regions",
    [
        7, [7], [{"number": 9}], [{"number": "x", "start": [0, 0]}],
        [{"number": 1, "start": [0], "asked": 3}],
        [{"number": 1, "start": [float("nan"), 0], "asked": WAY}],
        [{"number": 1, "start": [0, 0], "asked": [[1], "x", [0, None]], "outline": [[3], 4]}],
    ],
)  # fmt: skip
def test_nonsense_in_a_record_draws_nothing_and_breaks_nothing(regions: Any) -> None:
    marks = found(TOLD | {"regions": regions, "static_outline": {"x": 1}})
    assert all(not each.asked and not each.outline for each in marks.regions)


def test_a_place_on_a_way_follows_from_the_time() -> None:
    line = found().regions[0].asked
    assert at(line, 0) == (0.2, 0.3)
    assert at(line, 0.55) == pytest.approx((0.475, 0.3))
    assert at(line, 1) == at(line, 7) == (0.7, 0.3)


def painted(marks: Marks, share: float, width: int = 640) -> QImage:
    image = QImage(width, 360, QImage.Format.Format_RGB32)
    image.fill(QColor("#808080"))
    painter = QPainter(image)
    paint_marks(painter, QRect(0, 0, width, 360), marks, share)
    painter.end()
    return image


def test_the_outline_goes_along_with_what_was_seen(qapp: QApplication) -> None:
    plain = QColor("#808080")
    corner = (round(0.15 * 640), round(0.25 * 640))
    shift = round(0.45 * 640)
    first, last = painted(found(), 0.0), painted(found(), 1.0)
    assert first.pixelColor(*corner) != plain
    assert last.pixelColor(*corner) == plain
    assert last.pixelColor(corner[0] + shift, corner[1]) != plain


def test_a_clip_too_narrow_for_a_legend_keeps_its_paths(qapp: QApplication) -> None:
    wide, narrow = painted(found(), 0.0), painted(found(), 0.0, width=150)
    assert wide.pixelColor(16, 340).lightness() < 60  # the plate of the legend
    assert narrow.pixelColor(16, 340) == QColor("#808080")
    assert narrow.pixelColor(50, 45) != QColor("#808080")


def test_a_legend_that_fits_below_the_frame_does_not_hide_it(qapp: QApplication) -> None:
    image = QImage(640, 560, QImage.Format.Format_RGB32)
    image.fill(QColor("#808080"))
    painter = QPainter(image)
    paint_marks(painter, QRect(0, 0, 640, 360), found(), 0.0, image.rect())
    painter.end()
    assert image.pixelColor(16, 340) == QColor("#808080")
    assert image.pixelColor(16, 390).lightness() < 60


def test_a_legend_with_some_room_below_the_frame_hides_no_more_than_it_must(
    qapp: QApplication,
) -> None:
    image = QImage(640, 440, QImage.Format.Format_RGB32)
    image.fill(QColor("#808080"))
    painter = QPainter(image)
    paint_marks(painter, QRect(0, 0, 640, 360), found(), 0.0, image.rect())
    painter.end()
    assert image.pixelColor(16, 425).lightness() < 60
    assert image.pixelColor(16, 290) == QColor("#808080")
