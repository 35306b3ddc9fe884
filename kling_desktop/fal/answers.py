"""An answer of fal as we read it: status, headers, body, and what it says in words."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.given_json import parsed
from kling_desktop.fal.model_errors import say, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

LONGEST_DETAIL = 400
"""Characters."""
LONGEST_WAIT = 3600.0
"""Seconds; nobody is made to wait longer by a header."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names are lower-case."""
    body: bytes = b""

    @property
    def is_fine(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_page(self) -> bool:
        """HTML is never fal's own: it comes from whatever stands between it and us."""
        kind = self.headers.get("content-type", "").lower()
        return "html" in kind or self.body.lstrip()[:1] == b"<"

    @property
    def json(self) -> Any:
        """The body, or None where it is not JSON."""
        try:
            return parsed(self.body)
        except ValueError:
            return None

    @property
    def object(self) -> Mapping[str, Any]:
        """The body, or an empty mapping where it is not a JSON object."""
        value = self.json
        return value if isinstance(value, dict) else {}

    @property
    def model_errors(self) -> list[Mapping[str, Any]]:
        """The entries of a ``detail`` list, which only a model writes."""
        return [each for each in _list(self.object.get("detail")) if isinstance(each, dict)]

    @property
    def error_type(self) -> str:
        told = self.object.get("error_type") or self.headers.get("x-fal-error-type")
        return told if isinstance(told, str) else ""

    @property
    def types(self) -> tuple[str, ...]:
        """What went wrong in fal's own words: of each model error, the request, the platform."""
        platform = self.object.get("error")
        told = [each.get("type") for each in self.model_errors]
        told += [self.error_type, platform.get("type") if isinstance(platform, dict) else None]
        return tuple(each for each in told if isinstance(each, str) and each)

    @property
    def needs_retry(self) -> bool | None:
        """Whether fal thinks that the same again may work, where it says so; it has two names."""
        told = self.headers.get("x-fal-needs-retry", self.headers.get("x-fal-retryable", ""))
        return {"1": True, "true": True, "0": False, "false": False}.get(told.strip().lower())

    @property
    def billable_units(self) -> Decimal | None:
        """What was billed, in the endpoint's unit, where the answer says so."""
        try:
            units = Decimal(self.headers.get("x-fal-billable-units", ""))
        except InvalidOperation:
            return None
        return units if units.is_finite() and units >= 0 else None

    @property
    def detail(self) -> str:
        """What went wrong, in the words of the answer; at least its number."""
        return shorten(self._words(), LONGEST_DETAIL) or f"HTTP {self.status}"

    @property
    def retry_after(self) -> float | None:
        """Seconds that the server asks us to wait.

        A date is measured from the answer's own ``Date``, so our clock plays no part.
        """
        value = self.headers.get("retry-after", "")
        try:
            seconds = float(value)
        except ValueError:
            until, now = _date(value), _date(self.headers.get("date", ""))
            seconds = (until - now).total_seconds() if until and now else math.nan
        return None if math.isnan(seconds) else min(max(seconds, 0.0), LONGEST_WAIT)

    def _words(self) -> str:
        if self.model_errors:
            return "; ".join(say(each) for each in self.model_errors)
        inner = self.object.get("error")
        told = inner.get("message") if isinstance(inner, dict) else inner
        candidates = (self.object.get("detail"), self.object.get("message"), told, self.error_type)
        return next((each for each in candidates if isinstance(each, str) and each), "")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else None
