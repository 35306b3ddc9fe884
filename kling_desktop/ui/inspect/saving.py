"""Everything of a request in a folder of its own: its files, its body, and it as programs."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.domain.body import encoded
from kling_desktop.domain.snippets import SUFFIXES, Language, snippet

if TYPE_CHECKING:
    from datetime import datetime

    from kling_desktop.domain.parcel import Parcel, SentFile


def save_everything(parcel: Parcel, below: Path, now: datetime) -> Path:
    """Make a new folder below another and write everything into it; nothing is written over.

    Raises:
        OSError: it cannot be written, or a file is not any more what was shown.
    """
    files = {each.name: _read(each) for each in parcel.files if each.is_here}
    folder = _new_folder(below, f"request-{now:%Y-%m-%d-%H%M%S}")
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / "request.json").write_bytes(encoded(parcel.body))
    names = {name: name for name in files}
    for language in Language:
        program = folder / f"request{SUFFIXES[language]}"
        program.write_text(snippet(parcel, language, names), "utf-8", newline="\n")
    return folder


def _read(file: SentFile) -> bytes:
    data = Path(file.path).read_bytes()
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise OSError(0, f"{file.name} has changed since it was shown")
    return data


def _new_folder(below: Path, name: str) -> Path:
    number, folder = 2, below / name
    while True:
        try:
            folder.mkdir()
        except FileExistsError:
            folder, number = below / f"{name}-{number}", number + 1
        else:
            return folder
