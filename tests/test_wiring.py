"""What is joined for one account is not that of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import SecretStr

from kling_desktop import wiring
from kling_desktop.fal import provider
from kling_desktop.paths import Places
from tests.storage.test_secrets import KEY, OTHER

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


async def test_an_upload_that_one_account_has_begun_is_not_ended_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders: list[Path] = []

    class Noted:
        def __init__(self, *_: object, bookmarks: Path, **__: object) -> None:
            folders.append(bookmarks)

        async def aclose(self) -> None:
            pass

    monkeypatch.setattr(provider, "FalProvider", Noted)
    places = Places(tmp_path / "state", tmp_path / "clips")
    for key in (KEY, OTHER, KEY):
        choice = wiring.Choice("live", key=SecretStr(key), profile="default")
        async with wiring.open_engine(choice, places):
            pass
    first, other, again = folders
    assert first == again != other
    assert places.bookmarks in first.parents
    assert not any(half in str(folders) for half in (*KEY.split(":"), *OTHER.split(":")))
