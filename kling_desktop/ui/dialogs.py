"""Small windows that nobody has to answer before going on: they open, and never block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout

from kling_desktop import __version__

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

ABOUT = """<h3>Kling Desktop {version}</h3>
<p>Turns pictures into video with fal.ai's Kling models.</p>
<p>You pay fal directly; this program is free, under the MIT licence.</p>"""


def show_about(parent: QWidget) -> QDialog:
    """What this program is."""
    label = QLabel(ABOUT.format(version=__version__), wordWrap=True)
    return open_dialog(parent, "About Kling Desktop", label)


def open_dialog(parent: QWidget, title: str, content: QWidget) -> QDialog:
    """A dialog around a content, open already; it deletes itself when it is closed."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    # Qt's own icons are black in every scheme.
    buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(content)
    column.addWidget(buttons)
    dialog.setMinimumWidth(380)
    dialog.open()
    return dialog
