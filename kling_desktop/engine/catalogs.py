"""The catalog in use: what ships with the program, and over it what the backend told last."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kling_desktop.domain.calibration import with_answers
from kling_desktop.domain.differences import Difference, differences
from kling_desktop.domain.renewal import Overlay, merged, overlaid

if TYPE_CHECKING:
    from kling_desktop.domain.calibration import Answer
    from kling_desktop.domain.catalog import Catalog
    from kling_desktop.domain.published import ModelFacts
    from kling_desktop.engine.disk_ports import Origins, Shelf
    from kling_desktop.engine.ports import Provider


class Catalogs:
    """Hands out one catalog at a time; the next one comes when the backend was asked."""

    def __init__(
        self,
        shipped: Catalog,
        backend: str,
        shelf: Shelf | None = None,
        origins: Origins | None = None,
    ) -> None:
        self.backend = backend
        self.origins = origins
        self._shipped = shipped
        self._shelf = shelf
        self._overlay = self._usable(shelf.load(backend) if shelf else None)
        self._current = overlaid(shipped, self._overlay)
        self._shown: tuple[Catalog, tuple[Answer, ...], Catalog] | None = None
        """What :attr:`current` was made of last, and what came of it."""

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Where clips have shown that endpoints count from, whichever program saw it."""
        return self.origins.load(self.backend) if self.origins else ()

    @property
    def current(self) -> Catalog:
        """The catalog that counts now."""
        answers, made = self.answers, self._shown
        if not answers:
            return self._current
        if made is None or made[0] is not self._current or made[1] != answers:
            made = self._current, answers, with_answers(self._current, answers)
            self._shown = made
        return made[2]

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
