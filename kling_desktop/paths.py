"""Where things are: resources that ship with us, and the folders that belong to the user."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

HOME_VARIABLE = "KLING_DESKTOP_HOME"
"""Moves all state (ledger, settings, media) to one folder."""


def resource(name: str) -> Path:
    """A file below ``resources/``, in a checkout, an installed wheel or a frozen program.

    Raises:
        FileNotFoundError: no place has it.
    """
    package = Path(__file__).parent
    frozen = Path(getattr(sys, "_MEIPASS", package)) / "resources"
    for root in (package / "_resources", package.parent / "resources", frozen):
        if (root / name).exists():
            return root / name
    raise FileNotFoundError(name)


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one user; made when first written to."""

    state: Path
    clips: Path

    @property
    def ledger(self) -> Path:
        return self.state / "ledger.sqlite3"

    @property
    def settings(self) -> Path:
        """What the user has set; budgets and the limit of jobs have files of their own."""
        return self.state / "settings.json"

    @property
    def window(self) -> Path:
        """What the window remembers from one day to the next."""
        return self.state / "window.json"

    @property
    def budgets(self) -> Path:
        """What may be spent."""
        return self.state / "budgets.json"

    @property
    def profiles(self) -> Path:
        """Under which names keys are kept in the keyring; no key is in it."""
        return self.state / "profiles.json"

    @property
    def holders(self) -> Path:
        """Which accounts there were, by marks of their keys; no key is in it."""
        return self.state / "accounts.json"

    @property
    def owners(self) -> Path:
        """Locks of the running programs that own jobs."""
        return self.state / "owners"

    @property
    def inputs(self) -> Path:
        """Our own copies of the pictures that jobs start from, by content."""
        return self.state / "inputs"

    @property
    def autosave(self) -> Path:
        """Work in progress, step by step."""
        return self.state / "autosave"

    @property
    def recent(self) -> Path:
        """Which project files were used last."""
        return self.state / "recent.json"

    @property
    def catalogs(self) -> Path:
        """What each backend told last about its models."""
        return self.state / "catalogs"

    @property
    def origins(self) -> Path:
        """Where clips have shown that endpoints count from."""
        return self.state / "origins.json"

    @property
    def steering(self) -> Path:
        """What is paused, and how many jobs run at once."""
        return self.state / "steering.json"

    @property
    def watched(self) -> Path:
        """Which pictures of watched folders were seen."""
        return self.state / "watched"

    @property
    def bookmarks(self) -> Path:
        """Where large uploads stopped."""
        return self.state / "uploads" / "bookmarks"

    @property
    def uploads(self) -> Path:
        """What was uploaded lately."""
        return self.state / "uploads" / "uploads.sqlite3"

    @property
    def words(self) -> Path:
        """What the user counts as spelt right, a word a line."""
        return self.state / "words.txt"

    @property
    def wording(self) -> Path:
        """Prompts that were sent, snippets and presets."""
        return self.state / "wording.sqlite3"

    @property
    def sandbox(self) -> Path:
        return self.state / "sandbox"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def runs(self) -> Path:
        """What running windows leave behind if they die."""
        return self.state / "runs"


def places() -> Places:
    """The user's folders, with ``KLING_DESKTOP_HOME`` honoured."""
    home = os.environ.get(HOME_VARIABLE)
    if home:
        root = Path(home).expanduser().absolute()
        return Places(state=root, clips=root / "clips")
    state = platformdirs.user_data_path("kling-desktop", appauthor=False)
    return Places(state=state, clips=platformdirs.user_videos_path() / "Kling Desktop")


def own_command(*words: str) -> list[str]:
    """How to start this same program again as a child process."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *words]
    # -P: a file in the folder the user happens to be in must not pass for one of our modules.
    return [sys.executable, "-P", "-m", "kling_desktop", *words]
