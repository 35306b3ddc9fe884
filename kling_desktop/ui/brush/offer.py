"""The strip that says, where it matters, which models have the motion brush, and offers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from kling_desktop.domain.catalog import Task
from kling_desktop.ui.brush.flow import Flow
from kling_desktop.ui.parts import Button, label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kling_desktop.domain.catalog import Endpoint

MASKS = "dynamic_masks"
DOCUMENTED = "fal-ai/kling-video/v1.6/pro/image-to-video"
"""Kling documents the brush for it; fal does not list it there."""
DOUBT = (
    "fal does not list the motion brush for 1.6 Pro: others saw it ignored there, and charged. "
    "{} have it."
)
NONE = "{} has no motion brush; Generate asks before it leaves out what you paint. {} have it."
ANYWAY = "Sent to 1.6 Pro as Kling documents it; fal may ignore the brush and charge all the same."


@dataclass(frozen=True, slots=True)
class Switch:
    """A model with the brush."""

    endpoint: str
    text: str


def short(endpoint: Endpoint) -> str:
    """``1.5 Pro``."""
    return f"{endpoint.version} {endpoint.tier.capitalize()}"


def switches(endpoints: Iterable[Endpoint]) -> tuple[Switch, ...]:
    """The models with the brush, as they are listed."""
    return tuple(
        Switch(each.id, short(each))
        for each in endpoints
        if each.has(MASKS) and each.task is Task.IMAGE_TO_VIDEO and not each.retired
    )


class BrushOffer(QFrame):
    """In sight while the chosen model has no brush; on 1.6 Pro it is a question asked once."""

    switch_asked = Signal(str)
    """The id of an endpoint."""
    insisted = Signal()
    """The brush is to be sent to 1.6 Pro as documented."""

    def __init__(self) -> None:
        super().__init__()
        self.hide()
        self.setProperty("notice", "hint")
        self.insists = False
        """Whether somebody chose to send it to 1.6 Pro; asked once, and remembered."""
        self._endpoint: Endpoint | None = None
        self._switches: tuple[Switch, ...] = ()
        self._text = label(wrap=True)
        self._buttons = Flow(gap=6)
        self._made: list[Button] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 7, 10, 8)
        column.setSpacing(6)
        column.addWidget(self._text)
        column.addWidget(self._buttons)

    @property
    def text(self) -> str:
        return "" if self.isHidden() else self._text.text()

    @property
    def buttons(self) -> tuple[Button, ...]:
        return tuple(self._made)

    @property
    def is_sent(self) -> bool:
        """Whether what is painted goes out with the next clip."""
        endpoint = self._endpoint
        if endpoint is None:
            return False
        return endpoint.has(MASKS) or (endpoint.id == DOCUMENTED and self.insists)

    def show_endpoint(self, endpoint: Endpoint, endpoints: Iterable[Endpoint]) -> None:
        """Follow the choice of a model."""
        self._endpoint, self._switches = endpoint, switches(endpoints)
        self._tell()

    def insist(self) -> None:
        """Send it to 1.6 Pro all the same."""
        self.insists = True
        self._tell()
        self.insisted.emit()

    def restyle(self) -> None:
        """Take the colours now in use."""
        self._tell()

    def _tell(self) -> None:
        endpoint = self._endpoint
        if endpoint is None or endpoint.has(MASKS):
            self.hide()
            return
        names = " and ".join(each.text for each in self._switches) or "No models"
        name = short(endpoint)
        if endpoint.task is Task.TEXT_TO_VIDEO:
            name = "A clip from text"
        elif endpoint.task is not Task.IMAGE_TO_VIDEO:
            name = "This kind of clip"
        is_documented = endpoint.id == DOCUMENTED
        if is_documented and self.insists:
            self._text.setText(ANYWAY)
        else:
            self._text.setText(DOUBT.format(names) if is_documented else NONE.format(name, names))
        self.setAccessibleName(self._text.text())
        self._offer(asks=is_documented and not self.insists)
        self.show()

    def _offer(self, *, asks: bool) -> None:
        for old in self._made:
            self._buttons.discard(old)
        self._made = []
        for each in self._switches:
            self._add(f"Switch to {each.text}").clicked.connect(
                lambda _on=False, each=each: self.switch_asked.emit(each.endpoint)
            )
        if asks:
            self._add("Send to 1.6 Pro all the same").clicked.connect(self.insist)
        self._buttons.arrange()

    def _add(self, text: str) -> Button:
        made = Button(text)
        self._made.append(made)
        self._buttons.add(made)
        return made
