"""What the window about the key needs of whoever keeps keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pydantic import SecretStr

    from kling_desktop.domain.keys import KeyVerdict, KeyView


class Keys(Protocol):
    """May wait for a dialog of the system in each call, and can be cancelled in each.

    Every call but ``look`` raises a KlingDesktopError where it does not succeed; one that is a
    ``MissingKey`` with a detail says why the keyring cannot be used.
    """

    async def look(self) -> KeyView: ...

    async def keep(self, pasted: SecretStr, profile: str) -> KeyView: ...

    async def use(self, pasted: SecretStr) -> KeyView: ...

    async def forget(self, profile: str) -> KeyView: ...

    async def choose(self, profile: str) -> KeyView: ...

    async def rename(self, old: str, new: str) -> KeyView: ...

    async def check(self, pasted: SecretStr | None) -> KeyVerdict: ...
