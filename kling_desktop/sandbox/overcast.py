"""Weather over a whole part of the server, where single routes have nothing to add."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from kling_desktop.sandbox.fouls import over

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from kling_desktop.sandbox.faults import Stage
    from kling_desktop.sandbox.weather import Weather


class _True(Response):
    """The answer of the application inside."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


class Overcast:
    """Lets every answer of an application pass through the weather of one stage."""

    def __init__(self, app: ASGIApp, *, weather: Weather, stage: Stage) -> None:
        self._app = app
        self._weather = weather
        self._stage = stage

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A rule may name an endpoint, which such a call has in its query.
        named = scope["query_string"].decode("latin-1")
        answer = over(self._weather, self._stage, named, _True(self._app))
        await answer(scope, receive, send)
