"""Asks for files and folders, and never lets one be written over that nobody was asked about."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from kling_desktop.ui.question import ask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

REPLACE = "{} is there already. Replace it?\n\nWhat it holds now would be lost."


async def ask_folder(parent: QWidget, title: str, suggestion: Path) -> Path | None:
    """An existing folder; None where somebody wants none."""
    dialog = QFileDialog(parent, title, str(suggestion))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, "Save here")
    return await _chosen(dialog)


async def ask_file(
    parent: QWidget, title: str, suggestion: Path, filters: Mapping[str, str]
) -> Path | None:
    """Where to write a file that ends as one of the filters says; None if nowhere.

    The system's dialogs ask about the name as it was typed, some before its ending is put on: so
    the question is ours, and about the very file.
    """
    endings = list(filters.values())
    dialog = QFileDialog(parent, title, str(suggestion))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.setNameFilters(list(filters))
    dialog.setDefaultSuffix(endings[0][1:])
    dialog.filterSelected.connect(
        lambda chosen: dialog.setDefaultSuffix(filters.get(chosen, endings[0])[1:])
    )
    chosen = await _chosen(dialog)
    if chosen is None:
        return None
    if chosen.suffix.lower() not in endings:
        chosen = chosen.with_name(f"{chosen.name}.{dialog.defaultSuffix()}")
    if await asyncio.to_thread(chosen.exists) and not await _may_replace(parent, chosen):
        return None
    return chosen


async def _may_replace(parent: QWidget, file: Path) -> bool:
    return await ask(parent, "Replace the file", REPLACE.format(file.name), yes="Replace")


async def _chosen(dialog: QFileDialog) -> Path | None:
    """What is chosen in a dialog, which goes away with the answer, or with who asks."""
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def answered(code: int) -> None:
        if not answer.done():
            files = dialog.selectedFiles()
            answer.set_result(files[0] if code and files else "")

    dialog.finished.connect(answered)
    dialog.open()
    try:
        found = await answer
    finally:
        dialog.finished.disconnect(answered)
        dialog.close()
        dialog.deleteLater()
    return Path(found) if found else None
