"""The narrower kinds of what a provider says no with; the tree they hang in is drawn in ``errors``.

Each stands for one reason that people can understand and act on. Code that only needs to know how
a job ends asks for the parent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.errors import (
    InputRefused,
    KeyRefused,
    KlingDesktopError,
    ProviderFailed,
    RateLimited,
    Refused,
)
from kling_desktop.domain.facts import Actor, Retry

if TYPE_CHECKING:
    from collections.abc import Iterator


class KeyMalformed(KeyRefused):
    """It does not have the form of a key, or none was sent."""

    code = "key_malformed"


class KeyLacksScope(KeyRefused):
    """The key is good, but not for this: fal has API keys and ADMIN keys."""

    code = "key_lacks_scope"


class ContentRefused(Refused):
    """The model's filter, or its partner's, said no."""

    code = "content_refused"


class NothingMade(Refused):
    """The model ran and made nothing."""

    code = "nothing_made"


class BadRequest(InputRefused):
    """The request itself has no valid form."""

    code = "bad_request"
    actor = Actor.US


class FieldMissing(InputRefused):
    """A field is not there."""

    code = "field_missing"


class ValueRefused(InputRefused):
    """A value is out of bounds or of the wrong kind."""

    code = "value_refused"


class WrongCount(InputRefused):
    """A list has too few or too many entries."""

    code = "wrong_count"


class PictureTooSmall(InputRefused):
    """The picture has fewer pixels than the model needs."""

    code = "picture_too_small"


class PictureTooLarge(InputRefused):
    """The picture has more pixels than the model takes."""

    code = "picture_too_large"


class PictureUnreadable(InputRefused):
    """The model could not decode the picture."""

    code = "picture_unreadable"


class FaceNotFound(InputRefused):
    """No face is in the picture, or none that the model could use."""

    code = "face_not_found"


class FileUnreachable(InputRefused):
    """An address in the input could not be downloaded."""

    code = "file_unreachable"


class FileTooLarge(InputRefused):
    """A file has more bytes than the model takes."""

    code = "file_too_large"


class FormatRefused(InputRefused):
    """A file is of a kind that the model does not read."""

    code = "format_refused"


class LengthRefused(InputRefused):
    """A sound or a video is too long or too short."""

    code = "length_refused"


class FeatureMissing(InputRefused):
    """The endpoint cannot do what the input asks for."""

    code = "feature_missing"


class ArchiveRefused(InputRefused):
    """An archive cannot be opened, or holds too few or too many files."""

    code = "archive_refused"


class ConcurrencyLimited(RateLimited):
    """The account runs as many requests at once as it may."""

    code = "concurrency_limited"
    actor = Actor.NOBODY


class ModelBroke(ProviderFailed):
    """The model stopped by a defect of its own."""

    code = "model_broke"


class TookTooLong(ProviderFailed):
    """The model, or the machine that it ran on, ran out of time."""

    code = "took_too_long"


class PartnerFailed(ProviderFailed):
    """The company behind the model failed."""

    code = "partner_failed"


class NeverStarted(ProviderFailed):
    """No machine took the request up in time."""

    code = "never_started"


class RunnerLost(ProviderFailed):
    """The machine that worked on the request was lost."""

    code = "runner_lost"


class FalBroke(ProviderFailed):
    """fal itself failed."""

    code = "fal_broke"


class UnknownPath(ProviderFailed):
    """The app is there, but has no such endpoint."""

    code = "unknown_path"
    actor = Actor.US
    retry = Retry.NEVER


class UnknownApp(ProviderFailed):
    """There is no such app."""

    code = "unknown_app"
    actor = Actor.US
    retry = Retry.NEVER


def every_error(
    root: type[KlingDesktopError] = KlingDesktopError,
) -> Iterator[type[KlingDesktopError]]:
    """The kinds of the drawn tree, parents first; not those that other rooms add for themselves."""
    yield root
    for kind in root.__subclasses__():
        if kind.__module__ in {KlingDesktopError.__module__, __name__}:
            yield from every_error(kind)


def kind_of(code: str) -> type[KlingDesktopError]:
    """The kind that has this code; the root for one that this program does not know."""
    return _BY_CODE.get(code, KlingDesktopError)


def lineage(code: str) -> list[type[KlingDesktopError]]:
    """The kind that has this code, then those above it, up to the root."""
    return [each for each in kind_of(code).__mro__ if issubclass(each, KlingDesktopError)]


_BY_CODE = {kind.code: kind for kind in every_error()}
