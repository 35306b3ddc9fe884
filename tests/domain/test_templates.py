"""Texts with alternatives and variables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.templates import BadTemplate, alternatives, as_template, escape, parse

TEXTS = st.text(alphabet="ab {}|\n\N{SPARKLES}", max_size=20)
PLAIN = st.text(alphabet="xyz .", max_size=6)


def _all(text: str, **values: str) -> list[str]:
    return list(parse(text).texts(values))


def test_a_text_without_braces_becomes_itself() -> None:
    assert _all("a boat | a sea } and more") == ["a boat | a sea } and more"]


def test_alternatives_are_told_in_order_and_the_last_ones_change_first() -> None:
    assert _all("{a|b} {1|2}") == ["a 1", "a 2", "b 1", "b 2"]


def test_a_variable_is_what_its_column_says_and_no_template_itself() -> None:
    assert _all("in { place }", place="{a|b}") == ["in {a|b}"]


def test_alternatives_may_hold_variables_and_others_and_nothing() -> None:
    found = _all("a {|{red|blue} }{kind}", kind="boat")
    assert found == ["a boat", "a red boat", "a blue boat"]


def test_doubled_braces_stand_for_themselves() -> None:
    assert _all("{{a|b}} {c|d}") == ["{a|b} c", "{a|b} d"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a {b|c", "at character 3 that is never closed"),
        ("{}", "at character 1 that name no column"),
        ("{ {a} }", "at character 1"),
    ],
)
def test_braces_that_make_no_sense_are_told_with_their_place(text: str, said: str) -> None:
    with pytest.raises(BadTemplate, match="brace") as caught:
        parse(text)
    assert said in str(caught.value)


def test_a_column_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(BadTemplate, match=r"\{moood\}.*did you mean \{mood\}"):
        _all("{moood}", mood="calm", place="here")
    with pytest.raises(BadTemplate, match="no columns"):
        _all("{mood}")


@given(TEXTS)
def test_any_text_can_be_said_with_escapes(text: str) -> None:
    assert _all(escape(text)) == [text]


@given(TEXTS)
def test_any_text_is_understood_or_refused_with_a_sentence(text: str) -> None:
    try:
        template = parse(text)
        found = list(template.texts({"a": "1", "b": "2", "ab": "3"}))
    except BadTemplate:
        assert "{" in text
    else:
        assert len(found) == template.count


@given(st.lists(st.lists(PLAIN, min_size=2, max_size=4), min_size=1, max_size=4))
def test_alternatives_multiply_and_each_combination_comes_once(choices: list[list[str]]) -> None:
    numbered = [[f"{at}{text}" for at, text in enumerate(each)] for each in choices]
    template = parse("-".join("{" + "|".join(each) + "}" for each in numbered))
    found = list(template.texts({}))
    assert len(found) == template.count
    assert len(set(found)) == len(found)
    assert found == sorted(found, key=lambda text: [part[:1] for part in text.split("-")])


@pytest.mark.parametrize("text", ["a boat", "a } b", "a { b", "a {} b", "{{a|b}}", "{{x}}"])
def test_braces_that_are_no_alternatives_are_meant_as_they_stand(text: str) -> None:
    assert alternatives(text) is None
    assert _all(as_template(text)) == [text]


@pytest.mark.parametrize("text", ["{a|b}", "in {place}", "{{ {a|b}"])
def test_alternatives_and_variables_are_seen(text: str) -> None:
    assert alternatives(text) == parse(text)
    assert as_template(text) == text
