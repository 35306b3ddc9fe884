"""A picture of the web, asked for once somebody has agreed: no key, no cookies, no private network.

The host's name is looked up here, and the connection goes to the very address that was found fit:
a name that means another place a moment later leads nowhere. No proxy is used, for nobody could
tell where that one connects to.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kling_desktop.domain.errors import BadPicture
from kling_desktop.domain.foreign import (
    LARGEST,
    Fetched,
    MovedTo,
    checked,
    goes_on_to,
    host_of,
    name_in,
)
from kling_desktop.fal.lean import AGENT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    import httpx

    Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

HOPS = 5
"""Redirects within one host; one to another host is told, and asked about."""
CONNECT, WHOLE = 10.0, 60.0
"""Seconds."""
_ACCEPT = "image/avif,image/webp,image/png,image/jpeg,image/*;q=0.8"
_MOVED = frozenset((301, 302, 303, 307, 308))
_PORTS = {"http": 80, "https": 443}


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


class ForeignPictures:
    """Fetches pictures from anywhere in public; satisfies ``engine.work_ports.FetchPicture``."""

    def __init__(
        self,
        *,
        loopback: bool = False,
        look_up: Resolve = resolve,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._loopback = loopback
        self._look_up = look_up
        self._transport = transport

    async def __call__(self, url: str) -> Fetched | MovedTo:
        """The picture, or the other host that has it.

        Raises:
            BadPicture: it cannot be had, or it is none; says why.
        """
        import httpx

        try:
            async with asyncio.timeout(WHOLE):
                return await self._fetch(url)
        except TimeoutError:
            raise BadPicture(name_in(url), f"did not come within {WHOLE:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            why = f"cannot be fetched: {host_of(url) or 'its host'} does not answer"
            raise BadPicture(name_in(url), f"{why} ({type(error).__name__})") from None

    async def _fetch(self, url: str) -> Fetched | MovedTo:
        for _ in range(HOPS):
            found = await self._ask(url)
            if isinstance(found, Fetched):
                return found
            if host_of(found) != host_of(url):
                return MovedTo(found)
            url = found
        raise BadPicture(name_in(url), "is sent on and on and never comes")

    async def _ask(self, url: str) -> Fetched | str:
        """The picture, or where it is instead."""
        import httpx

        if not host_of(url):
            raise BadPicture(name_in(url), "has an address that cannot be asked")
        parts = urlsplit(url)
        host, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
        address = await self._fit_address(name_in(url), host, port)
        bare = f"[{address}]" if ":" in address else address
        there = parts._replace(netloc=f"{bare}:{port}", fragment="").geturl()
        headers = {"Host": parts.netloc, "User-Agent": AGENT, "Accept": _ACCEPT,
                   "Accept-Encoding": "identity"}  # fmt: skip
        async with (
            httpx.AsyncClient(
                trust_env=False, follow_redirects=False, transport=self._transport,
                timeout=httpx.Timeout(WHOLE, connect=CONNECT),
            ) as client,
            client.stream("GET", there, headers=headers,
                          extensions={"sni_hostname": host}) as response,
        ):  # fmt: skip
            if response.status_code in _MOVED:
                return goes_on_to(url, response.headers.get("location", ""))
            if response.status_code != 200:
                text = f"cannot be fetched: {host} answers {response.status_code}"
                raise BadPicture(name_in(url), text)
            return checked(url, await _body(name_in(url), response))

    async def _fit_address(self, name: str, host: str, port: int) -> str:
        """The first address of a host, if all of its addresses are in public."""
        found = await self._look_up(host, port)
        if not found:
            raise BadPicture(name, f"cannot be fetched: {host} is not known")
        for each in found:
            if not self._may_ask(each):
                raise BadPicture(name, f"is on a private network ({host}), which is never asked")
        return found[0]

    def _may_ask(self, address: str) -> bool:
        try:
            ip = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
        if inner is not None:
            return self._may_ask(str(inner))
        return (ip.is_loopback and self._loopback) or (ip.is_global and not ip.is_multicast)


async def _body(name: str, response: httpx.Response) -> bytes:
    packing = response.headers.get("content-encoding", "identity")
    if packing.strip().lower() not in ("", "identity"):
        # Nobody asked for it, and what is packed may be endless (see ``packing``).
        raise BadPicture(name, f"cannot be fetched: it is packed as {packing[:20]}")
    size = response.headers.get("content-length", "")
    if size.isdecimal() and int(size) > LARGEST:
        raise BadPicture(name, f"is larger than {LARGEST // 1024**2} MB")
    whole = bytearray()
    async for block in response.aiter_bytes():
        whole += block
        if len(whole) > LARGEST:
            raise BadPicture(name, f"is larger than {LARGEST // 1024**2} MB")
    return bytes(whole)
