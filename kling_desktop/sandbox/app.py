"""The web application: every fal host under a prefix of one origin (``fal-protocol.md`` §15)."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route, Router

from kling_desktop.domain.catalog import load_catalog
from kling_desktop.sandbox.account import Account
from kling_desktop.sandbox.addresses import Addresses
from kling_desktop.sandbox.answers import answer
from kling_desktop.sandbox.arguments import PIXELS
from kling_desktop.sandbox.cdn_routes import CdnRoutes
from kling_desktop.sandbox.clock import Clock
from kling_desktop.sandbox.control_routes import ControlRoutes
from kling_desktop.sandbox.faults import Stage
from kling_desktop.sandbox.files import Files
from kling_desktop.sandbox.guard import Guard
from kling_desktop.sandbox.line import LIMITS, Line, Pace
from kling_desktop.sandbox.models_routes import ModelsRoutes
from kling_desktop.sandbox.multipart import Multipart
from kling_desktop.sandbox.overcast import Overcast
from kling_desktop.sandbox.paging import BadQuery, invalid
from kling_desktop.sandbox.platform_routes import PlatformRoutes
from kling_desktop.sandbox.queue_routes import QueueRoutes
from kling_desktop.sandbox.readers import Readers
from kling_desktop.sandbox.reception import Reception
from kling_desktop.sandbox.records import Requests
from kling_desktop.sandbox.rest_routes import RestRoutes
from kling_desktop.sandbox.run_routes import RunRoutes
from kling_desktop.sandbox.signing import Signer
from kling_desktop.sandbox.storage_routes import StorageRoutes
from kling_desktop.sandbox.studio import Studio
from kling_desktop.sandbox.telling import Telling
from kling_desktop.sandbox.tokens import Tokens
from kling_desktop.sandbox.webhooks import PAUSE, Webhooks

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from kling_desktop.sandbox.database import Database
    from kling_desktop.sandbox.line import Produce
    from kling_desktop.sandbox.weather import Weather


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What differs from one server to the next."""

    origin: str
    key: str
    pace: Pace
    weather: Weather
    concurrency: int = LIMITS[0]
    credit: Decimal | None = None
    pixels: int = PIXELS
    """Of a frame of its clips."""
    validates_early: bool = False
    clock: Clock = field(default_factory=Clock)
    webhook_pause: float = PAUSE
    """Seconds between deliveries of a webhook that nobody takes."""


class Sandbox:
    """All parts of one server, joined; :attr:`line` and :attr:`webhooks` must be run beside it."""

    def __init__(
        self, database: Database, folder: Path, site: Site, *, produce: Produce | None = None
    ) -> None:
        """``produce`` makes the clips instead of the studio."""
        now = site.clock.now
        catalog, self._site = load_catalog(), site
        self.requests = Requests(database, now)
        files = Files(database, folder / "files", now)
        self._readers = Readers(files, Tokens(now), site.key, now)
        studio = Studio(catalog, files, self.requests, self._readers, pixels=site.pixels)
        self.line = Line(
            self.requests,
            produce or studio.produce,
            pace=site.pace,
            weather=site.weather,
            limit=site.concurrency,
        )
        self.files, self._addresses = files, Addresses(site.origin)
        self._multipart = Multipart(database, files)
        self._account = Account(catalog, self.requests, site.credit)
        self._telling = Telling(files, self.line, self._addresses)
        self._signer = Signer(database)
        self._reception = Reception(
            apps=frozenset(each.app for each in catalog.endpoints),
            requests=self.requests,
            line=self.line,
            account=self._account,
            studio=studio,
            validates_early=site.validates_early,
        )
        self._upload_tokens, self._browser_tokens = Tokens(now), Tokens(now)
        self._models = ModelsRoutes(catalog, self._account, site.weather)
        self.webhooks = Webhooks(
            database, self.requests, self._telling, self._signer, pause=site.webhook_pause
        )
        self.line.on_finish = self.webhooks.announce

    def app(self) -> Starlette:
        """What answers over HTTP."""
        weather = self._site.weather
        queue = QueueRoutes(self._reception, self._telling, weather)
        run = RunRoutes(self._reception, self._telling, weather)
        control = ControlRoutes(
            *(self.requests, self.files, self.line, self._account),
            *(weather, self._site.clock),
        )
        return Starlette(
            routes=[
                Route("/health", _health),
                Mount("/queue", routes=queue.routes()),
                Mount("/run", routes=run.routes()),
                Mount("/rest", routes=self._rest().routes()),
                Mount("/cdn", routes=self._cdn().routes()),
                Mount("/platform", self._platform()),
                Mount("/sandbox", routes=control.routes()),
            ],
            middleware=[
                Middleware(Guard, key=self._site.key, is_token=self._browser_tokens.is_valid)
            ],
            exception_handlers={BadQuery: _bad_query},
        )

    def _rest(self) -> RestRoutes:
        return RestRoutes(
            *(self.files, self._addresses, self._site.weather),
            *(self._upload_tokens, self._browser_tokens, self._signer),
        )

    def _cdn(self) -> CdnRoutes:
        return CdnRoutes(
            *(self.requests, self.files, self._multipart, self._readers),
            *(self._site.weather, self._addresses, self._upload_tokens),
        )

    def _platform(self) -> ASGIApp:
        account = PlatformRoutes(self.requests, self._account, self._telling, self._site.clock.now)
        storage = StorageRoutes(self.files, self._readers, self._addresses)
        routes = [*self._models.routes(), *account.routes(), *storage.routes()]
        return Overcast(Router(routes), weather=self._site.weather, stage=Stage.PLATFORM)


async def _bad_query(_request: Request, error: Exception) -> Response:
    return invalid(str(error))


async def _health(_request: Request) -> Response:
    return answer({"status": "ok", "pid": os.getpid()})
