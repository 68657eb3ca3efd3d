from storage import updates
from storage.database import Database
from tests.storage.direct import reading, writing


def test_an_update_has_its_effect_once(database: Database) -> None:
    with writing(database) as tx:
        assert updates.mark_seen(tx, 7, 100)
        assert not updates.mark_seen(tx, 7, 200)
    with writing(database) as tx:
        assert not updates.mark_seen(tx, 7, 300)
        assert updates.mark_seen(tx, 8, 300)


def test_old_updates_are_forgotten(database: Database) -> None:
    with writing(database) as tx:
        for update_id in (1, 2, 3):
            updates.mark_seen(tx, update_id, update_id * 100)
        assert updates.prune(tx, 200) == 1
        assert [updates.mark_seen(tx, n, 400) for n in (1, 2, 3)] == [True, False, False]


def test_failures_of_an_update_are_counted_and_the_last_is_kept(database: Database) -> None:
    with writing(database) as tx:
        assert updates.note_failure(tx, 7, "first", "{}", 1) == 1
        assert updates.note_failure(tx, 7, "second", "{}", 2) == 2
        assert updates.note_failure(tx, 8, "other", "{}", 2) == 1
        assert updates.note_failure(tx, 7, "third", "{}", 3) == 3
    row = reading(database).fetchrow("SELECT * FROM failed_updates WHERE update_id = 7")
    assert row == {"update_id": 7, "tries": 3, "error": "third", "raw": "{}", "failed_at": 3}
