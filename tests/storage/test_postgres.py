"""PostgreSQL where it differs from a file: others beside us, a server that goes away, commits whose answer is lost."""

import asyncio
import threading
from contextlib import closing

import psycopg
import pytest

from storage.database import Database, Transaction
from storage.errors import AlreadyStored, StorageError
from storage.opening import alone, open_database
from storage.postgres.address import address_of as address_of_url
from storage.postgres.connection import unreachable
from storage.postgres.lock import LOOK_EVERY
from storage.postgres.transaction import PostgresTransaction
from tests import postgres
from tests.storage.line import Proxy, address_of, admin, proxy
from tests.storage.strangers import ALL, PUT, ids, put, stored

KINDS = ("postgresql",) if postgres.programs() else ()


def cut_all(database: Database) -> int:
    """End all connections to the database but this one; returns how many there were."""
    with closing(admin(database)) as connection:
        cut = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    return len(cut)


async def test_it_does_as_if_transactions_took_turns_and_is_on_the_disk(database: Database) -> None:
    def settings(tx: Transaction) -> list[object]:
        return [tx.fetchrow(f"SHOW {name}") for name in ("transaction_isolation", "synchronous_commit")]

    assert await database.run(settings) == [{"transaction_isolation": "serializable"}, {"synchronous_commit": "on"}]


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StorageError, match="read-only"):
        await database.read(lambda reader: reader.fetch(PUT, 1, 0))
    assert await stored(database) == []


