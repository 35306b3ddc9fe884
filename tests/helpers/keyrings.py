"""A real GNOME Keyring on a bus of its own: unlocked, locked, restarted, and gone at the end."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = b"the keyring's own password"
SERVICE = ("--dest", "org.freedesktop.secrets", "--object-path", "/org/freedesktop/secrets")
LOGIN = "['/org/freedesktop/secrets/collection/login']"


@dataclass
class SecretService:
    """The bus and the daemon on it; ``environment`` is for who wants to use them."""

    environment: dict[str, str]
    folder: Path
    _daemon: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        """Start the daemon and unlock the keyring, as logging in does."""
        daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._daemon.append(daemon)
        assert daemon.stdin is not None
        daemon.stdin.write(PASSWORD)
        daemon.stdin.close()
        deadline = time.monotonic() + 20
        while LOGIN[2:-2] not in self._call("org.freedesktop.Secret.Service.ReadAlias", "default"):
            assert time.monotonic() < deadline, "the keyring does not come up"
            time.sleep(0.05)

    def stop(self) -> None:
        """End the daemon; what it has written stays."""
        while self._daemon:
            daemon = self._daemon.pop()
            daemon.terminate()
            daemon.wait(10)

    def lock(self) -> None:
        """Lock the keyring, as a screen lock may."""
        said = self._call("org.freedesktop.Secret.Service.Lock", LOGIN)
        assert "login" in said, said

    def files(self) -> bytes:
        """Everything that the daemon has written."""
        found = [each for each in self.folder.rglob("*") if each.is_file()]
        return b"".join(each.read_bytes() for each in found)

    def _call(self, method: str, argument: str) -> str:
        command = ["gdbus", "call", "--session", *SERVICE, "--method", method, argument]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr


@contextmanager
def secret_service(folder: Path) -> Iterator[SecretService]:
    """A session with a keyring that nobody else knows, for as long as the block."""
    runtime, data = folder / "run", folder / "data"
    for each in (runtime, data):
        each.mkdir(parents=True)
    runtime.chmod(0o700)
    dropped = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND")
    environment = {name: each for name, each in os.environ.items() if name not in dropped}
    environment |= {
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_DATA_HOME": str(data),
    }
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert bus.stdout is not None
    address = bus.stdout.readline().decode().strip()
    service = SecretService(environment | {"DBUS_SESSION_BUS_ADDRESS": address}, data)
    try:
        service.start()
        yield service
    finally:
        service.stop()
        bus.terminate()
        bus.wait(10)
        bus.stdout.close()
