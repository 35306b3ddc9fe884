"""How long fal is asked to keep files (``fal-protocol.md`` §10.5); not at all without a wish.

``X-Fal-Store-IO`` is never sent: without the stored input nobody could find a request again whose
answer was lost, and it might be paid for twice.
"""

from __future__ import annotations

import json

PREFERENCE = "X-Fal-Object-Lifecycle-Preference"
"""On a submit it is about the files that are made, on an upload about the file that goes up."""
OLDER = "X-Fal-Object-Lifecycle"
"""The other name for uploads; fal's own clients send both."""


def for_results(seconds: int) -> dict[str, str]:
    """The headers of a submit."""
    return {PREFERENCE: _kept_for(seconds)} if seconds else {}


def for_uploads(seconds: int) -> dict[str, str]:
    """The headers of an upload's beginning."""
    return dict.fromkeys((OLDER, PREFERENCE), _kept_for(seconds)) if seconds else {}


def _kept_for(seconds: int) -> str:
    return json.dumps({"expiration_duration_seconds": seconds})
