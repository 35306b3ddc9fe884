"""The API key: from the environment or the system's keyring, never from a file of ours.

Calls that reach the keyring may block until the user has answered a dialog of the system, so
callers make them in a worker thread and set no time limit.
"""

from __future__ import annotations

import hashlib
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import SecretStr

from kling_desktop import log
from kling_desktop.domain.errors import InvalidParams, MissingKey, Problem
from kling_desktop.domain.keys import Source as Source  # noqa: PLC0414 - told with what is found

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from keyring.backend import KeyringBackend

SERVICE = "kling-desktop"
"""What the keyring files the key under; the profile is the user name."""
ALLOWED = tuple(
    f"keyring.backends.{name}"
    for name in ("SecretService", "libsecret", "kwallet", "macOS", "Windows")
)
"""Modules of back ends that keep secrets encrypted; others may be installed and are never used."""

MARK_ROUNDS = 100_000
"""So many hashes make a mark; some hundredths of a second."""

_SHELL = re.compile(
    r"(?:export |set -gx |setx |set |\$env:)?\s*FAL_KEY(?:\s*[=:]| )\s*", re.IGNORECASE
)
"""What stands before the key in a line of any shell, or of an ``.env`` file."""
_NATIVE_ERRORS = (
    ("secretstorage.exceptions", "SecretStorageException"),
    ("jeepney.wrappers", "DBusErrorResponse"),
    ("win32ctypes.pywin32.pywintypes", "error"),
)
"""What back ends let through from the system below them instead of a ``KeyringError``."""


class KeyringUnusable(MissingKey):
    """The keyring cannot be read or written; whether it holds a key is not known."""


@dataclass(frozen=True, slots=True)
class Found:
    """A key that is known."""

    key: SecretStr
    source: Source


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """What there is to say about the key without saying it."""

    source: Source | None
    keyring: str | None
    """The keyring in use; None where the system has none that may be used."""
    problem: str = ""
    """Why the keyring cannot be read, if it cannot."""


def find_key(
    environ: Mapping[str, str], profile: str = "default", *, keyring: KeyringBackend | None = None
) -> Found | None:
    """The key in the environment, else the one in the keyring.

    Raises:
        InvalidParams: the environment has something that cannot be a key.
        KeyringUnusable: the keyring is there but does not answer.
    """
    if key := key_in_environment(environ):
        return Found(key, Source.ENVIRONMENT)
    backend = keyring or _system_keyring()
    if backend is None:
        return None
    with _keyring_errors():
        stored = backend.get_password(SERVICE, profile)
    return Found(_hidden(stored), Source.KEYRING) if stored else None


def key_in_environment(environ: Mapping[str, str]) -> SecretStr | None:
    """The key of ``FAL_KEY``, else of ``FAL_KEY_ID`` and ``FAL_KEY_SECRET``.

    Its form is the server's to judge, since other servers than fal have other keys.

    Raises:
        InvalidParams: it holds what no HTTP header can carry.
    """
    whole, first, second = (
        _tidy(environ.get(name, "")) for name in ("FAL_KEY", "FAL_KEY_ID", "FAL_KEY_SECRET")
    )
    key = whole or (f"{first}:{second}" if first and second else "")
    if not key:
        return None
    if not _is_sendable(key):
        raise InvalidParams((Problem("FAL_KEY", "holds characters that a key cannot have"),))
    return _hidden(key)


def store_key(
    secret: str, profile: str = "default", *, keyring: KeyringBackend | None = None
) -> None:
    """Keep a key, as somebody pasted it, in the keyring, and see that it is really there.

    Raises:
        InvalidParams: it does not look like a key of fal.
        KeyringUnusable: it cannot be kept, or there is no keyring.
    """
    key = pasted_key(secret).get_secret_value()
    backend = _needed(keyring)
    with _keyring_errors():
        backend.set_password(SERVICE, profile, key)
        read_back = backend.get_password(SERVICE, profile)
    if read_back != key:
        raise KeyringUnusable("the keyring took the key but does not give it back")


def forget_key(profile: str = "default", *, keyring: KeyringBackend | None = None) -> bool:
    """Remove the key from the keyring; False if there was none.

    Raises:
        KeyringUnusable: it cannot be removed, or there is no keyring.
    """
    backend = _needed(keyring)
    with _keyring_errors():
        if backend.get_password(SERVICE, profile) is None:
            return False
        backend.delete_password(SERVICE, profile)
    return True


