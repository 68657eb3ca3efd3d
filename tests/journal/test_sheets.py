"""Rows of sheets and the orders that they have become: what was ordered is known again, whoever sends it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation.requests import NoteSheetOrders, ReadSheet, SayOfSheet, SheetRowConfirmed
from bot.conversation.state import ConversationKey
from bot.conversation.tray import TrayRow
from bot.conversation.views import ColumnView, SheetView
from bot.journal import sheets
from bot.sheets.keys import content_key, own_key, reference_key
from storage import orders
from storage import sheets as kept
from storage.database import Database
from tests.bench import opened
from tests.storage.direct import reading, writing
from tests.storage.rows import send, settle

KEY = ConversationKey(7, 8)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path) as made:
        yield made


def became(database: Database, outcome: str, n: int = 1) -> str:
    with writing(database) as tx:
        send(tx, n)
        if outcome:
            assert settle(tx, str(n), outcome)
    return str(n)


def noted(database: Database, *rows: SheetRowConfirmed, account: str = "gifts") -> None:
    with writing(database) as tx:
        sheets.note_orders(tx, NoteSheetOrders("s", f"b{rows[0].reference}", account, rows), 1)


def found(database: Database, *keys: str, account: str = "gifts") -> str:
    duplicate = sheets.orders_of(reading(database), account, [keys]).get(keys)
    return "" if duplicate is None else duplicate.reference


@pytest.mark.parametrize("outcome", ["placed", "unknown", ""])
async def test_a_row_that_is_ordered_or_may_be_is_not_ordered_again(database: Database, outcome: str) -> None:
    reference = became(database, outcome)
    noted(database, SheetRowConfirmed(("k",), "like", reference))
    assert found(database, "k") == found(database, content_key("gifts", "like", 1)) == reference
    assert found(database, "other") == found(database, "k", account="shop") == ""


@pytest.mark.parametrize("outcome", ["refused", "not_sent"])
async def test_a_row_that_was_not_placed_can_be_ordered(database: Database, outcome: str) -> None:
    noted(database, SheetRowConfirmed(("k",), "like", became(database, outcome)))
    assert found(database, "k") == ""
    again = became(database, "placed", 2)
    noted(database, SheetRowConfirmed(("k",), "like", again))
    assert found(database, "k") == again


async def test_our_own_reference_beside_a_row_is_enough(database: Database) -> None:
    reference = became(database, "placed")
    assert found(database, reference_key(reference)) == reference
    assert found(database, reference_key("404")) == ""


async def test_equal_rows_are_as_many_orders_as_they_are(database: Database) -> None:
    first, second = became(database, "placed"), became(database, "placed", 2)
    one, two, three = (content_key("gifts", "like", place) for place in (1, 2, 3))
    noted(
        database,
        SheetRowConfirmed((one,), "like", first),
        SheetRowConfirmed((two,), "like", second),
    )
    assert (found(database, one), found(database, two), found(database, three)) == (first, second, "")


async def test_a_row_that_was_mended_in_the_chat_is_known_by_its_cells_and_by_what_it_asks_for(
    database: Database,
) -> None:
    other, reference = became(database, "placed"), became(database, "placed", 2)
    noted(database, SheetRowConfirmed((content_key("gifts", "like", 1),), "like", other))
    noted(database, SheetRowConfirmed(("cells",), "like", reference))
    assert found(database, "cells") == found(database, content_key("gifts", "like", 2)) == reference


async def test_a_row_with_a_number_of_its_own_is_known_by_that(database: Database) -> None:
    reference = became(database, "placed")
    noted(database, SheetRowConfirmed((own_key("gifts", "A20260901"),), "like", reference))
    assert found(database, own_key("gifts", "A20260901")) == reference
    assert found(database, own_key("gifts", "A20260902")) == ""


async def test_a_sheet_is_its_senders_and_waits_until_it_is_read(database: Database) -> None:
    view = SheetView("s", "orders.xlsx", "gifts", 1, (ColumnView("收件人", "recipients.consignee", "Recipient"),))
    rows = (TrayRow(answers={"a": "1"}, number=2, keys=("k",)),)
    with writing(database) as tx:
        sheets.wanted(tx, KEY, ReadSheet("s", "file", "orders.xlsx", "gifts"), 1)
        assert [one.id for one in kept.wanted(tx, 5)] == ["s"]
        assert sheets.sheet_of(tx, "s", KEY) is None
        (record,) = kept.wanted(tx, 5)
        assert kept.note_read(tx, "s", "{}", sheets.as_body(view, rows), record.said)
        assert kept.wanted(tx, 5) == []
        assert sheets.sheet_of(tx, "s", KEY) == (view, rows)
        assert sheets.sheet_of(tx, "s", ConversationKey(7, 9)) is None


async def test_what_is_said_of_a_sheet_while_it_is_read_is_not_lost(database: Database) -> None:
    with writing(database) as tx:
        sheets.wanted(tx, KEY, ReadSheet("s", "file", "orders.xlsx"), 1)
        (record,) = kept.wanted(tx, 5)
        assert kept.note_read(tx, "s", "{}", "{}", record.said)
        sheets.say(tx, SayOfSheet("s", place=3, role="remark"))
        # Whoever still reads it as it was before comes too late.
        assert not kept.note_read(tx, "s", "{}", "{}", record.said)
        (record,) = kept.wanted(tx, 5)
        assert '"3": "remark"' in record.said
        assert kept.note_read(tx, "s", "{}", "{}", record.said)
        sheets.say(tx, SayOfSheet("s", account="shop"))
        assert '"roles": {}' in kept.wanted(tx, 5)[0].said


async def test_a_sheet_holds_what_was_ordered_in_the_stead_of_its_orders_until_it_goes(database: Database) -> None:
    first = became(database, "refused")
    noted(database, SheetRowConfirmed(("k",), "like", first))
    with writing(database) as tx:
        sheets.wanted(tx, KEY, ReadSheet("s", "file", "orders.xlsx"), 1)
        kept.hold_in_stead(tx, first, "2")
        kept.hold_in_stead(tx, "2", "3")
        kept.hold_in_stead(tx, "2", "3")
        assert [[one.id for one in kept.holding(tx, reference)] for reference in (first, "2", "3")] == [["s"]] * 3
        kept.note_given(tx, "s", "2026-03-01", whole=True)
        (one,) = kept.holding(tx, "3")
        assert (one.given_on, one.given_whole) == ("2026-03-01", 1)
        kept.prune(tx, 2)
        assert tx.fetch("SELECT * FROM sheet_orders") == []


async def test_what_is_kept_of_sheets_goes_in_time(database: Database) -> None:
    reference = became(database, "placed")
    noted(database, SheetRowConfirmed(("k",), "like", reference))
    with writing(database) as tx:
        sheets.wanted(tx, KEY, ReadSheet("s", "file", "orders.xlsx"), 1)
        assert (kept.prune(tx, 1), kept.prune(tx, 2), kept.get(tx, "s")) == (0, 1, None)
        assert kept.prune_rows(tx, 2) == 2
        assert orders.get(tx, reference) is not None
    assert found(database, "k") == ""
