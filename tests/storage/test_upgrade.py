"""A database of every earlier version, with orders in every stage and outcome, is brought up to date and works on."""

import shutil
from collections.abc import AsyncIterator, Iterator
from importlib import resources
from pathlib import Path

import pytest

from storage import (
    contacts,
    guards,
    history,
    orders,
    pages,
    people,
    sending,
    sheets,
    status_words,
    unknown,
    watching,
    words,
)
from storage.database import Database
from storage.migrate import migrate, shipped
from storage.opening import open_database
from tests.storage.direct import reading, writing
from tests.storage.rows import known, mark, settle
from tests.storage.upgraded import Upgraded

FIRST = "0001_first"
WATCHED = "0003_progress"
FINDABLE = "0004_listing"
REMEMBERED = "0021_contacts"
IDENTIFIED = "0008_identity"
COLUMNS = (
    "reference, draft_id, account, provider, form, form_version, answers, chat_id, user_id, user_name, stage, outcome,"
    " number, status, supplier_status, details, attempts, confirmed_at, sending_at, settled_at, claimed_by, card,"
    " replaced_by"
)
ROWS: dict[str, tuple[str, str | None, str | None, str]] = {
    "1": ("confirmed", None, None, "gifts"),
    "2": ("sending", None, None, "gifts"),
    "3": ("settled", "placed", "A", "gifts"),
    "4": ("settled", "placed", "A", "shop"),
    "5": ("settled", "refused", None, "gifts"),
    "6": ("settled", "not_sent", None, "gifts"),
    "7": ("settled", "unknown", None, "gifts"),
    "8": ("settled", "placed", "TWICE", "gifts"),
    "9": ("settled", "placed", "TWICE", "gifts"),
}
"""Stage, outcome, number and account of each order."""
OUTBOX = "id, chat_id, body, edits, not_before, attempts, state, message_id, error, created_at, done_at"
MESSAGES: dict[int, tuple[int, int | None, str]] = {
    70: (7, None, "waiting"),
    900: (7, 76, "waiting"),
    901: (7, None, "waiting"),
    902: (-5, None, "waiting"),
    903: (9, None, "waiting"),
    904: (10, None, "waiting"),
    905: (7, None, "sent"),
}
"""Chat, the row that it changes, and state of each message. 9 is a stranger, 10 was one."""


def up_to(version: str, folder: Path) -> Path:
    """A folder with the migrations that a program of this version had."""
    folder.mkdir()
    for migration in shipped():
        if migration.name <= version:
            source = resources.files("storage") / "migrations" / f"{migration.name}.sql"
            with resources.as_file(source) as file:
                shutil.copy(file, folder)
    return folder


async def _upgrade(database: Database, version: str, folder: Path) -> None:
    await migrate(database, 1, up_to(version, folder / "migrations"))
    fill(database, version)
    applied = await migrate(database, 2)
    assert applied == [migration.name for migration in shipped() if migration.name > version]


@pytest.fixture(scope="module")
def made() -> Iterator[Upgraded]:
    upgraded = Upgraded(_upgrade)
    yield upgraded
    upgraded.end()


@pytest.fixture(params=[migration.name for migration in shipped()[:-1]])
async def upgraded(
    request: pytest.FixtureRequest, kind: str, made: Upgraded, tmp_path: Path
) -> AsyncIterator[Database]:
    database = await open_database(await made.lay(kind, request.param, tmp_path))
    try:
        yield database
    finally:
        await database.close()


