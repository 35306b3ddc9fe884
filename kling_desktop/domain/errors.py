"""Everything that can go wrong, as one tree.

    KlingDesktopError
    ├── Fixable                  the user can put it right, then try again
    │   ├── InvalidParams          a field is missing or out of bounds
    │   ├── UnknownEndpoint        no such endpoint in the catalog
    │   ├── UnknownJob             no such job in the ledger
    │   │   └── UnknownRequest       no such request at the provider
    │   ├── NotWaiting             the job does not wait here any more
    │   ├── OtherAccount           the job is of another account than the key in use
    │   │   └── UnknownAccount       nobody wrote down whose it is, and it is not sent yet
    │   ├── BadPicture             the picture cannot be used
    │   ├── BadMedia               the video or sound cannot be used
    │   ├── BadProject             the project file cannot be used
    │   ├── MissingKey             no API key is known
    │   ├── KeyRefused             the provider does not accept the key
    │   │   ├── KeyMalformed         it does not have the form of a key
    │   │   └── KeyLacksScope        it is good, but not for this
    │   ├── AccountLocked          no credit, or the account is locked
    │   ├── Refused                the model looked at the request and said no
    │   │   ├── ContentRefused       its filter, or its partner's
    │   │   ├── NothingMade          it ran and made nothing
    │   │   └── InputRefused         the input cannot be worked with
    │   │       ├── BadRequest         the request itself has no valid form
    │   │       ├── FieldMissing       a field is not there
    │   │       ├── ValueRefused       a value is out of bounds or of the wrong kind
    │   │       ├── WrongCount         a list has too few or too many entries
    │   │       ├── PictureTooSmall    fewer pixels than the model needs
    │   │       ├── PictureTooLarge    more pixels than the model takes
    │   │       ├── PictureUnreadable  the model could not decode it
    │   │       ├── FaceNotFound       no face, or none that it could use
    │   │       ├── FileUnreachable    an address could not be downloaded
    │   │       ├── FileTooLarge       more bytes than the model takes
    │   │       ├── FormatRefused      a kind of file that it does not read
    │   │       ├── LengthRefused      a sound or a video is too long or too short
    │   │       ├── FeatureMissing     the endpoint cannot do that
    │   │       └── ArchiveRefused     an archive that it cannot use
    │   ├── BudgetReached          it would cost more than the user allows
    │   └── FolderUnusable         a clip or a record cannot be written
    ├── Transient                waiting and asking again may help
    │   ├── Closing                the engine begins nothing new
    │   ├── NetworkDown            no connection; nothing was sent
    │   ├── TimedOut               an answer did not come in time
    │   ├── RateLimited            asked to slow down
    │   │   └── ConcurrencyLimited   the account runs as many requests as it may
    │   └── ServiceDown            the provider is broken for the moment
    ├── ProviderFailed           the provider gave up on the request
    │   ├── ModelBroke             the model stopped by a defect of its own
    │   ├── TookTooLong            the model or the runner ran out of time
    │   ├── PartnerFailed          the company behind the model failed
    │   ├── NeverStarted           no machine took the request up in time
    │   ├── RunnerLost             the machine was lost on the way
    │   ├── FalBroke               fal itself failed
    │   ├── UnknownPath            the app has no such endpoint
    │   └── UnknownApp             there is no such app
    ├── SubmitUncertain          the request may or may not have been accepted
    ├── ResultGone               the result or its file is no longer there
    │   └── FileGone               the file alone: no fetch can bring it back
    ├── RequestCancelled         the provider stopped, as we asked
    ├── ClipDamaged              what was downloaded is not a whole video
    └── Broken                   somebody does not keep to the agreement
        ├── ProtocolBroken         the answer makes no sense
        ├── ForeignOrigin          an address outside the configured backend
        └── LedgerUnusable         the database cannot be read, or is newer than this program

Errors carry facts; the sentences that people read are in :mod:`kling_desktop.domain.messages`. The
narrower kinds of what a provider says are in :mod:`kling_desktop.domain.refusals`; which word of
fal's means which of them is in ``fal/error_types.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

from kling_desktop.domain.facts import Actor, Charge, Retry


class KlingDesktopError(Exception):
    """The root: every error that this program raises on purpose."""

    code = "error"
    """Stable name, used in the ledger and in JSON output."""
    actor = Actor.US
    charge = Charge.NO
    retry = Retry.NEVER

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class Fixable(KlingDesktopError):
    """The user can put it right, then try again."""

    code = "fixable"
    actor = Actor.USER


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


class UnknownRequest(UnknownJob):
    """No such request at the provider, or no longer."""

    code = "unknown_request"


class NotWaiting(Fixable):
    """The job does not wait here, so it can be neither held nor moved nor changed."""

    code = "not_waiting"


class OtherAccount(Fixable):
    """The job belongs to another account than the key in use; it is worked on with its own."""

    code = "other_account"


class UnknownAccount(OtherAccount):
    """Nobody wrote down for which of several accounts a job was made that is not sent yet."""

    code = "unknown_account"


class BadPicture(Fixable):
    """The picture cannot be used."""

    code = "bad_picture"

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(detail)
        self.name = name


class BadMedia(Fixable):
    """The video or sound cannot be used."""

    code = "bad_media"

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(detail)
        self.name = name


class BadProject(Fixable):
    """The project file cannot be used."""

    code = "bad_project"

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


class Refused(Fixable):
    """The model looked at the request and said no.

    A 422 may be charged where the model has computed before it refused (fal's FAQ); the answer's
    ``X-Fal-Billable-Units``, where it is there, says whether it was.
    """

    code = "refused"
    charge = Charge.MAYBE


class InputRefused(Refused):
    """The model did not accept the input; the detail names the fields."""

    code = "input_refused"


class BudgetReached(Fixable):
    """It would cost more than the user allows; the detail says which budget and how much."""

    code = "budget_reached"


class FolderUnusable(Fixable):
    """A clip or a record cannot be written where it should go."""

    code = "folder_unusable"
    retry = Retry.FETCH


class Transient(KlingDesktopError):
    """Waiting and asking again may help."""

    code = "transient"
    actor = Actor.NOBODY
    retry = Retry.LATER

    def __init__(self, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
        """Seconds that the other side asked us to wait, if it did."""


class Closing(Transient):
    """The engine is about to end, and begins nothing new."""

    code = "closing"


class NetworkDown(Transient):
    """No connection could be made, so nothing was sent."""

    code = "network_down"
    actor = Actor.USER


class TimedOut(Transient):
    """An answer did not come in time."""

    code = "timed_out"


class RateLimited(Transient):
    """The provider asks us to slow down; the request was not accepted."""

    code = "rate_limited"


class ServiceDown(Transient):
    """The provider is broken for the moment."""

    code = "service_down"
    actor = Actor.PROVIDER


class ProviderFailed(KlingDesktopError):
    """The provider gave up on the request (5xx: never charged, says fal)."""

    code = "provider_failed"
    actor = Actor.PROVIDER
    retry = Retry.ANEW


class RequestCancelled(KlingDesktopError):
    """The provider stopped the request because we asked it to."""

    code = "cancelled"
    actor = Actor.NOBODY
    charge = Charge.MAYBE
    retry = Retry.ANEW


class SubmitUncertain(KlingDesktopError):
    """The submit left this computer and its fate is unknown."""

    code = "uncertain"
    actor = Actor.USER
    charge = Charge.MAYBE
    retry = Retry.ANEW


class ResultGone(KlingDesktopError):
    """The result or its file is no longer there."""

    code = "result_gone"
    actor = Actor.NOBODY
    charge = Charge.YES
    retry = Retry.FETCH


class FileGone(ResultGone):
    """The result is known, but its file has been deleted."""

    code = "file_gone"
    retry = Retry.ANEW


class ClipDamaged(KlingDesktopError):
    """What was downloaded is not a whole video."""

    code = "clip_damaged"
    actor = Actor.PROVIDER
    charge = Charge.YES
    retry = Retry.FETCH


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
