"""Every upload begins with two addresses from fal: where to send, and where the file will be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.fal import errors, lifecycle
from kling_desktop.fal.backend import Origin

if TYPE_CHECKING:
    from kling_desktop.fal.backend import Backend
    from kling_desktop.fal.wire import Wire


@dataclass(frozen=True, slots=True)
class Promise:
    """An address that takes the bytes of one file, and the address that requests can name."""

    upload_url: str
    file_url: str

    def is_kept_by(self, backend: Backend) -> bool:
        """Whether both are where the backend takes uploads."""
        return backend.takes_uploads(self.upload_url) and backend.takes_uploads(self.file_url)


async def initiate(wire: Wire, name: str, kind: str, *, in_parts: bool = False) -> Promise:
    """Ask for the two addresses; the name may be in any script, because it travels in JSON.

    Raises:
        ForeignOrigin: fal named an address outside itself; nothing was sent to it.
        KlingDesktopError: there will be no upload; nothing is charged.
    """
    word = "initiate-multipart" if in_parts else "initiate"
    url = f"{wire.backend.rest}/storage/upload/{word}?storage_type=fal-cdn-v3"
    # A name that the file system could not decode holds lone surrogates, which JSON cannot.
    name = name.encode("utf-8", "replace").decode("utf-8")
    kept = lifecycle.for_uploads(wire.wishes().upload_seconds)
    answer = await wire.call("POST", url, body={"file_name": name, "content_type": kind}, more=kept)
    if not answer.is_fine:
        raise errors.upload_error(answer)
    addresses = (answer.object.get("upload_url"), answer.object.get("file_url"))
    return Promise(*(_own(wire.backend, each) for each in addresses))


def _own(backend: Backend, address: object) -> str:
    if not isinstance(address, str):
        # Somebody in between spoke for fal, or fal stammered: asking again is free.
        raise e.ServiceDown("the answer has no address to upload to")
    if not backend.takes_uploads(address):
        raise e.ForeignOrigin(str(Origin.of(address)))
    return address
