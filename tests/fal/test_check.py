"""A key is tried with one free question, and what is wrong with it is told apart."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from kling_desktop.domain import errors as e
from kling_desktop.domain import refusals as r
from kling_desktop.fal.backend import Backend
from kling_desktop.fal.provider import FalProvider

KEY = "0a1b2c3d-aaaa-bbbb:0123456789abcdef"
CREDIT = {"username": "me", "credits": {"current_balance": 24.5, "currency": "USD"}}
NO_SCOPE = {"error": {"type": "authorization_error", "message": "not allowed"}}


class Account(httpx.AsyncBaseTransport):
    """fal's platform, with one answer to each question."""

    def __init__(self, billing: tuple[int, Any], pricing: tuple[int, Any] = (200, {})) -> None:
        self._answers = {"billing": billing, "pricing": pricing}
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.rsplit("/", 1)[-1]
        self.asked.append(name)
        status, body = self._answers[name]
        return httpx.Response(status, json=body)


def _provider(account: Account) -> FalProvider:
    return FalProvider(Backend.at("http://fal.test"), SecretStr(KEY), transport=account)


@pytest.mark.parametrize(
    ("told", "credit"),
    [
        (CREDIT, Decimal("24.5")),
        ({"username": "me"}, None),
        ({"credits": {"current_balance": "x"}}, None),
    ],
)
async def test_a_good_key_takes_one_question(told: Any, credit: Decimal | None) -> None:
    account = Account((200, told))
    provider = _provider(account)
    assert (await provider.check_key()).credit == credit
    assert account.asked == ["billing"]
    await provider.aclose()


async def test_a_key_that_may_not_see_the_account_is_good_all_the_same() -> None:
    account = Account((403, NO_SCOPE))
    provider = _provider(account)
    assert (await provider.check_key()).credit is None
    assert account.asked == ["billing", "pricing"]
    await provider.aclose()


@pytest.mark.parametrize(
    ("billing", "pricing", "error"),
    [
        ((401, {"detail": f"No user found for {KEY}"}), (200, {}), e.KeyRefused),
        ((401, {"detail": "Invalid Key Authorization header format."}), (200, {}), r.KeyMalformed),
        (
            (403, {"detail": "User is locked. Reason: Exhausted balance."}),
            (200, {}),
            e.AccountLocked,
        ),
        ((200, {"credits": {"current_balance": 0}}), (200, {}), e.AccountLocked),
        ((403, NO_SCOPE), (403, NO_SCOPE), r.KeyLacksScope),
        ((500, {}), (200, {}), e.ServiceDown),
    ],
)
async def test_what_is_wrong_with_it_is_told_without_the_key(
    billing: tuple[int, Any], pricing: tuple[int, Any], error: type[e.KlingDesktopError]
) -> None:
    provider = _provider(Account(billing, pricing))
    with pytest.raises(e.KlingDesktopError) as caught:
        await provider.check_key()
    assert type(caught.value) is error
    assert KEY not in f"{caught.value!r} {caught.value.detail}"
    await provider.aclose()
