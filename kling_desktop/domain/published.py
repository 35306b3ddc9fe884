"""What fal publishes about its models: facts to compare the catalog with, not yet believed.

Every fact may be missing, because answers may be incomplete or make no sense; then it is None (or
empty) and says nothing.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_SECONDS = frozenset({"s", "sec", "secs", "second", "seconds"})

_CLIPS = frozenset({"video", "videos", "clip", "clips"})


class Standing(StrEnum):
    """Whether fal still offers a model, in fal's words."""

    ACTIVE = "active"
    DEPRECATED = "deprecated"


class Shape(StrEnum):
    """What kind of JSON a field holds."""

    TEXT = "text"
    NUMBER = "number"
    LIST = "list"
    FLAG = "flag"
    OTHER = "other"


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class PublishedField(_Facts):
    """One input field as the published schema has it."""

    name: str
    shape: Shape | None = None
    required: bool = False
    default: str | bool | float | None = None
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    min_items: int | None = None
    max_items: int | None = None


class UnitPrice(_Facts):
    """What one unit costs; the unit is free text."""

    amount: Annotated[Decimal, Field(gt=0, lt=1_000_000, max_digits=18, decimal_places=12)]
    unit: str
    currency: str
    date: str = ""
    """When fal was asked."""

    @property
    def is_dollars_a_second(self) -> bool:
        """A price that a clip's length turns into an amount."""
        return self.unit.strip().lower() in _SECONDS and self.currency.upper() == "USD"

    @property
    def is_dollars_a_clip(self) -> bool:
        """A price whatever the length."""
        return self.unit.strip().lower() in _CLIPS and self.currency.upper() == "USD"


class ModelFacts(_Facts):
    """What fal says about one endpoint."""

    endpoint_id: str
    standing: Standing | None = None
    fields: tuple[PublishedField, ...] | None = None
    price: UnitPrice | None = None

    def over(self, older: ModelFacts | None) -> ModelFacts:
        """These facts, and where there is none the one that was known before."""
        if older is None:
            return self
        return ModelFacts(
            endpoint_id=self.endpoint_id,
            standing=self.standing or older.standing,
            fields=self.fields if self.fields is not None else older.fields,
            price=self.price or older.price,
        )

    def asked_on(self, date: str) -> ModelFacts:
        """The same facts; the price carries the date on which it was told."""
        if self.price is None:
            return self
        price = self.price.model_copy(update={"date": date})
        return self.model_copy(update={"price": price})