def rename_key(old: str, new: str, *, keyring: KeyringBackend | None = None) -> bool:
    """File the key of one profile under another; False if there was none.

    The old entry goes only once the new one was read back.

    Raises:
        KeyringUnusable: it cannot be done, or there is no keyring.
    """
    backend = _needed(keyring)
    with _keyring_errors():
        key = backend.get_password(SERVICE, old)
        if key is None:
            return False
        _hidden(key)
        backend.set_password(SERVICE, new, key)
        if backend.get_password(SERVICE, new) != key:
            raise KeyringUnusable("the keyring took the key but does not give it back")
        backend.delete_password(SERVICE, old)
    return True


def mark_of(key: SecretStr, backend: str) -> str:
    """What jobs remember of a key: enough to know its account again, and no part of it.

    It is made of the half that names the key and is not secret; where a key has no halves, of the
    whole, so slowly that it cannot be guessed either. Another backend's mark is another one.
    """
    first, _, _ = key.get_secret_value().partition(":")
    salt = f"kling-desktop account at {backend}".encode()
    return hashlib.pbkdf2_hmac("sha256", first.encode(), salt, MARK_ROUNDS, dklen=8).hex()


def pasted_key(pasted: str) -> SecretStr:
    """The key in what somebody pasted. Raises InvalidParams, without saying what was pasted."""
    return _hidden(_checked(_tidy(pasted)))


def status(
    environ: Mapping[str, str], profile: str = "default", *, keyring: KeyringBackend | None = None
) -> KeyStatus:
    """Whether a key is known and where from. Raises InvalidParams as :func:`find_key` does."""
    backend = keyring
    try:
        backend = backend or _system_keyring()
        found = find_key(environ, profile, keyring=backend)
    except KeyringUnusable as error:
        return KeyStatus(None, _name(backend), error.detail)
    return KeyStatus(found.source if found else None, _name(backend))


def allowed(backend: KeyringBackend) -> KeyringBackend | None:
    """The back end itself if it is to be trusted, or the first such member of a chain."""
    from keyring.backends.chainer import ChainerBackend

    members = backend.backends if isinstance(backend, ChainerBackend) else [backend]
    return next((each for each in members if type(each).__module__ in ALLOWED), None)


def _system_keyring() -> KeyringBackend | None:
    import keyring

    with _keyring_errors():
        return allowed(keyring.get_keyring())


def _needed(backend: KeyringBackend | None) -> KeyringBackend:
    backend = backend or _system_keyring()
    if backend is None:
        raise KeyringUnusable("this system has no keyring that can be used; set FAL_KEY instead")
    return backend


@contextmanager
def _keyring_errors() -> Iterator[None]:
    try:
        yield
    except _failures() as error:
        raise KeyringUnusable(_reason(error)) from error


def _failures() -> tuple[type[Exception], ...]:
    from keyring.errors import KeyringError

    native = (getattr(sys.modules.get(module), name, None) for module, name in _NATIVE_ERRORS)
    return (KeyringError, OSError, *filter(None, native))


def _reason(error: Exception) -> str:
    from keyring import errors

    match error:
        case errors.KeyringLocked():
            return "the keyring is locked"
        case errors.NoKeyringError():
            return "this system has no keyring that can be used"
        case errors.InitError():
            return "the keyring could not be opened"
        case errors.PasswordSetError():
            return "the keyring did not accept the key"
        case errors.PasswordDeleteError():
            return "the keyring did not remove the key"
        case _:
            return f"the keyring does not answer: {type(error).__name__}"


def _name(backend: KeyringBackend | None) -> str | None:
    return None if backend is None else str(backend.name)


def _tidy(pasted: str) -> str:
    """What is left of a pasted key without line ends, quotes and the shell around it."""
    text = _SHELL.sub("", "".join(pasted.splitlines()).strip())
    return text.rstrip(";").strip("\"'` \t")


def _checked(key: str) -> str:
    halves = key.split(":")
    if len(halves) == 2 and all(halves) and _is_sendable(key):
        return key
    # Without the value: an error may be shown and logged, and this may be most of a key.
    raise InvalidParams((Problem("key", "must have the form id:secret"),))


def _is_sendable(key: str) -> bool:
    return key.isascii() and key.isprintable() and " " not in key


def _hidden(key: str) -> SecretStr:
    log.hide(key)
    return SecretStr(key)
