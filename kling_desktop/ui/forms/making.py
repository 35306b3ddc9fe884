"""The editor of any field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kling_desktop.domain.carrying import START
from kling_desktop.domain.catalog import Field, FieldKind
from kling_desktop.domain.params import BRUSH_FIELDS
from kling_desktop.ui.forms.records import RecordEditor, RecordsEditor
from kling_desktop.ui.forms.slots import FileSlot
from kling_desktop.ui.forms.strip import PicturesEditor
from kling_desktop.ui.forms.widgets import plain_editor

if TYPE_CHECKING:
    from kling_desktop.ui.forms.editor import Editor
    from kling_desktop.ui.forms.shelf import Shelf

SINGLE: Final = frozenset((FieldKind.PICTURE, FieldKind.VIDEO, FieldKind.SOUND))


def is_on_stage(field: Field) -> bool:
    """Whether the stage edits it: the picture that a clip starts from, and the brush."""
    starts = field.kind is FieldKind.PICTURE and field.name in START
    return starts or field.name in BRUSH_FIELDS


def make_editor(field: Field, shelf: Shelf) -> Editor:
    """The editor of a field, whatever its kind; masks are painted on the stage."""

    def inner(each: Field) -> Editor:
        return make_editor(each, shelf)

    if field.kind in SINGLE:
        return FileSlot(field, shelf)
    match field.kind:
        case FieldKind.PICTURES:
            return PicturesEditor(field, shelf)
        case FieldKind.RECORD:
            return RecordEditor(field, inner)
        case FieldKind.RECORDS:
            return RecordsEditor(field, inner)
    made = plain_editor(field)
    if made is None:
        raise ValueError(f"the stage edits {field.kind}")
    return made
