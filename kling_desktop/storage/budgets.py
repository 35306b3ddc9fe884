"""The user's budgets, in one small file for all backends.

A file that cannot be read is an error, not a file without limits: what somebody has forbidden must
not become allowed by an accident.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, ValidationError

from kling_desktop.domain.budgets import Budgets
from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.storage.disk import write_document
from kling_desktop.storage.locking import alone_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

VERSION = 1
LARGEST = 1024 * 1024
"""Bytes; what is longer is not ours."""

_Amount = Annotated[
    Decimal, Field(ge=0, allow_inf_nan=False), PlainSerializer(str, return_type=str)
]


class _Limits(BaseModel):
    model_config = ConfigDict(extra="forbid")

    job: _Amount | None = None
    day: _Amount | None = None
    month: _Amount | None = None
    projects: dict[str, _Amount] = {}
    allows_unknown: bool = False


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: int = Field(VERSION, ge=1, le=VERSION)
    backends: dict[str, _Limits] = {}


class BudgetFile:
    """Keeps the budgets; satisfies ``engine.disk_ports.BudgetBook``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, backend: str) -> Budgets:
        """The limits of a backend, as they are now.

        Raises:
            FolderUnusable: the file cannot be read, is damaged, or a newer program wrote it.
        """
        limits = self._read().backends.get(backend, _Limits())
        return Budgets(
            job=limits.job,
            day=limits.day,
            month=limits.month,
            projects=limits.projects,
            allows_unknown=limits.allows_unknown,
        )

    def change(self, backend: str, changed: Callable[[Budgets], Budgets]) -> Budgets:
        """Put other limits in place of those of a backend; no change of another program is lost.

        Raises:
            FolderUnusable: the file cannot be read or written.
        """
        with alone_with(self._path):
            after = changed(self.load(backend))
            document = self._read()
            document.backends[backend] = _Limits(
                job=after.job,
                day=after.day,
                month=after.month,
                projects=dict(after.projects),
                allows_unknown=after.allows_unknown,
            )
            self._write(document)
        return after

    def _read(self) -> _Document:
        try:
            with self._path.open("rb") as file:
                return _Document.model_validate_json(file.read(LARGEST))
        except FileNotFoundError:
            return _Document()
        except ValidationError as error:
            raise FolderUnusable(f"{self._path}: {error.errors()[0]['msg']}") from None
        except OSError as error:
            raise FolderUnusable(f"{self._path}: {error.strerror}") from None

    def _write(self, document: _Document) -> None:
        text = json.dumps(document.model_dump(mode="json", exclude_none=True), indent=1) + "\n"
        write_document(self._path, text)
