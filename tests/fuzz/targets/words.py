"""What people write, paste and pass: tables, templates, addresses, arguments, keys."""

from __future__ import annotations

import argparse
import base64
import contextlib
import io
import itertools
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from kling_desktop import log
from kling_desktop.cli import parser, values
from kling_desktop.domain import foreign, translating, typed, wanted
from kling_desktop.domain.body import encoded
from kling_desktop.domain.catalog import Catalog, Endpoint, load_catalog
from kling_desktop.domain.keys import profile_name
from kling_desktop.domain.knock import Knock
from kling_desktop.domain.lineage import MadeFrom
from kling_desktop.domain.params import check
from kling_desktop.domain.schemas import read_inputs
from kling_desktop.domain.templates import BadTemplate, parse
from kling_desktop.engine.batch_source import _gather
from kling_desktop.fal.key import ApiKey
from tests.fuzz.target import Target

if TYPE_CHECKING:
    from pathlib import Path

ENDPOINT = "fal-ai/kling-video/v1.6/pro/image-to-video"
BRUSH = "fal-ai/kling-video/v1.5/pro/image-to-video"
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


@cache
def catalog() -> Catalog:
    return load_catalog()


@cache
def endpoints() -> tuple[Endpoint, ...]:
    """One for each kind of field that there is."""
    kinds, found = set[object](), []
    for each in catalog().endpoints:
        mine = {field.kind for field in each.fields}
        if mine - kinds:
            kinds |= mine
            found.append(each)
    return tuple(found)


def text_of(data: bytes) -> str:
    """As a terminal or a file system gives it: what is no UTF-8 becomes halves of letters."""
    return data.decode("utf-8", "surrogateescape")


