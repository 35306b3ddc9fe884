"""Which backend makes the clips, with which key, and whose jobs they are then."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kling_desktop.cabinet import KeyCabinet
from kling_desktop.domain.errors import FolderUnusable, InvalidParams, MissingKey
from kling_desktop.domain.holders import ENVIRONMENT, Holder
from kling_desktop.domain.keys import none_in
from kling_desktop.engine.whose import Whose
from kling_desktop.paths import places as where_is

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import SecretStr

    from kling_desktop.paths import Places

logger = logging.getLogger(__name__)

BACKEND_VARIABLE = "KLING_DESKTOP_BACKEND"


class Wish(StrEnum):
    """Which backend the user asked for."""

    AUTO = "auto"
    SANDBOX = "sandbox"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which backend it is going to be, and what it needs."""

    name: str
    """``sandbox``, ``live`` or an origin; the ledger keeps it with every job."""
    origin: str | None = None
    key: SecretStr | None = None
    profile: str = ""
    """The profile that has the key, or what stands for one (``domain.holders``)."""

    @property
    def is_sandbox(self) -> bool:
        return self.name == "sandbox"


async def choose(
    wish: Wish,
    environ: Mapping[str, str],
    cabinet: KeyCabinet | None = None,
    *,
    profile: str = "",
) -> Choice:
    """Decide which backend to use (``design.md`` §2); ``cabinet`` may know more than the disk.

    A profile that is named counts before the environment. A key from the keyring belongs to fal and
    never goes to a server named in the environment.

    Raises:
        MissingKey: the backend asked for needs one.
    """
    from kling_desktop.storage import secrets

    if wish is Wish.SANDBOX:
        return Choice("sandbox")
    origin = environ.get(BACKEND_VARIABLE, "").rstrip("/")
    if origin and wish is Wish.AUTO and not profile:
        return _named(origin, environ)
    is_needed = wish is Wish.LIVE or bool(profile)
    cabinet = cabinet or KeyCabinet(where_is().profiles, environ)
    try:
        found = await cabinet.find(profile)
    except secrets.KeyringUnusable as error:
        if is_needed:
            raise
        # A keyring that does not answer is common on servers and must not stop the sandbox.
        logger.info("keyring unusable reason=%s", error.detail)
        return Choice("sandbox")
    if found is not None:
        name = profile or await cabinet.name_of(found.source)
        return Choice("live", key=found.key, profile=name)
    if is_needed:
        raise MissingKey(none_in(profile))
    return Choice("sandbox")


def _named(origin: str, environ: Mapping[str, str]) -> Choice:
    """A server that the environment names takes its key from there too. Raises MissingKey."""
    from kling_desktop.storage import secrets

    from_environment = secrets.key_in_environment(environ)
    if from_environment is None:
        raise MissingKey(f"{BACKEND_VARIABLE} is set, but FAL_KEY is not")
    return Choice(origin, origin, from_environment, ENVIRONMENT)


async def likely(wish: Wish, environ: Mapping[str, str]) -> str:
    """The backend that :func:`choose` would choose if every key were at hand and in order."""
    if wish is Wish.LIVE:
        return "live"
    origin = environ.get(BACKEND_VARIABLE, "").rstrip("/")
    if origin and wish is Wish.AUTO:
        return origin
    try:
        return (await choose(wish, environ)).name
    except InvalidParams:  # There is a key in the environment, though it cannot be one.
        return "live"


def holder_of(choice: Choice, places: Places) -> Holder:
    """What is known around the key that was chosen; nothing is written. Blocks for a moment."""
    from kling_desktop.storage.holders import HolderFile
    from kling_desktop.storage.secrets import mark_of

    if choice.key is None:
        return Holder()
    mark = mark_of(choice.key, choice.name)
    return HolderFile(places.holders).known(choice.name, mark, choice.profile)


def account_of(choice: Choice, places: Places) -> Whose:
    """Whose the jobs are that are made with a key; blocks for a moment.

    Where it cannot be written down, it counts for this run all the same.
    """
    from kling_desktop.storage.holders import HolderFile
    from kling_desktop.storage.secrets import mark_of

    if choice.key is None:
        return Whose()
    book, name = HolderFile(places.holders), choice.profile
    mark = mark_of(choice.key, choice.name)
    try:
        holder = book.note(choice.name, mark, name)
    except FolderUnusable as error:
        logger.warning("the account cannot be noted: %s", error.detail)
        holder = holder_of(choice, places)
    return Whose(holder, lambda other: book.join(choice.name, mark, other, name))
