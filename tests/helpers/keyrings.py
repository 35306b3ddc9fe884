"""A real GNOME Keyring on a bus of its own: unlocked, locked, restarted, and gone at the end."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = b"the keyring's own password"
NAME, ROOT = "org.freedesktop.secrets", "/org/freedesktop/secrets"
TRIES, PATIENCE = 3, 40.0
"""Daemons, and the seconds that each may take; two cores may have more than this to do."""
LOGIN = "['/org/freedesktop/secrets/collection/login']"


@dataclass
class SecretService:
    """The bus and the daemon on it; ``environment`` is for who wants to use them."""

    environment: dict[str, str]
    folder: Path
    _daemon: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        """Start the daemon and unlock the keyring, as logging in does.

        On a busy machine a daemon may give up on its own, or come up without having unlocked
        anything; then there is another one. Each is waited for as long as it lives and works.
        """
        told = []
        for _ in range(TRIES):
            if self._begin():
                return
            told.append(self._log.read_text("utf-8", "replace") if self._log.exists() else "")
            self.stop()
        raise AssertionError(f"the keyring does not come up: {told}")

    @property
    def _log(self) -> Path:
        return self.folder.parent / "daemon.log"

    def _begin(self) -> bool:
        """Whether a daemon came up with its keyring unlocked."""
        with self._log.open("wb") as said:
            daemon = subprocess.Popen(
                ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=said,
            )
        self._daemon.append(daemon)
        assert daemon.stdin is not None
        with suppress(BrokenPipeError):
            daemon.stdin.write(PASSWORD)
            daemon.stdin.close()
        deadline = time.monotonic() + PATIENCE
        while daemon.poll() is None and time.monotonic() < deadline:
            if self._is_unlocked():
                return True
            time.sleep(0.05)
        return False

    def _is_unlocked(self) -> bool:
        """Whether the login collection is there, and open: its name comes before its key does."""
        method = "org.freedesktop.Secret.Service.ReadAlias"
        if LOGIN[2:-2] not in self._call(method, "default"):
            return False
        said = self._call(
            "org.freedesktop.DBus.Properties.Get",
            "org.freedesktop.Secret.Collection",
            "Locked",
            path=LOGIN[2:-2],
        )
        return "false" in said

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

    def _call(self, method: str, *arguments: str, path: str = ROOT) -> str:
        """What the service answers; it is not started by the question, and asked for seconds."""
        where = ("--dest", NAME, "--object-path", path, "--timeout", "5")
        command = ["gdbus", "call", "--session", *where, "--method", method, *arguments]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr


def _bus_of_its_own(folder: Path) -> str:
    """The option for a bus that starts nothing by itself.

    A question would otherwise start a second daemon, which takes the name before the one that was
    unlocked, and stays locked.
    """
    config = folder / "bus.conf"
    config.write_text(
        "<!DOCTYPE busconfig PUBLIC '-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN' "
        "'http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd'>"
        "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>"
        "<policy context='default'><allow send_destination='*' eavesdrop='true'/>"
        "<allow eavesdrop='true'/><allow own='*'/></policy></busconfig>",
        "utf-8",
    )
    return f"--config-file={config}"


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
        ["dbus-daemon", _bus_of_its_own(folder), "--nofork", "--print-address=1"],
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
