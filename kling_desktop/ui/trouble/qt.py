"""Qt's own words: into the log, and what it calls critical to the alarm."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QtMsgType, qInstallMessageHandler, qVersion
from PySide6.QtGui import QGuiApplication

from kling_desktop.domain.bug_report import Section

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMessageLogContext

logger = logging.getLogger(__name__)

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
}


def hear_qt(complain: Callable[[str], None]) -> Callable[[], None]:
    """From now on; what it gives back puts all as it was before."""

    def hear(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        category = getattr(context, "category", None) or "default"
        if kind == QtMsgType.QtCriticalMsg:
            complain(f"Qt ({category}): {message}")
        else:
            logger.log(_LEVELS.get(kind, logging.CRITICAL), "Qt (%s): %s", category, message)

    before = qInstallMessageHandler(hear)
    return lambda: _put_back(before)


def _put_back(before: object) -> None:
    qInstallMessageHandler(before)  # type: ignore[arg-type]  # None is the way to Qt's own


def about_qt(backend: str) -> Section:
    """Where the window is shown."""
    screens = [
        f"Screen {each.size().width()} x {each.size().height()}, scale {each.devicePixelRatio():g}"
        for each in QGuiApplication.screens()
    ]
    platform = f"Qt {qVersion()} on {QGuiApplication.platformName()}"
    return Section("Window", (platform, *screens, f"Backend: {backend or 'none yet'}"))
