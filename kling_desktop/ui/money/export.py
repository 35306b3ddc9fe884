"""A report of money as a file: the same text as the command line prints, chosen by its ending."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog

from kling_desktop.domain.sheets import (
    as_json,
    doubtful_csv,
    doubtful_rows,
    report_csv,
    report_document,
)

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kling_desktop.domain.accounts import Accounts

SHEET, JSON = "Sheet (*.csv)", "JSON (*.json)"
ENDINGS = {SHEET: "csv", JSON: "json"}


def spending_text(accounts: Accounts, path: Path) -> str:
    """What was spent, as ``jobs report`` tells it."""
    backend, by, span = accounts.backend, accounts.by, accounts.span
    if path.suffix.lower() == ".json":
        return as_json(report_document(backend, by, span.since, span.until, accounts.report))
    return report_csv(backend, by, accounts.report)


def doubts_text(accounts: Accounts, path: Path) -> str:
    """What is in doubt, oldest first, as ``jobs doubtful`` tells it."""
    jobs = tuple(reversed(accounts.doubtful))
    if path.suffix.lower() == ".json":
        return as_json(doubtful_rows(jobs))
    return doubtful_csv(jobs)


def ask_where(parent: QWidget, name: str, accounts: Accounts) -> QFileDialog:
    """Let somebody choose a file; play money has a name of its own. It deletes itself."""
    money = "-play-money" if accounts.is_play else ""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    dialog = QFileDialog(parent, "Export", folder)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([SHEET, JSON])
    dialog.setDefaultSuffix(ENDINGS[SHEET])
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(ENDINGS[chosen]))
    dialog.selectFile(f"kling-desktop{money}-{name}")
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


async def write(path: Path, text: str) -> None:
    """Put a text in its place, whole or not at all, off the window's thread. Raises OSError."""
    await asyncio.to_thread(_write, path, text + "\n")


def _write(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as part:
        made = Path(part.name)
        try:
            part.write(text)
        except OSError:
            made.unlink(missing_ok=True)
            raise
    try:
        made.replace(path)
    except OSError:
        made.unlink(missing_ok=True)
        raise
