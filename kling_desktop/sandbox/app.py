"""The web application: every fal host under a prefix of one origin (``fal-protocol.md`` §15)."""

from __future__ import annotations

import os
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route

from kling_desktop.domain.catalog import load_catalog
from kling_desktop.sandbox.addresses import Addresses
from kling_desktop.sandbox.answers import answer
from kling_desktop.sandbox.cdn_routes import CdnRoutes, RestRoutes
from kling_desktop.sandbox.files import Files
from kling_desktop.sandbox.guard import Guard
from kling_desktop.sandbox.line import Line, Pace
from kling_desktop.sandbox.platform_routes import PlatformRoutes
from kling_desktop.sandbox.queue_routes import QueueRoutes
from kling_desktop.sandbox.records import Requests
from kling_desktop.sandbox.studio import Studio

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from kling_desktop.sandbox.database import Database
    from kling_desktop.sandbox.weather import Weather


@dataclass(frozen=True, slots=True)
class Site:
    """What differs from one server to the next."""

    origin: str
    key: str
    pace: Pace
    weather: Weather


def build(database: Database, folder: Path, site: Site) -> tuple[Starlette, Line]:
    """The application, and the line that somebody must run for it."""
    catalog = load_catalog()
    requests, files = Requests(database, time.time), Files(database, folder / "files")
    studio, weather = Studio(catalog, files, site.weather), site.weather
    line = Line(requests, studio.produce, pace=site.pace, weather=weather)
    addresses, token = Addresses(site.origin), secrets.token_urlsafe(24)
    queue = QueueRoutes(
        apps=frozenset(each.app for each in catalog.endpoints),
        requests=requests,
        files=files,
        line=line,
        weather=weather,
        addresses=addresses,
    )
    cdn = CdnRoutes(requests, files, weather, addresses, token)
    app = Starlette(
        routes=[
            Route("/health", _health),
            Mount("/queue", routes=queue.routes()),
            Mount("/rest", routes=RestRoutes(files, addresses, token).routes()),
            Mount("/cdn", routes=cdn.routes()),
            Mount("/platform", routes=PlatformRoutes(catalog, requests).routes()),
        ],
        middleware=[Middleware(Guard, key=site.key)],
    )
    return app, line


async def _health(_request: Request) -> Response:
    return answer({"status": "ok", "pid": os.getpid()})
