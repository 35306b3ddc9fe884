"""The one table of everything that can be set; page, command line and file are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.near import nearest
from kling_desktop.domain.settings import skies
from kling_desktop.domain.settings.kinds import (
    BadValue,
    Choice,
    Count,
    Folder,
    Kind,
    Money,
    Opener,
    Proxy,
    Secret,
    Sky,
    Switch,
    Value,
    Whole,
)
from kling_desktop.domain.settings.naming import USUAL, Template

if TYPE_CHECKING:
    from collections.abc import Iterable


class Home(Enum):
    """Where the truth about an item is; each has one home only."""

    FILE = "settings"
    LINE = "line"
    """With the line of jobs, for each backend."""
    BUDGETS = "budgets"
    """With the budgets, for each backend."""
    ELSEWHERE = "elsewhere"
    """In a window of its own."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be set."""

    key: str
    """For the command line and the file."""
    section: str
    label: str
    help: str
    kind: Kind
    default: Value = None
    words: str = ""
    """What people search for who call it something else."""
    field: str = ""
    """Of ``values.Settings``, if its home is the file."""
    home: Home = Home.FILE
    at_next_start: bool = False
    """Qt cannot do it while the program runs."""

    def has(self, wanted: str) -> bool:
        """Whether every word of a search is somewhere in it."""
        whole = f"{self.key} {self.section} {self.label} {self.help} {self.words}".casefold()
        return all(word in whole for word in wanted.casefold().split())

    def bad(self, problem: BadValue, value: object) -> InvalidParams:
        """The error that says what is wrong with a value for it."""
        shown = None if isinstance(problem, Secret) else value
        return InvalidParams((Problem(self.key, str(problem), shown),))

    def read(self, text: str) -> Value:
        """A value as people write it. Raises InvalidParams."""
        try:
            return self.kind.read(text)
        except BadValue as problem:
            raise self.bad(problem, text or None) from None


LOOKS, FILES, WORK = "Appearance", "Files", "Jobs and money"
PRIVACY, NETWORK, SANDBOX, INPUT = "Privacy", "Network", "Sandbox", "Keys"
_KEPT = (
    ("account", "As your account at fal says"), ("day", "One day"), ("week", "One week"),
    ("month", "30 days"), ("year", "One year"),
)  # fmt: skip

ITEMS: tuple[Item, ...] = (
    Item(
        "appearance.theme", LOOKS, "Colours", "Light, dark, or as the system has them.",
        Choice((("system", "As the system"), ("light", "Light"), ("dark", "Dark"))),
        "system", "theme dark mode scheme colors night", "theme",
    ),
    Item(
        "appearance.scale", LOOKS, "Size of everything",
        "On top of what the system asks for. A variable QT_SCALE_FACTOR, where it is set, counts "
        "in its place.",
        Whole(80, 200, 10, " %"), 100, "scale zoom dpi font big small hidpi", "scale",
        at_next_start=True,
    ),
    Item(
        "appearance.language", LOOKS, "Numbers and dates",
        "The program speaks English only; this is how the fields of its windows write numbers and "
        "dates. Amounts of money and files always have a point.",
        Choice((("system", "As the system"), ("english", "English"))), "system",
        "language locale translation region format comma decimal", "language",
    ),
    Item(
        "files.clips", FILES, "Folder for clips",
        "New clips go there. Those that are made already stay where they are.",
        Folder(), "", "output directory save videos path download", "clips_folder",
    ),
    Item(
        "files.name", FILES, "Names of clips",
        "Words in braces: {date}, {time}, {prompt}, {model}, {project} and {id}, which must be "
        "there.",
        Template(), USUAL, "template filename pattern rename", "clip_name",
    ),
    Item(
        "jobs.limit", WORK, "Jobs at once",
        "How many of your jobs run at the same time at most; the others wait here, where they can "
        "still be changed. It costs nothing either way.",
        Count(100), 0, "concurrency concurrent parallel limit queue most", home=Home.LINE,
    ),
    Item(
        "budget.job", WORK, "Budget of one job",
        "A dearer job is held back until you release it.",
        Money(), None, "limit cost price spend money dollars", home=Home.BUDGETS,
    ),
    Item(
        "budget.day", WORK, "Budget of a day",
        "What all jobs of a day of your calendar may cost together. Watching a folder needs it.",
        Money(), None, "limit cost price spend money dollars daily", home=Home.BUDGETS,
    ),
    Item(
        "budget.month", WORK, "Budget of a month",
        "What all jobs of a month of your calendar may cost together. Projects have budgets in the "
        "window about money.",
        Money(), None, "limit cost price spend money dollars monthly", home=Home.BUDGETS,
    ),
    Item(
        "privacy.metadata", PRIVACY, "Take metadata out of pictures",
        "Before a picture goes to fal, what says where, when and with what it was taken is left "
        "out. Pictures that have to be encoded anew lose it in any case.",
        Switch(), default=True, words="exif gps location strip camera metadata",
        field="strips_metadata",
    ),
    Item(
        "privacy.uploads", PRIVACY, "fal keeps uploads for",
        "Pictures and other files that go up. A request that waits longer than that fails, and is "
        "not charged. Files that are there already keep their time.",
        Choice(_KEPT), "account", "retention lifecycle expire delete upload days",
        "keeps_uploads",
    ),
    Item(
        "privacy.results", PRIVACY, "fal keeps results for",
        "The clips that fal makes. They come to this computer at once; only bringing one back "
        "later needs them there.",
        Choice(_KEPT), "account", "retention lifecycle expire delete result output days",
        "keeps_results",
    ),
    Item(
        "network.proxy", NETWORK, "Proxy",
        "system: as the variables HTTPS_PROXY and NO_PROXY or the system say. direct: none. Or an "
        "address such as http://proxy.example:3128. The sandbox never needs one.",
        Proxy(), "system", "http https internet connection company firewall", "proxy",
    ),
    Item(
        "sandbox.weather", SANDBOX, "Weather of the sandbox",
        "What goes wrong there, to see how the program takes it. It counts for all programs that "
        "share this sandbox, and never at fal.",
        Sky(skies.OPTIONS), skies.FAIR, "faults errors test network simulate sky", "weather",
    ),
    Item(
        "keys.shortcuts", INPUT, "Shortcuts",
        "Every key of the program, to be searched and changed.",
        Opener("keys", "Shortcuts\N{HORIZONTAL ELLIPSIS}", "is set in the window: Help, Shortcuts"),
        words="keyboard rebind hotkey bindings", home=Home.ELSEWHERE,
    ),
    Item(
        "keys.api", INPUT, "API key",
        "It is in the keyring of your system and never among these settings.",
        Opener("key", "API key\N{HORIZONTAL ELLIPSIS}", "is no setting; use `kling-desktop key`"),
        words="secret token password fal login account live", home=Home.ELSEWHERE,
    ),
)  # fmt: skip
_BY_KEY = {each.key: each for each in ITEMS}
SECTIONS = tuple(dict.fromkeys(each.section for each in ITEMS))


def item(key: str) -> Item:
    """The row of that key. Raises InvalidParams, which names what it may have meant."""
    if key in _BY_KEY:
        return _BY_KEY[key]
    near = nearest(key, _BY_KEY, cutoff=0.5) or tuple(
        each.key for each in ITEMS if key and each.has(key)
    )
    raise InvalidParams((Problem("settings", "has no such item", key, near or tuple(_BY_KEY)),))


def found(wanted: str) -> Iterable[Item]:
    """The rows that a search leaves in sight."""
    return (each for each in ITEMS if each.has(wanted))
