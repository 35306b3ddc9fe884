"""A request that is copied as a program sends, when it runs, what this program would send."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kling_desktop.cli.parser import LANGUAGES
from kling_desktop.domain.body import encoded
from kling_desktop.domain.catalog import load_catalog
from kling_desktop.domain.parcel import Parcel, SentFile, named_pictures, names_for
from kling_desktop.domain.snippets import Language, snippet, variables
from tests.helpers.worlds import BRUSH, T2V

PROMPTS = {
    "quotes": """She said "it's `fine`" \\ and 'left'""",
    "lines": "one\ntwo\r\n\tthree\u2028four\x00end",
    "dollars": "$HOME ${FAL_KEY} $(rm -rf /) %s {x} !!",
    "signs": "Boot ü 火 \N{SAILBOAT}\N{VARIATION SELECTOR-16} \U0001f600",
    "half a sign": "torn \ud83d",
    "marks": "@@image_url@@ and upload:boat.jpg and @@@",
    "code": '"]}); process.exit(1) // """ \'\'\' EOF',
}


def a_parcel(prompt: str = "drifts", folder: str = "/pictures of it's") -> Parcel:
    body: dict[str, Any] = {
        "prompt": prompt,
        "image_url": "upload:boat.jpg",
        "cfg_scale": 0.5,
        "static_mask_url": "upload:mask-0.png",
        "dynamic_masks": [
            {
                "mask_url": f"upload:mask-{number}.png",
                "trajectories": [{"x": number, "y": -2}, {"x": 9, "y": 8}],
            }
            for number in (1, 2)
        ],
    }
    endpoint = load_catalog().endpoint(BRUSH)
    files = tuple(
        SentFile(
            name=address.removeprefix("upload:"),
            path=f"{folder}/{address.removeprefix('upload:')}",
            fields=(field,),
            address=address,
            sha256="0" * 64,
        )
        for field, address in named_pictures(endpoint, body)
    )
    return Parcel(endpoint=endpoint, body=body, files=files)


def wanted(parcel: Parcel) -> Any:
    """The body once each file has an address."""
    text = encoded(parcel.body).decode()
    return json.loads(re.sub(r'"upload:([^"]+)"', r'"https://cdn.test/\1"', text))


@pytest.fixture(params=PROMPTS, scope="module")
def parcel(request: pytest.FixtureRequest) -> Parcel:
    return a_parcel(PROMPTS[request.param])


def test_python_passes_the_same_arguments(parcel: Parcel) -> None:
    sent: list[tuple[str, Any]] = []

    class Client:
        @staticmethod
        def upload_file(path: str) -> str:
            return f"https://cdn.test/{Path(path).name}"

        @staticmethod
        def subscribe(endpoint: str, arguments: Any) -> Any:
            sent.append((endpoint, arguments))
            return {"video": {"url": "https://cdn.test/clip.mp4"}}

    text = snippet(parcel, Language.PYTHON).replace("import fal_client\n", "")
    exec(compile(text, "snippet", "exec"), {"fal_client": Client, "print": lambda _: None})
    assert sent == [(BRUSH, wanted(parcel))]
    # JSON has no more to say: the bytes are the same, too.
    assert encoded(sent[0][1]) == encoded(wanted(parcel))


def test_the_words_of_the_shell_hold_the_body_and_nothing_is_carried_out(parcel: Parcel) -> None:
    text = snippet(parcel, Language.CURL)
    line = next(each for each in text.splitlines() if each.startswith("body="))
    (word,) = shlex.split(line)  # one word, whatever is in the prompt
    names = {name: f"https://cdn.test/{file}" for file, name in variables(parcel.files).items()}
    body = re.sub(r"\$(\w+)", lambda found: names.get(found[1], found[0]), word[len("body=") :])
    assert json.loads(body) == wanted(parcel)


NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="there is no node on this machine")
def test_node_runs_the_javascript_and_its_input_is_the_same(tmp_path: Path) -> None:
    package = tmp_path / "node_modules" / "@fal-ai" / "client"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"type": "module", "main": "client.mjs"}')
    (package / "client.mjs").write_text(
        "export const fal = {\n"
        "  storage: { upload: async (file) => `https://cdn.test/${file.name}` },\n"
        "  subscribe: async (endpoint, { input }) => (\n"
        "    { data: { video: { url: JSON.stringify([endpoint, input]) } } }),\n"
        "};\n"
    )
    for name in ("boat.jpg", "mask-0.png", "mask-1.png", "mask-2.png"):
        (tmp_path / name).write_bytes(b"a picture")
    assert NODE is not None
    parcels = [a_parcel(each, str(tmp_path)) for each in PROMPTS.values()]
    every = []
    for number, parcel in enumerate(parcels):
        program = tmp_path / f"request-{number}.mjs"
        program.write_text(snippet(parcel, Language.JAVASCRIPT), "utf-8")
        every.append(f'await import("./{program.name}");')
    (tmp_path / "all.mjs").write_text("\n".join(every))
    run = [NODE, "all.mjs"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    sent = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert sent == [[BRUSH, wanted(each)] for each in parcels]


@pytest.mark.parametrize("language", Language)
def test_the_key_is_read_when_it_runs_and_the_cost_is_said(language: Language) -> None:
    text = snippet(a_parcel(), language)
    assert "FAL_KEY" in text
    assert "charges for it" in text
    assert "Key fal" not in text


@pytest.mark.parametrize("language", Language)
def test_files_can_be_named_where_they_were_saved(language: Language) -> None:
    parcel = a_parcel()
    names = {each.name: each.name for each in parcel.files}
    text = snippet(parcel, language, names)
    assert "/pictures" not in text
    assert "mask-2.png" in text


@pytest.mark.parametrize("language", Language)
def test_a_request_without_files_uploads_nothing(language: Language) -> None:
    parcel = Parcel(endpoint=load_catalog().endpoint(T2V), body={"prompt": "a lake"})
    assert "upload" not in snippet(parcel, language)


def test_files_of_the_same_name_get_names_of_their_own() -> None:
    told = names_for({"file:///a/b.png": "b.png", "file:///c/B.png": "B.png", "file:///d": "b.png"})
    assert list(told.values()) == ["b.png", "B-2.png", "b-3.png"]


def test_the_command_line_knows_every_language() -> None:
    assert tuple(each.value for each in Language) == LANGUAGES
