"""Everything that can go wrong, as one tree.

    KlingDesktopError
    ├── Fixable                 the user can put it right, then try again
    │   ├── InvalidParams         a field is missing or out of bounds
    │   ├── UnknownEndpoint       no such endpoint in the catalog
    │   ├── UnknownJob            no such job in the ledger
    │   ├── BadPicture            the picture cannot be used
    │   ├── MissingKey            no API key is known
    │   ├── KeyRefused            the provider does not accept the key
    │   ├── AccountLocked         no credit, or the account is locked
    │   ├── ContentRefused        the model's filter said no
    │   ├── InputRefused          the model did not accept the input
    │   └── FolderUnusable        a clip or a record cannot be written
    ├── Transient               waiting and asking again may help
    │   ├── NetworkDown           no connection; nothing was sent
    │   ├── TimedOut              an answer did not come in time
    │   ├── RateLimited           asked to slow down
    │   └── ServiceDown           the provider is broken for the moment
    ├── ProviderFailed          the provider gave up on the request
    ├── SubmitUncertain         the request may or may not have been accepted
    ├── ResultGone              the result or its file is no longer there
    ├── RequestCancelled        the provider stopped, as we asked
    ├── ClipDamaged             what was downloaded is not a whole video
    └── Broken                  somebody does not keep to the agreement
        ├── ProtocolBroken        the answer makes no sense
        ├── ForeignOrigin         an address outside the configured backend
        └── LedgerUnusable        the database cannot be read, or is newer than this program

Errors carry facts; the sentences that people read are in :mod:`kling_desktop.domain.messages`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Charge(StrEnum):
    """What an error means for the user's money."""

    NO = "no"
    MAYBE = "maybe"
    YES = "yes"


class KlingDesktopError(Exception):
    """The root: every error that this program raises on purpose."""

    code = "error"
    """Stable name, used in the ledger and in JSON output."""
    charge = Charge.NO

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class Fixable(KlingDesktopError):
    """The user can put it right, then try again."""

    code = "fixable"


@dataclass(frozen=True, slots=True)
class Problem:
    """One field that is not right: what it is, what was given, what would be allowed."""

    field: str
    message: str
    """A sentence without the field's name, such as ``must be 5 or 10``."""
    value: object = None
    allowed: tuple[str, ...] = ()


class InvalidParams(Fixable):
    """A field is missing or out of bounds."""

    code = "invalid_params"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.field} {p.message}" for p in problems))
        self.problems = problems


class UnknownEndpoint(Fixable):
    """No such endpoint in the catalog."""

    code = "unknown_endpoint"

    def __init__(self, endpoint_id: str, near: tuple[str, ...] = ()) -> None:
        super().__init__(endpoint_id)
        self.endpoint_id = endpoint_id
        self.near = near


class UnknownJob(Fixable):
    """No such job in the ledger."""

    code = "unknown_job"


class BadPicture(Fixable):
    """The picture cannot be used."""

    code = "bad_picture"

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(detail)
        self.name = name


class MissingKey(Fixable):
    """No API key is known."""

    code = "missing_key"


class KeyRefused(Fixable):
    """The provider does not accept the key."""

    code = "key_refused"


class AccountLocked(Fixable):
    """No credit, or the account is locked."""

    code = "account_locked"


class ContentRefused(Fixable):
    """The model's filter said no."""

    code = "content_refused"
    charge = Charge.MAYBE


class InputRefused(Fixable):
    """The model did not accept the input; the detail names the fields."""

    code = "input_refused"
    charge = Charge.MAYBE


class FolderUnusable(Fixable):
    """A clip or a record cannot be written where it should go."""

    code = "folder_unusable"


class Transient(KlingDesktopError):
    """Waiting and asking again may help."""

    code = "transient"

    def __init__(self, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
        """Seconds that the other side asked us to wait, if it did."""


class NetworkDown(Transient):
    """No connection could be made, so nothing was sent."""

    code = "network_down"


class TimedOut(Transient):
    """An answer did not come in time."""

    code = "timed_out"


class RateLimited(Transient):
    """The provider asks us to slow down; the request was not accepted."""

    code = "rate_limited"


class ServiceDown(Transient):
    """The provider is broken for the moment."""

    code = "service_down"


class ProviderFailed(KlingDesktopError):
    """The provider gave up on the request (5xx: never charged, says fal)."""

    code = "provider_failed"


class RequestCancelled(KlingDesktopError):
    """The provider stopped the request because we asked it to."""

    code = "cancelled"
    charge = Charge.MAYBE


class SubmitUncertain(KlingDesktopError):
    """The submit left this computer and its fate is unknown."""

    code = "uncertain"
    charge = Charge.MAYBE


class ResultGone(KlingDesktopError):
    """The result or its file is no longer there."""

    code = "result_gone"
    charge = Charge.YES


class ClipDamaged(KlingDesktopError):
    """What was downloaded is not a whole video."""

    code = "clip_damaged"
    charge = Charge.YES


class Broken(KlingDesktopError):
    """Somebody does not keep to the agreement."""

    code = "broken"


class ProtocolBroken(Broken):
    """The provider's answer makes no sense."""

    code = "protocol_broken"
    charge = Charge.MAYBE


class ForeignOrigin(Broken):
    """An address outside the configured backend; nothing was sent to it."""

    code = "foreign_origin"


class LedgerUnusable(Broken):
    """The ledger cannot be read, or a newer program wrote it."""

    code = "ledger_unusable"
