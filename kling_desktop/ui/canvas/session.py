"""The document that is painted, its history, and what is chosen: shared by canvas and panels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kling_desktop.domain.motion.document import DYNAMIC, MotionDocument, PictureRef, RegionId
from kling_desktop.domain.motion.geometry import Size
from kling_desktop.domain.motion.tools.options import ToolName, ToolOptions
from kling_desktop.domain.motion.tools.tool import Scene
from kling_desktop.ui.canvas.history import History, Step

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kling_desktop.domain.motion.edits import Edit
    from kling_desktop.domain.motion.history import History as Told

NO_PICTURE = MotionDocument.blank(PictureRef(Size(0, 0)))


class Session(QObject):
    """One picture at work. Everybody changes it through ``apply``, and hears of it by signals."""

    opened = Signal()
    """There is another picture; whatever was known of the one before is void."""
    document_changed = Signal(object, object)
    """The version before and the one now."""
    noted = Signal(str)
    """What an edit says to the user: why it did nothing, or less than was asked."""
    active_changed = Signal(int)
    tool_changed = Signal(object)
    """A ``ToolName``."""
    options_changed = Signal(object)
    """The ``ToolOptions``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history = History(self)
        self._document = NO_PICTURE
        self._picture: NDArray[np.uint8] | None = None
        self._alpha: NDArray[np.uint8] | None = None
        self._active = DYNAMIC[0]
        self._tool = ToolName.BRUSH
        self._options = ToolOptions()
        self._scene: Scene | None = None

    @property
    def document(self) -> MotionDocument:
        """The version now."""
        return self._document

    @property
    def picture(self) -> NDArray[np.uint8] | None:
        """Rows of the upright picture: blue, green, red, 255; None where there is none."""
        return self._picture

    @property
    def alpha(self) -> NDArray[np.uint8] | None:
        """How opaque each pixel of the picture was, 0 to 255; None where all of them were."""
        return self._alpha

    @property
    def active(self) -> RegionId:
        """The region that is painted; it need not exist yet."""
        return self._active

    @property
    def tool(self) -> ToolName:
        return self._tool

    @property
    def options(self) -> ToolOptions:
        return self._options

    @property
    def scene(self) -> Scene | None:
        """What tools work on; None where there is no picture."""
        if self._picture is None:
            return None
        if self._scene is None:
            self._scene = Scene(self._document, self._active, self._picture)
        return self._scene

    def open(
        self,
        document: MotionDocument,
        picture: NDArray[np.uint8] | None,
        alpha: NDArray[np.uint8] | None = None,
    ) -> None:
        """Work on another document, without a history."""
        self.history.clear()
        self._document, self._picture, self._alpha = document, picture, alpha
        self._active = document.dynamic[0].id if document.dynamic else DYNAMIC[0]
        self._scene = None
        self.opened.emit()
        self.active_changed.emit(self._active)

    def restore(
        self,
        told: Told,
        picture: NDArray[np.uint8] | None,
        alpha: NDArray[np.uint8] | None = None,
    ) -> None:
        """Work on another document with the steps that led to it, each of which can be undone."""
        self.open(told.versions[-1], picture, alpha)
        if told.steps:
            self.history.take(told, self.show)
            self.history.setIndex(told.done)

    def apply(self, edit: Edit) -> None:
        """Make a step that can be undone; one that changes nothing is none."""
        if edit.document is not self._document:
            self.history.add(Step(self.show, edit, self._document))
        if edit.note:  # heard last: whoever shows the new version wipes out what was said before
            self.noted.emit(edit.note)

    def choose_region(self, wanted: RegionId) -> None:
        if wanted != self._active:
            self._active, self._scene = wanted, None
            self.active_changed.emit(wanted)

    def choose_tool(self, tool: ToolName) -> None:
        if tool is not self._tool:
            self._tool = tool
            self.tool_changed.emit(tool)

    def set_options(self, options: ToolOptions) -> None:
        if options != self._options:
            self._options = options
            self.options_changed.emit(options)

    def show(self, document: MotionDocument) -> None:
        """Swap versions; for steps of the history alone."""
        before, self._document, self._scene = self._document, document, None
        self.document_changed.emit(before, document)
