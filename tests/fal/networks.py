"""Other people's networks: names, authorities that only they believe, and proxies."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import trustme
from cryptography import x509

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import pytest

    from tests.fal.fakes import Act, RawServer

HOST = "fal.example.test"
_SETTINGS = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
_getaddrinfo = socket.getaddrinfo


def forget_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clear what the environment says about proxies and authorities."""
    for name in _SETTINGS:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@dataclass
class Names:
    """Knows a few names, all of this computer, and no others."""

    known: set[str] = field(default_factory=lambda: {"localhost"})
    asked: list[str] = field(default_factory=list)

    def getaddrinfo(self, host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name == "127.0.0.1":
            return _getaddrinfo(name, *args, **kwargs)
        self.asked.append(name)
        if name not in self.known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return _getaddrinfo("127.0.0.1", *args, **kwargs)


class Authority:
    """Vouches for servers, where it is believed."""

    def __init__(self) -> None:
        self._ca = trustme.CA()

    def server(self, name: str = HOST, *, until: datetime | None = None) -> ssl.SSLContext:
        """What a server of this name needs."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(name, not_after=until).configure_cert(context)
        return context

    def write_file(self, folder: Path) -> Path:
        path = folder / "authority.pem"
        self._ca.cert_pem.write_to_path(path)
        return path

    def write_folder(self, folder: Path) -> Path:
        """A folder in which OpenSSL finds the authority: files are named by the subject's hash."""
        self._ca.cert_pem.write_to_path(folder / f"{self._subject_hash:08x}.0")
        return folder

    @cached_property
    def _subject_hash(self) -> int:
        """As ``openssl x509 -subject_hash`` has it: of the unwrapped subject in small letters."""
        subject = x509.load_pem_x509_certificate(self._ca.cert_pem.bytes()).subject
        parts = [
            x509.Name([x509.NameAttribute(each.oid, str(each.value).lower())]) for each in subject
        ]
        wrapped = [part.public_bytes() for part in parts]
        canonical = b"".join(each[2:] for each in wrapped)
        return int.from_bytes(hashlib.sha1(canonical).digest()[:4], "little")


@dataclass
class Proxy:
    """What an HTTP proxy does, on a raw server: it alone knows where names lead."""

    server: RawServer
    leads_to: int
    """The port on this computer that stands for every name."""
    clear: bytearray = field(default_factory=bytearray)
    """All that it could read of what it passed on."""

    def address(self, login: str = "") -> str:
        return f"http://{login}{'@' if login else ''}127.0.0.1:{self.server.port}"

    @property
    def shown(self) -> str:
        """What people may be told about it."""
        return f"the proxy 127.0.0.1:{self.server.port}"

    @property
    def first_lines(self) -> list[str]:
        return [each.split(b"\r\n")[0].decode() for each in self.server.requests]

    async def tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer CONNECT, then pass everything on both ways."""
        await self.server.read(reader)
        inward, outward = await asyncio.open_connection("127.0.0.1", self.leads_to)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_pass_on(reader, outward, self.clear), _pass_on(inward, writer))

    async def tunnel_that_breaks(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer CONNECT, then hang up."""
        await self.server.read(reader)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        await reader.read(1)

    def refuse(self, status: str) -> Act:
        return self.server.reply(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())


async def _pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: bytearray | None = None
) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            if seen is not None:
                seen += data
            writer.write(data)
            await writer.drain()
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Take everything, and never say a word."""
    while await reader.read(65536):
        pass


async def deafness(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take nothing more than fits on the way."""
    await writer.wait_closed()
