"""Catalogues: found by language, filled in, and complete as far as the program says what it uses."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest

from bot.words.catalogue import Catalogue, catalogue_for, catalogues
from bot.words.languages import language_of

ENGLISH = Catalogue("en", {"a": "one", "b": "{n} of {m}", "Title": "never"})


@pytest.mark.parametrize("wanted", ["en", "en-US", "en_GB", "EN", "xx", "", "x" * 100])
def test_every_language_that_we_do_not_have_is_english(wanted: str) -> None:
    assert catalogue_for(wanted).language == "en"


@pytest.mark.parametrize(
    ("language", "codes"),
    [
        (
            "zh-hant",
            ["zh-hant", "zh-Hant", "zh_TW", "zh-tw", "zh-HK", "zh-MO", "zh-Hant-TW", "zh_hant_HK"],
        ),
        ("zh-hans", ["zh-hans", "zh", "ZH", "zh-CN", "zh-SG", "zh_Hans_CN", "zh-hans-tw", "zh-xx", " zh "]),
        ("en", ["en", "EN", "en-US", "en_gb"]),
        ("ja", ["ja", "ja-JP"]),
        ("", ["", "-", "_"]),
    ],
)
def test_a_code_of_any_spelling_means_one_language(language: str, codes: list[str]) -> None:
    assert {code: language_of(code) for code in codes} == dict.fromkeys(codes, language)


def test_a_plural_has_its_own_form_where_its_language_has_one() -> None:
    forms = Catalogue("en", {"days": ("{n} day", "{n} days")})
    assert [forms.say("days", n=n) for n in (0, 1, 2, "1", "1.5")] == ["0 days", "1 day", "2 days", "1 day", "1.5 days"]
    assert Catalogue("zh-hant", {"days": ("{n} 天",)}, forms).say("days", n=1) == "1 天"


def test_a_plural_goes_by_the_number_that_its_sentence_counts() -> None:
    forms = Catalogue("en", {"points": ("{quantity} point of {record}", "{quantity} points of {record}")})
    assert forms.say("points", quantity="1", record="7", total=3) == "1 point of 7"
    assert forms.first("points", gaps={"quantity": "7", "record": "1"}) == "7 points of 1"
    english = catalogues()["en"]
    said = english.say("signal.guoguo.debit", quantity="1", at="3:00", record="9")
    assert said == "1 point was taken from the account on 3:00, record 9."
    assert english.say("remark.damaijia.parcels_unclear", count="1", total="1", account="D").startswith(
        "1 of 1 parcel:"
    )
    assert english.say("remark.damaijia.parcels_shipped", count="1", total="2") == "1 of 2 parcels: shipped."
    assert english.say("validation.string_too_short", min_length="1") == "at least 1 character is needed."


def microseconds(text: str, zone: tzinfo) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()) * 1_000_000


NOW = microseconds("2026-03-03T04:00", UTC)
TAIPEI = ZoneInfo("Asia/Taipei")


@pytest.mark.parametrize(
    ("then", "spoken", "stays", "exact"),
    [
        ("2026-03-03T03:58:00", "03:58", "3 Mar 03:58", "3 Mar 2026 03:58:00"),
        ("2026-03-03T00:00:00", "00:00", "3 Mar 00:00", "3 Mar 2026 00:00:00"),
        ("2026-03-02T23:59:59", "yesterday 23:59", "2 Mar 23:59", "2 Mar 2026 23:59:59"),
        ("2026-03-01T23:59:00", "1 Mar 23:59", "1 Mar 23:59", "1 Mar 2026 23:59:00"),
        ("2026-03-04T09:00:00", "tomorrow 09:00", "4 Mar 09:00", "4 Mar 2026 09:00:00"),
        ("2026-03-05T09:00:00", "5 Mar 09:00", "5 Mar 09:00", "5 Mar 2026 09:00:00"),
        ("2025-12-31T09:00:00", "31 Dec 2025 09:00", "31 Dec 2025 09:00", "31 Dec 2025 09:00:00"),
    ],
)
def test_a_time_is_said_as_people_say_it_and_what_stays_on_the_screen_stays_true(
    then: str, spoken: str, stays: str, exact: str
) -> None:
    # Where the settings are, it is noon.
    words, at = catalogue_for("en").within(TAIPEI, NOW), microseconds(then, TAIPEI)
    assert (words.spoken(at), words.time(at), words.exact(at)) == (spoken, stays, exact)


def test_without_a_now_no_day_is_called_today() -> None:
    words = catalogue_for("en")
    assert (words.spoken(NOW), words.time(NOW)) == ("3 Mar 2026 04:00", "3 Mar 2026 04:00")


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
