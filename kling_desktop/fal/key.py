"""The API key: goes into one header, and into nothing that anybody reads."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import SecretStr

from kling_desktop import log
from kling_desktop.domain.errors import KeyRefused, KlingDesktopError

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST_SECRET = 6
"""Shorter halves of a key would blot out ordinary words."""


class ApiKey:
    """The key as it was given, without the spaces that copying adds."""

    def __init__(self, key: SecretStr) -> None:
        self._secret = SecretStr(key.get_secret_value().strip())
        log.hide(self._secret.get_secret_value())

    def header(self) -> str:
        """The value of ``Authorization``.

        Raises:
            KeyRefused: it cannot be a key; said here because HTTP libraries quote a header that
                they cannot send.
        """
        key = self._secret.get_secret_value()
        if not key or not all("!" <= character <= "~" for character in key):
            raise KeyRefused("this cannot be a key")
        return f"Key {key}"

    @contextmanager
    def kept_out_of_errors(self) -> Iterator[None]:
        """Blot the key out of whatever error leaves, for a server may quote it back to us."""
        try:
            yield
        except KlingDesktopError as error:
            error.detail = self._blot(error.detail)
            error.args = (error.detail,)
            raise

    def _blot(self, text: str) -> str:
        key = self._secret.get_secret_value()
        for part in (key, *key.split(":")):
            if len(part) >= SHORTEST_SECRET:
                text = text.replace(part, log.HIDDEN)
        return text
