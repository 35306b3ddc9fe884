"""A request as a program that anybody can run: with curl, or with one of fal's own clients.

The key is never in it; it is read from ``FAL_KEY`` when the program runs. The bodies are written by
the function that writes what this program sends; marks stand in them for the addresses of files,
which are not known before the files are up, until the text is put together.
"""

from __future__ import annotations

import re
import shlex
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.body import encoded
from kling_desktop.domain.literals import JSON, Words, text_of, written
from kling_desktop.domain.parcel import readdressed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kling_desktop.domain.parcel import Parcel, SentFile

QUEUE, REST = "https://queue.fal.run", "https://rest.fal.ai"
PAID = "This sends the request to fal.ai, which charges for it."
TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


class Language(StrEnum):
    """What a request can be copied as."""

    CURL = "curl"
    PYTHON = "python"
    JAVASCRIPT = "javascript"


SUFFIXES = {Language.CURL: ".sh", Language.PYTHON: ".py", Language.JAVASCRIPT: ".mjs"}


def snippet(parcel: Parcel, language: Language, paths: Mapping[str, str] | None = None) -> str:
    """A request as a program.

    ``paths`` says by name where the files are; without it they are where this program keeps them.
    """
    files = [each for each in parcel.files if each.is_here]
    places = {each.name: (paths or {}).get(each.name, each.path) for each in files}
    write = {Language.CURL: _curl, Language.PYTHON: _python, Language.JAVASCRIPT: _javascript}
    return write[language](parcel, files, places)


def variables(files: Iterable[SentFile]) -> dict[str, str]:
    """From name to a name that a program can use, such as ``mask_1``."""
    taken: set[str] = set()
    found = {}
    for file in files:
        plain = re.sub(r"\W+|^(?=\d)", "_", file.fields[0].removesuffix(".mask_url"), flags=re.A)
        name = _unused(plain, taken)
        taken.add(name)
        found[file.name] = name
    return found


def _unused(plain: str, taken: set[str]) -> str:
    number, name = 2, plain
    while name in taken:
        name, number = f"{plain}_{number}", number + 1
    return name


def _curl(parcel: Parcel, files: list[SentFile], places: Mapping[str, str]) -> str:
    names = variables(files)
    lines = [
        "#!/usr/bin/env bash",
        f"# {PAID} Set FAL_KEY first.",
        "(",  # whoever pastes it keeps the shell that it is pasted into
        "set -euo pipefail",
        f'queue="${{FAL_QUEUE_URL:-{QUEUE}}}"',
    ]
    if files:
        lines += [f'rest="${{FAL_REST_URL:-{REST}}}"', "", *_CURL_UPLOAD, ""]
    for each in files:
        place, about = shlex.quote(places[each.name]), shlex.quote(_promise(each))
        lines.append(f"{names[each.name]}=$(upload {place} {_type_of(each)} {about})")
    body = _pieces(
        encoded(_marked(parcel, files, names, mark := _mark(parcel))).decode(),
        mark,
        text=shlex.quote,
        name=lambda name: f'"${name}"',
    )
    lines += [
        f"body={body}",
        "",
        'curl -sS --fail-with-body -X POST "$queue"/' + shlex.quote(parcel.endpoint.id) + " \\",
        '  -H "Authorization: Key $FAL_KEY" -H "Content-Type: application/json" \\',
        '  --data-raw "$body"',
        ")",
        "# The answer names a status_url and a response_url: ask them with the same key.",
    ]
    return "\n".join(lines) + "\n"


_CURL_UPLOAD = (
    "# Sends a file up and prints its address.",
    "upload() {",
    "  local promise",
    "  promise=$(curl -sS --fail-with-body -X POST \\",
    '    "$rest/storage/upload/initiate?storage_type=fal-cdn-v3" \\',
    '    -H "Authorization: Key $FAL_KEY" -H "Content-Type: application/json" --data-raw "$3")',
    '  curl -sS --fail-with-body --globoff -o /dev/null -H "Content-Type: $2" -T "$1" \\',
    '    "$(sed -n \'s/.*"upload_url": *"\\([^"]*\\)".*/\\1/p\' <<<"$promise")"',
    '  sed -n \'s/.*"file_url": *"\\([^"]*\\)".*/\\1/p\' <<<"$promise"',
    "}",
)


def _promise(file: SentFile) -> str:
    return encoded({"file_name": file.name, "content_type": _type_of(file)}).decode()


def _python(parcel: Parcel, files: list[SentFile], places: Mapping[str, str]) -> str:
    names = variables(files)
    mark = _mark(parcel)
    lines = [f"# {PAID}", "# pip install fal-client; it reads the key from FAL_KEY."]
    lines += ["import fal_client", ""]
    lines += [f"{names[e.name]} = fal_client.upload_file({places[e.name]!r})" for e in files]
    body = written(_marked(parcel, files, names, mark), _PYTHON, mark)
    lines += [
        *([""] if files else []),
        "result = fal_client.subscribe(",
        f"    {parcel.endpoint.id!r},",
        f"    arguments={_indented(body)},",
        ")",
        'print(result["video"]["url"])',
    ]
    return "\n".join(lines) + "\n"


def _javascript(parcel: Parcel, files: list[SentFile], places: Mapping[str, str]) -> str:
    names = variables(files)
    mark = _mark(parcel)
    lines = [f"// {PAID}", "// npm install @fal-ai/client; it reads the key from FAL_KEY."]
    lines += ['import { fal } from "@fal-ai/client";']
    if files:
        lines += _JS_UPLOAD
    for each in files:
        words = ", ".join(map(text_of, (places[each.name], each.name, _type_of(each))))
        lines.append(f"const {names[each.name]} = await upload({words});")
    body = written(_marked(parcel, files, names, mark), JSON, mark)
    lines += [
        "",
        f"const result = await fal.subscribe({text_of(parcel.endpoint.id)}, {{",
        f"    input: {_indented(body)},",
        "});",
        "console.log(result.data.video.url);",
    ]
    return "\n".join(lines) + "\n"


_JS_UPLOAD = [
    'import { File } from "node:buffer";',
    'import { readFile } from "node:fs/promises";',
    "",
    "const upload = async (path, name, type) =>",
    "    fal.storage.upload(new File([await readFile(path)], name, { type }));",
    "",
]


def _type_of(file: SentFile) -> str:
    suffix = "." + file.name.rpartition(".")[2].lower()
    return TYPES.get(suffix, "application/octet-stream")


# Marks stand for addresses until a text is put together


def _mark(parcel: Parcel) -> str:
    """Something that the request does not contain."""
    text, mark = encoded(parcel.body).decode(), "@@"
    while mark in text:
        mark += "@"
    return mark


def _marked(
    parcel: Parcel, files: Iterable[SentFile], names: Mapping[str, str], mark: str
) -> dict[str, Any]:
    """The body with the names of variables where files of this computer stand."""
    marks = {each.address: f"{mark}{names[each.name]}{mark}" for each in files}
    return readdressed(parcel, lambda address: marks.get(address, address))


def _pieces(body: str, mark: str, *, text: Callable[[str], str], name: Callable[[str], str]) -> str:
    """A text whose odd pieces between marks are names."""
    pieces = enumerate(body.split(mark))
    return "".join(name(each) if index % 2 else text(each) for index, each in pieces)


_PYTHON = Words("None", "True", "False", repr)


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")
