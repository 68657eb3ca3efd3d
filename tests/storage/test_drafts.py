from storage import drafts, groups, prune
from storage.database import Database
from storage.drafts import NewlyParked
from tests.storage.direct import reading, writing


def test_drafts_are_kept_per_person_and_chat_the_latest_first(database: Database) -> None:
    with writing(database) as tx:
        for at, name in enumerate(("first", "second", "third")):
            drafts.park(tx, 1, 2, NewlyParked(name, f'{{"name": "{name}"}}', at))
        drafts.park(tx, 1, 3, NewlyParked("first", "{}", 9))
    assert drafts.parked(reading(database), 1, 2) == ['{"name": "third"}', '{"name": "second"}', '{"name": "first"}']
    assert drafts.parked(reading(database), 1, 3) == ["{}"]
    assert drafts.parked(reading(database), 2, 2) == []


def test_a_draft_is_kept_once_and_forgotten_alone(database: Database) -> None:
    with writing(database) as tx:
        drafts.park(tx, 1, 2, NewlyParked("a", '{"n": 1}', 1))
        drafts.park(tx, 1, 2, NewlyParked("b", '{"n": 2}', 2))
        drafts.park(tx, 1, 2, NewlyParked("a", '{"n": 3}', 3))
    assert drafts.parked(reading(database), 1, 2) == ['{"n": 3}', '{"n": 2}']
    with writing(database) as tx:
        for name in ("a", "nothing"):
            drafts.unpark(tx, 1, 2, name)
    assert drafts.parked(reading(database), 1, 2) == ['{"n": 2}']


def test_drafts_of_a_group_are_carried_over_beside_those_that_are_there(database: Database) -> None:
    with writing(database) as tx:
        drafts.park(tx, -5, 2, NewlyParked("old", '"old"', 1))
        drafts.park(tx, -1005, 2, NewlyParked("new", '"new"', 2))
        groups.carry_over(tx, -5, -1005)
    assert drafts.parked(reading(database), -1005, 2) == ['"new"', '"old"']
    assert drafts.parked(reading(database), -5, 2) == []


def test_those_that_were_kept_long_ago_go_a_batch_at_a_time(database: Database) -> None:
    with writing(database) as tx:
        for at in range(5):
            drafts.park(tx, 1, 2, NewlyParked(f"{at}", f"{at}", at))
        assert [prune.parked_drafts(tx, 3, 2) for _ in range(3)] == [2, 1, 0]
        assert sorted(prune.parked(tx)) == ["3", "4"]
