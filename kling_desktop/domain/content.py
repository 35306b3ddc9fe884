"""What is in a file that is to be sent, whatever it is called and wherever it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Content:
    """Two files with the same content need to be uploaded only once."""

    sha256: str
    kind: str
    """The suffix of the file's name in lower case, which decides how it is sent."""
    size: int
    """Bytes."""
