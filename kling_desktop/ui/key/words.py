"""Where the key comes from, what that means, and what went wrong, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import AccountLocked, InvalidParams, MissingKey
from kling_desktop.domain.keys import Source
from kling_desktop.domain.messages import explain
from kling_desktop.domain.money import dollars, rate
from kling_desktop.domain.refusals import KeyLacksScope

if TYPE_CHECKING:
    from decimal import Decimal

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.errors import KlingDesktopError
    from kling_desktop.domain.keys import KeyVerdict, KeyView

NO_KEYRING = (
    "This system has no keyring that can be used, and a key is never written to a file here. "
    "So a key that you paste is known for this session only: it is gone when the window closes. "
    "GNOME Keyring and KWallet would keep it; so would FAL_KEY, set before the start."
)
FORM = "This is not a key of fal: a key has two parts with a colon between them. Nothing was kept."
LOOKING = "Asking your keyring\N{HORIZONTAL ELLIPSIS} If it asks for its password, answer it there."
TRYING = "Trying the key at fal; this is free\N{HORIZONTAL ELLIPSIS}"
GOING = "Starting anew\N{HORIZONTAL ELLIPSIS} What is being sent is sent to its end first."
STOPPED = "No longer waiting. If the keyring does it all the same, you see it here the next time."
HERE = "This is the sandbox: clips are made on this computer and cost nothing."
LIVE = "This is live: fal.ai makes the clips, and they cost money."
ELSEWHERE = "Clips are made by {}, which takes its key from FAL_KEY and from nowhere else."
NOT_STARTED = "No clips can be made yet."


def source(view: KeyView) -> str:
    """Where the key comes from, in one line."""
    match view.source:
        case Source.ENVIRONMENT:
            return "The key comes from the environment (FAL_KEY)."
        case Source.KEYRING:
            return f"The key comes from your keyring, profile “{view.profiles.active}”."
        case Source.SESSION:
            return "The key is known for this session only."
    if view.problem:
        return "Whether there is a key is not known."
    return "No key is known."


def meaning(view: KeyView) -> str:
    """What that means, and what can be done."""
    match view.source:
        case Source.ENVIRONMENT:
            return (
                "It counts before any key in a keyring. To use one of those, start the program "
                f"without FAL_KEY. {_keyring(view)}"
            )
        case Source.KEYRING:
            return f"{_keyring(view)} It is in no file of this program."
        case Source.SESSION:
            return "It is in this program's memory alone, and gone when the window closes."
    if view.problem:
        problem = view.problem[:1].upper() + view.problem[1:]
        return (
            f"{problem}. Put that right and look again, or use a key for this session only; "
            "the sandbox needs none."
        )
    if view.keyring is None:
        return NO_KEYRING
    return f"Make one at fal.ai/dashboard/keys and paste it below. {_keyring(view)}"


def _keyring(view: KeyView) -> str:
    return f"Keyring: {view.keyring}." if view.keyring else "There is no keyring to keep it in."


def backend(name: str) -> str:
    """Who makes the clips now."""
    known = {"": NOT_STARTED, "sandbox": HERE, "live": LIVE}
    return known.get(name) or ELSEWHERE.format(name)


def verdict(found: KeyVerdict) -> str:
    """What fal says of a key that is good."""
    if found.credit is None:
        return "fal accepts the key. It may not see how much credit the account has."
    return f"fal accepts the key. The account has {dollars(found.credit)} of credit."


def trouble(error: KlingDesktopError) -> str:
    """What did not work; nothing here costs anything, so money is left out."""
    match error:
        case InvalidParams() if any(each.field == "key" for each in error.problems):
            return FORM
        case InvalidParams():
            return " ".join(_sentence(f"{each.field} {each.message}") for each in error.problems)
        case AccountLocked():
            return (
                "The key is good, but the account is locked or out of credit. "
                "Top up at fal.ai/dashboard/billing, then try again."
            )
        case KeyLacksScope():
            return (
                "fal knows the key, but it may not make clips. Make one with the scope “API” at "
                "fal.ai/dashboard/keys."
            )
        case MissingKey() if error.detail:
            return _sentence(error.detail) + " Nothing was changed in it."
        case MissingKey():
            return "There is no key to try: paste one first."
        case _:
            return str(replace(explain(error), money=""))


def price(endpoint: Endpoint, amount: Decimal | None) -> str:
    """What going live means for the clip that is set up now."""
    if endpoint.price is None:
        return "What the clip that is set up now costs is not known."
    told = f"{rate(endpoint.price)}, as of {endpoint.price.date}"
    return f"The clip that is set up now costs about {dollars(amount)} ({told})."


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
