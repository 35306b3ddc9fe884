"""The motion before the money, and whether the brush took: both from the command line."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import numpy as np
import pytest
from PIL import Image

from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import DYNAMIC, STATIC, MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.project import Project
from kling_desktop.domain.motion.trajectory import Trajectory
from kling_desktop.media.encode import write_mp4
from kling_desktop.media.probe import measure
from kling_desktop.storage.projects import write_project
from tests.media.motion.pictures import disc, with_ball

if TYPE_CHECKING:
    from tests.e2e.conftest import Bill, Kling

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]

SIZE = Size(480, 360)
PRO = "fal-ai/kling-video/v1.5/pro/image-to-video"


def painted() -> MotionDocument:
    picture, mask = with_ball()
    blank = MotionDocument.blank(PictureRef(SIZE, "ball.png"))
    document = edits.paint(blank, DYNAMIC[0], Mask.of(mask))
    way = Trajectory.through([Point(150, 180), Point(240, 120)])
    document = edits.give_trajectory(document, DYNAMIC[0], way)
    return edits.paint(document, STATIC, Mask.of(disc(picture, 380, 280, 50)))


def saved(path: Path, document: MotionDocument) -> Path:
    buffer = io.BytesIO()
    Image.fromarray(with_ball()[0]).save(buffer, "PNG")
    work = Project(document=document, endpoint=PRO, parameters={"prompt": "A ball"})
    write_project(path, work, buffer.getvalue())
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return saved(tmp_path / "ball.klproj", painted())


def test_a_preview_follows_what_is_painted_and_passes_the_check(
    kling: Kling, project: Path, tmp_path: Path
) -> None:
    out = tmp_path / "ball.mp4"
    done = kling.run("preview", str(project), "-o", str(out), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["file"] == str(out)
    assert told["mark"] == "PREVIEW, NOT THE MODEL"
    assert measure(out).frames == told["frames"] == 150
    assert [each.name for each in tmp_path.glob("*.mp4")] == ["ball.mp4"]
    checked = kling.run("check", str(out), "--project", str(project), "--json")
    assert checked.returncode == 0, checked.stderr
    verdict = json.loads(checked.stdout)
    assert (verdict["judged"], verdict["took"]) == (True, "yes")
    assert verdict["score"] > 0.9
    assert verdict["static_drift"] < 0.01
    assert verdict["ratio"] > 5
    for_people = kling.run("check", str(out), "--project", str(project))
    assert for_people.stdout.startswith("The brush took.\n  Region 1 followed its path")


def test_another_clip_is_judged_as_well_and_is_not_praised(
    kling: Kling, project: Path, tmp_path: Path
) -> None:
    still = with_ball()[0]
    write_mp4(tmp_path / "still.mp4", (still for _ in range(30)), size=SIZE)
    done = kling.run("check", str(tmp_path / "still.mp4"), "--project", str(project), "--json")
    assert done.returncode == 0, done.stderr
    verdict = json.loads(done.stdout)
    assert (verdict["took"], verdict["headline"]) == ("no", "The brush was ignored.")


def test_a_clip_in_which_nothing_can_be_followed_is_no_pass(
    kling: Kling, project: Path, tmp_path: Path
) -> None:
    grey = np.full((360, 480, 3), 128, np.uint8)
    write_mp4(tmp_path / "grey.mp4", (grey for _ in range(5)), size=SIZE)
    done = kling.run("check", str(tmp_path / "grey.mp4"), "--project", str(project), "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["judged"] is False


def test_loops_of_ten_seconds(kling: Kling, project: Path, tmp_path: Path) -> None:
    out = tmp_path / "ball.webp"
    words = ("preview", str(project), "-o", str(out), "--seconds", "10", "--json")
    assert json.loads(kling.run(*words).stdout)["frames"] == 300
    with Image.open(out) as image:
        assert getattr(image, "n_frames", 1) == 150


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("preview {p} -o {t}/a.avi", "-o must end as one of these do"),
        ("preview {t}/none.klproj -o {t}/a.mp4", "none.klproj"),
        ("preview {blank} -o {t}/a.mp4", "blank.klproj has nothing that moves"),
        ("preview {p} -o {t}/nowhere/a.mp4", "cannot be written to"),
        ("check {t}/none.mp4 --project {p}", "none.mp4 is not there"),
        ("check {p} --project {p}", "ball.klproj is not a video that can be followed"),
        ("check {p} --project {blank}", "blank.klproj has nothing painted"),
    ],
)
def test_what_cannot_be_done_is_one_calm_sentence(
    kling: Kling, project: Path, tmp_path: Path, words: str, complaint: str
) -> None:
    blank = saved(tmp_path / "blank.klproj", MotionDocument.blank(PictureRef(SIZE)))
    line = [each.format(p=project, t=tmp_path, blank=blank) for each in words.split()]
    done = kling.run(*line, "--json")
    assert done.returncode == 2, done.stderr
    message = json.loads(done.stdout)["error"]["message"]
    assert complaint in message
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("**/*.part*"))


def test_after_a_download_the_clip_is_looked_at_by_itself(
    kling: Kling, bill: Bill, project: Path
) -> None:
    done = kling.run("generate", PRO, "--project", str(project), "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert (made["status"], made["brush"]["took"]) == ("done", "yes")
    assert "The brush took." in done.stderr
    (path,) = made["files"]
    beside = json.loads(Path(f"{path}.kling.json").read_bytes())
    assert beside["brush"] == made["brush"]
    shown = kling.run("jobs", "show", made["job_id"]).stdout
    assert "The brush took. Region 1 followed its path" in shown


def test_a_brush_that_was_ignored_is_told_although_the_job_is_done(
    kling: Kling, bill: Bill, project: Path
) -> None:
    rule = {"fault": "ignore_brush", "stage": "model"}
    key = {"Authorization": f"Key {bill.lease.key}"}
    httpx.put(f"{bill.lease.url}/sandbox/weather", json=[rule], headers=key).raise_for_status()
    done = kling.run("generate", PRO, "--project", str(project), "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert (made["status"], made["brush"]["took"]) == ("done", "no")
    assert made["brush"]["headline"] == "The brush was ignored."
    shown = kling.run("jobs", "show", made["job_id"]).stdout
    assert "The brush was ignored." in shown
