"""Where fal is, and which addresses may see the key, take our pictures or hand us clips."""

from __future__ import annotations

import functools
import ipaddress
import re
from dataclasses import dataclass

from kling_desktop.domain.errors import InvalidParams, Problem

_LABEL = r"[A-Za-z0-9_-]{1,63}"
_ADDRESS = re.compile(
    rf"(https?)://({_LABEL}(?:\.{_LABEL})*|\[[0-9A-Fa-f:]+\])(?::(\d{{1,5}}))?(?=[/?#]|$)", re.I
)
_USUAL_PORTS = {"http": 80, "https": 443}
_LONGEST = 8192


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port: what decides who is on the other side."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Origin | None:
        """The origin of an address, or None where any two readers might disagree about it.

        Deliberately narrower than a URL parser: no user information, no backslash, nothing
        unprintable, so what is checked here is what the HTTP library will connect to.
        """
        found = _ADDRESS.match(url)
        if not found or len(url) > _LONGEST or not url.isprintable():
            return None
        scheme, host, port = found[1].lower(), found[2].lower(), found[3]
        number = int(port) if port else _USUAL_PORTS[scheme]
        return cls(scheme, host, number) if 0 < number < 65536 else None

    @property
    def is_loopback(self) -> bool:
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        usual = _USUAL_PORTS[self.scheme] == self.port
        return f"{self.scheme}://{self.host}" + ("" if usual else f":{self.port}")


@dataclass(frozen=True, slots=True)
class Backend:
    """One fal, or one server laid out like it; base addresses have no slash at the end."""

    name: str
    """``live``, ``sandbox`` or an origin; the ledger keeps it with every job."""
    queue: str
    run: str
    rest: str
    cdn: str
    platform: str
    media_domains: frozenset[str] = frozenset()
    """Domains that, with all below them, serve files over https besides ``cdn``."""
    upload_domains: frozenset[str] = frozenset()
    """The same for taking uploads."""

    @classmethod
    def live(cls) -> Backend:
        return cls(
            name="live",
            queue="https://queue.fal.run",
            run="https://fal.run",
            rest="https://rest.fal.ai",
            cdn="https://v3.fal.media",
            platform="https://api.fal.ai",
            media_domains=frozenset({"fal.media", "storage.googleapis.com"}),
            upload_domains=frozenset({"fal.media", "fal.ai", "storage.googleapis.com"}),
        )

    @classmethod
    def at(cls, origin: str, name: str | None = None) -> Backend:
        """One server with a prefix for each of fal's hosts, as the sandbox has it.

        Raises:
            InvalidParams: it is not an http or https address.
        """
        base = origin.strip().rstrip("/")
        if Origin.of(base) is None or "?" in base or "#" in base:
            raise InvalidParams((Problem("backend", "must be an http or https address"),))
        return cls(
            name=name or base,
            queue=f"{base}/queue",
            run=f"{base}/run",
            rest=f"{base}/rest",
            cdn=f"{base}/cdn",
            platform=f"{base}/platform",
        )

    @property
    def origins(self) -> frozenset[Origin]:
        """The only places that the key may go to."""
        return _origins(self.queue, self.run, self.rest, self.platform)

    @property
    def is_loopback(self) -> bool:
        return all(origin.is_loopback for origin in self.origins)

    def takes_key(self, url: str) -> bool:
        return Origin.of(url) in self.origins

    def serves_media(self, url: str) -> bool:
        return _is_among(url, _origins(self.cdn), self.media_domains)

    def takes_uploads(self, url: str) -> bool:
        return _is_among(url, self.origins | _origins(self.cdn), self.upload_domains)


@functools.lru_cache(maxsize=64)
def _origins(*urls: str) -> frozenset[Origin]:
    return frozenset(origin for origin in map(Origin.of, urls) if origin)


def _is_among(url: str, origins: frozenset[Origin], domains: frozenset[str]) -> bool:
    origin = Origin.of(url)
    if origin is None or origin in origins:
        return origin is not None
    if (origin.scheme, origin.port) != ("https", 443):
        return False
    return any(origin.host == each or origin.host.endswith(f".{each}") for each in domains)
