"""The table of settings: every row explains itself, and reads again what it writes."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.errors import InvalidParams
from kling_desktop.domain.settings import skies
from kling_desktop.domain.settings.kinds import BadValue, Money, Opener, Proxy, Value
from kling_desktop.domain.settings.naming import EXAMPLE, WORDS, Template, filled
from kling_desktop.domain.settings.table import ITEMS, SECTIONS, Home, Item, item
from kling_desktop.domain.settings.values import KEPT, Settings
from kling_desktop.sandbox.weather import parse_rules

SETTABLE = [each for each in ITEMS if each.home is not Home.ELSEWHERE]
keys = pytest.mark.parametrize("row", ITEMS, ids=lambda each: each.key)
settable = pytest.mark.parametrize("row", SETTABLE, ids=lambda each: each.key)
anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers()),
    st.dictionaries(st.text(), st.integers()),
)  # fmt: skip


@keys
def test_every_item_has_a_name_help_and_words_to_be_found_by(row: Item) -> None:
    assert row.label
    assert row.help.endswith(".")
    assert row.words
    assert row.kind.allowed
    assert row.section in SECTIONS
    assert row.has(row.label)
    assert row.has(row.words.split()[0].upper())
    assert item(row.key) is row


@settable
def test_every_default_is_in_its_range(row: Item) -> None:
    kind: Any = row.kind
    assert kind.check(row.default) == row.default
    assert kind.read(kind.text(row.default)) == row.default


def test_the_table_and_the_value_name_the_same_things() -> None:
    fields = {each.name: each.default for each in dataclasses.fields(Settings)}
    in_file = {each.field: each.default for each in ITEMS if each.home is Home.FILE}
    assert in_file == fields
    assert len({each.key for each in ITEMS}) == len(ITEMS)
    assert not [each.key for each in ITEMS if each.home is not Home.FILE and each.field]


def test_no_setting_has_room_for_a_key() -> None:
    assert isinstance(item("keys.api").kind, Opener)
    for field in dataclasses.fields(Settings):
        assert "key" not in field.name


@given(st.data())
@settable
def test_what_is_taken_is_written_and_read_again(row: Item, data: st.DataObject) -> None:
    value = data.draw(_values(row))
    text = row.kind.text(value)
    assert row.kind.read(text) == value
    if row.home is Home.FILE:
        assert row.kind.check(json.loads(json.dumps(value))) == value


@given(anything)
@settable
def test_nonsense_is_refused_with_a_sentence_or_is_a_value(row: Item, nonsense: object) -> None:
    for take in (row.kind.check, lambda given: row.kind.read(str(given))):
        try:
            value = take(nonsense)
        except BadValue as problem:
            assert str(problem)  # noqa: PT017 - or it is taken
        else:
            assert row.kind.read(row.kind.text(value)) == value


@given(st.text())
def test_text_is_taken_or_refused_with_the_name_of_its_item(text: str) -> None:
    for row in ITEMS:
        try:
            row.read(text)
        except InvalidParams as error:
            assert error.problems[0].field == row.key  # noqa: PT017 - or it is taken


def test_a_sign_in_is_neither_taken_nor_repeated() -> None:
    with pytest.raises(InvalidParams) as caught:
        item("network.proxy").read("http://somebody:hunter2@proxy.test:3128")
    assert "HTTPS_PROXY" in str(caught.value)
    assert "hunter2" not in f"{caught.value} {caught.value.problems}"


@pytest.mark.parametrize(
    "wrong", ["", "proxy", "ftp://x:1", "http://x", "http://x:0", "http://x:70000", "http://x:1/y"]
)
def test_what_is_no_proxy_is_refused(wrong: str) -> None:
    with pytest.raises(BadValue):
        Proxy().read(wrong)


def test_a_misspelt_item_is_recognised() -> None:
    with pytest.raises(InvalidParams) as caught:
        item("apperance.theme")
    assert "appearance.theme" in caught.value.problems[0].allowed


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("{date}", "must have {id}"),
        ("{id}-{day}", "knows no {day}"),
        ("{id", "brace too many"),
        ("a/{id}", "cannot have /"),
        ("..\\{id}", "cannot have \\"),
        ("{id}\n", "must be one line"),
        ("x" * 80 + "{id}", "80 characters"),
    ],
)
def test_a_template_that_makes_no_names_is_refused(template: str, complaint: str) -> None:
    with pytest.raises(BadValue) as caught:
        Template().read(template)
    assert complaint in str(caught.value)


def test_a_template_leaves_no_gap_where_there_is_nothing_to_say() -> None:
    assert filled("{date}-{project}-{id}", EXAMPLE | {"project": ""}) == "2026-11-25-4f0c2a9b"
    assert set(EXAMPLE) == set(WORDS)


@pytest.mark.parametrize("name", skies.SKIES)
def test_every_sky_is_weather_that_the_sandbox_knows(name: str) -> None:
    rules = skies.SKIES[name][1]
    assert len(parse_rules(json.dumps(rules).encode())) == len(rules)
    assert bool(rules) is (name != skies.FAIR)


def test_how_long_fal_keeps_things_grows_from_word_to_word() -> None:
    for key in ("privacy.uploads", "privacy.results"):
        assert [word for word, _ in item(key).kind.options] == list(KEPT)  # type: ignore[attr-defined]
    seconds = list(KEPT.values())
    assert seconds == sorted(seconds)


def _values(row: Item) -> st.SearchStrategy[Value]:
    """Values of an item that are in order."""
    if isinstance(row.kind, Money):
        amounts = st.decimals(0, 1_000_000, places=6)
        return st.one_of(st.none(), amounts.map(lambda each: Decimal(each).normalize()))
    many: dict[str, st.SearchStrategy[Any]] = {
        "appearance.scale": st.integers(80, 200),
        "files.clips": st.sampled_from(["", "/home/me/clips", "C:\\clips", "/é ü/湖"]),
        "files.name": st.text("abc-_ é湖", max_size=30).map(lambda t: f"{t}{{id}}".strip()),
        "jobs.limit": st.integers(0, 100),
        "privacy.metadata": st.booleans(),
        "network.proxy": st.sampled_from(["system", "direct", "http://p:1", "https://[::1]:80"]),
        "sandbox.weather": st.sampled_from([*skies.SKIES, "/a/b.json", "D:\\x.json"]),
    }
    if row.key in many:
        return many[row.key]
    words: list[str] = [word for word, _ in row.kind.options]  # type: ignore[attr-defined]
    return st.sampled_from(words)