def as_json(data: bytes) -> Any:
    """JSON, or null; what reads it is another target's business."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _sheet(data: bytes, place: Path) -> object:
    file = place / "rows.csv"
    file.write_bytes(data)
    endpoint = catalog().endpoint(ENDPOINT)
    found = _gather(file, endpoint, ("a {boat|ship} on {lake}",), {"duration": "{5|10}"})
    for each in itertools.islice(found.entries, 50):
        with contextlib.suppress(Exception) if each.problems else contextlib.nullcontext():
            _checked(endpoint, each.values)
    return found


def _checked(endpoint: Endpoint, given: Any) -> object:
    from kling_desktop.domain.errors import InvalidParams

    try:
        return check(endpoint, given)
    except InvalidParams as error:
        return str(error)


def _template(data: bytes, _: Path) -> object:
    template = parse(text_of(data))
    assert template.count >= 0
    assert template.variables is not None
    return list(itertools.islice(template.texts({"place": "{x}", "a": ""}), 50))


def _typed(data: bytes, _: Path) -> object:
    return [_one(each, field.name, text_of(data)) for each in endpoints() for field in each.fields]


def _one(endpoint: Endpoint, name: str, text: str) -> object:
    from kling_desktop.domain.errors import InvalidParams

    try:
        return check(endpoint, {name: typed.of_text(endpoint, name, text)})
    except InvalidParams as error:
        return str(error)


def _input(data: bytes, place: Path) -> object:
    """``--input``: from the file to the body of the request."""
    file = place / "input.json"
    file.write_bytes(data)
    args = argparse.Namespace(input=str(file), images=[], settings=["prompt=x"])
    for each in endpoints():
        found = values.gather(each, args)
        told = translating.translate(catalog(), each, found)
        result = _checked(told.endpoint, told.values)
        if isinstance(result, dict):
            encoded(result)
    return None


def _arguments(data: bytes, _: Path) -> object:
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        return parser.parse(text_of(data).split("\n"))


def _wanted(data: bytes, _: Path) -> object:
    return wanted.read_wanted(text_of(data), catalog())


def _addresses(data: bytes, _: Path) -> object:
    first, _mark, second = text_of(data).partition("\n")
    if first.startswith("data:"):
        return foreign.inline(first)
    if foreign.host_of(first):
        foreign.name_in(first)
        return foreign.goes_on_to(first, second)
    return None


def _key(data: bytes, _: Path) -> object:
    known = set(log._secrets)
    try:
        return ApiKey(SecretStr(text_of(data))).header()
    finally:
        log._secrets.clear()  # or every line of the log would be searched for thousands
        log._secrets.update(known)


def _schema(data: bytes, _: Path) -> object:
    return read_inputs(as_json(data), ENDPOINT)


def _lineage(data: bytes, _: Path) -> object:
    found = MadeFrom.of_note(text_of(data))
    return found and (found.text, found.to_json())


def _texts(*given: object) -> list[bytes]:
    return [each if isinstance(each, bytes) else str(each).encode() for each in given]


def _json(*given: object) -> list[bytes]:
    return [json.dumps(each).encode() for each in given]


SCHEMA = {
    "paths": {
        f"/{ENDPOINT}": {
            "post": {
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/In"}}}
                }
            }
        }
    },
    "components": {
        "schemas": {
            "In": {
                "type": "object",
                "required": ["prompt"],
                "properties": {
                    "prompt": {"type": "string", "maxLength": 2500, "default": "x"},
                    "duration": {
                        "anyOf": [{"enum": ["5", "10"]}, {"type": "null"}],
                        "default": "5",
                    },
                    "cfg": {"type": "number", "minimum": 0, "maximum": 1},
                    "masks": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 6,
                        "items": {"$ref": "#/components/schemas/In"},
                    },
                    "more": {"allOf": [{"$ref": "#/components/schemas/In"}, {"const": "x"}]},
                },
            },
        }
    },
}
INPUT = {
    "prompt": "a boat",
    "image_url": "a.png",
    "duration": 5,
    "cfg_scale": 0.5,
    "seed": 1,
    "negative_prompt": "x",
    "static_mask_url": "m.png",
    "elements": [{"frontal_image_url": "a.png"}],
    "dynamic_masks": [{"mask_url": "m.png", "trajectories": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]}],
    "multi_prompt": [{"prompt": "x", "duration": "5"}],
    "image_urls": ["a.png"],
    "generate_audio": True,
    "camera_control": "down_back",
    "voice_ids": ["x"],
    "advanced_camera_control": {"movement_type": "zoom", "movement_value": 5},
}
FIELDS = tuple(name.encode() for name in INPUT)

TARGETS = (
    Target(
        "batch-csv",
        _sheet,
        lambda: _texts(
            'prompt,image,lake\r\na {red|blue} boat,a.png,Como\r\n"x\n""y""",b.png,{Garda\r\n',
            "﻿prompt;duration;cfg_scale\n{boat|ship};5;0,5\n;;\na;b;c;d\ne\n",
            "prompt\tseed\na\t1e9\n",
            "prompt\n" + "{a|b}" * 20 + "\n",
        ),
        (
            "domain.sheet_rows",
            "domain.matrix",
            "domain.templates",
            "engine.batch_source",
            "domain.params",
            "domain.typed",
        ),
        words=(b"prompt", b"image", b"image_url", b"duration", b"{a|b}", b'"', b";", b"\t"),
    ),
    Target(
        "template",
        _template,
        lambda: _texts(
            "a {red|{light|dark} blue} boat in {place}", "{{x}} }", "{a}{place}|{", "{|}"
        ),
        ("domain.templates",),
        refuses=(BadTemplate,),
        words=(b"{", b"}", b"|", b"{place}", b"{a|b}"),
    ),
    Target(
        "typed-value",
        _typed,
        lambda: _texts(
            "5", "true", "0.5", "[1, 2]", *_json(INPUT["dynamic_masks"], ["a.png"], INPUT)
        ),
        ("domain.typed", "domain.params"),
        words=FIELDS,
    ),
    Target(
        "input-json",
        _input,
        lambda: _json(INPUT, {"prompt": "x"}),
        ("cli.values", "domain.params", "domain.body"),
        words=FIELDS,
    ),
    Target(
        "arguments",
        _arguments,
        lambda: _texts(
            f"generate\n{ENDPOINT}\n--image\na.png\n--set\nprompt=x\n--json\n--at\n14:30",
            "jobs\nreport\n--by\nmonth\n--csv",
            "budget\nset\nday=5\nproject:x=20",
            "jobs\nscan\n--days\n90",
            f"batch\nrows.csv\n{ENDPOINT}\n--prompt\n{{a|b}}\n--yes",
            "jobs\nframe\nid\n--at\n1.5\n-o\nx.png",
            "sandbox\n--speed\n3\n--credit\n5.0\n--port\n80",
            "key\nset\n--profile\nwork",
            "--sandbox",
            "models\n--refresh",
            "jobs\nreport\n--since\n2026-01-01",
            "jobs\nlimit\n3",
            "a.png",
        ),
        ("cli.parser",),
        refuses=(SystemExit,),
        words=(
            b"--json",
            b"--yes",
            b"--at",
            b"--set",
            b"--since",
            b"--until",
            b"--days",
            b"--limit",
            b"nan",
            b"inf",
            b"--help",
            b"--",
        ),
    ),
    Target(
        "request-address",
        _wanted,
        lambda: _texts(
            UUID,
            f"https://queue.fal.run/fal-ai/kling-video/requests/{UUID}/status",
            f"https://fal.ai/models/{ENDPOINT}/requests?request_id={UUID}",
            f"https://fal.ai/dashboard/x?a=%{UUID}#/requests/{UUID}",
            "x" * 128,
        ),
        ("domain.wanted",),
        words=(b"request_id=", b"/requests/", b"?", b"#", UUID.encode()),
    ),
    Target(
        "web-address",
        _addresses,
        lambda: _texts(
            "https://example.org/a%20b.png?x#y\n/other/c.jpg",
            "http://[::1]:80/x\nhttps://x.y:1/z",
            b"data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\nrest"),
            "data:image/jpeg,%FF%D8%FF%00",
            "https://x.org/\n//[",
            "https://user@x.org/a\nftp://x",
        ),
        ("domain.foreign",),
        words=(b"http://", b"https://", b"data:", b";base64,", b"[::1]", b"@", b":"),
    ),
    Target(
        "key",
        _key,
        lambda: _texts(f"{UUID}:0123456789abcdef0123456789abcdef", " a:b \n", "key"),
        ("fal.key",),
        words=(b":", b" ", b"\n"),
    ),
    Target(
        "profile-name",
        lambda data, _: profile_name(text_of(data)),
        lambda: _texts("work", " my  key.2 @ +-"),
        ("domain.keys",),
    ),
    Target(
        "knock",
        lambda data, _: Knock.of(data),
        lambda: [Knock(("/a/b.png",), "live").line(), Knock().line()],
        ("domain.knock",),
        refuses=(ValueError,),
        words=(b"files", b"wish", b"auto", b"live"),
    ),
    Target(
        "model-schema",
        _schema,
        lambda: _json(SCHEMA),
        ("domain.schemas",),
        words=(
            b"$ref",
            b"anyOf",
            b"allOf",
            b"enum",
            b"const",
            b"default",
            b"properties",
            b"required",
            b"type",
            b"minimum",
            b"#/components/schemas/In",
            b"maxLength",
        ),
    ),
    Target(
        "frame-note",
        _lineage,
        lambda: _json({"job": "a1", "frame": "at", "seconds": 1.5}),
        ("domain.lineage",),
        words=(b"first", b"last", b"job", b"frame", b"seconds"),
    ),
)
