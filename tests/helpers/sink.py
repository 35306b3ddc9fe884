"""A server that takes uploads and keeps nothing, in a process of its own, as fast as sockets are.

It speaks just enough HTTP for us and for fal's own client: every answer says all that either of
them wants to know.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOM = 1024 * 1024


@contextmanager
def running_sink() -> Iterator[int]:
    """The port of a sink that lives as long as the block."""
    with subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def _serve(connection: socket.socket, answer: bytes) -> None:
    room = memoryview(bytearray(ROOM))
    with connection, connection.makefile("rb", buffering=0) as reader:
        came = b""
        while True:
            while b"\r\n\r\n" not in came:
                more = connection.recv(ROOM)
                if not more:
                    return
                came += more
            head, _, rest = came.partition(b"\r\n\r\n")
            left = _length(head) - len(rest)
            while left > 0:
                count = reader.readinto(room[:left])
                if not count:
                    return
                left -= count
            came = b""
            connection.sendall(answer)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def _answer(port: int) -> bytes:
    origin = f"http://127.0.0.1:{port}"
    body = {
        "upload_url": f"{origin}/cdn/parts/x?signature=1",
        "file_url": f"{origin}/cdn/files/x",
        "access_url": f"{origin}/cdn/files/x",
        "uploadId": "x",
        "etag": "x",
        "token": "x",
        "token_type": "Bearer",
        "base_url": f"{origin}/cdn",
        "expires_at": "2099-01-01T00:00:00+00:00",
    }
    content = json.dumps(body).encode()
    headers = ("ETag: x", "Content-Type: application/json", f"Content-Length: {len(content)}")
    return "\r\n".join(("HTTP/1.1 200 OK", *headers)).encode() + b"\r\n\r\n" + content


def _main() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        port = server.getsockname()[1]
        print(port, flush=True)
        while True:
            connection, _ = server.accept()
            threading.Thread(target=_serve, args=(connection, _answer(port)), daemon=True).start()


if __name__ == "__main__":
    _main()
