"""What will be sent, or was: the picture on the left, the bytes on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from kling_desktop.ui.forms.widgets import SegmentEditor
from kling_desktop.ui.inspect import words
from kling_desktop.ui.inspect.files import FilesTable
from kling_desktop.ui.inspect.masks import MasksList
from kling_desktop.ui.inspect.picture import InspectedPicture
from kling_desktop.ui.inspect.words import PAGES, Page
from kling_desktop.ui.parts import Button, label
from kling_desktop.ui.room import fit

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.domain.parcel import Inspection
    from kling_desktop.ui.inspect.loading import Images
    from kling_desktop.ui.inspect.picture import Place

SIZE = (1180, 760)
SMALLEST = (900, 560)
OVER, ALONE = "over", "alone"


class InspectDialog(QDialog):
    """Shows one request; it changes nothing and sends nothing."""

    folder_chosen = Signal(object)
    """Somebody wants everything in a new folder below this one."""

    def __init__(self, parent: QWidget, inspected: Inspection, images: Images) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.inspected = inspected
        self._paths: dict[str, str] = {}
        self.picture = InspectedPicture()
        self.masks = MasksList()
        self.files = FilesTable()
        self.pages = SegmentEditor("Form", tuple(PAGES), tuple(PAGES.values()))
        self.text = _Fixed("The request")
        self.ways = SegmentEditor("Show", (OVER, ALONE), ("Masks over the picture", "Mask alone"))
        self.whole = Button("Actual size")
        self.point = _facts("Where the point is")
        self.price = _facts("Price")
        self.head = _facts("Address and headers")
        self.about = label(look="muted", wrap=True)
        self.said = label(look="muted", wrap=True)
        self.copy = Button("Copy")
        self.save = Button("Save everything to a folder\N{HORIZONTAL ELLIPSIS}")
        self._lay_out()
        self._connect()
        self._tell(images)

    def text_of(self, page: Page) -> str:
        """The request in one of its forms, whole."""
        return words.text(self.inspected, page, self._paths)

    def tell_saved(self, folder: Path) -> None:
        """From now on programs name the files there."""
        here = [each for each in self.inspected.parcel.files if each.is_here]
        self._paths = {each.name: str(folder / each.name) for each in here}
        self._turn()
        self.say(f"Written to {folder}.")

    def say(self, text: str) -> None:
        """Say what became of something."""
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def place(self) -> str:
        """Where and how large it is, for the next one."""
        return bytes(self.saveGeometry().toHex().data()).decode("ascii")

    def put(self, place: str) -> None:
        """Be where and as large as an earlier one was."""
        if place:
            self.restoreGeometry(QByteArray.fromHex(place.encode("ascii", "ignore")))

    def _tell(self, images: Images) -> None:
        inspected, parcel = self.inspected, self.inspected.parcel
        self.setWindowTitle(f"{words.title(inspected)} \N{EM DASH} {parcel.endpoint.title}")
        self.price.setText(words.price(inspected))
        self.head.setText(words.head(inspected))
        self.files.tell(parcel)
        self.files.setVisible(bool(parcel.files))
        self.picture.show_parcel(parcel, images)
        self.masks.tell(inspected)
        has_masks = bool(parcel.masks)
        for each in (self.masks, self.ways):
            each.setVisible(has_masks)
        self._left.setVisible(has_masks or not images.picture.isNull())
        self._tell_point(None)
        self._turn()

    def _turn(self) -> None:
        page = Page(self.pages.value())
        self.text.setPlainText(words.shown(self.text_of(page)))
        self.about.setText(words.about(self.inspected, page))
        self.copy.setText("Copy")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text_of(Page(self.pages.value())))
        self.copy.setText("Copied")

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, "Save everything in a new folder below")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.folder_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _choose(self, mask: str, point: Place | None) -> None:
        self.picture.show_point(point)
        self._tell_point(point)
        if self.ways.value() == ALONE:
            self.picture.show_alone(mask)
        if point is not None and (spot := self.picture.at(point)) is not None:
            self._ground.ensureVisible(int(spot.x()), int(spot.y()))

    def _point_at(self, point: Place | None) -> None:
        self._tell_point(point or self.masks.point)

    def _tell_point(self, point: Place | None) -> None:
        masks = self.inspected.parcel.masks
        mask = next((each for each in masks if point and each.field == point[0]), None)
        if mask is not None and point is not None:
            self.point.setText(words.point(self.inspected, mask, point[1]))
        else:
            self.point.setText(words.NO_POINT if masks else words.NO_PATHS)

    def _show_way(self) -> None:
        is_alone = self.ways.value() == ALONE
        self.picture.show_alone(self.masks.chosen_mask if is_alone else "")

    def _show_size(self) -> None:
        self.picture.show_whole(whole=self.whole.isChecked())

    def _connect(self) -> None:
        self.pages.changed.connect(self._turn)
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self._ask_where)
        self.ways.changed.connect(self._show_way)
        self.whole.toggled.connect(self._show_size)
        self.masks.switched.connect(lambda: self.picture.show_masks(self.masks.shown))
        self.masks.chosen.connect(self._choose)
        self.picture.pointed.connect(self._point_at)
        self.picture.chosen.connect(self.masks.choose)

    def _lay_out(self) -> None:
        self._left = self._picture_side()
        split = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        split.setHandleWidth(12)
        split.addWidget(self._left)
        split.addWidget(self._bytes_side())
        split.setSizes([560, 600])
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(12)
        column.addWidget(split, 1)
        column.addLayout(self._foot())
        fit(self, SIZE, smallest=SMALLEST)
        self.pages.setFocus()

    def _picture_side(self) -> QWidget:
        self.whole.setCheckable(True)
        self.whole.setProperty("toggle", True)
        self.whole.setToolTip("One pixel of the file on one pixel of the screen")
        self.whole.setAutoDefault(False)
        tools = QHBoxLayout()
        tools.addWidget(self.ways, 1)
        tools.addWidget(self.whole)
        ground = self._ground = QScrollArea()
        ground.setWidgetResizable(True)
        ground.setWidget(self.picture)
        ground.setAccessibleName("Picture")
        self.point.setMinimumHeight(2 * self.fontMetrics().lineSpacing() + 4)
        split = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        split.addWidget(ground)
        split.addWidget(self.masks)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([360, 240])
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(tools)
        column.addWidget(split, 1)
        column.addWidget(self.point)
        return side

    def _bytes_side(self) -> QWidget:
        self.head.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for each in (self.price, self.head, self.pages):
            column.addWidget(each)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.about, 1)
        row.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        column.addWidget(self.text, 1)
        column.addWidget(self.files)
        return side

    def _foot(self) -> QHBoxLayout:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = box.button(QDialogButtonBox.StandardButton.Close)
        close.setIcon(QIcon())  # Qt's own icons are black in every scheme.
        box.rejected.connect(self.reject)
        self.said.hide()
        row = QHBoxLayout()
        row.setSpacing(10)
        for each in (self.copy, self.save):
            each.setAutoDefault(False)
        row.addWidget(self.save)
        row.addWidget(self.said, 1)
        row.addStretch()
        row.addWidget(box)
        return row


class _Fixed(QPlainTextEdit):
    """Text to be read, chosen and copied, in letters of one width."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        self.setMinimumHeight(120)


def _facts(name: str) -> QLabel:
    """A fact that can be chosen and copied, by keys as well; it is never taken for markup."""
    made = label(wrap=True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    flags = Qt.TextInteractionFlag
    made.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
    made.setAccessibleName(name)
    return made
