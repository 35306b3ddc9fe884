"""What fal says about its models is read with care: nonsense is a fact that is not known."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from kling_desktop.domain import errors as e
from kling_desktop.domain import refusals as r
from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.published import Shape, Standing
from kling_desktop.fal.platform import MOST_PAGES
from kling_desktop.fal.provider import FalProvider
from kling_desktop.sandbox.openapi import openapi_of
from tests.fal.conftest import ENDPOINT
from tests.fal.fakes import BACKEND, ORIGIN, Script, answer

if TYPE_CHECKING:
    from kling_desktop.domain.published import ModelFacts
    from kling_desktop.fal.answers import Answer

OTHER = "fal-ai/kling-video/v1.6/pro/text-to-video"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
NO_PRICES = answer(200, {"prices": []})


def a_model(endpoint_id: str = ENDPOINT, **changes: Any) -> dict[str, Any]:
    document = openapi_of(load_catalog().endpoint(endpoint_id))
    return {
        "endpoint_id": endpoint_id,
        "metadata": {"status": "active"},
        "openapi": document,
    } | changes


def a_price(endpoint_id: str = ENDPOINT, **changes: Any) -> dict[str, Any]:
    price = {"unit_price": 0.14, "unit": "seconds", "currency": "USD"}
    return {"endpoint_id": endpoint_id, **price, **changes}


def models(*entries: Any, **more: Any) -> Answer:
    return answer(200, {"models": list(entries), "next_cursor": None, "has_more": False} | more)


def prices(*entries: Any) -> Answer:
    return answer(200, {"prices": list(entries), "next_cursor": None, "has_more": False})


async def told(
    key: SecretStr, *answers: Answer, ids: tuple[str, ...] = (ENDPOINT,)
) -> tuple[ModelFacts, ...]:
    provider = FalProvider(BACKEND, key, transport=Script(*answers))
    return await provider.describe(ids)


async def test_status_schema_and_price_of_a_model_are_told(key: SecretStr) -> None:
    (facts,) = await told(key, models(a_model()), prices(a_price()))
    assert facts.endpoint_id == ENDPOINT
    assert facts.standing is Standing.ACTIVE
    assert facts.fields is not None
    fields = {each.name: each for each in facts.fields}
    assert fields["duration"].choices == ("5", "10")
    assert (fields["cfg_scale"].minimum, fields["cfg_scale"].maximum) == (0, 1)
    assert fields["prompt"].required
    assert fields["image_url"].shape is Shape.TEXT
    assert facts.price is not None
    assert (facts.price.amount, facts.price.is_dollars_a_second) == (Decimal("0.14"), True)


async def test_both_questions_name_the_models_and_bring_the_key(key: SecretStr) -> None:
    script = Script(models(a_model()), prices(a_price()))
    await FalProvider(BACKEND, key, transport=script).describe((ENDPOINT, OTHER))
    first, second = script.requests
    assert first.url.path == "/platform/v1/models"
    assert first.url.params.get_list("endpoint_id") == [ENDPOINT, OTHER]
    assert first.url.params["expand"] == "openapi-3.0"
    assert second.url.path == "/platform/v1/models/pricing"
    assert second.url.params.get_list("endpoint_id") == [ENDPOINT, OTHER]
    for each in script.requests:
        assert str(each.url).startswith(ORIGIN)
        assert each.headers["authorization"] == f"Key {key.get_secret_value()}"


async def test_the_facts_come_in_the_order_of_the_question_whatever_the_answer_has(
    key: SecretStr,
) -> None:
    listed = models(a_model(OTHER), a_model(ENDPOINT), a_model(OTHER))
    found = await told(key, listed, prices(a_price(OTHER)), ids=(ENDPOINT, OTHER))
    assert [each.endpoint_id for each in found] == [ENDPOINT, OTHER]
    assert [each.price is None for each in found] == [True, False]


async def test_a_list_is_read_to_its_last_page(key: SecretStr) -> None:
    first = models(a_model(), next_cursor="next page&x", has_more=True)
    script = Script(first, models(a_model(OTHER)), NO_PRICES)
    provider = FalProvider(BACKEND, key, transport=script)
    found = await provider.describe((ENDPOINT, OTHER))
    assert all(each.standing is Standing.ACTIVE for each in found)
    assert script.requests[1].url.params["cursor"] == "next page&x"


async def test_a_list_that_turns_in_circles_is_left(key: SecretStr) -> None:
    again = models(a_model(), next_cursor="again", has_more=True)
    script = Script(again, again, NO_PRICES)
    await FalProvider(BACKEND, key, transport=script).describe((ENDPOINT,))
    assert len(script.requests) == 3


async def test_a_list_without_an_end_is_left_after_so_many_pages(key: SecretStr) -> None:
    pages = [models(next_cursor=f"page {n}", has_more=True) for n in range(MOST_PAGES + 5)]
    script = Script(*pages[:MOST_PAGES], NO_PRICES)
    await FalProvider(BACKEND, key, transport=script).describe((ENDPOINT,))
    assert len(script.requests) == MOST_PAGES + 1


async def test_more_models_than_one_call_may_name_are_asked_in_several(key: SecretStr) -> None:
    ids = tuple(f"fal-ai/app/{number}" for number in range(120))
    empty = answer(200, {"models": [], "prices": []})
    script = Script(empty)
    found = await FalProvider(BACKEND, key, transport=script).describe(ids)
    assert [each.endpoint_id for each in found] == list(ids)
    asked = [len(each.url.params.get_list("endpoint_id")) for each in script.requests]
    assert asked == [50, 50, 50, 50, 20, 20]


@pytest.mark.parametrize(
    "nonsense",
    [
        {"status": 5},
        {"status": ["active"]},
        {"status": "resting"},
        {},
        None,
        "active",
    ],
)
async def test_a_status_that_makes_no_sense_is_not_known(key: SecretStr, nonsense: Any) -> None:
    (facts,) = await told(key, models(a_model(metadata=nonsense)), NO_PRICES)
    assert facts.standing is None
    assert facts.fields is not None


@pytest.mark.parametrize(
    "odd",
    [
        {"unit_price": "0.14"},
        {"unit_price": True},
        {"unit_price": -1},
        {"unit_price": 0},
        {"unit_price": 1e300},
        {"unit_price": None},
        {"unit": 5},
        {"unit": " "},
        {"unit": "s" * 100},
        {"unit": "sec\x00"},
        {"currency": None},
    ],
)
async def test_a_price_that_makes_no_sense_is_not_known(
    key: SecretStr, odd: dict[str, Any]
) -> None:
    (facts,) = await told(key, models(a_model()), prices(a_price(**odd)))
    assert facts.price is None
    assert facts.standing is Standing.ACTIVE


async def test_a_price_is_exact_though_floats_are_not(key: SecretStr) -> None:
    (facts,) = await told(key, models(), prices(a_price(unit_price=0.1 + 0.2)))
    assert facts.price is not None
    assert facts.price.amount == Decimal("0.3")


@pytest.mark.parametrize("unit", ["video", "compute seconds", "1000 characters", "image"])
async def test_a_price_by_something_else_than_seconds_is_told_as_it_is(
    key: SecretStr, unit: str
) -> None:
    (facts,) = await told(key, models(), prices(a_price(unit=unit)))
    assert facts.price is not None
    assert facts.price.unit == unit
    assert not facts.price.is_dollars_a_second


async def test_another_currency_is_no_price_in_dollars(key: SecretStr) -> None:
    (facts,) = await told(key, models(), prices(a_price(currency="EUR")))
    assert facts.price is not None
    assert not facts.price.is_dollars_a_second


@pytest.mark.parametrize(
    "answers",
    [
        (answer(200, "<html>sign in</html>"),),
        (answer(200, []),),
        (answer(200, {"models": {}}),),
        (models(a_model()), answer(200, "x")),
        (models(a_model()), answer(200, {"prices": None})),
    ],
)
async def test_an_answer_that_is_no_list_is_no_answer(
    key: SecretStr, answers: tuple[Answer, ...]
) -> None:
    with pytest.raises(e.ServiceDown):
        await told(key, *answers)


def refusal(status: int, kind: str) -> Answer:
    return answer(status, {"error": {"type": kind, "message": "no"}})


@pytest.mark.parametrize(
    ("given", "raised"),
    [
        (refusal(401, "authorization_error"), e.KeyRefused),
        (refusal(403, "authorization_error"), r.KeyLacksScope),
        (refusal(400, "validation_error"), r.BadRequest),
        (refusal(404, "not_found"), r.UnknownPath),
        (refusal(429, "rate_limited"), e.RateLimited),
        (refusal(500, "server_error"), e.ServiceDown),
        (answer(404, "<html>"), e.ServiceDown),
        (answer(302, None, {"location": "https://evil.test/"}), e.ServiceDown),
    ],
)
async def test_a_refusal_is_an_error_of_the_platform(
    key: SecretStr, given: Answer, raised: type[e.KlingDesktopError]
) -> None:
    with pytest.raises(raised):
        await told(key, given)


async def test_one_model_without_a_price_does_not_hide_the_prices_of_the_others(
    key: SecretStr,
) -> None:
    gone = refusal(404, "not_found")
    both = models(a_model(), a_model(OTHER))
    found = await told(key, both, gone, gone, prices(a_price(OTHER)), ids=(ENDPOINT, OTHER))
    assert found[0].price is None
    assert found[1].price is not None


async def test_the_key_stays_out_of_what_the_platform_says_of_it(key: SecretStr) -> None:
    quoted = {"error": {"type": "validation_error", "message": key.get_secret_value()}}
    with pytest.raises(r.BadRequest) as caught:
        await told(key, answer(400, quoted))
    assert key.get_secret_value() not in str(caught.value)


@pytest.mark.parametrize("cursor", ["\ud800", "a\nb", "x" * 2000, 7, [], ""])
async def test_a_cursor_that_cannot_be_one_ends_the_list(key: SecretStr, cursor: Any) -> None:
    (facts,) = await told(key, models(a_model(), next_cursor=cursor, has_more=True), NO_PRICES)
    assert facts.standing is Standing.ACTIVE


@settings(max_examples=40)
@given(entry=JSON, price=JSON, more=JSON)
async def test_no_json_at_all_ends_the_program(entry: Any, price: Any, more: Any) -> None:
    named = entry | {"endpoint_id": ENDPOINT} if isinstance(entry, dict) else entry
    priced = price | {"endpoint_id": ENDPOINT} if isinstance(price, dict) else price
    model = a_model(openapi=more)
    pages = {"models": [named, model], "next_cursor": more, "has_more": False}
    (facts,) = await told(
        SecretStr("an-id:a-secret"), answer(200, pages), answer(200, {"prices": [priced, more]})
    )
    assert facts.endpoint_id == ENDPOINT
