"""Results that are delivered: POSTs to addresses on this computer (``fal-protocol.md`` §14)."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from kling_desktop.sandbox.database import Database
    from kling_desktop.sandbox.records import Record, Requests
    from kling_desktop.sandbox.signing import Signer
    from kling_desktop.sandbox.telling import Telling

FIRST_TIMEOUT = 15.0
"""Seconds for the first delivery; each further one has as long as the pause before it."""
PAUSE = 120.0
"""Seconds between deliveries at normal speed."""
MOST_TRIES = 32
"""The first one and 31 more."""
_log = logging.getLogger(__name__)


class Webhooks:
    """Delivers what has finished, again and again until somebody takes it."""

    def __init__(
        self,
        database: Database,
        requests: Requests,
        telling: Telling,
        signer: Signer,
        *,
        pause: float = PAUSE,
    ) -> None:
        self._database = database
        self._requests = requests
        self._telling = telling
        self._signer = signer
        self._pause = pause
        self._wake = asyncio.Event()

    def announce(self, record: Record) -> None:
        """Deliver a request that has finished, if somebody asked for it."""
        if record.webhook is None:
            return
        if not is_near(record.webhook):
            # fal delivers to the internet; nothing of the sandbox ever leaves this computer.
            _log.warning("webhook of request %s is not on this computer", record.id)
            return
        self._database.write(
            "INSERT OR IGNORE INTO webhooks VALUES (?, ?, 0)", record.id, record.webhook
        )
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled; what an earlier process left over as well."""
        under_way: set[str] = set()
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                for (request_id,) in self._database.all("SELECT request FROM webhooks"):
                    if request_id not in under_way:
                        under_way.add(request_id)
                        delivery = group.create_task(self._deliver(request_id))
                        delivery.add_done_callback(partial(_drop, under_way, request_id))
                await self._wake.wait()

    async def _deliver(self, request_id: str) -> None:
        query = "SELECT url, tries FROM webhooks WHERE request = ?"
        url, tries = self._database.one(query, request_id)
        while tries < MOST_TRIES and not self._requests.is_forgotten(
            record := self._requests.get(request_id)
        ):
            patience = FIRST_TIMEOUT if tries == 0 else self._pause
            if await self._post(record, url, patience):
                break
            tries += 1
            self._database.write(
                "UPDATE webhooks SET tries = ? WHERE request = ?", tries, request_id
            )
            await asyncio.sleep(self._pause)
        self._database.write("DELETE FROM webhooks WHERE request = ?", request_id)

    async def _post(self, record: Record, url: str, patience: float) -> bool:
        """Whether it is settled: taken, refused for good by a redirect, or without an address."""
        import httpx

        body = json.dumps(_told(record, self._telling)).encode()
        headers = self._signer.headers(record.id, body, self._requests.now())
        headers["Content-Type"] = "application/json"
        try:
            async with httpx.AsyncClient(timeout=patience, trust_env=False) as client:
                answer = await client.post(url, content=body, headers=headers)
        except httpx.InvalidURL:
            return True  # no later delivery would fare better
        except httpx.HTTPError as error:
            _log.info("webhook of %s: %s", record.id, type(error).__name__)
            return False
        return answer.status_code < 400


def _drop(names: set[str], name: str, _done: asyncio.Task[None]) -> None:
    names.discard(name)


def is_near(url: str) -> bool:
    """Whether an address is on this computer."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        is_loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
        has_port = parts.port != 0  # a ValueError where it is not one
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and is_loopback and has_port


def _told(record: Record, telling: Telling) -> dict[str, object]:
    status = record.status_code or 500
    payload = telling.payload(record)
    told = {"request_id": record.id, "gateway_request_id": record.id, "payload": payload}
    if status < 400:
        return {**told, "status": "OK"}
    return {**told, "status": "ERROR", "error": f"Invalid status code: {status}"}
