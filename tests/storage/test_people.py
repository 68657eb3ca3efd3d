import pytest

from storage import people
from storage.database import Database
from tests.storage.direct import reading, writing


def test_a_chosen_language_outlives_a_new_name(database: Database) -> None:
    with writing(database) as tx:
        assert people.languages(tx, 1) == ()
        assert not people.set_language(tx, 1, "zh-hans")
        people.remember(tx, 1, "王", "zh-tw", 10)
        assert people.languages(tx, 1) == ("zh-tw",)
        assert people.set_language(tx, 1, "zh-hans")
        people.remember(tx, 1, "王小明", "en", 11)
    assert people.languages(reading(database), 1) == ("zh-hans", "en")
    row = reading(database).fetchrow("SELECT name, seen_at FROM people WHERE user_id = 1")
    assert row == {"name": "王小明", "seen_at": 11}


def test_a_stranger_is_told_once_per_quiet_time(database: Database) -> None:
    with writing(database) as tx:
        told = [people.may_tell_stranger(tx, 1, now, quiet=100) for now in (1000, 1001, 1099, 1100, 1101)]
        assert told == [True, False, False, True, False]
        assert people.may_tell_stranger(tx, 2, 1101, quiet=100)


def test_a_stranger_who_could_not_be_told_will_be(database: Database) -> None:
    def tell_and_fail() -> None:
        with writing(database) as tx:
            assert people.may_tell_stranger(tx, 1, 1000, quiet=100)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        tell_and_fail()
    with writing(database) as tx:
        assert people.may_tell_stranger(tx, 1, 1001, quiet=100)


def test_people_are_listed_by_id_and_no_more_than_wanted(database: Database) -> None:
    with writing(database) as tx:
        for user_id, name in ((3, "C"), (1, "A"), (2, "B")):
            people.remember(tx, user_id, name, "en", 10)
    assert people.listed(reading(database), 9) == [(1, "A"), (2, "B"), (3, "C")]
    assert people.listed(reading(database), 2) == [(1, "A"), (2, "B")]
