"""fal's words for what went wrong, and which error each of them is: the one table.

The words are the ``type`` of a model error, the ``error_type`` of a request error and the ``type``
of a platform error (fal-protocol.md §8.1, §8.2, §12). What pydantic passes through unlisted is an
:class:`InputRefused` as it stands: "treat any unlisted type as a non-retryable 422", say fal's
pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain import errors as e
from kling_desktop.domain import refusals as r

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Kind = type[e.KlingDesktopError]

FAILURES: Mapping[str, type[e.ProviderFailed]] = {
    "internal_server_error": r.ModelBroke,
    "generation_timeout": r.TookTooLong,
    "downstream_service_error": r.PartnerFailed,
    "downstream_service_unavailable": r.PartnerFailed,
    "request_timeout": r.TookTooLong,
    "startup_timeout": r.NeverStarted,
    "runner_scheduling_failure": r.NeverStarted,
    "runner_connection_timeout": r.RunnerLost,
    "runner_disconnected": r.RunnerLost,
    "runner_connection_refused": r.RunnerLost,
    "runner_connection_error": r.RunnerLost,
    "runner_incomplete_response": r.RunnerLost,
    "runner_server_error": r.ModelBroke,
    "internal_error": r.FalBroke,
}
"""The request was accepted and came to nothing; a 5xx is never billed."""

REFUSALS: Mapping[str, type[e.Refused]] = {
    "content_policy_violation": r.ContentRefused,
    "no_media_generated": r.NothingMade,
    "image_too_small": r.PictureTooSmall,
    "image_too_large": r.PictureTooLarge,
    "image_load_error": r.PictureUnreadable,
    "file_download_error": r.FileUnreachable,
    "face_detection_error": r.FaceNotFound,
    "file_too_large": r.FileTooLarge,
    "greater_than": r.ValueRefused,
    "greater_than_equal": r.ValueRefused,
    "less_than": r.ValueRefused,
    "less_than_equal": r.ValueRefused,
    "multiple_of": r.ValueRefused,
    "one_of": r.ValueRefused,
    "sequence_too_short": r.WrongCount,
    "sequence_too_long": r.WrongCount,
    "feature_not_supported": r.FeatureMissing,
    "invalid_archive": r.ArchiveRefused,
    "archive_file_count_below_minimum": r.ArchiveRefused,
    "archive_file_count_exceeds_maximum": r.ArchiveRefused,
    "audio_duration_too_long": r.LengthRefused,
    "audio_duration_too_short": r.LengthRefused,
    "video_duration_too_long": r.LengthRefused,
    "video_duration_too_short": r.LengthRefused,
    "unsupported_audio_format": r.FormatRefused,
    "unsupported_image_format": r.FormatRefused,
    "unsupported_video_format": r.FormatRefused,
    "bad_request": r.BadRequest,
    # pydantic's own, version 2 and, with dots, version 1
    "missing": r.FieldMissing,
    "value_error.missing": r.FieldMissing,
    "literal_error": r.ValueRefused,
    "enum": r.ValueRefused,
    "string_type": r.ValueRefused,
    "string_too_short": r.ValueRefused,
    "string_too_long": r.ValueRefused,
    "float_parsing": r.ValueRefused,
    "float_type": r.ValueRefused,
    "int_parsing": r.ValueRefused,
    "int_type": r.ValueRefused,
    "bool_parsing": r.ValueRefused,
    "list_type": r.ValueRefused,
    "url_parsing": r.ValueRefused,
    "type_error.enum": r.ValueRefused,
    "type_error.float": r.ValueRefused,
    "value_error.number.not_ge": r.ValueRefused,
    "value_error.number.not_le": r.ValueRefused,
    "too_short": r.WrongCount,
    "too_long": r.WrongCount,
    "json_invalid": r.BadRequest,
}
"""The request was looked at and turned down."""

STOPS: Mapping[str, type[e.RequestCancelled]] = {
    "client_disconnected": e.RequestCancelled,
    "client_cancelled": e.RequestCancelled,
}
"""It ended because its client wanted it to, or seemed to have left."""

BUSY: Mapping[str, type[e.RateLimited]] = {
    "concurrent_requests_limit": r.ConcurrencyLimited,
    "rate_limited": e.RateLimited,
}

PLATFORM: Mapping[str, Kind] = {
    "authorization_error": e.KeyRefused,
    "validation_error": r.BadRequest,
    "not_found": r.UnknownPath,
    "rate_limited": e.RateLimited,
    "server_error": e.ServiceDown,
    "not_implemented": r.FeatureMissing,
}
"""Errors of the platform's own shape, ``{"error": {"type", "message"}}``."""


def failure_of(words: Iterable[str]) -> type[e.ProviderFailed] | None:
    """The failure that one of the words names, or None."""
    return next((FAILURES[word] for word in words if word in FAILURES), None)


def refusal_of(words: Iterable[str]) -> type[e.Refused]:
    """The kind of a refusal that gives these reasons.

    All reasons come at once; a filter's outweighs the rest, and where they differ only their
    common parent is true.
    """
    kinds = {REFUSALS.get(word, e.InputRefused) for word in words} or {e.InputRefused}
    if r.ContentRefused in kinds:
        return r.ContentRefused
    return kinds.pop() if len(kinds) == 1 else e.InputRefused
