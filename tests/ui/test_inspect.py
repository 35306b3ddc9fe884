"""The window that shows what will be sent: every mask, every point, every byte, and no key."""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from kling_desktop.domain.body import encoded
from kling_desktop.domain.catalog import Origin, load_catalog
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.events import JobAdded
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.parcel import (
    HIDDEN_KEY,
    Inspection,
    Letter,
    Parcel,
    SentFile,
    SentMask,
    SentPoint,
)
from kling_desktop.ui.inspect.dialog import ALONE, SMALLEST, InspectDialog
from kling_desktop.ui.inspect.loading import Images, load
from kling_desktop.ui.inspect.saving import save_everything
from kling_desktop.ui.inspect.words import CROSS, Page
from tests.helpers.worlds import BRUSH, T2V, a_job
from tests.ui.fakes import FakeEngine, eventually
from tests.ui.layouts import cut_off
from tests.ui.looks import from_text, problems_shown

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from kling_desktop.ui.main_window import MainWindow
    from kling_desktop.ui.studio import Studio

WIDTH, HEIGHT = 320, 200
FIELD = "dynamic_masks.0.mask_url"
LETTER = Letter("POST", "https://queue.fal.run/" + BRUSH, (("Authorization", HIDDEN_KEY),))


def a_file(folder: Path, name: str, field: str, colour: str, mode: str = "RGB") -> SentFile:
    path = folder / name
    image = Image.new(mode, (WIDTH, HEIGHT), 0 if mode == "L" else "navy")
    image.paste(colour if mode == "RGB" else 255, (0, 0, WIDTH // 2, HEIGHT))
    image.save(path)
    data = path.read_bytes()
    return SentFile(
        name=name, path=str(path), fields=(field,), address=f"upload:{name}", size=len(data),
        sha256=hashlib.sha256(data).hexdigest(), width=WIDTH, height=HEIGHT,
    )  # fmt: skip


@pytest.fixture
def painted(tmp_path: Path) -> Inspection:
    """A picture whose left half moves along three points, and whose left half stays as well."""
    points = ((40, 20), (160, 100), (280, 180))
    files = (
        a_file(tmp_path, "boat.png", "image_url", "teal"),
        a_file(tmp_path, "mask-0.png", "static_mask_url", "", "L"),
        a_file(tmp_path, "mask-4.png", FIELD, "", "L"),
    )
    body = {
        "prompt": "drifts\nand \N{SAILBOAT}",
        "image_url": "upload:boat.png",
        "static_mask_url": "upload:mask-0.png",
        "dynamic_masks": [
            {
                "mask_url": "upload:mask-4.png",
                "trajectories": [{"x": x, "y": HEIGHT - 1 - y} for x, y in points],
            }
        ],
    }
    masks = (
        SentMask("static_mask_url", 0, "Static", "upload:mask-0.png"),
        SentMask(
            FIELD, 4, "The boat", "upload:mask-4.png",
            tuple(SentPoint(x, y, HEIGHT - 1 - y) for x, y in points),
        ),
    )  # fmt: skip
    parcel = Parcel(
        endpoint=load_catalog().endpoint(BRUSH), body=body, files=files, masks=masks,
        origin=Origin.BOTTOM_LEFT,
    )  # fmt: skip
    return Inspection(parcel=parcel, letter=LETTER, backend="live", estimate_usd=Decimal("0.50"))


@pytest.fixture
def plain() -> Inspection:
    parcel = Parcel(endpoint=load_catalog().endpoint(T2V), body={"prompt": "a lake"})
    return Inspection(parcel=parcel, letter=LETTER, backend="sandbox", estimate_usd=Decimal("0.49"))


@pytest.fixture
def dialog(
    qtbot: QtBot, window: MainWindow, dressed: QApplication, painted: Inspection
) -> InspectDialog:
    made = InspectDialog(window, painted, load(painted.parcel))
    qtbot.addWidget(made)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    with qtbot.waitExposed(made):
        made.open()
    return made


# What is shown


def test_the_body_is_shown_as_it_is_sent(dialog: InspectDialog, painted: Inspection) -> None:
    body = painted.parcel.body
    assert json.loads(dialog.text.toPlainText()) == body
    dialog.pages.set_value(Page.RAW)
    dialog.pages.changed.emit()
    assert dialog.text.toPlainText().encode() == encoded(body)


def test_price_date_address_and_headers_are_there_and_the_key_is_not(
    dialog: InspectDialog,
) -> None:
    assert "$0.50" in dialog.price.text()
    assert "as of 20" in dialog.price.text()
    assert dialog.head.text().startswith("POST https://queue.fal.run/fal-ai/")
    assert "Authorization: Key" in dialog.head.text()
    assert "hidden" in dialog.head.text()


def test_each_file_is_told_with_name_size_and_hash(
    dialog: InspectDialog, painted: Inspection
) -> None:
    table = dialog.files
    rows = [
        [item.text() for column in range(5) if (item := table.item(row, column))]
        for row in range(table.rowCount())
    ]
    last = painted.parcel.files[2]
    assert rows[2] == [
        "mask-4.png",
        "dynamic_masks.0",
        f"320 {CROSS} 200",
        str(last.size),
        last.sha256,
    ]
    table.setCurrentCell(2, 0)
    table.copy()
    assert QGuiApplication.clipboard().text() == "\t".join(rows[2])


def test_a_mask_can_be_taken_off_the_picture(dialog: InspectDialog) -> None:
    def colour() -> int:
        return dialog.picture.grab().toImage().pixel(*where)

    middle = dialog.picture.rect().center()
    where = (middle.x() - 30, middle.y() + 40)
    both = colour()
    item = dialog.masks.topLevelItem(1)
    assert item is not None
    item.setCheckState(0, Qt.CheckState.Unchecked)
    assert dialog.picture.shown_masks == {"static_mask_url"}
    one = colour()
    assert one != both


def test_a_mask_alone_is_black_and_white_at_its_exact_size(dialog: InspectDialog) -> None:
    item = dialog.masks.topLevelItem(1)
    assert item is not None
    dialog.masks.setCurrentItem(item)
    dialog.ways.set_value(ALONE)
    dialog.ways.changed.emit()
    dialog.whole.setChecked(True)
    image = dialog.picture.image
    assert (image.width(), image.height()) == (WIDTH, HEIGHT)
    assert [image.pixelColor(x, 9).name() for x in (0, 159, 160, 319)] == [
        "#ffffff", "#ffffff", "#000000", "#000000",
    ]  # fmt: skip


def test_a_chosen_point_is_told_from_both_origins(dialog: InspectDialog) -> None:
    dialog.masks.choose((FIELD, 2))
    told = dialog.point.text()
    assert "The boat, point 3 of 3 (the last)" in told
    assert "280, 180 from the picture's top left" in told
    assert "280, 19 in the request, from the bottom left" in told


def test_the_mouse_finds_a_point_and_a_click_goes_to_it(
    qtbot: QtBot, dialog: InspectDialog
) -> None:
    spot = dialog.picture.at((FIELD, 1))
    assert spot is not None
    QTest.mouseMove(dialog.picture, QPoint(2, 2))
    QTest.mouseMove(dialog.picture, spot.toPoint() + QPoint(3, 2))
    qtbot.waitUntil(lambda: "point 2 of 3: 160, 100" in dialog.point.text())
    QTest.mouseClick(dialog.picture, Qt.MouseButton.LeftButton, pos=spot.toPoint())
    assert dialog.masks.point == (FIELD, 1)


def test_a_picture_that_is_gone_leaves_the_rest(
    qtbot: QtBot, window: MainWindow, painted: Inspection, tmp_path: Path
) -> None:
    for each in painted.parcel.files:
        (tmp_path / each.name).unlink()
    images = load(painted.parcel)
    assert images == Images(images.picture, images.whole, {})
    made = InspectDialog(window, painted, images)
    qtbot.addWidget(made)
    made.grab()
    assert made.masks.topLevelItemCount() == 2


@pytest.mark.parametrize("size", [SMALLEST, (1600, 1000)])
def test_nothing_is_cut_off(dialog: InspectDialog, qtbot: QtBot, size: tuple[int, int]) -> None:
    dialog.resize(*size)
    qtbot.waitUntil(lambda: dialog.width() == size[0])
    for page in Page:
        dialog.pages.set_value(page)
        dialog.pages.changed.emit()
        QGuiApplication.processEvents()
        assert cut_off(dialog) == []


# Programs


@pytest.mark.parametrize("page", [Page.CURL, Page.PYTHON, Page.JAVASCRIPT])
def test_what_is_copied_is_the_program(dialog: InspectDialog, page: Page) -> None:
    dialog.pages.set_value(page)
    dialog.pages.changed.emit()
    QTest.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == dialog.text_of(page)
    assert "FAL_KEY" in dialog.text_of(page)
    assert dialog.copy.text() == "Copied"


def test_everything_is_saved_into_a_folder_of_its_own(painted: Inspection, tmp_path: Path) -> None:
    now = datetime(2026, 11, 25, 14, 30, tzinfo=UTC)
    first, second = (save_everything(painted.parcel, tmp_path, now) for _ in range(2))
    assert first != second
    assert {each.name for each in first.iterdir()} == {
        "boat.png", "mask-0.png", "mask-4.png",
        "request.json", "request.sh", "request.py", "request.mjs",
    }  # fmt: skip
    assert json.loads((first / "request.json").read_bytes()) == painted.parcel.body
    for each in painted.parcel.files:
        assert hashlib.sha256((first / each.name).read_bytes()).hexdigest() == each.sha256
    assert "upload_file('boat.png')" in (first / "request.py").read_text("utf-8")


def test_a_file_that_has_changed_meanwhile_is_not_saved_as_if_it_had_not(
    painted: Inspection, tmp_path: Path
) -> None:
    (tmp_path / "mask-4.png").write_bytes(b"another mask")
    below = tmp_path / "below"
    below.mkdir()
    with pytest.raises(OSError, match="has changed"):
        save_everything(painted.parcel, below, datetime.now(UTC))
    assert list(below.iterdir()) == []


# In the window


async def test_the_button_opens_it_and_nothing_is_ordered(
    studio: Studio, window: MainWindow, engine: FakeEngine, plain: Inspection
) -> None:
    from_text(window)
    engine.on_inspect.then(plain)
    button = next(
        each
        for each in window.compose.findChildren(QPushButton)
        if each.text().startswith("See what will be sent")
    )
    button.click()
    await eventually(lambda: studio.inspector.dialog)
    dialog = studio.inspector.dialog
    assert dialog is not None
    [(draft,)] = engine.on_inspect.calls
    assert (draft.endpoint, draft.values["prompt"]) == (T2V, "the boat drifts")
    assert engine.on_generate.calls == []
    assert dialog.windowTitle().startswith("What will be sent")
    assert dialog.price.text().startswith("Nothing in the sandbox.")
    assert not dialog.masks.isVisible()
    dialog.resize(900, 600)
    place = dialog.place()
    dialog.reject()
    assert studio.inspector.dialog is None
    assert window.remember()["inspector"] == place


async def test_what_would_be_sent_is_what_is_ordered_next(
    studio: Studio, window: MainWindow, engine: FakeEngine, plain: Inspection
) -> None:
    from_text(window)
    engine.on_inspect.then(plain)
    window.actions_by_id["inspect"].trigger()
    await eventually(lambda: studio.inspector.dialog)
    assert studio.inspector.dialog is not None
    studio.inspector.dialog.reject()
    studio.generate()
    await eventually(lambda: engine.on_generate.calls)
    assert engine.on_generate.calls == engine.on_inspect.calls


async def test_a_mistake_is_shown_at_its_field(
    studio: Studio, window: MainWindow, engine: FakeEngine
) -> None:
    from_text(window)
    engine.on_inspect.then(InvalidParams((Problem("prompt", "is missing"),)))
    window.actions_by_id["inspect"].trigger()
    await eventually(lambda: problems_shown(window))
    assert studio.inspector.dialog is None


async def test_a_job_of_the_queue_shows_what_was_sent(
    studio: Studio, window: MainWindow, engine: FakeEngine, plain: Inspection
) -> None:
    job = a_job(JobState.QUEUED, backend="sandbox", estimate_usd=Decimal("0.49"))
    studio.hear((JobAdded(job),))
    window.queue.choose(job.id)
    shown = Inspection(
        parcel=plain.parcel, letter=LETTER, backend="sandbox", estimate_usd=job.estimate_usd,
        job=job, was_sent=True,
    )  # fmt: skip
    engine.on_inspect.then(shown)
    window.actions_by_id["inspect-job"].trigger()
    await eventually(lambda: studio.inspector.dialog)
    assert engine.on_inspect.calls == [(job.id,)]
    assert studio.inspector.dialog is not None
    assert studio.inspector.dialog.windowTitle().startswith("What was sent")
    studio.inspector.dialog.reject()


async def test_without_a_chosen_job_it_says_what_to_do(studio: Studio, window: MainWindow) -> None:
    window.actions_by_id["inspect-job"].trigger()
    assert "Choose a job" in window.stage.notice.text


async def test_after_saving_programs_name_the_saved_files(
    studio: Studio, window: MainWindow, engine: FakeEngine, painted: Inspection, tmp_path: Path
) -> None:
    from_text(window)
    engine.on_inspect.then(painted)
    window.actions_by_id["inspect"].trigger()
    await eventually(lambda: studio.inspector.dialog)
    dialog = studio.inspector.dialog
    assert dialog is not None
    below = tmp_path / "out"
    await asyncio.to_thread(below.mkdir)
    dialog.folder_chosen.emit(str(below))
    await eventually(dialog.said.text)
    [folder] = await asyncio.to_thread(lambda: list(below.iterdir()))
    assert dialog.said.text() == f"Written to {folder}."
    assert str(folder / "boat.png") in dialog.text_of(Page.PYTHON)
    dialog.folder_chosen.emit(str(tmp_path / "nowhere"))
    await eventually(lambda: "Not saved" in dialog.said.text())
    dialog.reject()
