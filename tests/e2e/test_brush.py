"""A project file from the command line: its masks and paths arrive as they were painted, once."""

from __future__ import annotations

import io
import json
import subprocess
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from PIL import Image

from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.motion.document import PictureRef
from kling_desktop.domain.motion.geometry import Size
from kling_desktop.domain.motion.project import Project
from kling_desktop.domain.motion.unpng import decode_mask
from kling_desktop.paths import Places, own_command
from kling_desktop.storage.projects import write_project
from kling_desktop.wiring import open_ledger
from tests.domain.motion.documents import a_document
from tests.e2e.conftest import IMAGE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Bill, Kling

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]

PRO, STANDARD = (
    f"fal-ai/kling-video/{each}/image-to-video" for each in ("v1.5/pro", "v1/standard")
)
SIZE = Size(640, 480)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A picture that lies on its side, as a phone held upright takes it, painted upright."""
    picture = Image.effect_noise((SIZE.height, SIZE.width), 90).convert("RGB")
    exif = picture.getexif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=exif)
    document = replace(a_document(SIZE), picture=PictureRef(SIZE, "holiday.jpg"))
    work = Project(
        document=document,
        endpoint=PRO,
        parameters={"prompt": "The boats part", "aspect_ratio": "16:9"},
        suffix=".jpg",
    )
    path = tmp_path / "holiday.klproj"
    write_project(path, work, buffer.getvalue())
    return path


def _generate(kling: Kling, endpoint: str, project: Path, *more: str) -> Any:
    done = kling.run("generate", endpoint, "--project", str(project), "--json", *more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_dry_run_shows_the_masks_and_points_that_would_be_sent(
    kling: Kling, project: Path
) -> None:
    told = _generate(kling, PRO, project, "--dry-run")
    assert told["sent"] is False
    assert told["body"]["prompt"] == "The boats part"
    assert [each["field"] for each in told["masks"]] == [
        "static_mask_url", "dynamic_masks.0", "dynamic_masks.1",
    ]  # fmt: skip
    areas = [each["area_percent"] for each in told["masks"]]
    assert areas == [98.0, 1.0, 1.0]
    for mask, sent in zip(told["masks"][1:], told["body"]["dynamic_masks"], strict=True):
        assert (mask["width"], mask["height"], len(mask["sha256"])) == (640, 480, 64)
        assert mask["trajectories"] == sent["trajectories"]
        assert 2 <= len(sent["trajectories"]) <= 77
    assert told["masks"][1]["bounds"] == [128, 216, 192, 264]
    assert told["estimate_usd"] == 0.5
    assert not (kling.home / "ledger.sqlite3").exists()


def test_masks_and_points_arrive_and_are_billed_once(
    kling: Kling, bill: Bill, project: Path
) -> None:
    planned = _generate(kling, PRO, project, "--dry-run")
    made = _generate(kling, PRO, project)
    assert made["status"] == "done"
    (request,) = bill.requests(PRO)
    assert request["request_id"] == made["request_id"]
    body = _sent(kling)
    document = a_document(SIZE)
    wanted = [document.static.mask, *(each.mask for each in document.dynamic)]
    urls = [body["static_mask_url"], *(each["mask_url"] for each in body["dynamic_masks"])]
    for url, mask in zip(urls, wanted, strict=True):
        data = httpx.get(url).raise_for_status().content
        assert decode_mask(data, SIZE) == mask
    with Image.open(io.BytesIO(httpx.get(body["image_url"]).content)) as picture:
        assert picture.size == SIZE  # upright, as the masks are
    points = [each["trajectories"] for each in body["dynamic_masks"]]
    assert points == [each["trajectories"] for each in planned["body"]["dynamic_masks"]]


def _sent(kling: Kling) -> dict[str, Any]:
    """The body as the ledger has it, which is what left."""
    with closing(open_ledger(Places(kling.home, kling.home / "clips"))) as ledger:
        (job,) = ledger.newest()
    assert job.body is not None
    return dict(job.body)


def test_an_endpoint_that_has_fewer_fields_takes_what_it_knows(kling: Kling, project: Path) -> None:
    told = _generate(kling, STANDARD, project, "--dry-run")
    assert "aspect_ratio" not in told["body"]
    assert len(told["masks"]) == 3


def test_on_1_6_pro_the_brush_goes_nowhere_until_somebody_says_where(
    kling: Kling, project: Path
) -> None:
    words = ("generate", IMAGE, "--project", str(project), "--dry-run", "--json")
    asked = kling.run(*words)
    assert asked.returncode == 2
    assert "--brush-endpoint" in json.loads(asked.stdout)["error"]["message"]
    for endpoint in (PRO, IMAGE):
        told = json.loads(kling.run(*words, "--brush-endpoint", endpoint).stdout)
        assert told["endpoint"] == endpoint
        assert len(told["body"]["dynamic_masks"]) == 2
    wrong = kling.run(*words, "--brush-endpoint", "fal-ai/kling-video/v1.6/pro/text-to-video")
    assert wrong.returncode == 2
    assert PRO in wrong.stderr


def test_an_endpoint_without_the_brush_names_those_that_have_it(
    kling: Kling, project: Path
) -> None:
    standard = "fal-ai/kling-video/v1.6/standard/image-to-video"
    done = kling.run("generate", standard, "--project", str(project), "--dry-run")
    assert done.returncode == 2
    assert all(each in done.stderr for each in (PRO, STANDARD, "Nothing was sent"))


def test_a_program_that_is_killed_goes_on_with_its_masks(
    kling: Kling, bill: Bill, project: Path, reap: list[Any]
) -> None:
    words = ("generate", PRO, "--project", str(project), "--json")
    program = subprocess.Popen(own_command(*words), env=kling.environment, stdout=-3, stderr=-3)
    reap.append(program)
    _wait_for_a_job(kling)
    program.kill()
    program.wait()
    project.unlink()
    (done,) = json.loads(kling.run("jobs", "resume", "--json").stdout)
    assert done["status"] == "done"
    assert len(bill.requests(PRO)) == 1
    assert len(_sent(kling)["dynamic_masks"]) == 2


def _wait_for_a_job(kling: Kling) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with closing(open_ledger(Places(kling.home, kling.home / "clips"))) as ledger:
            if any(each.state is not JobState.SENDING for each in ledger.newest()):
                return
        time.sleep(0.01)
    raise AssertionError("no job was begun")


def test_a_broken_project_is_one_sentence(kling: Kling, project: Path) -> None:
    project.write_bytes(project.read_bytes()[:-40])
    done = kling.run("generate", PRO, "--project", str(project), "--json")
    assert done.returncode == 2
    error = json.loads(done.stdout)["error"]
    assert error["code"] == "bad_project"
    assert error["message"].startswith("holiday.klproj: is not a project file, or it is cut short.")
    assert "Nothing was sent and nothing will be charged." in error["message"]
