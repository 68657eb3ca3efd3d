"""The same order twice: a unique key decides, and holds as long as it has to."""

import asyncio

from storage import guards
from storage.database import Database, Reader

HOUR = 3_600_000_000


async def holder(reader: Reader, now: int = 10) -> str | None:
    return await guards.holder(reader, "gifts", "same", now)


async def take(database: Database, reference: str, *, now: int = 10, shown: str = "", account: str = "gifts") -> bool:
    async with database.transaction() as tx:
        return await guards.take(tx, account, "same", reference, now=now, shown=shown)


async def test_of_many_at_once_one_gets_the_guard(database: Database) -> None:
    taken = await asyncio.gather(*(take(database, str(n)) for n in range(10)))
    assert taken.count(True) == 1
    assert await holder(database) == str(taken.index(True))


async def test_a_guard_holds_for_ever_while_its_order_is_open(database: Database) -> None:
    assert await take(database, "1")
    assert not await take(database, "2", now=10**18)
    assert await holder(database, 10**18) == "1"


async def test_whoever_was_shown_the_holder_may_go(database: Database) -> None:
    assert await take(database, "1")
    assert not await take(database, "2", shown="9")
    assert await take(database, "2", shown="1")
    assert await holder(database) == "2"
    assert not await take(database, "3", shown="1")


async def test_the_holder_itself_may_go_again(database: Database) -> None:
    assert await take(database, "1")
    assert await take(database, "1", now=20)


async def test_accounts_and_fingerprints_have_guards_of_their_own(database: Database) -> None:
    assert await take(database, "1")
    assert await take(database, "2", account="shop")
    async with database.transaction() as tx:
        assert await guards.take(tx, "gifts", "other", "3", now=10, shown="")


async def test_a_guard_is_kept_until_its_time_and_not_longer(database: Database) -> None:
    await take(database, "1")
    async with database.transaction() as tx:
        await guards.keep(tx, "1", HOUR)
    assert await holder(database, HOUR - 1) == "1"
    assert not await take(database, "2", now=HOUR - 1)
    assert await holder(database, HOUR) is None
    assert await take(database, "2", now=HOUR)


async def test_a_released_guard_is_free_at_once(database: Database) -> None:
    await take(database, "1")
    async with database.transaction() as tx:
        await guards.release(tx, "1")
    assert await holder(database) is None
    assert await take(database, "2")


async def test_an_order_that_no_longer_holds_the_guard_changes_nothing(database: Database) -> None:
    await take(database, "1")
    await take(database, "2", shown="1")
    async with database.transaction() as tx:
        await guards.keep(tx, "1", 5)
        await guards.release(tx, "1")
        await guards.hand_over(tx, "1", "9", HOUR)
    assert await holder(database) == "2"


async def test_a_guard_can_be_handed_to_another_order(database: Database) -> None:
    await take(database, "2")
    async with database.transaction() as tx:
        await guards.hand_over(tx, "2", "1", HOUR)
    assert await holder(database) == "1"
    assert await take(database, "3", now=HOUR)


async def test_only_guards_that_no_longer_hold_are_pruned(database: Database) -> None:
    async with database.transaction() as tx:
        for n, until in enumerate((100, 101, guards.OPEN)):
            await guards.take(tx, "gifts", f"print {n}", str(n), now=10, shown="")
            await guards.keep(tx, str(n), until)
        assert await guards.prune(tx, 101) == 1
        assert await guards.prune(tx, 101) == 0
        assert [await guards.holder(tx, "gifts", f"print {n}", 99) for n in range(3)] == [None, "1", "2"]
