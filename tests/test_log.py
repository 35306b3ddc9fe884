"""No secret reaches the log: not in a message, an argument, a traceback, nor in halves."""

from __future__ import annotations

import logging
import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kling_desktop import log
from kling_desktop.log import HIDDEN, RedactingFormatter, hide, redact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY_ID, KEY_SECRET = "6ba7b810-9dad-11d1", "00c04fd430c8aabbccddeeff"
KEY = f"{KEY_ID}:{KEY_SECRET}"
_part = st.text(string.ascii_letters + string.digits + "-_", min_size=6, max_size=40)


@pytest.fixture(autouse=True)
def _forget_secrets() -> Iterator[None]:
    before = set(log._secrets)
    yield
    log._secrets.clear()
    log._secrets.update(before)


def _line(message: str, *args: object, error: BaseException | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("test", logging.INFO, __file__, 1, message, args, info)
    return RedactingFormatter("%(message)s").format(record)


def _raised(text: str) -> BaseException:
    with pytest.raises(ValueError, match="invalid literal") as caught:
        int(text)
    return caught.value


def test_a_secret_in_a_message_is_hidden() -> None:
    hide(KEY)
    assert _line(f"using {KEY} now") == f"using {HIDDEN} now"


def test_a_secret_in_an_argument_is_hidden() -> None:
    hide(KEY)
    assert KEY_SECRET not in _line("headers=%s", {"Authorization": f"Key {KEY}"})


def test_a_secret_in_a_traceback_is_hidden() -> None:
    hide(KEY)
    line = _line("failed", error=_raised(KEY))
    assert "ValueError" in line
    assert KEY_SECRET not in line


@pytest.mark.parametrize("half", [KEY_ID, KEY_SECRET])
def test_half_a_secret_is_hidden_too(half: str) -> None:
    hide(KEY)
    assert half not in _line(f"half={half}")


def test_a_very_short_part_does_not_blank_the_whole_log() -> None:
    hide("ab:" + KEY_SECRET)
    assert _line("a table") == "a table"


def test_no_secret_at_all_hides_nothing() -> None:
    hide("")
    assert _line("all is well") == "all is well"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Key 6ba7b810:00c04fd430c8", "00c04fd430c8"),
        ("authorization: bearer abcdefgh12345678", "abcdefgh12345678"),
        ("token eyJhbGciOi.eyJzdWIi.SflKxwRJ", "SflKxwRJ"),
        ("GET /f.mp4?Expires=1&Signature=AbC123%2F&x=1", "AbC123"),
        ("GET /f?X-Amz-Signature=deadbeef00", "deadbeef00"),
        ("GET /f?token=abc123", "abc123"),
        ("GET /ws?fal_jwt_token=abc123", "abc123"),
        ("FAL_KEY=6ba7b810", "6ba7b810"),
        ("FAL_KEY_SECRET: 6ba7b810", "6ba7b810"),
    ],
)
def test_what_looks_like_a_secret_is_hidden_though_nobody_announced_it(
    text: str, secret: str
) -> None:
    assert secret not in redact(text)
    assert HIDDEN in redact(text)


def test_the_rest_of_an_address_stays_readable() -> None:
    shown = redact("GET /f.mp4?Expires=1&Signature=AbC&x=1 200")
    assert shown == f"GET /f.mp4?Expires=1&Signature={HIDDEN}&x=1 200"


@given(_part, _part, st.text(max_size=20), st.text(max_size=20))
def test_no_announced_secret_ever_appears(one: str, two: str, before: str, after: str) -> None:
    assume(one not in HIDDEN)
    assume(two not in HIDDEN)
    hide(f"{one}:{two}")
    text = f"{before} {one}:{two} {after}"
    line = _line("message %s %s %r", text, two, {"key": one}, error=_raised(text))
    left = line.replace(HIDDEN, "").replace(__file__, "")
    assert f"{one}:{two}" not in left
    assert f" {one} " not in left
    assert f" {two} " not in left


def test_the_log_file_is_redacted(tmp_path: Path) -> None:
    hide(KEY)
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    try:
        path = log.start(tmp_path / "logs")
        logging.getLogger("kling_desktop.test").info("key=%s", KEY)
    finally:
        root.setLevel(level)
        for handler in [each for each in root.handlers if each not in handlers]:
            root.removeHandler(handler)
            handler.close()
    assert path is not None
    text = path.read_text("utf-8")
    assert "kling_desktop.test" in text
    assert KEY_SECRET not in text


def test_a_folder_that_cannot_be_written_costs_the_log_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert log.start(tmp_path / "file") is None