async def test_an_error_rolls_back_and_the_next_transaction_works(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await database.run(lambda tx: tx.execute(PUT, 1, 0) / 0)
    await put(database, 2)
    assert await stored(database) == [2]


async def test_a_key_that_exists_is_told_apart_and_its_values_are_not_repeated(database: Database) -> None:
    await put(database, 4711)
    with pytest.raises(AlreadyStored) as raised:
        await put(database, 2, 4711)
    assert "4711" not in str(raised.value)
    assert await stored(database) == [4711]


async def test_what_failed_goes_back_to_its_savepoint_and_the_rest_is_committed(database: Database) -> None:
    def batch(tx: Transaction) -> None:
        for user_ids in ((1,), (2, 1), (3,)):
            try:
                with tx.savepoint():
                    for user_id in user_ids:
                        tx.execute(PUT, user_id, 0)
            except AlreadyStored:
                assert user_ids == (2, 1)

    await database.run(batch)
    assert await stored(database) == [1, 3]


async def test_a_transaction_that_swallowed_an_error_is_not_taken_for_stored(database: Database) -> None:
    def swallow(tx: Transaction) -> None:
        tx.execute(PUT, 1, 0)
        try:
            tx.execute("SELECT nothing FROM nowhere")
        except StorageError:
            return

    with pytest.raises(StorageError, match="undone"):
        await database.run(swallow)
    assert await stored(database) == []


async def test_a_transaction_that_has_ended_takes_nothing_more(database: Database) -> None:
    tx = await database.run(lambda tx: tx)
    with pytest.raises(RuntimeError, match="ended"):
        tx.execute(PUT, 1, 0)


async def test_a_unit_of_work_within_one_is_refused(database: Database) -> None:
    def nested(_: Transaction) -> None:
        database.run(lambda tx: tx.execute(PUT, 1, 0))  # type: ignore[unused-coroutine]  # the mistake

    with pytest.raises(RuntimeError, match="within a unit of work"):
        await database.run(nested)


async def test_who_met_another_runs_again_and_nothing_is_lost(database: Database) -> None:
    """Two processes count one number up: each reads before the other has written."""
    other = await open_database(address_of(database))
    runs = 0

    def count(tx: Transaction) -> None:
        nonlocal runs
        runs += 1
        row = tx.fetchrow("SELECT told_at FROM strangers WHERE user_id = $1", 1)
        assert row is not None
        tx.execute("UPDATE strangers SET told_at = $1 WHERE user_id = $2", int(row["told_at"]) + 1, 1)

    try:
        await put(database, 1)
        await asyncio.gather(*(one.run(count) for one in (database, other) for _ in range(50)))
    finally:
        await other.close()
    rows = await database.read(lambda reader: reader.fetch("SELECT told_at FROM strangers"))
    assert rows == [{"told_at": 100}]
    assert runs > 100, "no two have met"


async def test_connections_that_were_cut_are_made_anew_without_anybody_noticing(database: Database) -> None:
    await put(database, 1)
    assert cut_all(database) >= 1
    await put(database, 2)
    assert await stored(database) == [1, 2]
    cut_all(database)
    assert await stored(database) == [1, 2]


async def test_a_unit_of_work_whose_connection_is_cut_in_the_middle_runs_again_as_a_whole(database: Database) -> None:
    runs: list[int] = []

    def work(tx: Transaction) -> None:
        runs.append(len(tx.fetch(ALL)))
        tx.execute(PUT, len(runs), 0)
        if len(runs) == 1:
            cut_all(database)
        tx.execute(PUT, 10 + len(runs), 0)

    await database.run(work)
    assert runs == [0, 0]
    assert await stored(database) == [2, 12]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_commit_whose_answer_is_lost_is_done_once(line: tuple[Database, Proxy], when: str) -> None:
    database, wire = line
    await put(database, 1)
    runs = 0

    def work(tx: Transaction) -> int:
        nonlocal runs
        runs += 1
        wire.cut = when if runs == 1 else None
        # Without a key that would notice it.
        tx.execute("UPDATE strangers SET told_at = told_at + 1 WHERE user_id = $1", 1)
        return runs

    stored_by = await database.run(work)
    assert wire.cuts == 1
    assert stored_by == (1 if when == "after" else 2)
    assert await database.read(lambda reader: reader.fetch("SELECT told_at FROM strangers")) == [{"told_at": 1}]
    await put(database, 2)
    assert await stored(database) == [1, 2]


async def test_a_commit_of_which_the_server_knows_nothing_is_neither_done_again_nor_called_done(
    line: tuple[Database, Proxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when another server has taken the place of the one that was asked to commit."""
    database, wire = line
    # A number that no transaction has had there yet.
    monkeypatch.setattr(PostgresTransaction, "id_to_commit", lambda _: "4611686018427387904")
    runs = 0

    def work(tx: Transaction) -> None:
        nonlocal runs
        runs += 1
        wire.cut = "after"
        tx.execute(PUT, 1, 0)

    with pytest.raises(StorageError, match="what became of it isn't known"):
        await asyncio.wait_for(database.run(work), 20)
    assert runs == 1
    monkeypatch.undo()
    await put(database, 2)
    assert await stored(database) == [1, 2]


async def test_a_second_bot_is_refused_and_one_that_was_killed_is_no_hindrance(url: str) -> None:
    async with alone(url):
        with pytest.raises(StorageError, match=r"another orderbot is running on the database \S+ at "):
            async with alone(url):
                pass
    async with alone(url):
        pass


OURS = "locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
"""Locks of this database: others at the same server are other tests'."""
HOLDER = f"SELECT pid FROM pg_locks WHERE {OURS}"  # noqa: S608  a constant of ours
CUT = f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE {OURS} AND granted"  # noqa: S608  as above


async def test_a_lock_whose_connection_was_cut_is_taken_anew(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.postgres.lock.LOOK_EVERY", 0.05)
    assert LOOK_EVERY > 1
    async with alone(url) as hold:
        keeping = asyncio.create_task(hold.keep())
        with closing(psycopg.connect(url, autocommit=True)) as connection:
            before = connection.execute(HOLDER).fetchall()
            connection.execute(CUT)
            async with asyncio.timeout(20):
                while connection.execute(HOLDER).fetchall() in ([], before):  # noqa: ASYNC110  nobody tells us
                    await asyncio.sleep(0.05)
        with pytest.raises(StorageError, match="another orderbot"):
            async with alone(url):
                pass
        keeping.cancel()
        # Else it would take the lock once more, when this one is given up.
        await asyncio.gather(keeping, return_exceptions=True)


async def test_a_lock_that_somebody_else_got_meanwhile_is_theirs(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.postgres.lock.LOOK_EVERY", 0.5)
    async with alone(url) as hold:
        keeping = asyncio.create_task(hold.keep())
        with closing(psycopg.connect(url, autocommit=True)) as connection:
            connection.execute(CUT)
        async with alone(url):
            with pytest.raises(StorageError, match="another orderbot is running"):
                await asyncio.wait_for(keeping, 20)


@pytest.mark.parametrize("text", ["\0", "a\0b", "\N{GRINNING FACE}", "訂單", "\U0010ffff", "'; DROP TABLE orders; --"])
async def test_every_text_is_kept_and_found(database: Database, text: str) -> None:
    def work(tx: Transaction) -> object:
        tx.execute("INSERT INTO program (name, value) VALUES ($1, $2)", text, text)
        return tx.fetch("SELECT value FROM program WHERE name = $1", text)

    assert await database.run(work) == [{"value": text.replace("\0", "\N{SYMBOL FOR NULL}")}]


async def test_text_is_in_the_order_of_its_bytes(database: Database) -> None:
    names = ["a", "B", "_", "1", "é", "訂", "b"]

    def work(tx: Transaction) -> list[str]:
        for name in names:
            tx.execute("INSERT INTO program (name, value) VALUES ($1, '')", name)
        return [str(row["name"]) for row in tx.fetch("SELECT name FROM program ORDER BY name")]

    assert await database.run(work) == sorted(names)


async def test_a_server_that_is_restarted_is_waited_for() -> None:
    server = postgres.new_server()
    try:
        url = server.address(server.create())
        database = await open_database(url, patience=30)
        await database.run(lambda tx: tx.execute("CREATE TABLE strangers (user_id BIGINT PRIMARY KEY, told_at BIGINT)"))
        await put(database, 1)
        await asyncio.to_thread(server.stop, "fast")
        later = asyncio.create_task(put(database, 2))
        reading = asyncio.create_task(database.read(ids))
        await asyncio.to_thread(server.start)
        await later
        assert (await reading)[0] == 1
        assert await stored(database) == [1, 2]
        await database.close()
    finally:
        postgres.remove(server)


async def test_a_server_that_stays_away_is_an_error_in_one_line(database: Database) -> None:
    with proxy() as wire:
        found = await open_database(address_of(database, wire.port), patience=0.2)
        wire.end()
        cut_all(database)
        with pytest.raises(StorageError, match=r"^the database \S+ at \S+ cannot be reached: .*refused") as said:
            await put(found, 1)
        assert "\n" not in str(said.value)
        await found.close()
    assert await stored(database) == []


def test_a_password_that_is_missing_is_asked_for() -> None:
    address = address_of_url("postgresql://somebody@127.0.0.1:1/orders")
    libpq = psycopg.OperationalError("connection failed: fe_sendauth: no password supplied")
    said = str(unreachable(address, libpq))
    wanted = "its server wants a password, as in postgresql://user:password@host/database"
    assert said == f"the database orders at 127.0.0.1 cannot be opened: {wanted}"


def test_an_encrypted_line_is_asked_for_as_other_clients_do_too() -> None:
    assert "sslmode=require" in address_of_url("postgresql://somebody@127.0.0.1:1/orders?ssl=true").conninfo
    with pytest.raises(StorageError, match="has an option sslmodus that libpq does not know"):
        address_of_url("postgresql://somebody@127.0.0.1:1/orders?sslmodus=require")


async def test_a_database_that_lacks_characters_is_refused() -> None:
    server = postgres.shared()
    with closing(psycopg.connect(server.address(), autocommit=True)) as connection:
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    try:
        with pytest.raises(StorageError, match="ENCODING 'UTF8'"):
            await open_database(server.address("latin"))
    finally:
        server.drop("latin")


async def test_a_closed_database_takes_nothing_and_closing_it_twice_is_harmless(database: Database) -> None:
    await database.close()
    await database.close()
    with pytest.raises(ValueError, match="closed"):
        await put(database, 1)


async def test_who_gives_up_before_the_work_began_leaves_nothing(database: Database) -> None:
    began, go_on = threading.Event(), threading.Event()

    def hold_up(_: Transaction) -> None:
        began.set()
        assert go_on.wait(10)

    first = asyncio.create_task(database.run(hold_up))
    await asyncio.to_thread(began.wait, 10)
    second = asyncio.create_task(put(database, 2))
    await asyncio.sleep(0)
    second.cancel()
    go_on.set()
    await first
    with pytest.raises(asyncio.CancelledError):
        await second
    assert await stored(database) == []
