"""Underlines the words of a text that are known to be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextCursor

from kling_desktop.domain.spelling import Word, plain, words_in
from kling_desktop.ui import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QPlainTextEdit


class Highlighter(QSyntaxHighlighter):
    """Asks for verdicts and draws them; a word that is being written is left in peace."""

    def __init__(self, edit: QPlainTextEdit, is_wrong: Callable[[str], bool]) -> None:
        super().__init__(edit.document())
        self._edit = edit
        self._is_wrong = is_wrong
        self._spared: tuple[int, int] | None = None
        """The block and the end of a wrong word that somebody may still be writing."""
        edit.cursorPositionChanged.connect(self._leave)
        edit.installEventFilter(self)

    def highlightBlock(self, text: str) -> None:
        for word in words_in(text):
            if self._is_wrong(plain(word.text)):
                start, end = units(text, word.start), units(text, word.end)
                place = (self.currentBlock().blockNumber(), end)
                if self._edit.hasFocus() and place == self._cursor():
                    self._spared = place
                else:
                    self.setFormat(start, end - start, _wave())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusOut:
            self._judge()
        return super().eventFilter(watched, event)

    def _cursor(self) -> tuple[int, int]:
        cursor = self._edit.textCursor()
        return cursor.blockNumber(), cursor.positionInBlock()

    def _leave(self) -> None:
        """Whoever has gone elsewhere wants to know whether the word was right."""
        if self._spared is not None and self._spared != self._cursor():
            self._judge()

    def _judge(self) -> None:
        if self._spared is not None:
            block = self.document().findBlockByNumber(self._spared[0])
            self._spared = None
            self.rehighlightBlock(block)


def word_at(cursor: QTextCursor) -> tuple[Word, QTextCursor] | None:
    """The word there, with a cursor that marks it; None where there is none."""
    block = cursor.block()
    text, at = block.text(), cursor.positionInBlock()
    for word in words_in(text):
        start, end = units(text, word.start), units(text, word.end)
        if start <= at <= end:
            marked = QTextCursor(block)
            marked.setPosition(block.position() + start)
            marked.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
            return word, marked
    return None


def units(text: str, at: int) -> int:
    """A place as Qt counts it: an emoji is two."""
    return len(text[:at].encode("utf-16-le", "surrogatepass")) // 2


def _wave() -> QTextCharFormat:
    made = QTextCharFormat()
    made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
    made.setUnderlineColor(QColor(theme.tokens().bad))
    return made
