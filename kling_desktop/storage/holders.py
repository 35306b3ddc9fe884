"""Which accounts this computer has worked with: marks and names, and no key or part of one."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.holders import EARLIER, Holder, is_profile
from kling_desktop.storage.disk import write_document
from kling_desktop.storage.locking import alone_with

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

log = logging.getLogger(__name__)

_MARK = re.compile(r"[0-9a-f]{16}")
_NONSENSE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What is raised by a document that says something else than ours do."""


@dataclass(frozen=True, slots=True)
class _Key:
    """One key, as it is remembered; keys of one account have the same group."""

    mark: str
    backend: str
    name: str
    group: str


class HolderFile:
    """Read and written by every program; satisfies ``engine.disk_ports.HolderBook``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def known(self, backend: str, mark: str, name: str) -> Holder:
        """What is known around a key, without a word about it being written down."""
        return _holder(self._load(), backend, mark, name)

    def note(self, backend: str, mark: str, name: str) -> Holder:
        """Remember a key that is used from now on. Raises FolderUnusable."""
        return self._change(backend, mark, name, lambda keys: _noted(keys, backend, mark, name))

    def join(self, backend: str, mark: str, other: str, name: str = "") -> Holder:
        """Remember that two keys are of one account. Raises FolderUnusable."""

        def joined(keys: list[_Key]) -> list[_Key]:
            group = next((each.group for each in keys if each.mark == mark), mark)
            theirs = next((each.group for each in keys if each.mark == other), other)
            if all(each.mark != other for each in keys):
                keys = [*keys, _Key(other, backend, "", other)]
            return [replace(e, group=group) if e.group == theirs else e for e in keys]

        return self._change(backend, mark, name, joined)

    def rename(self, old: str, new: str) -> None:
        """Follow a profile that is called something else now. Raises FolderUnusable."""
        names = {old: new, EARLIER + old: EARLIER + new}

        def renamed(keys: list[_Key]) -> list[_Key]:
            return [replace(each, name=names.get(each.name, each.name)) for each in keys]

        if any(each.name in names for each in self._load()):
            self._change("", "", "", renamed)

    def name_of(self, mark: str) -> str:
        """The profile that has the key of a mark; empty where nobody knows."""
        return next((each.name for each in self._load() if each.mark == mark), "")

    def names_of(self, mark: str) -> list[str]:
        """The profiles that have keys of the account of a mark, that of the mark itself first."""
        keys = self._load()
        group = next((each.group for each in keys if each.mark == mark), "")
        found = [e for e in keys if e.group == group and is_profile(e.name)]
        return [each.name for each in sorted(found, key=lambda each: each.mark != mark)]

    def _change(self, backend: str, mark: str, name: str, changed: Any) -> Holder:
        with alone_with(self._path):
            before = self._kept()
            keys = changed(list(before))
            if keys != before:
                write_document(self._path, json.dumps(_document(keys), indent=1) + "\n")
        return _holder(keys, backend, mark, name)

    def _load(self) -> list[_Key]:
        """All that makes sense, to be looked at."""
        try:
            return self._read()
        except (OSError, *_NONSENSE) as error:
            log.warning("accounts cannot be read: %s", type(error).__name__)
            return []

    def _kept(self) -> list[_Key]:
        """What is to be changed: what cannot be read for a moment is not written over.

        Nor is what makes no sense, which is set aside.
        """
        try:
            return self._read()
        except _NONSENSE as error:
            log.warning("accounts cannot be read: %s", type(error).__name__)
            self._path.replace(self._path.with_suffix(".damaged"))
            return []

    def _read(self) -> list[_Key]:
        try:
            return list(_keys(json.loads(self._path.read_text("utf-8"))))
        except FileNotFoundError:
            return []


def _noted(keys: list[_Key], backend: str, mark: str, name: str) -> list[_Key]:
    """A key under the name that it has now; an earlier key of that profile is told from it."""
    before = next((each for each in keys if each.mark == mark), None)
    if before is None:
        keys = [*keys, before := _Key(mark, backend, name, mark)]
    # A key that is in a profile as well is best known by that.
    keeps = is_profile(before.name) and not is_profile(name)
    now = before.name if keeps else name
    return [
        replace(each, name=now)
        if each.mark == mark
        else replace(each, name=EARLIER + name)
        if is_profile(name) and each.name == name and each.backend == backend
        else each
        for each in keys
    ]


def _holder(keys: Iterable[_Key], backend: str, mark: str, name: str) -> Holder:
    mine = [each for each in keys if each.backend == backend]
    group = next((each.group for each in mine if each.mark == mark), mark)
    marks = {each.mark for each in mine if each.group == group} | {mark}
    others = {each.mark: each.name for each in mine if each.mark not in marks}
    return Holder(mark, name, frozenset(marks), others)


def _document(keys: Iterable[_Key]) -> dict[str, Any]:
    return {
        "version": 1,
        "keys": [
            {"mark": e.mark, "backend": e.backend, "name": e.name, "group": e.group} for e in keys
        ],
    }


def _keys(told: Any) -> Iterable[_Key]:
    for each in told["keys"]:
        key = _Key(*(str(each[name]) for name in ("mark", "backend", "name", "group")))
        if _MARK.fullmatch(key.mark) and _MARK.fullmatch(key.group):
            yield key
