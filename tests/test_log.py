"""No secret reaches the log: not in a message, an argument, a traceback, nor in halves."""

from __future__ import annotations

import base64
import json
import logging
import os
import string
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kling_desktop import log
from kling_desktop.log import HIDDEN, RedactingFormatter, hide, redact

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterator
    from pathlib import Path

KEY_ID, KEY_SECRET = "6ba7b810-9dad-11d1", "00c04fd430c8aabbccddeeff"
KEY = f"{KEY_ID}:{KEY_SECRET}"
_part = st.text(string.ascii_letters + string.digits + "-_", min_size=6, max_size=40)


@pytest.fixture(autouse=True)
def _forget_secrets() -> Iterator[None]:
    before = set(log._secrets)
    log._secrets.clear()
    for each in logging.getLogger().handlers[:]:  # what a program of an earlier test left
        if isinstance(each, log._PrivateFile):
            logging.getLogger().removeHandler(each)
            each.close()
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
    root = logging.getLogger()
    handlers = list(root.handlers)
    assert log.start(tmp_path / "file") is None
    # Something takes the records, or Python would print them.
    (added,) = [each for each in root.handlers if each not in handlers]
    root.removeHandler(added)


BASE64 = [base64.b64encode, base64.urlsafe_b64encode]


@given(_part, _part, st.binary(max_size=9), st.binary(max_size=9), st.sampled_from(BASE64))
def test_no_announced_secret_appears_in_base64_wherever_it_stands_in_it(
    one: str, two: str, before: bytes, after: bytes, encode: Callable[[bytes], bytes]
) -> None:
    hide(f"{one}:{two}")
    for part in (one, two, f"{one}:{two}"):
        said = encode(before + part.encode() + after).decode()
        first, last = (len(before) * 8 + 5) // 6, (len(before) + len(part)) * 8 // 6
        assume(said[first:last] not in HIDDEN)
        assert said[first:last] not in _line("sent %s", said)


@given(_part, _part)
def test_no_announced_secret_appears_percent_encoded_or_in_a_string_of_json(
    one: str, two: str
) -> None:
    key = f'{one}/"+{two}'
    hide(key)
    for form in (quote(key, safe=""), json.dumps({"k": key}), repr({"k": key})):
        assert two not in _line("sent %s", form).replace(HIDDEN, "")


_value = st.text(string.ascii_letters + string.digits + "-_.~%", min_size=8, max_size=60)
_name = st.sampled_from(
    [
        *("Signature", "sig", "token", "access_token", "fal_jwt_token", "X-Amz-Signature"),
        *("X-Amz-Credential", "X-Amz-Security-Token", "X-Goog-Signature", "Policy", "api_key"),
        *("Key-Pair-Id", "GoogleAccessId", "AWSAccessKeyId", "key", "secret", "signed"),
    ]
)


@given(_name, _value, st.sampled_from(["?", "&", "?x=1&", "\\u0026", "%26"]), st.booleans())
def test_no_signed_address_appears(name: str, value: str, before: str, upper: bool) -> None:
    assume("%" not in value)
    assume(value not in HIDDEN)
    name = name.upper() if upper else name
    equals = "%3D" if before == "%26" else "="
    start = f"https://v3.fal.media/files/a.mp4{before}{name}{equals}"
    assume(value not in start)
    address = start + value
    for text in (address, f"GET {address} 200", json.dumps({"url": address}), f"('{address}',)"):
        assert value not in redact(text)


@given(
    st.sampled_from(
        [
            *("Authorization: Key {}", "authorization: Bearer {}", "Proxy-Authorization: Basic {}"),
            *("Cookie: session={}", "set-cookie: a={}; Path=/", "'token': '{}'", '"secret": "{}"'),
            *("password={}", "http://me:{}@proxy:3128", "https://{}@host/x", "FAL_KEY={}"),
            *(
                "export FAL_KEY='{}'",
                "api_key: {}",
                "{{'fal_jwt_token': '{}'}}",
                "client_secret={}",
            ),
        ]
    ),
    _value,
)
def test_nothing_that_stands_where_secrets_stand_appears(text: str, value: str) -> None:
    assume("%" not in value)
    assume(value not in HIDDEN + text)
    said = text.format(value)
    assert value not in redact(said)
    assert value not in _line("failed", error=ValueError(said))
    assert value not in _line("%r", {"x": said})


@given(st.uuids(), st.binary(min_size=16, max_size=16))
def test_what_looks_like_a_key_of_fal_is_hidden_though_nobody_announced_it(
    one: uuid.UUID, two: bytes
) -> None:
    assert two.hex() not in _line("key is %s", f"{one}:{two.hex()}")


@given(st.text(max_size=200))
def test_redacting_twice_hides_no_more_than_once(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


def test_the_name_of_the_sandbox_is_no_secret() -> None:
    hide("sandbox:0123456789abcdef")
    assert redact("backend sandbox: 0123456789abcdef") == f"backend sandbox: {HIDDEN}"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_log_is_for_nobody_else(tmp_path: Path) -> None:
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    try:
        path = log.start(tmp_path / "state" / "logs")
        assert path is not None
        assert path == log.current()
        # The state folder as well: it may be the log that makes it.
        for each in (path, path.parent, path.parent.parent):
            assert each.stat().st_mode & 0o077 == 0
    finally:
        root.setLevel(level)
        for handler in [each for each in root.handlers if each not in handlers]:
            root.removeHandler(handler)
            handler.close()


def test_the_last_lines_come_from_both_files_and_are_redacted_once_more(tmp_path: Path) -> None:
    hide(KEY)
    (tmp_path / "kling-desktop.log.1").write_text("one\ntwo\n", "utf-8")
    (tmp_path / "kling-desktop.log").write_text(f"three\n{KEY}\n", "utf-8")
    assert log.last_lines(tmp_path, 3) == ["two", "three", HIDDEN]
    assert log.last_lines(tmp_path, 1) == [HIDDEN]
    assert log.last_lines(tmp_path / "none", 3) == []


UNENDING = [
    "x",
    "key ",
    "eyJ-",
    "a:",
    "a://b",
    "token",
    "?sig",
    "0123456789abcdef-",
    "cookie ",
    "%26",
]


@pytest.mark.parametrize("unit", UNENDING)
def test_a_long_text_costs_no_more_than_its_length(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        begun = time.process_time()
        redact(text)
        return time.process_time() - begun

    # Ten times the text; where each letter looked at all others it would be a hundred times.
    short = max(min(seconds(20_000) for _ in range(3)), 1e-4)
    assert min(seconds(200_000) for _ in range(2)) < 50 * short
