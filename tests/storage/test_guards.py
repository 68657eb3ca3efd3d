"""The same order twice: a unique key decides, and holds as long as it has to."""

import asyncio
from collections.abc import Awaitable

from storage import guards
from storage.database import Database, Reader, Row
from storage.portions import AT_ONCE
from tests.storage.direct import reading, writing

HOUR = 3_600_000_000


def holder(reader: Reader, now: int = 10) -> str | None:
    return guards.holders(reader, "gifts", ["same"], now).get("same")


def take(database: Database, reference: str, *, now: int = 10, shown: str = "", account: str = "gifts") -> bool:
    with writing(database) as tx:
        return guards.take(tx, account, "same", reference, now=now, shown=shown)


async def test_of_many_at_once_one_gets_the_guard(database: Database) -> None:
    def taking(n: int) -> Awaitable[bool]:
        return database.run(lambda tx: guards.take(tx, "gifts", "same", str(n), now=10, shown=""))

    taken = await asyncio.gather(*map(taking, range(10)))
    assert taken.count(True) == 1
    assert holder(reading(database)) == str(taken.index(True))


def test_a_guard_holds_for_ever_while_its_order_is_open(database: Database) -> None:
    assert take(database, "1")
    assert not take(database, "2", now=10**18)
    assert holder(reading(database), 10**18) == "1"


def test_whoever_was_shown_the_holder_may_go(database: Database) -> None:
    assert take(database, "1")
    assert not take(database, "2", shown="9")
    assert take(database, "2", shown="1")
    assert holder(reading(database)) == "2"
    assert not take(database, "3", shown="1")


def test_the_holder_itself_may_go_again(database: Database) -> None:
    assert take(database, "1")
    assert take(database, "1", now=20)


def test_accounts_and_fingerprints_have_guards_of_their_own(database: Database) -> None:
    assert take(database, "1")
    assert take(database, "2", account="shop")
    with writing(database) as tx:
        assert guards.take(tx, "gifts", "other", "3", now=10, shown="")


def test_a_guard_is_kept_until_its_time_and_not_longer(database: Database) -> None:
    take(database, "1")
    with writing(database) as tx:
        guards.keep(tx, "1", HOUR)
    assert holder(reading(database), HOUR - 1) == "1"
    assert not take(database, "2", now=HOUR - 1)
    assert holder(reading(database), HOUR) is None
    assert take(database, "2", now=HOUR)


def test_a_released_guard_is_free_at_once(database: Database) -> None:
    take(database, "1")
    with writing(database) as tx:
        guards.release(tx, "1")
    assert holder(reading(database)) is None
    assert take(database, "2")


def test_an_order_that_no_longer_holds_the_guard_changes_nothing(database: Database) -> None:
    take(database, "1")
    take(database, "2", shown="1")
    with writing(database) as tx:
        guards.keep(tx, "1", 5)
        guards.release(tx, "1")
        guards.hand_over(tx, "1", "9", HOUR)
    assert holder(reading(database)) == "2"


def test_a_guard_can_be_handed_to_another_order(database: Database) -> None:
    take(database, "2")
    with writing(database) as tx:
        guards.hand_over(tx, "2", "1", HOUR)
    assert holder(reading(database)) == "1"
    assert take(database, "3", now=HOUR)


def test_only_guards_that_no_longer_hold_are_pruned(database: Database) -> None:
    with writing(database) as tx:
        for n, until in enumerate((100, 101, guards.OPEN)):
            guards.take(tx, "gifts", f"print {n}", str(n), now=10, shown="")
            guards.keep(tx, str(n), until)
        assert guards.prune(tx, 101) == 1
        assert guards.prune(tx, 101) == 0
        held = guards.holders(tx, "gifts", [f"print {n}" for n in range(3)], 99)
        assert held == {"print 1": "1", "print 2": "2"}


async def test_the_guards_of_a_whole_tray_are_asked_for_in_a_few_statements(database: Database) -> None:
    count = 2 * AT_ONCE + 7
    with writing(database) as tx:
        for n in range(count):
            assert guards.take(tx, "gifts", f"print {n}", str(n), now=1, shown="")
    asked: list[str] = []

    class Counting:
        def fetch(self, sql: str, *args: str | int | None) -> list[Row]:
            asked.append(sql)
            return reading(database).fetch(sql, *args)

        def fetchrow(self, sql: str, *args: str | int | None) -> Row | None:
            raise AssertionError(sql, args)

    wanted = [f"print {n}" for n in range(count + 3)]
    found = guards.holders(Counting(), "gifts", [*wanted, *wanted], 99)
    assert found == {f"print {n}": str(n) for n in range(count)}
    assert len(asked) == 3
