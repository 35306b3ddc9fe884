"""The window that asks for the probe: what it is for, what it costs, what is known, what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QHBoxLayout, QLabel, QVBoxLayout

from kling_desktop.domain.calibration import EXPLAINED, standing
from kling_desktop.domain.money import priced
from kling_desktop.ui.brush.offer import short
from kling_desktop.ui.calibration.words import became, is_open, send
from kling_desktop.ui.forms.widgets import SegmentEditor
from kling_desktop.ui.money import words
from kling_desktop.ui.parts import Button, CarefulButton, label
from kling_desktop.ui.room import fit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtWidgets import QWidget

    from kling_desktop.domain.calibration import Calibration
    from kling_desktop.domain.jobs import Job

TITLE = "Where does y count from?"
WIDTH = 560
GONE = (
    "fal does not offer this model with the motion brush any more, so no probe can be sent to it."
)


class CalibrationDialog(QDialog):
    """One endpoint at a time; it follows its probe while it is open."""

    send_asked = Signal(str)
    """The id of an endpoint."""
    forget_asked = Signal(str)

    def __init__(self, parent: QWidget, backend: str, known: Sequence[Calibration]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(TITLE)
        self._backend = backend
        self._known = {each.endpoint.id: each for each in known}
        self._offered = set(self._known)
        self._last: dict[str, Job] = {}
        names = [short(each.endpoint) for each in known]
        self._which = SegmentEditor("Model", tuple(self._known), tuple(names))
        self._standing = label(wrap=True)
        self.forget = Button("Forget this")
        self._outcome = label(wrap=True)
        self._price = label(look="muted", wrap=True)
        self._problem = label(look="problem", wrap=True)
        self._problem.hide()
        self.send = CarefulButton(look="primary")
        self._lay_out()
        self._which.changed.connect(self._show)
        self.send.clicked.connect(lambda: self.send_asked.emit(self.endpoint))
        self.forget.clicked.connect(lambda: self.forget_asked.emit(self.endpoint))
        self._show()

    @property
    def endpoint(self) -> str:
        """The id of the one in sight."""
        return str(self._which.value())

    @property
    def said(self) -> tuple[str, str]:
        """What is known, and what became of the last probe."""
        return self._standing.text(), self._outcome.text()

    def choose(self, endpoint_id: str) -> None:
        """Bring an endpoint to the front, if it is one of them."""
        if endpoint_id in self._known:
            self._which.set_value(endpoint_id)
            self._show()

    def tell(self, known: Sequence[Calibration], heard: Mapping[str, Job]) -> None:
        """Show what is known by now; ``heard`` are probes by endpoint that may have failed."""
        # The models to choose from stay as they are: one may be offered no more by now.
        self._known |= {each.endpoint.id: each for each in known}
        self._offered = {each.endpoint.id for each in known} or self._offered
        self._last = dict(heard)
        self._problem.hide()
        self._show()

    def show_problem(self, text: str) -> None:
        """Say what did not work."""
        self._problem.setText(text)
        self._problem.show()

    def show_sending(self) -> None:
        """Until the probe is in the record, nobody can ask for it once more."""
        self.send.setEnabled(False)

    def _show(self) -> None:
        known = self._known[self.endpoint]
        job = self._last.get(self.endpoint) or known.job
        is_offered = self.endpoint in self._offered
        self._standing.setText(standing(known) if is_offered else GONE)
        self.forget.setEnabled(is_offered and known.answer is not None)
        self._outcome.setText(became(job) if job is not None else "")
        self._outcome.setVisible(job is not None)
        money = priced(known.endpoint, known.price)
        is_play = self._backend == "sandbox"
        self._price.setText(f"{money} The sandbox charges nothing." if is_play else money)
        self.send.setText(send(known.price))
        self.send.setEnabled(is_offered and not is_open(job))

    def _lay_out(self) -> None:
        body = QVBoxLayout()
        body.setContentsMargins(16, 14, 16, 14)
        body.setSpacing(12)
        body.addWidget(label(EXPLAINED, wrap=True))
        body.addWidget(self._which)
        known = QHBoxLayout()
        known.setSpacing(12)
        known.addWidget(self._standing, 1)
        known.addWidget(self.forget, 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(known)
        body.addWidget(self._outcome)
        body.addWidget(self._problem)
        body.addStretch(1)
        body.addWidget(self._price)
        body.addWidget(self._buttons())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(_banner(self._backend))
        column.addLayout(body, 1)
        self.setFixedWidth(WIDTH)
        fit(self, (WIDTH, 380))
        for each in (self.send, self.forget):
            each.setAutoDefault(False)
        self._close.setDefault(True)  # Enter costs nothing.

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self._close = box.button(QDialogButtonBox.StandardButton.Close)
        self._close.setIcon(QIcon())  # Qt's own icons are black in every scheme.
        box.addButton(self.send, QDialogButtonBox.ButtonRole.ActionRole)
        box.rejected.connect(self.reject)
        return box


def _banner(backend: str) -> QFrame:
    made = QFrame()
    made.setProperty("banner", "sandbox" if backend == "sandbox" else "live")
    text = QLabel(words.banner(backend))
    text.setWordWrap(True)
    row = QHBoxLayout(made)
    row.setContentsMargins(16, 5, 16, 5)
    row.addWidget(text)
    made.setAccessibleName(text.text())
    return made
