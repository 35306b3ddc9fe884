"""The catalog in use: what ships with the program, and over it what the backend told last."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kling_desktop.domain.differences import Difference, differences
from kling_desktop.domain.renewal import Overlay, merged, overlaid

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Catalog
    from kling_desktop.domain.published import ModelFacts
    from kling_desktop.engine.disk_ports import Shelf
    from kling_desktop.engine.ports import Provider


class Catalogs:
    """Hands out one catalog at a time; the next one comes when the backend was asked."""

    def __init__(self, shipped: Catalog, backend: str, shelf: Shelf | None = None) -> None:
        self.backend = backend
        self._shipped = shipped
        self._shelf = shelf
        self._overlay = self._usable(shelf.load(backend) if shelf else None)
        self._current = overlaid(shipped, self._overlay)

    @property
    def current(self) -> Catalog:
        """The catalog that counts now."""
        return self._current

    async def refresh(self, provider: Provider, today: str) -> Difference:
        """Ask what has changed, keep it, and use it from now on.

        Raises:
            Transient, KeyRefused, KlingDesktopError: there was no answer; nothing has changed.
            FolderUnusable: the answer could not be kept; nothing has changed.
        """
        ids = tuple(each.id for each in self._shipped.endpoints)
        told = await provider.describe(ids)
        facts = tuple(each for each in told if each.endpoint_id in ids)
        before, overlay = self._current, self._with(facts, today)
        if self._shelf is not None:
            await asyncio.to_thread(self._shelf.save, overlay)
        self._overlay, self._current = overlay, overlaid(self._shipped, overlay)
        changes = [
            change
            for each in facts
            for change in differences(
                before.endpoint(each.endpoint_id), self._current.endpoint(each.endpoint_id), each
            )
        ]
        return Difference(self.backend, today, tuple(changes))

    def _with(self, facts: tuple[ModelFacts, ...], today: str) -> Overlay:
        return Overlay(
            backend=self.backend,
            checked=today,
            catalog=self._shipped.date,
            models=merged(self._overlay, facts, today),
        )

    def _usable(self, overlay: Overlay | None) -> Overlay | None:
        """What a later program's own catalog has overtaken is forgotten."""
        return None if overlay is None or overlay.is_outdated_by(self._shipped) else overlay
