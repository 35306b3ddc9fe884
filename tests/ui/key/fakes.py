"""Keys that answer as a test says, and ways to be there when something is waited for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kling_desktop.domain.keys import KeyVerdict, KeyView, Source

if TYPE_CHECKING:
    from pydantic import SecretStr

KEYRING = "SecretService Keyring"
NONE = KeyView(None, KEYRING)
GOOD = KeyVerdict()


@dataclass
class FakeKeys:
    """A drawer with one view of it; ``trouble`` is raised, ``stuck`` waits for ever."""

    view: KeyView = NONE
    trouble: Exception | None = None
    stuck: bool = False
    verdict: KeyVerdict = GOOD
    given: list[SecretStr | None] = field(default_factory=list)
    given_up: int = 0

    async def look(self) -> KeyView:
        await self._wait()
        return self.view

    async def keep(self, pasted: SecretStr, profile: str) -> KeyView:
        return await self._take(pasted, Source.KEYRING, profile)

    async def use(self, pasted: SecretStr) -> KeyView:
        return await self._take(pasted, Source.SESSION, self.view.profiles.active)

    async def forget(self, profile: str) -> KeyView:
        await self._answer()
        names = self.view.profiles.without(profile)
        self.view = replace(self.view, source=None, profiles=names)
        return self.view

    async def choose(self, profile: str) -> KeyView:
        await self._answer()
        self.view = replace(self.view, profiles=self.view.profiles.with_active(profile))
        return self.view

    async def rename(self, old: str, new: str) -> KeyView:
        await self._answer()
        self.view = replace(self.view, profiles=self.view.profiles.renamed(old, new))
        return self.view

    async def check(self, pasted: SecretStr | None) -> KeyVerdict:
        self.given.append(pasted)
        await self._answer()
        return self.verdict

    async def _take(self, pasted: SecretStr, source: Source, profile: str) -> KeyView:
        self.given.append(pasted)
        await self._answer()
        names = self.view.profiles.with_active(profile)
        self.view = replace(self.view, source=source, profiles=names)
        return self.view

    async def _answer(self) -> None:
        await self._wait()
        if self.trouble is not None:
            raise self.trouble

    async def _wait(self) -> None:
        if not self.stuck:
            return
        try:
            await asyncio.Event().wait()
        finally:
            self.given_up += 1
