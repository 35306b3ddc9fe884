"""Every error has its sentences, its place in the tree, and a true word about money."""

from __future__ import annotations

import inspect
import re

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.facts import Actor, Charge, Retry
from kling_desktop.domain.jobs import Trouble
from kling_desktop.domain.messages import explain, explain_trouble, message_for
from kling_desktop.domain.refusals import every_error, kind_of, lineage
from kling_desktop.domain.sentences import (
    CHARGED,
    MAYBE_CHARGED,
    NOT_CHARGED,
    SAME_AGAIN,
    WAITING,
)

ALL = list(every_error())
BETWEEN = {e.KlingDesktopError, e.Fixable, e.Refused, e.Broken}
"""For ``except``, never for ``raise``."""
RAISED = [each for each in ALL if each not in BETWEEN]
each_error = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", RAISED, ids=lambda kind: kind.__name__)
def test_every_error_has_sentences_of_its_own(kind: type[e.KlingDesktopError]) -> None:
    assert message_for(kind.code) is not message_for("no such code")


@each_error
def test_every_error_is_in_the_drawn_tree_under_its_parent(
    kind: type[e.KlingDesktopError],
) -> None:
    parents = _drawn_parents(e.__doc__ or "")
    expected = "" if kind is e.KlingDesktopError else kind.__mro__[1].__name__
    assert parents[kind.__name__] == expected


def _drawn_parents(drawing: str) -> dict[str, str]:
    parents: dict[str, str] = {}
    above: dict[int, str] = {}
    for line in drawing.splitlines():
        if found := re.match(r"( {4}[\s│├└─]*)([A-Z]\w+)(?:\s{2,}|$)", line):
            depth = len(found[1]) // 4
            above[depth] = found[2]
            parents[found[2]] = above.get(depth - 1, "")
    return parents


def test_the_drawn_tree_has_no_error_that_does_not_exist() -> None:
    assert set(_drawn_parents(e.__doc__ or "")) == {each.__name__ for each in ALL}


def test_codes_are_unique() -> None:
    assert len({each.code for each in ALL}) == len(ALL)


@each_error
def test_every_error_says_what_it_is(kind: type[e.KlingDesktopError]) -> None:
    assert (inspect.getdoc(kind) or "").strip()


@pytest.mark.parametrize("code", [each.code for each in RAISED])
def test_sentences_are_sentences(code: str) -> None:
    message = message_for(code)
    for part in (message.what, message.money, message.todo):
        assert part == "" or (part[0].isupper() or part.startswith("fal")), part
        assert part == "" or part.endswith("."), part


def test_an_invalid_field_is_named_with_its_value_and_what_is_allowed() -> None:
    problem = e.Problem("duration", "has a value that is not allowed", "7", ("5", "10"))
    assert str(explain(e.InvalidParams((problem,)))) == (
        "duration has a value that is not allowed (given: 7); allowed: 5, 10. "
        "Nothing was sent and nothing will be charged."
    )


def test_a_long_value_is_cut_short() -> None:
    problem = e.Problem("prompt", "is odd", "x" * 1000)
    assert len(str(explain(e.InvalidParams((problem,))))) < 200


def test_an_unknown_endpoint_suggests_its_neighbours() -> None:
    assert "Did you mean a/b, a/c?" in str(explain(e.UnknownEndpoint("a/d", ("a/b", "a/c"))))


def test_an_unknown_endpoint_without_neighbours_points_to_the_list() -> None:
    assert "kling-desktop models" in str(explain(e.UnknownEndpoint("zzz")))


def test_a_bad_picture_is_named() -> None:
    assert str(explain(e.BadPicture("boat.jpg", "is empty"))).startswith("boat.jpg: is empty.")


def test_a_detail_is_told() -> None:
    assert "(502)" in explain(e.ServiceDown("502")).what


def test_what_is_waited_out_says_that_it_goes_on_and_nothing_of_money() -> None:
    message = explain_trouble(Trouble("network_down", "no route"), waiting=True)
    assert (message.money, message.todo) == ("", WAITING)


@pytest.mark.parametrize("code", [each.code for each in RAISED])
def test_an_end_says_the_truth_about_money_whatever_ended_it(code: str) -> None:
    assert explain_trouble(Trouble(code, charge="no")).money == NOT_CHARGED
    assert explain_trouble(Trouble(code, charge="yes")).money == CHARGED
    perhaps = explain_trouble(Trouble(code, charge="maybe")).money
    assert re.search(r"\bmay\b", perhaps), perhaps


def test_a_code_of_a_newer_program_is_still_a_sentence() -> None:
    assert "unexpected" in str(message_for("from the future"))
    assert explain_trouble(Trouble("from the future", charge="maybe")).money == MAYBE_CHARGED


@each_error
def test_what_waits_costs_nothing_and_what_may_cost_is_never_repeated_by_itself(
    kind: type[e.KlingDesktopError],
) -> None:
    if kind.retry is Retry.LATER:
        assert issubclass(kind, e.Transient)
        assert kind.charge is Charge.NO
    else:
        assert not issubclass(kind, e.Transient)


@pytest.mark.parametrize("kind", RAISED, ids=lambda kind: kind.__name__)
def test_whoever_must_act_is_told_what_to_do(kind: type[e.KlingDesktopError]) -> None:
    can_act = kind.actor is Actor.USER and kind.retry is not Retry.LATER
    named_by_itself = {e.InvalidParams, e.BadPicture}
    if can_act and kind not in named_by_itself:
        assert message_for(kind.code).todo


@pytest.mark.parametrize("kind", RAISED, ids=lambda kind: kind.__name__)
def test_a_defect_of_ours_asks_for_a_report_or_names_the_log(
    kind: type[e.KlingDesktopError],
) -> None:
    if kind.actor is Actor.US and not issubclass(kind, e.ProviderFailed):
        assert re.search("report|log", message_for(kind.code).todo)


def test_a_failure_that_fal_calls_hopeless_does_not_advise_to_try_the_same_again() -> None:
    assert explain_trouble(Trouble("model_broke", retry="never")).todo == SAME_AGAIN
    assert explain_trouble(Trouble("model_broke")).todo == "Try it again."


def test_a_code_leads_to_its_kind_and_to_all_above_it() -> None:
    assert kind_of("key_refused") is e.KeyRefused
    assert kind_of("from the future") is e.KlingDesktopError
    above = [each.code for each in lineage("picture_too_small")]
    assert above == ["picture_too_small", "input_refused", "refused", "fixable", "error"]
