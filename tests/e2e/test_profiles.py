"""Several keys: a profile that is named counts for one command, and for no other."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.cli.main import main
from kling_desktop.fal.backend import Backend
from kling_desktop.paths import own_command
from kling_desktop.sandbox.process import ensure_running
from kling_desktop.storage import secrets
from tests.e2e.conftest import SMALL, TEXT
from tests.storage.test_secrets import OTHER, Drawer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kling_desktop.sandbox.process import Lease

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]
Said = pytest.CaptureFixture[str]


@pytest.fixture
def fal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lease]:
    """Another server in the place of fal, which knows one of two keys."""
    command, options = own_command(), SMALL.split()
    lease = asyncio.run(ensure_running(tmp_path / "fal", command=command, options=options))
    monkeypatch.setattr(Backend, "live", lambda: Backend.at(lease.url, "live"))
    yield lease
    lease.release()


@pytest.fixture(autouse=True)
def drawer(fal: Lease, monkeypatch: pytest.MonkeyPatch) -> Drawer:
    """A keyring with a key that fal does not take in use, and a good one beside it."""
    made = Drawer()
    monkeypatch.setattr(secrets, "_system_keyring", lambda: made)
    for key, profile in ((fal.key, "work"), (OTHER, "default")):
        made.set_password(secrets.SERVICE, profile, key)
    assert main(["key", "use", "--profile", "work"]) == 0
    assert main(["key", "use", "--profile", "default"]) == 0
    return made


def document(capsys: Said, *words: str) -> tuple[int, Any]:
    capsys.readouterr()
    code = main([*words, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("is_first", [True, False])
def test_one_command_uses_the_key_of_the_profile_that_it_names(
    capsys: Said, *, is_first: bool
) -> None:
    option, command = ["--profile", "work"], ["generate", TEXT, "--set", "prompt=A boat"]
    code, told = document(capsys, *command)
    assert (code, told["error"]["code"]) == (3, "key_refused")
    named = [*option, *command] if is_first else [*command, *option]
    code, told = document(capsys, *named)
    assert (code, told["status"]) == (0, "done")
    code, told = document(capsys, *command)
    assert (code, told["error"]["code"]) == (3, "key_refused"), "the other profile is in use still"


def test_a_named_profile_counts_before_the_environment(
    capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAL_KEY", OTHER)
    assert main(["key", "test", "--profile", "work"]) == 0
    assert "fal accepts the key." in capsys.readouterr().err
    _, told = document(capsys, "key", "status", "--profile", "work")
    assert (told["profile"], told["source"]) == ("work", "keyring")
    _, told = document(capsys, "key", "status")
    assert (told["profile"], told["source"]) == ("default", "environment")


def test_a_key_is_tried_and_described_by_its_profile(capsys: Said) -> None:
    assert main(["key", "test"]) == 3
    assert "fal did not accept the API key." in capsys.readouterr().err
    assert main(["key", "test", "--profile", "work"]) == 0
    assert "fal accepts the key." in capsys.readouterr().err
    assert main(["key", "status", "--profile", "work"]) == 0
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "A key is known; it comes from the keyring, under “work”."
    assert told[1:] == ["  * default", "    work"], "asking about a profile does not choose it"


@pytest.mark.parametrize("line", ["generate E", "key test", "models --refresh", "jobs scan"])
def test_a_profile_without_a_key_is_said_with_the_line_that_gives_it_one(
    capsys: Said, line: str
) -> None:
    words = line.replace(" E", f" {TEXT} --set prompt=A").split()
    assert main(["--profile", "nobody", *words]) == 3
    assert "kling-desktop key set --profile 'nobody'" in capsys.readouterr().err
    assert main(["key", "status"]) == 0
    assert "nobody" not in capsys.readouterr().err, "asking for a profile does not make it"


def test_doctor_looks_at_the_profile_that_it_is_asked_about(
    capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAL_KEY", OTHER)
    for profile, ok, what in (
        ("work", True, "profile “work”"),
        ("nobody", False, "none is known in profile “nobody”"),
    ):
        _, told = document(capsys, "--profile", profile, "doctor")
        (key,) = [each for each in told["findings"] if each["name"] == "key"]
        assert key["ok"] is ok
        assert what in key["what"]
