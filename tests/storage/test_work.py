"""The files that were used last, and the engine's calls on the real disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.errors import BadProject
from kling_desktop.domain.motion.project import RecentProject
from kling_desktop.engine.remote import RemoteEngine
from kling_desktop.paths import Places
from kling_desktop.storage.work import MOST, StoredProjects
from kling_desktop.workrooms import brush_disk
from tests.helpers.worlds import Scene
from tests.storage.test_autosave import painted, running
from tests.storage.test_projects import a_project, measure, picture

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def projects(tmp_path: Path) -> StoredProjects:
    return StoredProjects(tmp_path / "autosave", tmp_path / "recent.json", measure)


def test_the_last_ten_files_are_known_the_newest_first(
    projects: StoredProjects, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{number}.klproj" for number in range(13)]
    for path in paths:
        projects.save(path, a_project(), picture())
    projects.open(paths[8])
    wanted = [paths[8], paths[12], paths[11], paths[10], paths[9], *reversed(paths[3:8])]
    assert projects.recent() == [RecentProject(each, is_there=True) for each in wanted]
    assert len(wanted) == MOST
    paths[12].unlink()
    assert projects.recent()[1] == RecentProject(paths[12], is_there=False)


@pytest.mark.parametrize("text", [b"", b"\xff", b"{}", b"[1, null]", b"[" * 9])
def test_a_list_that_cannot_be_read_is_an_empty_one(
    projects: StoredProjects, tmp_path: Path, text: bytes
) -> None:
    (tmp_path / "recent.json").write_bytes(text)
    assert projects.recent() == []


def test_a_file_that_is_refused_is_not_noted(projects: StoredProjects, tmp_path: Path) -> None:
    (tmp_path / "a.klproj").write_bytes(b"x")
    with pytest.raises(BadProject):
        projects.open(tmp_path / "a.klproj")
    assert projects.recent() == []


async def test_the_window_saves_opens_and_recovers_through_the_engine(tmp_path: Path) -> None:
    places = Places(tmp_path / "state", tmp_path / "clips")
    scene = Scene(tmp_path)
    scene.brush_disk = lambda: brush_disk(places)
    work = running(painted(5))
    remote = RemoteEngine(scene.engine, lambda _: None)
    await remote.open()
    await remote.save_project(tmp_path / "a.klproj", a_project(), picture())
    opened = await remote.open_project(tmp_path / "a.klproj")
    decoded = await remote.decode_bytes("image.png", opened.picture)
    assert decoded.size == opened.project.document.size
    assert await remote.recent_projects() == [RecentProject(tmp_path / "a.klproj", is_there=True)]
    await remote.keep_work(work)
    await remote.close()  # as a crash leaves it: nobody said that the work is done
    again = RemoteEngine(scene.engine, lambda _: None)
    await again.open()
    (offered,) = await again.abandoned_work()
    assert await again.take_work(offered.id) == work
    await again.end_work()
    assert await again.abandoned_work() == []
    await again.close()
