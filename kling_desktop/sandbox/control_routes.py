"""``/sandbox``: what fal does not have: the hands that move the weather and the clock.

All of it needs the sandbox's key.

``GET /sandbox/state``        time, limit, money, weather, and how many requests are where
``PUT /sandbox/weather``      a JSON list of rules, as in a weather file; counted from the beginning
``POST /sandbox/clock``       ``{"advance": seconds}``: let time pass, so that things expire
``PUT /sandbox/concurrency``  ``{"limit": 2}``: how many requests run at once, 2 to 40
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.routing import Route

from kling_desktop.domain.errors import InvalidParams
from kling_desktop.domain.given_json import parsed
from kling_desktop.sandbox.answers import answer
from kling_desktop.sandbox.line import LIMITS
from kling_desktop.sandbox.paging import iso
from kling_desktop.sandbox.weather import parse_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from kling_desktop.sandbox.account import Account
    from kling_desktop.sandbox.clock import Clock
    from kling_desktop.sandbox.files import Files
    from kling_desktop.sandbox.line import Line
    from kling_desktop.sandbox.records import Requests
    from kling_desktop.sandbox.weather import Weather

_YEAR = 366 * 24 * 3600


@dataclass(frozen=True, slots=True)
class ControlRoutes:
    """For tests, for the curious, and for the settings page."""

    requests: Requests
    files: Files
    line: Line
    account: Account
    weather: Weather
    clock: Clock

    def routes(self) -> Sequence[Route]:
        return (
            Route("/state", self.state, methods=["GET"]),
            Route("/weather", self.change_weather, methods=["PUT"]),
            Route("/clock", self.move_clock, methods=["POST"]),
            Route("/concurrency", self.change_limit, methods=["PUT"]),
        )

    async def state(self, _request: Request) -> Response:
        credit = self.account.credit
        return answer(
            {
                "time": iso(self.clock.now()),
                "concurrency": self.line.limit,
                "credit": None if credit is None else float(credit),
                "balance": float(self.account.balance),
                "requests": self.requests.by_phase(),
                "weather": [each.model_dump(mode="json") for each in self.weather.rules],
            }
        )

    async def change_weather(self, request: Request) -> Response:
        try:
            self.weather.change(parse_rules(await request.body()))
        except InvalidParams as error:
            return answer({"detail": error.detail}, 422)
        return await self.state(request)

    async def move_clock(self, request: Request) -> Response:
        seconds = await _number(request, "advance")
        if seconds is None or not 0 <= seconds <= _YEAR:
            return answer({"detail": "advance must be seconds, at most a year"}, 422)
        self.clock.move(seconds)
        self.files.sweep()
        return await self.state(request)

    async def change_limit(self, request: Request) -> Response:
        limit = await _number(request, "limit")
        if limit is None or limit not in LIMITS:
            wanted = f"limit must be {LIMITS[0]} to {LIMITS[-1]}"
            return answer({"detail": wanted}, 422)
        self.line.set_limit(int(limit))
        return await self.state(request)


async def _number(request: Request, name: str) -> float | None:
    try:
        value = parsed(await request.body())[name]
    except (ValueError, TypeError, KeyError):
        return None
    return value if isinstance(value, int | float) else None
