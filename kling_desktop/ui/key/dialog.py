"""The window about the key: where it comes from, another one, and which side of money we are on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from kling_desktop.domain.keys import Source
from kling_desktop.ui.key import words
from kling_desktop.ui.key.field import KeyEntry
from kling_desktop.ui.parts import Button, label

if TYPE_CHECKING:
    from kling_desktop.domain.keys import KeyView

WIDTH = 620


class KeyDialog(QDialog):
    """Shows a view of the key and asks for deeds; it never shows a key that it was not given."""

    keep_asked = Signal()
    use_asked = Signal()
    test_asked = Signal()
    forget_asked = Signal()
    look_asked = Signal()
    stop_asked = Signal()
    live_asked = Signal()
    sandbox_asked = Signal()
    profile_chosen = Signal(str)
    add_asked = Signal()
    rename_asked = Signal()

    def __init__(self, parent: QWidget, backend: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.view: KeyView | None = None
        self._backend = backend
        self._is_busy = self._must_wait = False
        self._banner, self._banner_text = QFrame(), QLabel()
        self._source = label(look="heading", wrap=True)
        self._meaning = label(look="muted", wrap=True)
        self.profiles = QComboBox()
        self.profiles.setAccessibleName("Profile")
        self.add, self.rename = (
            Button("&New\N{HORIZONTAL ELLIPSIS}"),
            Button("Re&name\N{HORIZONTAL ELLIPSIS}"),
        )
        self._entry = KeyEntry()
        self.field = self._entry.field
        self.keep = Button("&Keep in keyring", look="primary")
        self.use = Button("Use for this &session")
        self.test = Button("&Test")
        self.forget = Button("&Forget")
        self._status = label(wrap=True)
        self._progress = QProgressBar(textVisible=False)
        self._progress.setRange(0, 0)
        self._progress.setAccessibleName("Waiting")
        self.stop = Button("Stop &waiting")
        self.look = Button("&Look again")
        self.live = Button("&Go live\N{HORIZONTAL ELLIPSIS}")
        self.sandbox = Button("Use the sand&box")
        self._close = Button("Close")
        self._lay_out()
        self._connect()
        self.show_backend(backend)
        self.show_idle("")

    def tell(self, view: KeyView) -> None:
        """Show where the key comes from now."""
        self.view = view
        self._source.setText(words.source(view))
        self._meaning.setText(words.meaning(view))
        self._source.setAccessibleName(f"{words.source(view)} {words.meaning(view)}")
        self.profiles.clear()
        self.profiles.addItems(view.profiles.names)
        self.profiles.setCurrentText(view.profiles.active)
        self._refresh()

    def show_backend(self, name: str) -> None:
        """Say who makes the clips now."""
        self._backend = name
        self._banner.setProperty("banner", {"sandbox": "sandbox", "": "starting"}.get(name, "live"))
        self._banner_text.setText(words.backend(name))
        self._banner.setAccessibleName(words.backend(name))
        for each in (self._banner, self._banner_text):
            each.style().unpolish(each)
            each.style().polish(each)
        self._refresh()

    def show_busy(self, text: str, *, can_stop: bool = True) -> None:
        """Say what is waited for."""
        self._is_busy, self._must_wait = True, not can_stop
        self._say(text)
        self._progress.show()
        self.stop.setVisible(can_stop)
        self._refresh()

    def show_idle(self, text: str, *, is_problem: bool = False) -> None:
        """Say what came of it."""
        self._is_busy = self._must_wait = False
        self._say(text, is_problem=is_problem)
        self._progress.hide()
        self.stop.hide()
        self._refresh()
        if self.focusWidget() in {None, self.stop}:
            self.field.setFocus()

    def wipe(self) -> None:
        """Forget what was pasted, and hide the next key again."""
        self._entry.wipe()

    @property
    def status(self) -> str:
        return self._status.text()

    @property
    def source(self) -> str:
        """What is said about where the key comes from."""
        return f"{self._source.text()} {self._meaning.text()}"

    def reject(self) -> None:
        """Stay while one backend takes the place of another: who makes the clips is said here."""
        if not self._must_wait:
            super().reject()

    def done(self, result: int) -> None:
        """However it is closed, nothing of a key stays in it."""
        self.wipe()
        super().done(result)

    def _say(self, text: str, *, is_problem: bool = False) -> None:
        self._status.setProperty("problem", is_problem)
        self._status.style().unpolish(self._status)
        self._status.style().polish(self._status)
        self._status.setText(text)
        self._status.setAccessibleName(text)

    def _refresh(self) -> None:
        view, is_free, typed = self.view, not self._is_busy, bool(self.field.text().strip())
        known = view is not None and view.source is not None
        has_keyring = view is None or view.keyring is not None
        from_env = view is not None and view.source is Source.ENVIRONMENT
        self.keep.setVisible(has_keyring)
        self.keep.setEnabled(is_free and typed)
        self.use.setEnabled(is_free and typed)
        self.use.setProperty("primary", not has_keyring)
        self.test.setEnabled(is_free and (typed or known))
        self.forget.setEnabled(is_free and known and not from_env)
        several = (self.profiles, self.add, self.rename)
        for each in several:
            each.setVisible(has_keyring)
            each.setEnabled(is_free and not (view is not None and view.source is Source.SESSION))
        self._named.setVisible(has_keyring)
        self._entry.setEnabled(is_free)
        self.look.setEnabled(is_free)
        self._refresh_backends(is_free=is_free, known=known)

    def _refresh_backends(self, *, is_free: bool, known: bool) -> None:
        self.live.setVisible(self._backend in {"", "sandbox"})
        self.live.setEnabled(is_free and known)
        self.sandbox.setVisible(self._backend != "sandbox")
        self.sandbox.setEnabled(not self._must_wait)  # It needs no keyring to have answered.

    def _connect(self) -> None:
        for button, signal in (
            (self.keep, self.keep_asked), (self.use, self.use_asked), (self.test, self.test_asked),
            (self.forget, self.forget_asked), (self.look, self.look_asked),
            (self.stop, self.stop_asked), (self.add, self.add_asked),
            (self.rename, self.rename_asked), (self.live, self.live_asked),
            (self.sandbox, self.sandbox_asked),
        ):  # fmt: skip
            button.clicked.connect(signal)
        self._close.clicked.connect(self.reject)
        self.field.textChanged.connect(self._refresh)
        self.field.returnPressed.connect(self._enter)
        self.profiles.textActivated.connect(self.profile_chosen)

    def _enter(self) -> None:
        first = self.use if self.keep.isHidden() else self.keep
        first.click()

    def _lay_out(self) -> None:
        for each in self._buttons():
            each.setAutoDefault(False)  # Enter in the field keeps the key, and nothing else.
        self._banner_text.setWordWrap(True)
        banner = _row(self._banner_text)
        banner.setContentsMargins(16, 5, 16, 5)
        self._banner.setLayout(banner)
        self._named = label("Profile")
        self._named.setBuddy(self.profiles)
        self.profiles.setMinimumWidth(180)
        body = QVBoxLayout()
        body.setContentsMargins(16, 14, 16, 14)
        body.setSpacing(12)
        body.addWidget(self._source)
        body.addWidget(self._meaning)
        body.addLayout(_row(self._named, self.profiles, self.add, self.rename, None))
        body.addLayout(_row(self._entry))
        body.addLayout(_row(self.keep, self.use, self.test, self.forget, None, self.look))
        body.addWidget(self._progress)
        body.addLayout(_row(self._status, self.stop, stretch=self._status))
        body.addStretch(1)
        body.addLayout(_row(self.live, self.sandbox, None, self._close))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._banner)
        column.addLayout(body, 1)
        for text, lines in ((self._status, 2), (self._meaning, 3)):  # Nothing moves with the words.
            text.setMinimumHeight(lines * self.fontMetrics().lineSpacing())
        self._meaning.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setWindowTitle("API key")
        self.setMinimumWidth(WIDTH)
        self.field.setFocus()

    def _buttons(self) -> tuple[Button, ...]:
        return (
            self.keep, self.use, self.test, self.forget, self.stop, self.look,
            self.live, self.sandbox, self.add, self.rename, self._close,
        )  # fmt: skip


def _row(*widgets: QWidget | None, stretch: QWidget | None = None) -> QHBoxLayout:
    """Widgets beside each other; None is room between them."""
    made = QHBoxLayout()
    made.setSpacing(8)
    for each in widgets:
        if each is None:
            made.addStretch(1)
        else:
            made.addWidget(each, 1 if each is stretch else 0)
    return made