def fill(database: Database, version: str) -> None:
    """What a program of this version wrote; those of the first one are still there."""
    places = ", ".join(f"${n}" for n in range(1, 24))
    with writing(database) as tx:
        for n, (reference, (stage, outcome, number, account)) in enumerate(ROWS.items()):
            sent = None if stage == "confirmed" else 2000 + n
            settled = 3000 + n if stage == "settled" else None
            who = (account, "damaijia", "order", "1", "{}", 7, 7, "Ann")
            holder = "pid 7" if stage == "sending" else None
            became = (stage, outcome, number, "", "", "{}", 0 if sent is None else 1, 1000 + n, sent, settled, holder)
            row = (reference, f"d{reference}", *who, *became, 70 + n, None)
            tx.execute(f"INSERT INTO orders ({COLUMNS}) VALUES ({places})", *row)  # noqa: S608  our own columns
            if number is not None:
                tx.execute("INSERT INTO order_names VALUES ($1, $2)", number, reference)
        for row_id, (chat, edits, state) in MESSAGES.items():
            made = (row_id, chat, "{}", edits, 0, 0, state, None, None, 1, None)
            tx.execute(f"INSERT INTO outbox ({OUTBOX}) VALUES ({', '.join(f'${n}' for n in range(1, 12))})", *made)  # noqa: S608  our own columns
        tx.execute("INSERT INTO strangers (user_id, told_at) VALUES (9, 1), (10, 1)")
        tx.execute(
            "INSERT INTO people (user_id, name, language, telegram_language, seen_at) VALUES (10, 'Ben', '', '', 1)"
        )
        if version > FIRST:
            tx.execute("UPDATE orders SET look_at = settled_at, remind_at = settled_at WHERE outcome = 'unknown'")
            before = "before:" if version >= IDENTIFIED else ""
            for account, *taken in (("gifts", "A", "3"), ("shop", "A", "4"), ("gifts", "TWICE", "8")):
                tx.execute("INSERT INTO order_numbers VALUES ($1, $2, $3)", before + account, *taken)
        if version >= IDENTIFIED:
            tx.execute("UPDATE orders SET identity = 'before:' || account")
        if version >= FINDABLE:
            tx.execute("INSERT INTO order_words_due (reference) SELECT reference FROM orders")
        if version >= REMEMBERED:
            tx.execute("INSERT INTO order_contacts_due (reference) SELECT reference FROM orders")
        if version >= WATCHED:
            tx.execute("UPDATE orders SET status_at = settled_at, watch_at = settled_at WHERE outcome = 'placed'")


async def test_words_that_nobody_has_named_are_known_after_the_upgrade(url: str, tmp_path: Path) -> None:
    database = await open_database(url)
    try:
        await migrate(database, 1, up_to("0014_notices", tmp_path / "migrations"))
        fill(database, "0014_notices")
        with writing(database) as tx:
            tx.execute("UPDATE orders SET status = 'placed', supplier_status = 'finish' WHERE number = 'TWICE'")
            tx.execute("UPDATE orders SET status = 'shipped', supplier_status = 's' WHERE number = 'A'")
        await migrate(database, 2)
        found = status_words.of_account(reading(database), "gifts", 9)
        assert [(one.word, one.meaning) for one in found] == [("finish", "placed")]
        assert [one.reference for one in status_words.orders_with(reading(database), "gifts", found[0], 9)] == [
            "8",
            "9",
        ]
    finally:
        await database.close()


async def test_sheets_of_before_hold_the_orders_of_their_batches_after_the_upgrade(url: str, tmp_path: Path) -> None:
    database = await open_database(url)
    try:
        await migrate(database, 1, up_to("0022_searches", tmp_path / "migrations"))
        fill(database, "0022_searches")
        with writing(database) as tx:
            tx.execute(
                "INSERT INTO sheets (id, chat_id, user_id, file, name, state, said, kept, body, created_at)"
                " VALUES ('s', 7, 7, 'f', 'orders.xlsx', 'read', '', '', '', 1)"
            )
            tx.execute(
                "INSERT INTO batches (id, account, chat_id, user_id, size, created_at, state, why, faults, told,"
                " changed_at) VALUES ('b', 'gifts', 7, 7, 1, 1, 'done', '{}', 0, '', 1)"
            )
            tx.execute("INSERT INTO sheet_batches (batch, sheet) VALUES ('b', 's')")
            tx.execute("UPDATE orders SET batch = 'b', batch_row = 1 WHERE reference = '3'")
        await migrate(database, 2)
        held = {reference: [one.id for one in sheets.holding(reading(database), reference)] for reference in ("3", "4")}
        assert held == {"3": ["s"], "4": []}
        assert sheets.holding(reading(database), "3")[0].given_on == ""
    finally:
        await database.close()


def test_no_order_is_lost_or_changed(upgraded: Database) -> None:
    found = {order.reference: order for order in orders.all_rows(reading(upgraded), 100)}
    assert {
        reference: (order.stage, order.outcome, order.number, order.account) for reference, order in found.items()
    } == ROWS
    assert {(order.tries, order.not_before, order.stop_asked, order.pruned_at) for order in found.values()} == {
        (0, 0, 0, None)
    }
    assert {order.reference: order.claimed_by for order in found.values() if order.claimed_by} == {"2": "pid 7"}
    assert {order.claimed_until for order in found.values()} == {None}
    assert [order.reference for order in orders.find(reading(upgraded), "A")] == ["4", "3"]


