"""Opens the browser of effects, and puts what is chosen there into the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from kling_desktop.domain.catalog import Task
from kling_desktop.ui.forms.scene import SCENE
from kling_desktop.ui.scenes.browser import SceneBrowser
from kling_desktop.ui.scenes.notes import SceneNotes
from kling_desktop.ui.scenes.samples import Samples

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.ui.compose.panel import ComposePanel


class SceneDesk(QObject):
    """From any form: an effect that is chosen switches to the model that plays it."""

    def __init__(self, panel: ComposePanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self.notes = SceneNotes()
        self.samples = Samples(self)

    def open(self) -> SceneBrowser:
        """Show all effects, at the one that is chosen now."""
        endpoint = self._endpoint()
        current = str(self._panel.chosen().get(SCENE) or self._panel.values().get(SCENE) or "")
        browser = SceneBrowser(
            self._panel.window(),
            endpoint.field(SCENE).choices,
            endpoint.two_picture_scenes,
            self.notes,
            self.samples,
            current,
        )
        browser.chosen.connect(self._take)
        browser.open()
        return browser

    def _endpoint(self) -> Endpoint:
        """The one in the form, or that which knows the most effects."""
        if self._panel.endpoint.has(SCENE):
            return self._panel.endpoint
        found = [each for each in self._panel.catalog.endpoints if each.has(SCENE)]
        return max(found, key=lambda each: (not each.retired, len(each.field(SCENE).choices)))

    def _take(self, scene: str) -> None:
        panel = self._panel
        if not panel.endpoint.has(SCENE):
            panel.choose(Task.EFFECTS.value, "")
        if scene not in panel.endpoint.field(SCENE).choices:
            panel.choose_endpoint(self._playing(scene).id)
        panel.set_values({SCENE: scene})

    def _playing(self, scene: str) -> Endpoint:
        found = [each for each in self._panel.catalog.endpoints if each.has(SCENE)]
        return next(each for each in found if scene in each.field(SCENE).choices)
