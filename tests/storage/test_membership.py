"""Replicas on one PostgreSQL: who comes in, who leads, who is buried, and what a restarted server costs nobody."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

import psycopg
import pytest

from storage import replicas, sending
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import migrate, shipped
from storage.opening import alone, backup, beside, open_database, restore
from storage.orders import insert
from storage.postgres.address import Address, address_of
from storage.postgres.connection import RerunError, connect
from storage.postgres.membership import PostgresMembership, member
from storage.postgres.transaction import transaction
from tests import postgres
from tests.storage.direct import reading, url_of, writing
from tests.storage.processes import process
from tests.storage.rows import NEW, mark
from tests.storage.template import bring_up_to_date
from tests.storage.test_upgrade import up_to

KINDS = ("postgresql",) if postgres.programs() else ()
LEASE, TICK = 1.5, 0.1
LOCK = 0x6F726465_72626F74
OURS = "locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
"""Locks of this database: others at the same server are other tests'."""
CUT = f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE {OURS} AND granted"  # noqa: S608  a constant of ours
WAITING = f"SELECT 1 AS n FROM pg_locks WHERE {OURS} AND NOT granted"  # noqa: S608  as above
WITHIN = 20.0
"""Seconds in which everything that is waited for here has happened, however busy the machine is."""
REPLICA = """
import asyncio, sys
from storage.errors import StorageError
from storage.postgres.address import address_of
from storage.postgres.membership import member

async def main(url, name):
    async with member(address_of(url), name, "same", lease=1.5, tick=0.1) as me:
        await me.settled()
        print("ready", flush=True)
        await me.keep()

try:
    asyncio.run(main(*sys.argv[1:]))
except StorageError as error:
    print(error, flush=True)
"""


