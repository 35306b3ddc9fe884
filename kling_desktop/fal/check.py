"""Whether a key is good: one question about the account, which costs nothing (§12)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import AccountLocked
from kling_desktop.domain.keys import KeyVerdict
from kling_desktop.domain.refusals import KeyLacksScope
from kling_desktop.fal.errors import platform_error

if TYPE_CHECKING:
    from kling_desktop.fal.answers import Answer
    from kling_desktop.fal.wire import Wire

PRICED = "fal-ai/kling-video/v1.6/pro/image-to-video"
"""Any endpoint of which every key may ask the price."""


async def check_key(wire: Wire) -> KeyVerdict:
    """Try the key of a wire.

    A key for inference alone may not see the credit and is good all the same, so only where the
    account is not told is a second question asked, one that every good key may ask.

    Raises:
        KeyRefused: nobody knows the key, or it is none.
        KeyLacksScope: it is known, and not allowed what clips need.
        AccountLocked: the account has no credit.
        Transient: nobody answered.
    """
    account = await _ask(wire, "account/billing?expand=credits")
    if account.is_fine:
        return KeyVerdict(_credit(account))
    error = platform_error(account)
    if not isinstance(error, KeyLacksScope):
        raise error
    price = await _ask(wire, f"models/pricing?endpoint_id={PRICED}")
    if not price.is_fine:
        raise platform_error(price)
    return KeyVerdict()


async def _ask(wire: Wire, question: str) -> Answer:
    return await wire.call("GET", f"{wire.backend.platform}/v1/{question}")


def _credit(account: Answer) -> Decimal | None:
    told = account.object.get("credits")
    balance = told.get("current_balance") if isinstance(told, dict) else None
    if isinstance(balance, bool) or not isinstance(balance, int | float):
        return None
    credit = Decimal(str(balance))
    if not credit.is_finite():
        return None
    if credit <= 0:
        raise AccountLocked("the account has no credit left")
    return credit
