"""Every action of the window as one row: its text, icon and keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from kling_desktop.ui import icons

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtWidgets import QMainWindow


@dataclass(frozen=True, slots=True)
class Spec:
    """What an action is called and how it is reached."""

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str | None = None
    choice: str = ""
    """Of the actions of one choice, exactly one is checked."""


ACTIONS: tuple[Spec, ...] = (
    Spec("new", "File", "&New project", ("Ctrl+N",)),
    Spec("open", "File", "&Open picture or project\N{HORIZONTAL ELLIPSIS}", ("Ctrl+O",), "open"),
    Spec("save", "File", "&Save project", ("Ctrl+S",)),
    Spec("save-as", "File", "Save project &as\N{HORIZONTAL ELLIPSIS}", ("Ctrl+Shift+S",)),
    Spec("export", "File", "&Export preview\N{HORIZONTAL ELLIPSIS}", ("Shift+F5",), "film"),
    Spec("paste", "File", "&Paste picture", ("Ctrl+Shift+V", "Ctrl+V"), "paste"),
    Spec("folder", "File", "Show clips in &folder", ("Ctrl+Shift+O",), "folder"),
    Spec("money", "File", "&Money\N{HORIZONTAL ELLIPSIS}", ("Ctrl+M",)),
    Spec("key", "File", "API &key\N{HORIZONTAL ELLIPSIS}", ("Ctrl+Shift+K",)),
    Spec("quit", "File", "&Quit", ("Ctrl+Q",)),
    Spec("undo", "Edit", "&Undo", ("Ctrl+Z",), "undo"),
    Spec("redo", "Edit", "&Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"),
    Spec("history", "Edit", "&History\N{HORIZONTAL ELLIPSIS}"),
    Spec("crop", "Edit", "&Crop or scale the picture\N{HORIZONTAL ELLIPSIS}", ("Ctrl+Shift+C",)),
    Spec("spelling", "Edit", "Check spe&lling"),
    Spec("prompts", "Edit", "&Prompts sent before\N{HORIZONTAL ELLIPSIS}", ("Ctrl+R",)),
    Spec("snippets", "Edit", "&Snippets\N{HORIZONTAL ELLIPSIS}", ("Ctrl+Shift+T",)),
    Spec("presets", "Edit", "Prese&ts\N{HORIZONTAL ELLIPSIS}", ("Ctrl+P",)),
    Spec(
        "align", "Edit", "Co&mpare start and end picture\N{HORIZONTAL ELLIPSIS}", ("Ctrl+Shift+J",)
    ),
    Spec("settings", "Edit", "S&ettings\N{HORIZONTAL ELLIPSIS}", ("Ctrl+,",), "settings"),
    Spec("generate", "Job", "&Generate", ("Ctrl+Return", "Ctrl+Enter"), "film"),
    Spec("draft", "Job", "D&raft first", ("Ctrl+Shift+Return", "Ctrl+Shift+Enter")),
    Spec("promote", "Job", "Pr&omote the draft", ("Ctrl+Shift+U",)),
    Spec("inspect", "Job", "&See what will be sent\N{HORIZONTAL ELLIPSIS}", ("Ctrl+Shift+E",)),
    Spec("inspect-job", "Job", "See what was se&nt\N{HORIZONTAL ELLIPSIS}", ("Ctrl+Shift+I",)),
    Spec("find", "Job", "Choose a mode&l\N{HORIZONTAL ELLIPSIS}", ("Ctrl+K",), "find"),
    Spec("effects", "Job", "Choose an effect\N{HORIZONTAL ELLIPSIS}", ("Ctrl+Shift+G",)),
    Spec("batch", "Job", "B&atch\N{HORIZONTAL ELLIPSIS}", ("Ctrl+Shift+M",)),
    Spec("cancel", "Job", "&Cancel job", ("Delete", "Shift+X"), "cancel"),
    Spec("hold", "Job", "&Hold or release", ("Ctrl+H",)),
    Spec("edit", "Job", "&Edit held job\N{HORIZONTAL ELLIPSIS}", ("Ctrl+E",)),
    Spec("later", "Job", "Start at a &time\N{HORIZONTAL ELLIPSIS}", ("Ctrl+T",), "clock"),
    Spec("front", "Job", "Move to &front", ("Alt+Home", "Ctrl+Shift+Home")),
    Spec("up", "Job", "Move &up", ("Alt+Up", "Ctrl+Shift+Up")),
    Spec("down", "Job", "Move &down", ("Alt+Down", "Ctrl+Shift+Down")),
    Spec("pause", "Job", "&Pause all", ("Ctrl+Shift+P",)),
    Spec("limit", "Job", "At &most at once\N{HORIZONTAL ELLIPSIS}", ("Ctrl+L",)),
    Spec("frame", "Job", "Use this frame of the clip", ("Shift+F6",), "picture"),
    Spec("continue", "Job", "Continue from its last frame", ("F7",)),
    Spec("as-end", "Job", "Use its first frame as the end picture", ("Shift+F7",)),
    Spec("join", "Job", "&Join clips", ("Ctrl+J",)),
    Spec("story", "Job", "&What happened?", ("Ctrl+I",), "info"),
    Spec("rescue", "Job", "&Bring back a clip\N{HORIZONTAL ELLIPSIS}", ("Ctrl+Shift+B",)),
    Spec("play", "Job", "Play or pause", ("Space",), "play"),
    Spec("brush", "View", "Motion &brush", ("Ctrl+B",), "tool-brush"),
    Spec("sift", "View", "Queue by brush &verdict", ("Ctrl+Shift+F",), "filter"),
    Spec("marks", "View", "&What the brush did, over the clip", ("F6",), "path-marks"),
    Spec("system", "View", "Colours of the &system", choice="colours"),
    Spec("light", "View", "&Light", choice="colours"),
    Spec("dark", "View", "&Dark", choice="colours"),
    Spec("first", "Help", "&First steps"),
    Spec("models", "Help", "&Check models and prices\N{HORIZONTAL ELLIPSIS}"),
    Spec("origin", "Help", "Check where &y counts from\N{HORIZONTAL ELLIPSIS}"),
    Spec("keys", "Help", "&Shortcuts", ("F1", "?"), "info"),
    Spec("report", "Help", "&Report a problem\N{HORIZONTAL ELLIPSIS}"),
    Spec("about", "Help", "&About Kling Desktop"),
)


GROUPS = frozenset((
    "save", "export", "money", "quit", "history", "spelling", "prompts", "align", "settings",
    "inspect", "find", "cancel", "front", "pause", "frame", "story", "play", "system",
    "models", "keys", "report",
))  # fmt: skip
"""Actions that begin a group of their menu, by a line above them: two dozen in a row is a wall."""


def build_menus(window: QMainWindow) -> dict[str, QAction]:
    """Fill the menu bar and return the actions by id."""
    menus = {name: window.menuBar().addMenu(f"&{name}") for name in _menus()}
    made: dict[str, QAction] = {}
    groups = {spec.choice: QActionGroup(window) for spec in ACTIONS if spec.choice}
    for spec in ACTIONS:
        action = QAction(spec.text, window)
        action.setAutoRepeat(False)  # A key held down must not order one clip after another.
        action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
        if spec.choice:
            action.setCheckable(True)
            groups[spec.choice].addAction(action)
        if spec.id in GROUPS:
            menus[spec.menu].addSeparator()
        menus[spec.menu].addAction(action)
        made[spec.id] = action
    restyle(made)
    return made


def restyle(actions: dict[str, QAction]) -> None:
    """Draw the icons in the colours now in use."""
    for spec in ACTIONS:
        if spec.icon is not None:
            actions[spec.id].setIcon(icons.icon(spec.icon))


def _menus() -> Iterable[str]:
    return dict.fromkeys(spec.menu for spec in ACTIONS)
