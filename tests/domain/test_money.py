"""Prices before a request is sent, and how amounts are written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.money import clip_seconds, dollars, estimate
from tests.helpers.worlds import BRUSH, I2V, T2V

CATALOG = load_catalog()


@pytest.mark.parametrize(
    ("endpoint", "duration", "price"),
    [(I2V, "5", "0.475"), (I2V, "10", "0.95"), (T2V, "5", "0.490"), (BRUSH, "5", "0.50")],
)
def test_a_price_is_seconds_times_the_rate(endpoint: str, duration: str, price: str) -> None:
    found = estimate(CATALOG.endpoint(endpoint), {"duration": duration})
    assert found == Decimal(price)


def test_the_default_duration_has_a_price_too() -> None:
    assert estimate(CATALOG.endpoint(I2V), {}) == Decimal("0.475")
    assert clip_seconds(CATALOG.endpoint(I2V), {"duration": None}) == 5


def test_an_unknown_price_is_not_invented() -> None:
    endpoint = CATALOG.endpoint(I2V).model_copy(update={"price": None})
    assert estimate(endpoint, {"duration": "5"}) is None


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (None, "price unknown"),
        (Decimal(0), "$0.00"),
        (Decimal("0.5"), "$0.50"),
        (Decimal("0.475"), "$0.475"),
        (Decimal("0.4750"), "$0.475"),
        (Decimal("0.950"), "$0.95"),
        (Decimal("0.28"), "$0.28"),
        (Decimal(10), "$10.00"),
        (Decimal(100), "$100.00"),
        (Decimal("1E+2"), "$100.00"),
        (Decimal("1234.5"), "$1234.50"),
    ],
)
def test_amounts_are_written_like_this(amount: Decimal | None, text: str) -> None:
    assert dollars(amount) == text


@given(st.decimals(0, 10_000, places=3))
def test_no_tenth_of_a_cent_is_lost(amount: Decimal) -> None:
    assert Decimal(dollars(amount).removeprefix("$")) == amount