@pytest.fixture(autouse=True)
def _impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is refused is so soon: nobody here dies unnoticed."""
    monkeypatch.setattr("storage.postgres.lock.PATIENCE", 0.4)


@pytest.fixture
def address(database: Database) -> Address:
    return address_of(url_of(database))


@asynccontextmanager
async def settled(address: Address, name: str) -> AsyncIterator[PostgresMembership]:
    async with member(address, name, "same", lease=LEASE, tick=TICK) as replica:
        await replica.settled()
        yield replica


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN):
        while not so():  # noqa: ASYNC110  other processes and threads bring it about
            await asyncio.sleep(0.02)


def rows(database: Database) -> dict[str, bool]:
    """The names of all replicas, and which of them leads."""
    return {replica.name: replica.leads for replica in replicas.present(reading(database))}


def cut(address: Address) -> None:
    """End the connections that hold the lock."""
    with closing(psycopg.connect(address.conninfo, autocommit=True)) as connection:
        connection.execute(CUT)


async def refusal(address: Address, name: str = "late", settings: str = "same") -> str:
    with pytest.raises(StorageError) as caught:
        async with member(address, name, settings, lease=LEASE, tick=TICK):
            pytest.fail("it came in")
    assert "\n" not in str(caught.value)
    return str(caught.value)


async def test_the_first_is_alone_until_the_database_is_ready_and_then_leads(
    database: Database, address: Address
) -> None:
    with writing(database) as tx:
        replicas.add(tx, "of yesterday", 7, 1, "other")
        tx.execute("INSERT INTO chats (chat_id, last_row, holder) VALUES (1, 1, 'of yesterday')")
    async with member(address, "first", "same", lease=LEASE, tick=TICK) as first:
        assert (first.is_first, first.slot, first.leads) == (True, 0, False)
        joining = asyncio.ensure_future(_slot(address))
        await asyncio.sleep(0.3)
        assert not joining.done()
        await first.settled()
        await asyncio.wait_for(first.lead(), WITHIN)
        assert await asyncio.wait_for(joining, WITHIN) == (1, False)
    assert rows(database) == {}
    assert reading(database).fetch("SELECT holder FROM chats") == [{"holder": ""}]


async def _slot(address: Address) -> tuple[int, bool]:
    async with settled(address, "second") as second:
        return second.slot, second.is_first


async def test_whoever_wants_to_be_alone_is_told_of_replicas(database: Database, address: Address) -> None:
    async with settled(address, "first"):
        with pytest.raises(StorageError) as caught:
            async with alone(url_of(database)):
                pytest.fail("beside replicas")
        assert str(caught.value).startswith(
            f"replicas of orderbot are running on the database {address.shown} (from 127.0.0.1)"
        )
    async with alone(url_of(database)):
        assert (await refusal(address)).startswith(f"another orderbot is running on the database {address.shown}")
    async with settled(address, "again"):
        pass


async def test_a_first_one_that_dies_over_its_start_is_followed_by_another(
    database: Database, address: Address
) -> None:
    async with AsyncExitStack() as others:
        async with member(address, "first", "same", lease=LEASE, tick=TICK):
            joining = [asyncio.ensure_future(_entered(others, address, f"r{n}")) for n in range(2)]
            await asyncio.sleep(0.3)
            assert not any(task.done() for task in joining)
        await asyncio.wait_for(asyncio.gather(*joining), WITHIN)
        await until(lambda: sorted(rows(database).values()) == [False, True])
    assert rows(database) == {}


async def _entered(stack: AsyncExitStack, address: Address, name: str) -> PostgresMembership:
    replica = await stack.enter_async_context(member(address, name, "same", lease=LEASE, tick=TICK))
    await replica.settled()
    return replica


async def test_of_many_that_join_at_once_each_has_a_slot_and_one_leads(database: Database, address: Address) -> None:
    async with AsyncExitStack() as stack:
        found = await asyncio.gather(*(_entered(stack, address, f"r{n}") for n in range(6)))
        assert sorted(replica.slot for replica in found) == list(range(6))
        await until(lambda: sum(replica.leads for replica in found) == 1)
        assert sorted(replicas.names(reading(database))) == [f"r{n}" for n in range(6)]


async def test_whoever_goes_is_followed_by_another_at_once(database: Database, address: Address) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(AsyncExitStack())
        await _entered(first, address, "first")
        rest = [await _entered(stack, address, f"r{n}") for n in range(2)]
        parted = [asyncio.ensure_future(replica.parted()) for replica in rest]
        await asyncio.sleep(3 * TICK)
        assert not any(task.done() for task in parted)
        await first.aclose()
        await asyncio.wait_for(asyncio.gather(*parted), WITHIN)
        await until(lambda: sorted(rows(database).values()) == [False, True])
        leader = next(replica for replica in rest if rows(database)[replica.name])
        await asyncio.wait_for(leader.lead(), WITHIN)
        with writing(database) as tx:
            replicas.expect_to_lead(tx, leader.name)
        with pytest.raises(StorageError, match="another replica leads"), writing(database) as tx:
            replicas.expect_to_lead(tx, "first")


async def test_what_was_done_as_a_leader_that_is_buried_is_seen_by_the_next_one_or_undone(
    database: Database, address: Address
) -> None:
    with writing(database) as tx:
        replicas.add(tx, "old", 0, 1, "same")
        replicas.begin_to_lead(tx, "old")
        insert(tx, NEW)
    with closing(connect(address)) as session:
        with transaction(session, address) as claiming:
            replicas.expect_to_lead(claiming, "old")
            assert sending.claim(claiming, NEW.account, mark(2000, "old"), 1)
            with writing(database) as tx:
                assert replicas.bury(tx, "old", 1)
            with writing(database) as tx:
                assert sending.abandoned(tx, "new", 2**60) == []
            with pytest.raises(RerunError):
                claiming.commit()
        with transaction(session, address) as claiming, pytest.raises(StorageError, match="another replica leads"):
            replicas.expect_to_lead(claiming, "old")
    with writing(database) as tx:
        assert sending.abandoned(tx, "new", 2**60) == []


async def test_a_killed_leader_is_buried_and_followed(database: Database, address: Address) -> None:
    with process(REPLICA, url_of(database), "killed") as killed:
        async with settled(address, "other") as other:
            assert not other.leads
            killed.kill()
            await asyncio.wait_for(other.lead(), WITHIN)
            await asyncio.wait_for(other.parted(), WITHIN)
            assert rows(database) == {"other": True}


async def test_one_that_stood_still_is_buried_and_ends_with_one_line(database: Database, address: Address) -> None:
    with process(REPLICA, url_of(database), "stopped") as stopped:
        async with settled(address, "other") as other:
            stopped.send_signal(signal.SIGSTOP)
            await asyncio.wait_for(other.lead(), WITHIN)
            stopped.send_signal(signal.SIGCONT)
            assert stopped.stdout is not None
            said = await asyncio.to_thread(stopped.stdout.readline)
            assert "was silent for too long" in said
            assert rows(database) == {"other": True}
    async with settled(address, "stopped again"):
        pass


async def test_a_cut_connection_costs_nobody_the_place(database: Database, address: Address) -> None:
    async with settled(address, "first") as first, settled(address, "second") as second:
        for _ in range(3):
            cut(address)
            assert await asyncio.wait_for(first.heard(), WITHIN) == ""
            assert await asyncio.wait_for(second.heard(), WITHIN) == ""
        await first.publish("hello")
        assert await asyncio.wait_for(second.heard(), WITHIN) == "hello"
        assert rows(database) == {"first": True, "second": False}
        assert "replicas of orderbot are running" in await _alone(url_of(database))


async def _alone(url: str) -> str:
    with pytest.raises(StorageError) as caught:
        async with alone(url):
            pytest.fail("beside replicas")
    return str(caught.value)


async def test_after_a_restart_of_the_server_beyond_all_leases_everybody_is_back() -> None:
    server = postgres.new_server()
    try:
        url = server.address(server.create())
        await bring_up_to_date(url)
        address = address_of(url)
        async with settled(address, "first") as first, settled(address, "second") as second:
            server.stop("immediate")
            await asyncio.sleep(LEASE)
            server.start()
            assert await asyncio.wait_for(first.heard(), WITHIN) == ""
            assert await asyncio.wait_for(second.heard(), WITHIN) == ""
            # Long enough for whoever would bury.
            await asyncio.sleep(LEASE * 1.2)
            with closing(psycopg.connect(url)) as connection:
                found = connection.execute("SELECT name, leads FROM replicas ORDER BY name").fetchall()
            assert found == [("first", 1), ("second", 0)]
            assert (first.leads, second.leads) == (True, False)
    finally:
        postgres.remove(server)


async def test_a_bot_that_took_the_lock_meanwhile_has_it_by_right(database: Database, address: Address) -> None:
    with closing(psycopg.connect(address.conninfo, autocommit=True)) as bot:
        async with settled(address, "first") as first:
            # It is in the queue, so nobody comes in between.
            taking = asyncio.create_task(asyncio.to_thread(bot.execute, f"SELECT pg_advisory_lock({LOCK})"))
            await until(lambda: bool(reading(database).fetch(WAITING)))
            cut(address)
            await asyncio.wait_for(taking, WITHIN)
            with pytest.raises(StorageError, match="another orderbot is running"):
                await asyncio.wait_for(first.keep(), WITHIN)
    async with settled(address, "second"):
        assert rows(database) == {"second": True}


async def test_other_settings_are_refused_beside_the_living(database: Database, address: Address) -> None:
    async with settled(address, "first"):
        assert "with other settings" in await refusal(address, settings="other")
        with writing(database) as tx:
            replicas.add(tx, "dead", 5, 1, "others")
        async with settled(address, "second"):
            pass
        await until(lambda: "dead" not in rows(database))


async def test_when_all_slots_are_taken_another_is_refused_in_one_line(database: Database, address: Address) -> None:
    # With a lease that is longer than this test, so that those who are nobody are not buried over it.
    async with member(address, "first", "same", lease=60, tick=TICK) as first:
        await first.settled()
        with writing(database) as tx:
            for slot in range(1, replicas.SLOTS):
                replicas.add(tx, f"r{slot}", slot, 2**60, "same")
        assert "64 replicas are on the database" in await refusal(address)
        with writing(database) as tx:
            replicas.remove(tx, "r17")
        async with settled(address, "second") as second:
            assert second.slot == 17


async def test_beside_an_earlier_version_nobody_migrates(url: str, tmp_path: Path) -> None:
    database = await open_database(url)
    try:
        await migrate(database, 1, up_to(shipped()[-2].name, tmp_path / "older"))
    finally:
        await database.close()
    address = address_of(url)
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        connection.execute(f"SELECT pg_advisory_lock_shared({LOCK})")
        assert "used by replicas of an earlier version: stop them first" in await refusal(address)
    async with beside(url, "first", "same") as first:
        assert first.is_first


async def test_signals_reach_all_and_too_long_ones_none(database: Database, address: Address) -> None:
    async with settled(address, "first") as first, settled(address, "second") as second:
        for text in ("orders", "orders", "a" * replicas.LONGEST_SIGNAL):
            await first.publish(text)
        for replica in (first, second):
            # The same hint may be heard twice: it is one only for whoever hasn't heard the first yet.
            heard = [await asyncio.wait_for(replica.heard(), WITHIN)]
            while heard[-1] == "orders":
                heard.append(await asyncio.wait_for(replica.heard(), WITHIN))
            assert list(dict.fromkeys(heard)) == ["orders", "a" * replicas.LONGEST_SIGNAL]
        with pytest.raises(ValueError, match="longer"):
            await first.publish("a" * (replicas.LONGEST_SIGNAL + 1))
        await second.publish("still")
        assert await asyncio.wait_for(first.heard(), WITHIN) == "still"
    assert rows(database) == {}


async def test_whoever_is_cancelled_while_waiting_to_come_in_leaves_nothing(
    database: Database, address: Address
) -> None:
    async with member(address, "first", "same", lease=LEASE, tick=TICK) as first:
        joining = asyncio.ensure_future(_slot(address))
        await asyncio.sleep(0.3)
        joining.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(joining, WITHIN)
        await first.settled()
        assert rows(database) == {"first": True}
    async with alone(url_of(database)):
        pass


async def test_a_copy_holds_no_replicas_and_nothing_that_they_hold(
    database: Database, address: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with settled(address, "first"):
        with writing(database) as tx:
            tx.execute("INSERT INTO chats (chat_id, last_row, holder) VALUES (1, 77, 'first')")
        await backup(url_of(database), tmp_path / "copy.db", 5)
        assert rows(database) == {"first": True}
    with writing(database) as tx:
        replicas.add(tx, "late", 3, 1, "same")
    copy = await open_database(f"sqlite:///{tmp_path}/copy.db")
    try:
        assert replicas.names(reading(copy)) == []
        assert reading(copy).fetch("SELECT last_row, holder FROM chats") == [{"last_row": 77, "holder": ""}]
        with writing(copy) as tx:
            replicas.add(tx, "strange", 3, 1, "same")
    finally:
        await copy.close()
    await restore(url_of(database), tmp_path / "copy.db", 6)
    assert rows(database) == {}
    async with settled(address, "second"):
        assert rows(database) == {"second": True}


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.usefixtures("kind")
async def test_a_file_is_for_one(database: Database) -> None:
    with pytest.raises(StorageError, match=re.escape("replicas need PostgreSQL")):
        async with beside(url_of(database), "first", "same"):
            pytest.fail("it came in")
