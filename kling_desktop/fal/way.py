"""How far a request came before it broke: whether any of it had left, and what broke, in words.

httpx's exceptions alone do not tell. A proxy that falls silent while it is asked for a tunnel looks
to them like a service that falls silent on a paid request, so httpcore's own events are followed.
"""

from __future__ import annotations

import logging
import re
import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kling_desktop.domain import errors as e
from kling_desktop.fal.backend import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

log = logging.getLogger(__name__)

_TUNNELLED = "proxy.start_tls.started"
_APPROACH = frozenset(
    {"connection.connect_tcp.started", "connection.start_tls.started", _TUNNELLED}
)
"""Begin before the request is written, whoever is on the other side."""
_TIDYING = frozenset({"http11.response_closed.started"})
_CLOCK = "is not valid at this time; is this computer's clock right?"
_NAME = "is made out for another name"
_REASONS = {9: _CLOCK, 10: _CLOCK, 62: _NAME, 64: _NAME}
"""OpenSSL's X509_V_ERR numbers of what has another cause than an unknown authority."""
_ANSWERS = {"407": "407: it wants a sign-in"}


class Way:
    """One request's way, as httpcore's ``trace`` extension tells it."""

    def __init__(self, url: str) -> None:
        self._target = Origin.of(url)
        self._facing = self._name = self._target.host if self._target else "the service"
        self._approaching = False
        self._left = False
        self.in_tunnel = False
        """Whether the last that began was TLS inside a proxy's tunnel."""

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        if not event.endswith(".started") or event in _TIDYING:
            return
        self.in_tunnel = event == _TUNNELLED
        if event in _APPROACH:
            self._approaching = True
            self._face(event, info)
        elif getattr(info.get("request"), "method", b"") != b"CONNECT":
            # Also for events that a later httpcore may have: in doubt, it has left.
            self._left = True

    @property
    def has_not_left(self) -> bool:
        """Whether it is certain that no byte of the request was written."""
        return self._approaching and not self._left

    @contextmanager
    def own_errors(self) -> Iterator[None]:
        """Turn httpx's exceptions into ours; NetworkDown only where no byte of the request left."""
        import httpx

        before = (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.ProxyError,
            httpx.UnsupportedProtocol,
        )
        try:
            yield
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            # httpx reads where an answer leads, although we never follow, and trips over nonsense.
            if self.has_not_left or isinstance(error, before):
                raise e.NetworkDown(self._words(error)) from None
            log.info("%s: %s", self._name, type(error).__name__)
            if isinstance(error, (httpx.TimeoutException, TimeoutError)):
                is_sending = isinstance(error, httpx.WriteTimeout)
                what = "take the request" if is_sending else "answer"
                raise e.TimedOut(f"{self._name} did not {what} in time") from None
            raise e.Transient(f"{self._name} broke the connection off") from None

    def sign_in(self) -> e.NetworkDown:
        """A proxy kept the request, because it does not know us."""
        return e.NetworkDown(f"{self._proxy} wants a sign-in")

    @property
    def _proxy(self) -> str:
        return "the proxy" if self._facing == self._name else self._facing

    def _face(self, event: str, info: Mapping[str, Any]) -> None:
        """Note whom we speak to now; a proxy goes by its address, which holds no login."""
        if event == _TUNNELLED:
            self._facing = self._name
        elif "host" in info and "port" in info:
            host, port = str(info["host"]), info["port"]
            shown = f"[{host}]" if ":" in host else host
            is_target = self._target and (self._target.host, self._target.port) == (shown, port)
            self._facing = self._name if is_target else f"the proxy {shown}:{port}"

    def _words(self, error: Exception) -> str:
        """What broke; an address of the proxy with its login must never get in here."""
        import httpx

        match _tls_error(error):
            case ssl.SSLCertVerificationError() as certificate:
                return f"the certificate of {self._facing} {_reason(certificate)}"
            case ssl.SSLEOFError():
                return f"{self._facing} broke the connection off"
            case ssl.SSLError(reason=str(reason)):
                return f"no secure connection to {self._facing} can be made: {reason}"
        if isinstance(error, httpx.ProxyError):
            # The words of its answer are the proxy's, and may repeat our login.
            number = re.match(r"\d{3}", str(error))
            told = number[0] if number else "nonsense"
            return f"{self._proxy} answered {_ANSWERS.get(told, told)}"
        if self._approaching and isinstance(error, (httpx.TimeoutException, TimeoutError)):
            return f"{self._facing} did not answer in time"
        if self._approaching and not (isinstance(error, httpx.ConnectError) and str(error)):
            return f"{self._facing} broke the connection off"
        said = str(error) or type(error).__name__
        return said if self._facing == self._name else f"{self._facing} cannot be reached: {said}"


def _tls_error(error: BaseException) -> ssl.SSLError | None:
    """The trouble with TLS that is at the bottom of this error, if it is that."""
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, ssl.SSLError):
        seen = seen.__cause__ or seen.__context__
    return seen


def _reason(error: ssl.SSLCertVerificationError) -> str:
    known = _REASONS.get(error.verify_code)
    return known or (
        f"cannot be trusted: {error.verify_message}. A network with an authority of its own"
        " needs SSL_CERT_FILE to name that authority's file"
    )