def test_people_of_all_orders_are_due_to_be_written_down(upgraded: Database) -> None:
    assert {order.reference for order in contacts.due(reading(upgraded), 100)} == ROWS.keys()


def test_what_is_unknown_is_due_to_be_looked_for_and_reminded_of(upgraded: Database) -> None:
    order = known(upgraded, "7")
    assert (order.look_at, order.remind_at) == (order.settled_at, order.settled_at)
    assert [order.reference for order in unknown.to_look_for(reading(upgraded), 9999, 100)] == ["7"]
    assert [order.reference for order in unknown.to_remind_of(reading(upgraded), 9999, 100)] == ["7"]
    assert unknown.count(reading(upgraded)) == 1
    with writing(upgraded) as tx:
        history.add(tx, "7", 1, "look-up", "{}", now=5000)
        assert settle(tx, "7", "placed", number="B")
    assert unknown.next_at(reading(upgraded)) is None


def test_what_waited_to_be_said_is_about_an_order_and_for_the_person_of_its_chat(upgraded: Database) -> None:
    found = reading(upgraded).fetch("SELECT id, about, user_id FROM outbox ORDER BY id")
    migrated = reading(upgraded).fetchrow("SELECT applied_at FROM migrations WHERE name = '0010_people'")
    assert migrated is not None
    if migrated["applied_at"] == 1:
        # The program that wrote them says itself what each message is about.
        return
    assert {row["id"]: (row["about"], row["user_id"]) for row in found} == {
        70: ("1", 7),
        900: ("7", 7),
        901: ("?", 7),
        902: ("?", 0),
        903: ("", 9),
        904: ("?", 10),
        905: ("", 0),
    }


def test_numbers_belong_to_their_orders_and_doubled_ones_to_the_first(upgraded: Database) -> None:
    assert orders.number_of(reading(upgraded), "gifts", "A") == "3"
    assert orders.number_of(reading(upgraded), "shop", "A") == "4"
    assert orders.number_of(reading(upgraded), "gifts", "TWICE") == "8"


def test_what_waited_is_sent_and_what_was_being_sent_is_found(upgraded: Database) -> None:
    assert [order.reference for order in sending.abandoned(reading(upgraded), "me", 5000)] == ["2"]
    with writing(upgraded) as tx:
        assert settle(tx, "2", "unknown")
        (order,) = sending.claim(tx, "gifts", mark(5000), 9)
        assert (order.reference, order.attempts, order.tries) == ("1", 1, 1)
        assert settle(tx, "1", "placed", number="C")
        assert orders.retry(tx, "6", "d6", "1", "{}")


def test_no_guard_stands_in_the_way_of_the_first_order(upgraded: Database) -> None:
    with writing(upgraded) as tx:
        assert guards.take(tx, "gifts", "same", "10", now=5000, shown="")


def test_every_order_of_before_is_due_to_be_made_findable(upgraded: Database) -> None:
    due = {order.reference for order in words.due(reading(upgraded), 100)}
    assert due == ROWS.keys()
    with writing(upgraded) as tx:
        for reference in sorted(due):
            words.keep(tx, reference, [f"reference {reference}"], [])
    assert words.due(reading(upgraded), 100) == []
    found, more = words.find(reading(upgraded), "reference", 100)
    assert {order.reference for order in found} == ROWS.keys()
    assert not more


def test_orders_of_before_stand_where_they_did(upgraded: Database) -> None:
    unplaced = pages.older(reading(upgraded), pages.Selection(state="not placed"), 10)
    assert [order.reference for order in unplaced] == ["6", "5"]
    placed = pages.older(reading(upgraded), pages.Selection("shop", "placed", 7), 10)
    assert [order.reference for order in placed] == ["4"]


def test_recently_placed_orders_are_asked_about_and_the_others_are_not(upgraded: Database) -> None:
    watched = {order.reference: order.watch_at for order in orders.all_rows(reading(upgraded), 100) if order.watch_at}
    assert watched == {"3": 3002, "4": 3003, "8": 3007, "9": 3008}
    assert [order.reference for order in watching.due(reading(upgraded), "gifts", 9999, 9)] == ["3", "8", "9"]


def test_whoever_was_told_of_every_change_still_is(upgraded: Database) -> None:
    assert people.notices_of(reading(upgraded), 10) == "all"
    assert people.notices_of(reading(upgraded), 7) == "important"
