"""What is doubtful about a path is said before it is paid for."""

from __future__ import annotations

import pytest

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import STATIC, MotionDocument
from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.path_checks import FlawKind, flaws
from kling_desktop.domain.motion.trajectory import Ease, Trajectory
from tests.domain.motion import shapes
from tests.domain.motion.shapes import ONE, SIZE, TWO, box

MIDDLE = Point(150, 250)


def line(x: float, y: float, ease: Ease = Ease.EVEN) -> Trajectory:
    return Trajectory(Trajectory.through([MIDDLE, MIDDLE + Point(x, y)]).nodes, ease)


def kinds(document: MotionDocument, sent: Size = SIZE) -> list[FlawKind]:
    return [each.kind for each in flaws(document, sent)]


def zigzag() -> Trajectory:
    """Two hundred sharp turns."""
    points = [Point(150 + i * 2.0, 250 + 60.0 * (i % 2)) for i in range(200)]
    return Trajectory.through(points)


def spring() -> Trajectory:
    """So narrow turns that it needs many points, which then lie together where it is slow."""
    points = [Point(150 + i * 4.0, 250 + 8.0 * (i % 2)) for i in range(40)]
    return Trajectory.through(points)


def test_a_good_path_has_none() -> None:
    assert kinds(shapes.document(line(120, 0))) == []


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (line(5, 0), FlawKind.TOO_SHORT),
        (line(40, 0), FlawKind.WEAK),
        (Trajectory.through([Point(300, 100), Point(450, 100)]), FlawKind.STARTS_OUTSIDE),
        (line(-200, 0), FlawKind.LEAVES_FRAME),
        (line(0, 230), FlawKind.LEAVES_FRAME),
        (Trajectory(spring().nodes, Ease.IN), FlawKind.STEPPED),
        (zigzag(), FlawKind.TOO_WINDING),
    ],
)
def test_each_doubt_has_its_path(path: Trajectory, kind: FlawKind) -> None:
    assert kind in kinds(shapes.document(path))


def test_the_peak_of_an_eased_path_counts_for_its_speed() -> None:
    far = Trajectory.through([MIDDLE, Point(630, 250), Point(10, 250)])
    assert FlawKind.TOO_FAST not in kinds(shapes.document(far))
    eased = Trajectory(far.nodes, Ease.IN)
    assert FlawKind.TOO_FAST in kinds(shapes.document(eased))


def test_a_path_over_what_stays_is_doubtful() -> None:
    document = edits.paint(shapes.document(line(200, 0)), STATIC, box(300, 0, 320, 480))
    assert kinds(document) == [FlawKind.CROSSES_STATIC]


def test_what_could_not_be_sent_stops() -> None:
    document = edits.paint(shapes.document(), TWO, box(0, 0, 10, 10))
    document = edits.give_mask(document, ONE, Mask.empty(SIZE))
    document = edits.give_trajectory(document, ONE, line(100, 0))
    found = flaws(document, SIZE)
    assert [(each.kind, each.region.id) for each in found] == [
        (FlawKind.NO_PIXELS, ONE),
        (FlawKind.NO_PATH, TWO),
    ]
    assert all(each.stops_sending for each in found)


def test_a_region_too_small_for_the_sent_picture_stops() -> None:
    document = edits.give_mask(shapes.document(line(100, 0)), ONE, box(101, 201, 102, 202))
    assert kinds(document, Size(64, 48)) == [FlawKind.VANISHES]


def test_a_region_without_anything_says_nothing() -> None:
    assert kinds(edits.add(shapes.document(line(120, 0)))) == []


@pytest.mark.parametrize(
    "document",
    [
        shapes.document(),
        shapes.document(line(5, 0)),
        shapes.document(line(40, 0)),
        shapes.document(line(-200, 0)),
        shapes.document(zigzag()),
    ],
)
def test_sentences_name_the_region_and_say_what_to_do(document: MotionDocument) -> None:
    found = flaws(edits.rename(document, ONE, "Boat"), SIZE)
    assert found
    for each in found:
        assert "Boat" in each.sentence
        assert "{" not in each.sentence
        assert not each.stops_sending or "nothing is sent" in each.sentence
