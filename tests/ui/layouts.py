"""Looks over a whole window for what is cut off: every text and button must have its room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QPushButton, QToolButton

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QSize
    from PySide6.QtWidgets import QWidget

KINDS = (QLabel, QPushButton, QToolButton)


def cut_off(window: QWidget) -> list[str]:
    """One line for everything in sight that has too little room; empty if all is well."""
    return [fault for widget in _in_sight(window) for fault in _faults(widget, window)]


def tab_order(first: QWidget) -> list[QWidget]:
    """All widgets in the order of Tab, after the first."""
    chain: list[QWidget] = []
    each = first.nextInFocusChain()
    while each is not None and each is not first:
        chain.append(each)
        each = each.nextInFocusChain()
    return chain


def _in_sight(window: QWidget) -> Iterator[QWidget]:
    for kind in KINDS:
        # Qt's own parts, such as the menu bar's overflow button, are named by Qt.
        yield from (
            each
            for each in window.findChildren(kind)
            if each.isVisibleTo(window) and not each.objectName().startswith("qt_")
        )


def _faults(widget: QWidget, window: QWidget) -> Iterator[str]:
    size, least = widget.size(), widget.minimumSizeHint()
    if size.width() < least.width() or size.height() < least.height():
        yield f"{_name(widget)} is {_wh(size)}, needs {_wh(least)}"
    if widget.hasHeightForWidth() and size.height() < widget.heightForWidth(size.width()):
        needed = widget.heightForWidth(size.width())
        yield f"{_name(widget)} is {size.height()} high, its lines need {needed}"
    yield from _sticking_out(widget, window)


def _sticking_out(widget: QWidget, window: QWidget) -> Iterator[str]:
    """Out of any ancestor; below a scroll area only sideways counts."""
    ancestor, scrolls = widget.parentWidget(), False
    while ancestor is not None:
        place = QRect(widget.mapTo(ancestor, QPoint(0, 0)), widget.size())
        scrolls = scrolls or _is_viewport(ancestor)
        frame = ancestor.rect()
        sideways = place.left() < frame.left() or place.right() > frame.right()
        upright = place.top() < frame.top() or place.bottom() > frame.bottom()
        if sideways or (upright and not scrolls):
            yield f"{_name(widget)} at {place} sticks out of {_name(ancestor)} {frame}"
        ancestor = None if ancestor is window else ancestor.parentWidget()


def _is_viewport(widget: QWidget) -> bool:
    area = widget.parentWidget()
    return isinstance(area, QAbstractScrollArea) and area.viewport() is widget


def _wh(size: QSize) -> str:
    return f"{size.width()}x{size.height()}"


def _name(widget: QWidget) -> str:
    text = widget.text()[:40] if isinstance(widget, KINDS) else ""
    return f"{type(widget).__name__}({text or widget.accessibleName()!r})"
