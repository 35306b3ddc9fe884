"""What of a prompt a dictionary is asked about."""

from __future__ import annotations

import pytest

from kling_desktop.domain.spelling import Word, best_language, plain, words_in


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a red boat drifts", "red boat drifts"),
        ("{red|blue {dark|lihgt}} boat in {palce}", "boat in"),
        ("$naem and @Elemnt1 at #3", "and at"),
        ("see https://exmaple.org/boaat?x=y or www.exmaple.org, me@exmaple.org", "see or"),
        ("5s 1080p mp4 x2 snake_case", ""),
        (
            "captain's don\N{RIGHT SINGLE QUOTATION MARK}t",
            "captain's don\N{RIGHT SINGLE QUOTATION MARK}t",
        ),
        ("NASA and HDR", "and"),
        ("\N{ROCKET}Stra\N{LATIN SMALL LETTER SHARP S}e", "Stra\N{LATIN SMALL LETTER SHARP S}e"),
        ("\u5c0f\u8239 boat", "boat"),
        ("an } odd { brace", "an odd"),
    ],
)
def test_only_words_are_asked_about(text: str, words: str) -> None:
    assert [each.text for each in words_in(text)] == words.split()


def test_a_word_knows_where_it_is() -> None:
    text = "{a|b} \N{ROCKET} boat"
    assert list(words_in(text)) == [Word(8, "boat")]
    assert text[8 : Word(8, "boat").end] == "boat"


def test_apostrophes_are_as_in_a_dictionary() -> None:
    assert plain("don\N{RIGHT SINGLE QUOTATION MARK}t") == "don't"


@pytest.mark.parametrize(
    ("found", "wanted", "best"),
    [
        (("de_DE", "en_GB", "en_US"), ("en-GB", "en"), "en_GB"),
        (("de_BE", "de_DE", "en_US"), ("de-CH",), "de_DE"),
        (("de_DE", "en_US"), ("fr-FR", "fr"), "en_US"),
        (("de_DE", "en_AU"), ("fr-FR",), "en_AU"),
        (("de_DE",), ("fr-FR",), "de_DE"),
        (("de_DE", "en_US"), ("", "en-US"), "en_US"),
        ((), ("en-GB",), ""),
    ],
)
def test_the_language_is_that_of_the_system_or_else_english(
    found: tuple[str, ...], wanted: tuple[str, ...], best: str
) -> None:
    assert best_language(found, wanted) == best
