"""Plays what is painted, in the canvas's place: frame by frame, and anew after every edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kling_desktop.ui.canvas.picture_view import fitted
from kling_desktop.ui.preview.arrows import Arrows
from kling_desktop.ui.preview.bar import PreviewBar
from kling_desktop.ui.preview.film import Film, Reel
from kling_desktop.ui.preview.options import Options
from kling_desktop.ui.preview.playing import FPS, LONG_SIDE, moves
from kling_desktop.ui.preview.screen import Screen
from kling_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QHideEvent, QMouseEvent, QPaintEvent

    from kling_desktop.ui.canvas.session import Session
    from kling_desktop.ui.preview.playing import MakeMotion

TICK = 8
"""Milliseconds between looks at the clock: less than a frame, so that none comes late."""
NOTHING_MOVES = "Nothing moves yet: paint a region and draw its path, then play."
FAILED = "The preview did not work; the log has more. What is painted is unharmed."
HOLDS = "Nothing moves in it any more."
_KEYS = {
    Qt.Key.Key_Space, Qt.Key.Key_Escape, Qt.Key.Key_Left, Qt.Key.Key_Right,
    Qt.Key.Key_Home, Qt.Key.Key_End,
}  # fmt: skip
_PLAIN = {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}


class PreviewPlayer(QWidget):
    """Covers the canvas while it plays. Frames are never waited for: late ones are left out."""

    told = Signal(str)
    """A sentence for the line below."""
    shown = Signal(bool)
    """Whether it covers the canvas."""

    def __init__(self, canvas: QWidget, session: Session, make_motion: MakeMotion) -> None:
        super().__init__(canvas)
        self.setAccessibleName("Preview of the motion")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        # What is not taken here would reach the canvas below, and paint where nobody sees it.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._canvas, self._session = canvas, session
        self.film = Film(make_motion, self)
        self.screen_ = Screen()
        self.bar = PreviewBar()
        self.play, self.scrub = self.bar.play, self.bar.scrub
        self.scrub.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._options = Options()
        self._arrows = Arrows()
        self._clock = QElapsedTimer()
        self._from = 0
        """The frame that was shown when the clock began."""
        self._frames = 0
        self._number = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK)
        self._lay_out()
        self._connect()
        self.restyle()
        self.hide()

    @property
    def is_playing(self) -> bool:
        return self._timer.isActive()

    @property
    def number(self) -> int:
        """The frame in sight."""
        return self._number

    def toggle(self) -> None:
        """From painting to the preview and back."""
        if self.isVisible():
            self.leave()
        else:
            self.begin()

    def begin(self) -> None:
        """Cover the canvas and play from the start, if anything moves."""
        if self._session.picture is None or not moves(self._session.document):
            self.told.emit(NOTHING_MOVES)
            return
        self.setGeometry(self._canvas.rect())
        self.screen_.show_image(QImage())
        self.screen_.show_ghosts(QImage())
        self.show()
        self.raise_()
        self.setFocus()
        self.shown.emit(True)
        self._frames, self._number = 0, 0
        self._render()
        self._run(playing=True)

    def leave(self) -> None:
        """Back to the canvas."""
        if self.isVisible():
            self.hide()
            self._canvas.setFocus()

    @property
    def options(self) -> Options:
        """How it is watched."""
        return self._options

    def watch(self, options: Options) -> None:
        """Watch it like this from now on."""
        before, self._options = self._options, options
        self._restart(self._number)
        self.bar.show_options(options)
        self.screen_.over = self._draw_arrows if options.arrows else None
        if options.onion is not before.onion:
            self.film.haunt(wanted=options.onion)
            self.screen_.show_ghosts(QImage())
        self.screen_.update()

    def seek(self, number: int) -> None:
        """Go to a frame."""
        self._restart(number)
        self.film.want(number)

    def restyle(self) -> None:
        """Take the colours now in use."""
        self.bar.restyle()
        self._show_state()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens().stage))
        painter.end()

    def hideEvent(self, event: QHideEvent) -> None:
        """Also when another page comes to the front: the canvas is what one comes back to."""
        super().hideEvent(event)
        if event.spontaneous():
            return
        self.hide()
        self._run(playing=False)
        self.film.stop()
        self.shown.emit(False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the picture is the same as on the button, as in every player."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._run(playing=not self.is_playing)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape:
                self.leave()
            case Qt.Key.Key_Space if event.modifiers() == Qt.KeyboardModifier.NoModifier:
                if not event.isAutoRepeat():
                    self._run(playing=not self.is_playing)
            case Qt.Key.Key_Left | Qt.Key.Key_Right as key if event.modifiers() in _PLAIN:
                self._step(1 if key == Qt.Key.Key_Right else -1)
            case Qt.Key.Key_Home:
                self.seek(0)
            case Qt.Key.Key_End:
                self.seek(max(0, self._frames - 1))
            case _:
                super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Space and the arrows mean something here, before the window's own shortcuts."""
        is_override = event.type() is QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and _is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._canvas and event.type() is QEvent.Type.Resize:
            self.setGeometry(self._canvas.rect())
        return super().eventFilter(watched, event)

    def _step(self, by: int) -> None:
        self._run(playing=False)
        self.seek(min(max(self._number + by, 0), max(0, self._frames - 1)))

    def _run(self, *, playing: bool) -> None:
        is_over = not self._options.loops and self._frames and self._number == self._frames - 1
        self._restart(0 if playing and is_over else self._number)
        if playing:
            self._timer.start()
        else:
            self._timer.stop()
        self._show_state()

    def _restart(self, number: int) -> None:
        self._from = number
        self._clock.restart()

    def _tick(self) -> None:
        if not self._frames:
            self._clock.restart()  # time begins with the first frame
            return
        number = self._from + int(self._clock.elapsed() * FPS * self._options.speed / 1000)
        if not self._options.loops and number >= self._frames:
            self.film.want(self._frames - 1)
            self._timer.stop()
            self._show_state()
        elif number % self._frames != self._number:
            self.film.want(number % self._frames)

    def _render(self) -> None:
        picture = self._session.picture
        if picture is not None:
            self.film.show(Reel(self._session.document, picture, self._long_side()), self._number)

    def _long_side(self) -> int:
        """As many pixels as are seen."""
        size = self._session.document.size
        room = self.rect().adjusted(0, 0, 0, -self.bar.sizeHint().height())
        shown = fitted(QSize(size.width, size.height), room).size() * self.devicePixelRatioF()
        return max(64, min(LONG_SIDE, max(shown.width(), shown.height())))

    def _edited(self) -> None:
        """The next edit ends what was rendered; the same moment is shown of what is new."""
        if not self.isVisible():
            return
        if not moves(self._session.document):
            self.leave()
            self.told.emit(HOLDS)
            return
        self._render()

    def _take(self, image: QImage, number: int, frames: int) -> None:
        self._frames, self._number = frames, number
        self.screen_.show_image(image)
        self.bar.show_place(number, frames)

    def _draw_arrows(self, painter: QPainter, frame: QRect) -> None:
        share = self._number / max(1, self._frames - 1)
        self._arrows.paint(painter, self._session.document, frame, share)

    def _fail(self) -> None:
        self.leave()
        self.told.emit(FAILED)

    def _show_state(self) -> None:
        self.bar.show_playing(playing=self.is_playing)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.screen_, 1)
        column.addWidget(self.bar)

    def _connect(self) -> None:
        self._canvas.installEventFilter(self)
        self._timer.timeout.connect(self._tick)
        self.film.came.connect(self._take)
        self.film.ghosted.connect(self.screen_.show_ghosts)
        self.bar.chosen.connect(self.watch)
        self.film.failed.connect(self._fail)
        self.play.clicked.connect(lambda: self._run(playing=not self.is_playing))
        self.scrub.actionTriggered.connect(lambda _: self.seek(self.scrub.sliderPosition()))
        self._session.document_changed.connect(self._edited)
        self._session.opened.connect(self.leave)
        self._session.tool_changed.connect(self.leave)  # who takes a tool wants to paint


def _is_ours(event: QKeyEvent) -> bool:
    return event.modifiers() in _PLAIN and event.key() in _KEYS
