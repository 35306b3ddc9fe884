"""``/platform/v1/models``: what there is, what it takes and what it costs (§12)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from kling_desktop.domain.errors import UnknownEndpoint
from kling_desktop.sandbox.answers import TooLarge, answer, json_body
from kling_desktop.sandbox.faults import Fault, Stage
from kling_desktop.sandbox.openapi import category_of, openapi_of
from kling_desktop.sandbox.paging import LAST_PAGE, invalid, page, refusal, several

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from kling_desktop.domain.catalog import Catalog, Endpoint
    from kling_desktop.sandbox.account import Account
    from kling_desktop.sandbox.weather import Weather

DEARER = Decimal("1.5")
"""What prices are multiplied with when the weather changes them."""
_LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class ModelsRoutes:
    """The list of models and of prices."""

    catalog: Catalog
    account: Account
    weather: Weather

    def routes(self) -> Sequence[Route]:
        return (
            Route("/v1/models", self.models, methods=["GET"]),
            Route("/v1/models/pricing", self.pricing, methods=["GET"]),
            Route("/v1/models/pricing/estimate", self.estimate, methods=["POST"]),
        )

    async def models(self, request: Request) -> Response:
        query = request.query_params
        wanted, expand = several(query, "endpoint_id"), several(query, "expand")
        models = [self._model(each, expand) for each in self._chosen(wanted)]
        for name in ("category", "status"):
            if value := query.get(name):
                models = [each for each in models if each["metadata"][name] == value]
        if text := query.get("q", "").lower():
            models = [each for each in models if text in str(each).lower()]
        listed, paging = page(models, query)
        return answer({"models": listed, **paging})

    async def pricing(self, request: Request) -> Response:
        wanted = several(request.query_params, "endpoint_id")
        if not wanted:
            return invalid("endpoint_id is required")
        prices = [
            {
                "endpoint_id": each.id,
                "unit_price": float(self._price(each)),
                "unit": "seconds" if each.price.usd_per_second else "videos",
                "currency": "USD",
            }
            for each in self._chosen(wanted)
            if each.price
        ]
        return answer({"prices": prices, **LAST_PAGE})

    async def estimate(self, request: Request) -> Response:
        """The price of so many units, or of so many calls as long as those so far."""
        try:
            wish = await json_body(request, _LARGEST)
            kind = wish["estimate_type"]
            total = sum(
                (self._estimate(kind, id_, each) for id_, each in wish["endpoints"].items()),
                Decimal(0),
            )
        except UnknownEndpoint as error:
            return refusal(404, "not_found", f"Unknown endpoint {error.endpoint_id}")
        except (TooLarge, ValueError, ArithmeticError, TypeError, KeyError, AttributeError):
            return invalid("Expected estimate_type and endpoints with their quantities")
        return answer({"estimate_type": kind, "total_cost": float(total), "currency": "USD"})

    def _estimate(self, kind: str, endpoint_id: str, wish: dict[str, Any]) -> Decimal:
        price = self._price(self.catalog.endpoint(endpoint_id))
        if kind == "unit_price":
            return price * Decimal(str(wish["unit_quantity"]))
        if kind == "historical_api_price":
            return price * self.account.usual_units(endpoint_id) * int(wish["call_quantity"])
        raise ValueError(kind)

    def _chosen(self, wanted: Sequence[str]) -> list[Endpoint]:
        return [each for each in self.catalog.endpoints if not wanted or each.id in wanted]

    def _model(self, endpoint: Endpoint, expand: Sequence[str]) -> dict[str, Any]:
        is_retired = self._struck(endpoint, Fault.RETIRED)
        told: dict[str, Any] = {
            "endpoint_id": endpoint.id,
            "metadata": {
                "display_name": f"Kling {endpoint.title}",
                "category": category_of(endpoint),
                "description": endpoint.title,
                "status": "deprecated" if is_retired else "active",
                "tags": [endpoint.tier, endpoint.version],
                "updated_at": f"{self.catalog.date}T00:00:00+00:00",
                "thumbnail_url": "",
                "model_url": f"https://fal.run/{endpoint.id}",
                "license_type": "commercial",
                "group": {"key": "kling-video", "label": endpoint.title},
                "duration_estimate": 6,
            },
        }
        if "openapi-3.0" in expand:
            is_new = self._struck(endpoint, Fault.NEW_SCHEMA)
            told["openapi"] = openapi_of(endpoint, is_new=is_new)
        if "enterprise_status" in expand:
            told["enterprise_status"] = "ready"
        return told

    def _price(self, endpoint: Endpoint) -> Decimal:
        price = self.account.unit_price(endpoint.id)
        return price * DEARER if self._struck(endpoint, Fault.NEW_PRICE) else price

    def _struck(self, endpoint: Endpoint, fault: Fault) -> bool:
        return self.weather.strike(Stage.PLATFORM, endpoint.id, {fault}) is not None
