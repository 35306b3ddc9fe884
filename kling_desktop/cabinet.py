"""Where the key is kept: the environment, profiles in the keyring, and this session alone.

Whatever reaches the keyring happens apart, as it may wait for ever for somebody to answer a dialog
of the system; whoever awaits it can be cancelled at any time.
"""

from __future__ import annotations

import asyncio
import functools
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from kling_desktop.domain.errors import InvalidParams, MissingKey, Problem
from kling_desktop.domain.holders import ENVIRONMENT, SESSION
from kling_desktop.domain.keys import KeyView, Source, none_in
from kling_desktop.domain.settings.values import Settings
from kling_desktop.together import apart

OTHER_SERVER = "KLING_DESKTOP_BACKEND"
"""The variable that says whose the key in the environment is; see ``wiring``."""

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pydantic import SecretStr

    from kling_desktop.domain.keys import KeyVerdict, Profiles
    from kling_desktop.storage.holders import HolderFile
    from kling_desktop.storage.profiles import ProfileFile
    from kling_desktop.storage.secrets import Found, KeyStatus

T = TypeVar("T")


class KeyCabinet:
    """Finds, keeps, tries and forgets keys; satisfies ``ui.key.ports.Keys``."""

    def __init__(
        self,
        profiles: Path,
        environ: Mapping[str, str],
        wishes: Callable[[], Settings] = Settings,
    ) -> None:
        self._wishes = wishes
        self._path = profiles
        self._environ = environ
        self._session: SecretStr | None = None

    def __repr__(self) -> str:
        return "KeyCabinet()"

    async def find(self, profile: str = "") -> Found | None:
        """The key for fal that counts: of this session, of the environment, of the profile in use.

        Where a profile is named, that one's alone. A key that the environment has for a server in
        the place of fal is that server's, and never goes to fal.

        Raises:
            InvalidParams: the environment has something that cannot be a key.
            KeyringUnusable: the keyring is there but does not answer.
        """
        from kling_desktop.storage import secrets

        if profile:
            return await self._apart(lambda: secrets.find_key({}, profile))
        if self._session is not None:
            return secrets.Found(self._session, Source.SESSION)
        return await self._apart(lambda: secrets.find_key(self._for_fal(), self._names().active))

    async def name_of(self, source: Source) -> str:
        """What jobs call the key that counts: its profile, or what stands for one."""
        match source:
            case Source.ENVIRONMENT:
                return ENVIRONMENT
            case Source.SESSION:
                return SESSION
            case _:
                return (await self._apart(self._names)).active

    async def look(self) -> KeyView:
        """Where the key comes from now."""
        return await self._apart(self._look)

    async def keep(self, pasted: SecretStr, profile: str) -> KeyView:
        """Keep a key in the keyring, under a profile that counts from now on.

        Raises:
            InvalidParams: it does not look like a key of fal, or the profile is no name.
            KeyringUnusable: it cannot be kept; ``use`` keeps it for this session.
            FolderUnusable: it is kept, but not which profile is in use.
        """
        from kling_desktop.storage import secrets

        def work() -> KeyView:
            names = self._names().with_active(profile)
            secrets.store_key(pasted.get_secret_value(), names.active)
            self._change(lambda known: known.with_active(profile))
            self._session = None
            return self._look()

        return await self._apart(work)

    async def use(self, pasted: SecretStr) -> KeyView:
        """Know a key until this program ends, and write it nowhere. Raises InvalidParams."""
        from kling_desktop.storage import secrets

        self._session = secrets.pasted_key(pasted.get_secret_value())
        return await self.look()

    async def forget(self, profile: str) -> KeyView:
        """Forget the key of this session, else that of a profile, and the profile with it.

        Raises KeyringUnusable, FolderUnusable.
        """
        from kling_desktop.storage import secrets

        if self._session is not None:
            self._session = None
            return await self.look()

        def work() -> KeyView:
            secrets.forget_key(profile)
            self._change(lambda known: known.without(profile))
            return self._look()

        return await self._apart(work)

    async def choose(self, profile: str) -> KeyView:
        """Use another profile from now on; it is made where it is new.

        Raises InvalidParams, FolderUnusable.
        """

        def work() -> KeyView:
            self._change(lambda known: known.with_active(profile))
            return self._look()

        return await self._apart(work)

    async def rename(self, old: str, new: str) -> KeyView:
        """Call a profile something else. Raises InvalidParams, KeyringUnusable, FolderUnusable."""
        from kling_desktop.domain.keys import profile_name
        from kling_desktop.storage import secrets

        def work() -> KeyView:
            self._names().renamed(old, new)  # Says what is wrong with it before a key is moved.
            if secrets.status({}, old).keyring is not None:
                secrets.rename_key(old, profile_name(new))
            self._change(lambda known: known.renamed(old, new))
            self._holders().rename(old, profile_name(new))
            return self._look()

        return await self._apart(work)

    async def check(self, pasted: SecretStr | None = None, *, profile: str = "") -> KeyVerdict:
        """Try a key that was pasted, or the one that ``find`` finds, at fal itself; it is free.

        Raises MissingKey, InvalidParams, KeyringUnusable, and as ``fal.check.check_key``.
        """
        from kling_desktop.fal.backend import Backend
        from kling_desktop.fal.provider import FalProvider
        from kling_desktop.storage import secrets

        if pasted is not None:
            key = secrets.pasted_key(pasted.get_secret_value())
        elif (found := await self.find(profile)) is not None:
            key = found.key
        elif not profile and secrets.key_in_environment(self._environ) is not None:
            text = f"belongs to the server of {OTHER_SERVER}, and is not shown to fal"
            raise InvalidParams((Problem("FAL_KEY", text),))
        else:
            raise MissingKey(none_in(profile))
        provider = FalProvider(Backend.live(), key, wishes=self._wishes)
        try:
            return await provider.check_key()
        finally:
            await asyncio.shield(provider.aclose())

    def _look(self) -> KeyView:
        from kling_desktop.storage import secrets

        names = self._names()
        try:
            status = secrets.status(self._environ, names.active)
        except InvalidParams as error:
            status = secrets.KeyStatus(None, None, str(error))
        view = KeyView(status.source, status.keyring, status.problem, names)
        return view if self._session is None else replace(view, source=Source.SESSION)

    def status_of(self, profile: str) -> KeyStatus:
        """What a profile has in the keyring. Blocks; not for a window."""
        from kling_desktop.storage import secrets

        return secrets.status({}, profile)

    def _for_fal(self) -> Mapping[str, str]:
        """The environment as far as its key is one for fal."""
        return {} if self._environ.get(OTHER_SERVER) else self._environ

    def _names(self) -> Profiles:
        return self._file().load()

    def _change(self, changed: Callable[[Profiles], Profiles]) -> None:
        self._file().change(changed)

    def _file(self) -> ProfileFile:
        from kling_desktop.storage.profiles import ProfileFile

        return ProfileFile(self._path)

    def _holders(self) -> HolderFile:
        from kling_desktop.storage.holders import HolderFile

        return HolderFile(self._path.with_name("accounts.json"))

    async def _apart(self, work: Callable[[], T]) -> T:
        return await apart(functools.partial(work), "keyring")
