"""Catalogues: found by language, filled in, and complete as far as the program says what it uses."""

import pytest

from bot.words.catalogue import Catalogue, catalogue_for, catalogues

ENGLISH = Catalogue("en", {"a": "one", "b": "{n} of {m}", "Title": "never"})


@pytest.mark.parametrize("wanted", ["en", "en-US", "en_GB", "EN", "xx", "", "x" * 100])
def test_every_language_that_we_do_not_have_is_english(wanted: str) -> None:
    assert catalogue_for(wanted).language == "en"


def test_what_a_language_lacks_is_said_in_english() -> None:
    other = Catalogue("xx", {"a": "un"}, ENGLISH)
    assert (other.say("a"), other.say("b", n=1, m=2)) == ("un", "1 of 2")


def test_a_sentence_that_nobody_has_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        ENGLISH.say("nothing")
    with pytest.raises(KeyError):
        ENGLISH.first("nothing", "nothing else", gaps={})


def test_the_first_sentence_that_exists_is_said_with_what_is_known() -> None:
    assert ENGLISH.first("nothing", "b", "a", gaps={"n": "{m}"}) == "{m} of …"


def test_a_title_without_an_entry_is_its_own() -> None:
    assert ENGLISH.text("Quantity") == "Quantity"


def test_english_is_there() -> None:
    assert catalogues()["en"].say("button.confirm") == "Confirm"
