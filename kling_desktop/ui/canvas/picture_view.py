"""The picture, fitted to the stage, or an invitation to bring one."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.ui import icons
from kling_desktop.ui.parts import Button, label
from kling_desktop.ui.theme import tokens

NEEDED = "Drop a picture here"
NOT_NEEDED = "No picture is needed:\nthe clip is made from your words"
INSTEAD = "Bring one all the same, and the clip starts from it."
ELSEWHERE = "The files of this clip\ngo into the form"
OTHERWISE = "Bring a picture here, and a clip starts from it instead."
FORMATS = "JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF,\nat least 300 pixels on each side"


class PictureView(QWidget):
    """Shows one picture; empty, it says how to get one in."""

    open_asked = Signal()
    paste_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Picture")
        self._image = QImage()
        self._note = ""
        self._hovered = False
        self._hint = _Invitation()
        self._hint.open.clicked.connect(self.open_asked)
        self._hint.paste.clicked.connect(self.paste_asked)
        column = QVBoxLayout(self)
        column.addWidget(self._hint, 0, Qt.AlignmentFlag.AlignCenter)
        self.setMinimumSize(240, 160)

    @property
    def is_empty(self) -> bool:
        return self._image.isNull()

    @property
    def image_size(self) -> QSize:
        """Pixels."""
        return self._image.size()

    @property
    def image(self) -> QImage:
        """What is shown; null where there is nothing."""
        return self._image

    def show_task(self, *, takes_picture: bool, takes_files: bool) -> None:
        """Whether the next clip starts from a picture, or from files in the form, or from none."""
        self._hint.show_task(takes_picture=takes_picture, takes_files=takes_files)

    def show_image(self, image: QImage) -> None:
        """Show a picture that is upright already; a null one takes it away."""
        self._image = image
        self._hint.setVisible(image.isNull())
        self.update()

    def show_note(self, text: str) -> None:
        """Say something of the picture in its corner; nothing if there is nothing to say."""
        self._note = text[:1].upper() + text[1:]
        self.setAccessibleDescription(self._note)
        self.update()

    def restyle(self) -> None:
        """Take the colours now in use."""
        self._hint.restyle()

    def show_hover(self, *, hovered: bool) -> None:
        """Whether a picture hangs over the window, about to be dropped."""
        self._hovered = hovered
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing
        )
        if not self._image.isNull():
            frame = fitted(self._image.size(), self.rect().adjusted(8, 8, -8, -8))
            painter.drawImage(frame, self._image)
            self._draw_note(painter, frame)
        if self._hovered or self._image.isNull():
            colour = tokens().accent if self._hovered else tokens().line
            painter.setPen(QPen(QColor(colour), 2, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(self.rect().adjusted(10, 10, -10, -10), 10, 10)
        painter.end()

    def _draw_note(self, painter: QPainter, frame: QRect) -> None:
        if not self._note:
            return
        words = painter.fontMetrics().boundingRect(self._note)
        place = QRect(0, 0, words.width() + 20, words.height() + 10)
        place.moveBottomLeft(frame.bottomLeft() + QPoint(10, -10))
        place = place.intersected(self.rect())
        painter.setPen(QPen(QColor(tokens().line), 1))
        painter.setBrush(QColor(tokens().panel))
        painter.drawRoundedRect(place, 6, 6)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(tokens().muted))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._note)


class _Invitation(QWidget):
    """Says how to bring a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.open = Button("Open picture\N{HORIZONTAL ELLIPSIS}")
        self.paste = Button("Paste")
        self._sign = label(centred=True)
        self._title = label(NEEDED, look="heading", centred=True)
        self._more = label(FORMATS, look="muted", centred=True)
        buttons = QHBoxLayout()
        buttons.addWidget(self.open)
        buttons.addWidget(self.paste)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        for widget in (self._sign, self._title, self._more):
            column.addWidget(widget)
        column.addLayout(buttons)
        self.restyle()

    def show_task(self, *, takes_picture: bool, takes_files: bool) -> None:
        """Invite, or say where files go, or that nothing is missing."""
        otherwise = (ELSEWHERE, OTHERWISE) if takes_files else (NOT_NEEDED, INSTEAD)
        title, more = (NEEDED, FORMATS) if takes_picture else otherwise
        self._title.setText(title)
        self._more.setText(more)

    def restyle(self) -> None:
        """Take the colours now in use."""
        self._sign.setPixmap(icons.pixmap("picture", 48, tokens().muted))
        self.open.setIcon(icons.icon("open"))
        self.paste.setIcon(icons.icon("paste"))


def fitted(size: QSize, frame: QRect) -> QRect:
    """The largest rectangle of that shape in the middle of the frame."""
    place = QRect(frame.topLeft(), size.scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio))
    place.moveCenter(frame.center())
    return place
