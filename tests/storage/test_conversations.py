from storage import conversations
from storage.database import Database
from tests.storage.direct import reading, writing


def test_a_state_is_kept_per_person_and_chat(database: Database) -> None:
    with writing(database) as tx:
        assert conversations.load(tx, 1, 2) is None
        conversations.save(tx, 1, 2, '{"a": 1}', "", 10)
        conversations.save(tx, 1, 3, '{"b": 1}', "", 10)
        conversations.save(tx, 1, 2, '{"a": "全形"}', "", 11)
    assert conversations.load(reading(database), 1, 2) == '{"a": "全形"}'
    assert conversations.load(reading(database), 1, 3) == '{"b": 1}'
    assert conversations.load(reading(database), 2, 1) is None


def test_the_largest_telegram_ids_fit(database: Database) -> None:
    with writing(database) as tx:
        conversations.save(tx, -1009999999999999, 2**52 - 1, "{}", "", 2**53)
    assert conversations.load(reading(database), -1009999999999999, 2**52 - 1) == "{}"


def test_a_conversation_that_waits_is_found_after_a_restart(database: Database) -> None:
    with writing(database) as tx:
        conversations.save(tx, 1, 2, "{}", '{"value": "x"}', 11)
        conversations.save(tx, 1, 3, "{}", "", 10)
    assert conversations.waiting(reading(database)) == [(1, 2, '{"value": "x"}')]
    with writing(database) as tx:
        conversations.save(tx, 1, 2, "{}", "", 12)
    assert conversations.waiting(reading(database)) == []
