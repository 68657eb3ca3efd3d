from storage import batches, groups, prune, sheets, trays
from storage.database import Database
from storage.sheets import NewSheet
from storage.trays import MOST, NewlyKept
from tests.storage.direct import reading, writing


def test_a_tray_is_its_owners_alone(database: Database) -> None:
    with writing(database) as tx:
        trays.keep(tx, 1, 2, NewlyKept("a", '{"n": 1}', 5))
        # An id that somebody else names changes nothing of it.
        trays.keep(tx, 1, 3, NewlyKept("a", '{"n": 2}', 6))
    assert trays.get(reading(database), "a", 1, 2) == '{"n": 1}'
    assert trays.get(reading(database), "a", 1, 3) is None
    assert trays.get(reading(database), "b", 1, 2) is None


def test_the_newest_one_is_found_while_it_is_new(database: Database) -> None:
    with writing(database) as tx:
        for at, name in ((5, "a"), (7, "b"), (6, "a")):
            trays.keep(tx, 1, 2, NewlyKept(name, f"{at}", at))
    assert trays.newest(reading(database), 1, 2, 0) == NewlyKept("b", "7", 7)
    assert trays.newest(reading(database), 1, 2, 7) is None
    assert trays.newest(reading(database), 2, 2, 0) is None


def test_a_change_keeps_the_message_that_shows_it(database: Database) -> None:
    with writing(database) as tx:
        trays.keep(tx, 1, 2, NewlyKept("a", "1", 1))
        assert trays.card(tx, "a") is None
        trays.set_card(tx, "a", 77)
        trays.keep(tx, 1, 2, NewlyKept("a", "2", 2))
        assert trays.card(tx, "a") == 77
        trays.drop(tx, "a")
        assert trays.card(tx, "a") is None


def test_of_too_many_those_that_were_changed_longest_ago_go(database: Database) -> None:
    with writing(database) as tx:
        for at in range(MOST + 3):
            trays.keep(tx, 1, 2, NewlyKept(f"t{at}", "x", at))
        trays.keep(tx, 1, 3, NewlyKept("other", "x", 0))
    assert trays.get(reading(database), "t2", 1, 2) is None
    assert trays.get(reading(database), "t3", 1, 2) == "x"
    assert trays.get(reading(database), "other", 1, 3) == "x"


def test_trays_of_a_group_are_carried_over(database: Database) -> None:
    with writing(database) as tx:
        trays.keep(tx, -5, 2, NewlyKept("a", "x", 1))
        groups.carry_over(tx, -5, -1005)
    assert trays.get(reading(database), "a", -1005, 2) == "x"


def test_those_that_nobody_changed_since_go_a_few_at_a_time(database: Database) -> None:
    with writing(database) as tx:
        for at in range(5):
            trays.keep(tx, 1, 2, NewlyKept(f"{at}", "x", at))
        assert [prune.trays(tx, 3, 2) for _ in range(3)] == [2, 1, 0]
    assert trays.get(reading(database), "3", 1, 2) == "x"
    assert batches.get(reading(database), "3") is None


def test_sheets_of_a_group_are_carried_over(database: Database) -> None:
    with writing(database) as tx:
        sheets.add(tx, -5, 2, NewSheet("s", "file", "a.csv", "{}"), 1)
        groups.carry_over(tx, -5, -1005)
    found = sheets.get(reading(database), "s")
    assert found is not None
    assert found.chat_id == -1005
