"""The canvas of the motion brush: one widget that shows a picture and what is painted on it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPaintEvent,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QWidget

from kling_desktop.domain.motion.geometry import Rect, Size
from kling_desktop.domain.motion.labels import Labels
from kling_desktop.domain.motion.pyramid import halves
from kling_desktop.ui.canvas.colours import colour_table
from kling_desktop.ui.canvas.commands import Commands
from kling_desktop.ui.canvas.compositor import Compositor
from kling_desktop.ui.canvas.errands import Errand
from kling_desktop.ui.canvas.input import Input, Parts
from kling_desktop.ui.canvas.keys import Bindings
from kling_desktop.ui.canvas.marks import Marks
from kling_desktop.ui.canvas.navigation import Navigation
from kling_desktop.ui.canvas.painting import Painting, brush_for
from kling_desktop.ui.canvas.pointing import Pointing
from kling_desktop.ui.canvas.show import Show
from kling_desktop.ui.canvas.surface import Content, Surface
from kling_desktop.ui.canvas.whereabouts import Whereabouts
from kling_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QResizeEvent, QWheelEvent

    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.domain.motion.geometry import Point
    from kling_desktop.domain.motion.view import View
    from kling_desktop.ui.canvas.painting import ToolFor
    from kling_desktop.ui.canvas.session import Session

OPACITY = 0.75
_REST = 60
"""Milliseconds without motion after which the picture is drawn as well as can be."""
_TOUCH = {QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd,
          QEvent.Type.TouchCancel}  # fmt: skip
_UPDATE = QEvent.Type.UpdateRequest


class Canvas(QWidget):
    """Everything is given on: looking to ``Navigation``, painting to ``Painting``."""

    view_changed = Signal(object)
    """The ``View``."""
    hovered = Signal(object)
    """The place of the picture below the pointer; None where it is elsewhere."""
    told = Signal(str)
    """A sentence for the user: why nothing happens."""
    failed = Signal(object)
    """An exception of work that was done elsewhere."""
    ready = Signal()
    """The picture can be seen."""

    def __init__(self, session: Session, tool_for: ToolFor = brush_for) -> None:
        super().__init__()
        self._session = session
        self._surface = Surface()
        self._marks = Marks(self, self._surface)
        self._painting = Painting(session, tool_for, self._marks.grown, self)
        self.navigation = Navigation(self._surface, self._look, self._look_on)
        self.commands = Commands(session, self._painting, self.navigation, self._turn_overlay)
        parts = Parts(session, self._surface, self._painting, self.navigation, self.commands)
        self._pointing = Pointing(self, parts, self._marks)
        self._input = Input(parts, Bindings(), self._pointing.moved, self._pointing.show)
        self._show = Show(self, parts, self._input, self._pointing)
        self.overlays = self._show.overlays
        """Drawn in their order; call ``update`` when one has something else to show."""
        self._is_enabled = True
        self._opacity, self._shows_overlay = OPACITY, True
        self._opening = Errand(self)
        self._rest = QTimer(self, singleShot=True, interval=_REST)
        self._rest.timeout.connect(self._refine)
        self._pointing.whereabouts = Whereabouts(self._surface, self._input, self, self._tell_hover)
        self._dress_widget()
        self._listen()
        self.restyle()
        self._open()

    @property
    def view(self) -> View:
        return self._surface.view

    @property
    def is_ready(self) -> bool:
        return self._surface.content is not None

    @property
    def is_busy(self) -> bool:
        """Whether something is being worked out elsewhere."""
        return self._painting.errand.is_busy or self._opening.is_busy

    def chosen_node(self) -> int | None:
        """Which point of the active region's path is chosen."""
        return self._painting.chosen_node

    def show_instead(self, document: MotionDocument | None) -> None:
        """Show what a version would look like that is not made yet; None: the one at work."""
        before, self._show.instead = self._shown(), document
        self._show_change(before, self._shown())

    def bind(self, bindings: Bindings) -> None:
        """Use other keys."""
        self._input.bindings = bindings

    def show_opacity(self, opacity: float) -> None:
        """How strongly regions cover the picture, 0 to 1."""
        self._opacity, self._shows_overlay = opacity, True
        self._dress()

    def restyle(self) -> None:
        """Take the colours now in use."""
        self._surface.paint_ground(QColor(tokens().stage))
        self.update()

    def close_errands(self) -> None:
        """Wait for the threads to end."""
        self._opening.close()
        self._painting.errand.close()

    def event(self, event: QEvent) -> bool:
        """Two kinds come a thousand times a second, and are given on without a detour by Qt."""
        its_class = event.__class__
        if its_class is QPaintEvent:
            self._show.paint(cast("QPaintEvent", event))
            return True
        if its_class is QMouseEvent:
            moved = cast("QMouseEvent", event)
            if moved.isUpdateEvent() and self._is_enabled:
                marks = self._marks
                marks.gather()
                self._input.move(moved)
                marks.flush()
                return True
            return QWidget.event(self, event)
        return QWidget.event(self, event) if event.type() is _UPDATE else self._rare_event(event)

    def _rare_event(self, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Space or self._input.bindings.means_something(event):
                event.accept()
                return True
        elif kind is QEvent.Type.EnabledChange:
            self._is_enabled = self.isEnabled()
        elif kind is QEvent.Type.DevicePixelRatioChange:
            self._fill_viewport()
        elif kind in _TOUCH and isinstance(event, QTouchEvent):
            return self._take_fingers(event)
        elif isinstance(event, QNativeGestureEvent):
            return self._input.native_gesture(event)
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._input.press(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._input.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._input.press(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        if event.type() is QEvent.Type.TabletPress:  # Qt gives the keys to whom a mouse presses
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._input.tablet(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._input.wheel(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(self._input.key_press(event))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(self._input.key_release(event))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._input.let_go()
        super().focusOutEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._input.leave()
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fill_viewport()
        super().resizeEvent(event)

    def _dress_widget(self) -> None:
        self.setAccessibleName("Canvas")
        self.setAccessibleDescription(
            "The picture. Digits choose a region, B paints, E erases, Ctrl+0 shows all of it."
        )
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(240, 160)

    def _listen(self) -> None:
        session, painting = self._session, self._painting
        session.opened.connect(self._open)
        session.document_changed.connect(self._follow)
        session.active_changed.connect(self._dress)
        session.tool_changed.connect(self._take_tool)
        session.options_changed.connect(self._take_options)
        painting.settled.connect(self._settle)
        painting.guided.connect(self.update)
        painting.busy_changed.connect(self._show_busy)
        painting.told.connect(self.told)
        painting.failed.connect(self.failed)
        self._opening.done.connect(self._show_opened)
        self._opening.failed.connect(self.failed)
        self._opening.busy_changed.connect(self._show_busy)

    def _open(self) -> None:
        """Have the picture halved and the regions read elsewhere; until then nothing is shown."""
        self._show.instead = None
        self._surface.show(None)
        self._painting.open(None)
        self._opening.cancel()
        document, picture = self._session.document, self._session.picture
        if picture is not None:
            self._opening.start(lambda: (halves(picture), Labels(document)))
        self.update()

    def _show_opened(self, made: tuple[list[object], Labels]) -> None:
        pictures, labels = made
        document = self._session.document
        labels.follow(document)  # it may have changed in the meantime
        compositor = Compositor(pictures, labels)  # type: ignore[arg-type]
        self._surface.show(Content(document.size, labels, compositor))
        self._painting.open(labels)
        self._dress()
        self.navigation.fit()
        self._show_pointing()
        self.ready.emit()

    def _follow(self, before: MotionDocument, now: MotionDocument) -> None:
        self._painting.errand.cancel()
        before, self._show.instead = self._show.instead or before, None
        self._show_change(before, now)

    def _shown(self) -> MotionDocument:
        return self._show.instead or self._session.document

    def _show_change(self, before: MotionDocument, now: MotionDocument) -> None:
        content = self._surface.content
        if content is None:
            return
        for each in content.labels.follow(now):
            self._surface.forget(each)
            self._marks.add_device(self._surface.change(each))
        if _shown(before) != _shown(now):
            self._dress()
        if self.overlays:
            self.update()

    def _dress(self) -> None:
        seen, active, is_shown = self._shown(), self._session.active, self._shows_overlay
        table = colour_table(seen, active, opacity=self._opacity, is_shown=is_shown)
        self._surface.dress(table)
        self.update()

    def _turn_overlay(self) -> None:
        self._shows_overlay = not self._shows_overlay
        self._dress()

    def _take_tool(self) -> None:
        self._painting.take_tool()
        self._show_pointing()

    def _take_options(self) -> None:
        self._painting.take_options()
        self._show_pointing()

    def _settle(self, rect: Rect) -> None:
        self._surface.forget(rect)
        self._marks.add_device(self._surface.change(rect))

    def _look_on(self, view: View) -> None:
        """Show a view of many in a row: quickly now, and well as soon as nothing moves."""
        self._look(view, in_motion=True)
        self._rest.start()

    def _refine(self) -> None:
        self._surface.refine()
        self.update()

    def _look(self, view: View, *, in_motion: bool = False) -> None:
        if view == self._surface.view:
            return
        # Other levels than the one in sight have not been told of a stroke in progress.
        self._surface.forget(self._painting.dirty)
        self._surface.look(view, in_motion=in_motion)
        self._show_pointing()
        self.update()
        self.view_changed.emit(view)

    def _fill_viewport(self) -> None:
        ratio = self.devicePixelRatioF()
        before, surface = self._surface.viewport, self._surface
        size = Size(math.ceil(self.width() * ratio), math.ceil(self.height() * ratio))
        change = ratio / surface.view.ratio
        surface.resize(size)
        view = surface.view if change == 1 else surface.view.at_ratio(ratio)
        if self.navigation.is_fitted and surface.content is not None:
            self._look(view.fitted(surface.size, size))
        else:
            dx, dy = size.width - before.width * change, size.height - before.height * change
            self._look(view.panned(dx / 2, dy / 2))
        self.update()

    def _take_fingers(self, event: QTouchEvent) -> bool:
        if event.type() is QEvent.Type.TouchBegin:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._input.touch(event)
        return True

    def _show_busy(self) -> None:
        self._show.is_busy = self.is_busy
        self.update()

    def _tell_hover(self, place: Point | None) -> None:
        self.hovered.emit(place)

    def _show_pointing(self) -> None:
        self._pointing.show(self._input)


def _shown(document: MotionDocument) -> list[int]:
    """What the colours depend on."""
    return [each.id for each in document.shown()]
