"""The sandbox's signature below its webhooks, as fal signs its own (``fal-protocol.md`` §14)."""

from __future__ import annotations

import base64
import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from kling_desktop.sandbox.database import Database

USER = "sandbox"
"""Whose requests they are."""


class Signer:
    """An Ed25519 key that belongs to one folder for good."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        """Made at the first webhook: nearly no sandbox ever signs one."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        fresh = Ed25519PrivateKey.generate().private_bytes_raw().hex()
        self._database.write("INSERT OR IGNORE INTO settings VALUES ('webhook_key', ?)", fresh)
        (seed,) = self._database.one("SELECT value FROM settings WHERE name = 'webhook_key'")
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))

    @property
    def public_keys(self) -> dict[str, Any]:
        """A JSON Web Key Set with the one key that there is."""
        raw = self._key.public_key().public_bytes_raw()
        x = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        return {"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "x": x}]}

    def headers(self, request_id: str, body: bytes, at: float) -> dict[str, str]:
        """What goes with a delivery at ``at`` (seconds since the epoch)."""
        moment = str(int(at))
        message = "\n".join((request_id, USER, moment, hashlib.sha256(body).hexdigest()))
        return {
            "X-Fal-Webhook-Request-Id": request_id,
            "X-Fal-Webhook-User-Id": USER,
            "X-Fal-Webhook-Timestamp": moment,
            "X-Fal-Webhook-Signature": self._key.sign(message.encode()).hex(),
        }
