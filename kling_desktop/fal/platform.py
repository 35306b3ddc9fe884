"""fal's platform API: what its models take, what they cost, and whether they are still offered.

Answers are asked for in small pages, as an OpenAPI document may be long, and never more pages than
there can be. A model that is described in nonsense is one whose facts are not known.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pydantic import ValidationError

from kling_desktop.domain import errors as e
from kling_desktop.domain.published import ModelFacts, Standing, UnitPrice
from kling_desktop.domain.schemas import read_inputs
from kling_desktop.fal import errors

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from kling_desktop.fal.answers import Answer
    from kling_desktop.fal.wire import Wire

MOST_IDS = 50
"""That one call may name."""
PAGE = 10
"""Models a page: their documents are tens of kilobytes each."""
MOST_PAGES = 20
_LONGEST_CURSOR = 1000
_LONGEST_UNIT = 60
_EXACT = Decimal("0.000000001")
_TOO_DEAR = 1_000_000


class Platform:
    """Questions about models; they cost nothing."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def describe(self, endpoint_ids: Sequence[str]) -> tuple[ModelFacts, ...]:
        """What there is to know of each endpoint; see ``Provider.describe``."""
        found: list[ModelFacts] = []
        for start in range(0, len(endpoint_ids), MOST_IDS):
            some = endpoint_ids[start : start + MOST_IDS]
            models, prices = await self._models(some), await self._prices(some)
            found += [_facts(each, models.get(each, {}), prices.get(each)) for each in some]
        return tuple(found)

    async def _models(self, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        query = {"endpoint_id": list(ids), "expand": "openapi-3.0", "limit": PAGE}
        return {
            each["endpoint_id"]: each
            async for each in self._listed("models", "models", query)
            if each["endpoint_id"] in ids
        }

    async def _prices(self, ids: Sequence[str]) -> dict[str, UnitPrice | None]:
        query = {"endpoint_id": list(ids)}
        try:
            return {
                each["endpoint_id"]: _unit_price(each)
                async for each in self._listed("models/pricing", "prices", query)
            }
        except _NotThere:
            pass
        if len(ids) == 1:
            return {}
        # One endpoint that is gone must not hide the prices of all the others.
        return {name: price for each in ids for name, price in (await self._prices([each])).items()}

    async def _listed(
        self, path: str, name: str, query: Mapping[str, Any]
    ) -> AsyncIterator[Mapping[str, Any]]:
        """Everything on all pages that names an endpoint."""
        cursor, seen = "", set[str]()
        for _ in range(MOST_PAGES):
            answer = await self._ask(path, {**query, "cursor": cursor} if cursor else query)
            told = answer.object.get(name)
            if not isinstance(told, list):
                raise e.ServiceDown(f"the list of {name} makes no sense")
            for each in told:
                if isinstance(each, dict) and isinstance(each.get("endpoint_id"), str):
                    yield each
            cursor = _cursor(answer)
            if not cursor or cursor in seen:
                return
            seen.add(cursor)

    async def _ask(self, path: str, query: Mapping[str, Any]) -> Answer:
        words = urlencode(query, doseq=True, safe="/")
        answer = await self._wire.call("GET", f"{self._wire.backend.platform}/v1/{path}?{words}")
        if answer.is_fine:
            return answer
        if answer.status == 404 and "not_found" in answer.types and path.endswith("pricing"):
            raise _NotThere
        raise errors.platform_error(answer)


class _NotThere(Exception):
    """An endpoint of the question has no price."""


def _facts(endpoint_id: str, model: Mapping[str, Any], price: UnitPrice | None) -> ModelFacts:
    metadata = model.get("metadata")
    status = metadata.get("status") if isinstance(metadata, dict) else None
    return ModelFacts(
        endpoint_id=endpoint_id,
        standing=next((each for each in Standing if each == status), None),
        fields=read_inputs(model.get("openapi"), endpoint_id),
        price=price,
    )


def _unit_price(told: Mapping[str, Any]) -> UnitPrice | None:
    amount, unit, currency = (told.get(name) for name in ("unit_price", "unit", "currency"))
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        return None
    if not 0 < amount < _TOO_DEAR or not _is_word(unit) or not _is_word(currency):
        return None
    try:
        exact = Decimal(str(amount)).quantize(_EXACT).normalize()
        return UnitPrice(amount=exact, unit=str(unit).strip(), currency=str(currency).strip())
    except ValidationError:
        return None


def _is_word(value: Any) -> bool:
    is_text = isinstance(value, str) and value.isprintable() and value.strip()
    return bool(is_text) and len(value) <= _LONGEST_UNIT


def _cursor(answer: Answer) -> str:
    """Where the next page begins; empty after the last."""
    told = answer.object.get("next_cursor")
    goes_on = answer.object.get("has_more") is not False
    fits = isinstance(told, str) and told.isprintable() and len(told) <= _LONGEST_CURSOR
    return str(told) if goes_on and fits else ""
