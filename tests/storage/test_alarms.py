"""Alarms that were told are known after a restart, each kind by itself."""

from storage import alarms
from storage.database import Database
from tests.storage.direct import reading, writing


def test_what_was_told_is_known_until_it_is_over(database: Database) -> None:
    assert alarms.told(reading(database), alarms.UNREACHABLE) == {}
    with writing(database) as tx:
        alarms.set_told(tx, alarms.UNREACHABLE, {"shop": 5})
        alarms.set_told(tx, alarms.UNKNOWN, {"1000": 7, "1001": 8})
    assert alarms.told(reading(database), alarms.UNREACHABLE) == {"shop": 5}
    with writing(database) as tx:
        alarms.set_told(tx, alarms.UNKNOWN, {"1001": 8})
    assert alarms.told(reading(database), alarms.UNKNOWN) == {"1001": 8}
    with writing(database) as tx:
        alarms.set_told(tx, alarms.UNREACHABLE, {})
    assert alarms.told(reading(database), alarms.UNREACHABLE) == {}
