"""`orderbot migrate` and `orderbot orders` on a real database, beside a bot that has it open."""

import asyncio
import csv
import io
import sys
from dataclasses import replace
from pathlib import Path

from storage.database import Database
from storage.migrate import migrate, shipped
from storage.opening import open_database
from storage.orders import NewOrder, insert
from storage.sending import Settlement, settle
from storage.sending import claim as claim_orders
from tests.commands.program import ROOT, orderbot, settings, write
from tests.storage.direct import writing
from tests.storage.rows import mark
from tests.storage.test_upgrade import up_to

MIDNIGHT = 1_700_000_000_000_000  # 2023-11-14T22:13:20Z
ORDER = NewOrder("1", "d1", "guoguo", "guoguo", "DefaultOrder", "1", "{}", -5, 7, "王小明", MIDNIGHT)


async def database(folder: Path) -> Database:
    opened = await open_database(f"sqlite:///{folder / 'orders.db'}")
    await migrate(opened, 0)
    return opened


def add(opened: Database, *orders: NewOrder) -> None:
    with writing(opened) as tx:
        for order in orders:
            insert(tx, order)


def place(opened: Database, reference: str, number: str) -> None:
    with writing(opened) as tx:
        claim_orders(tx, "guoguo", mark(MIDNIGHT), 1)
        placed = Settlement("placed", number, "placed", "establish", "{}", (number,))
        assert settle(tx, reference, 1, placed, now=MIDNIGHT + 1_000_000)


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


async def test_a_new_database_is_migrated_once(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path))
    first = await orderbot("migrate", cwd=tmp_path)
    assert (first.code, first.out, first.err) == (0, "".join(f"applied {one.name}\n" for one in shipped()), "")
    second = await orderbot("migrate", cwd=tmp_path)
    assert (second.code, second.out, second.err) == (0, "up to date\n", "")


async def test_an_older_database_with_orders_in_it_is_kept_before_it_is_migrated(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path))
    *before, last = [one.name for one in shipped()]
    opened = await open_database(f"sqlite:///{tmp_path / 'orders.db'}")
    await migrate(opened, 0, up_to(before[-1], tmp_path / "migrations"))
    add(opened, ORDER)
    await opened.close()
    copy = tmp_path / f"orders.db.before-{last}"
    done = await orderbot("migrate", cwd=tmp_path)
    assert done.out == f"kept the database as it was before in {copy}\napplied {last}\n"
    assert (done.code, done.err) == (0, "")
    again = await orderbot("migrate", cwd=tmp_path)
    assert again.out == "up to date\n"
    # One step back is that copy.
    copy.replace(tmp_path / "orders.db")
    assert f"lacks {last}" in (await orderbot("orders", cwd=tmp_path)).err
    assert (await orderbot("migrate", cwd=tmp_path)).out == done.out


async def test_orders_asks_for_a_migration_that_is_missing(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path))
    (tmp_path / "orders.db").touch(0o600)
    done = await orderbot("orders", cwd=tmp_path)
    assert (done.code, done.out) == (1, "")
    missing = ", ".join(one.name for one in shipped())
    assert done.err == f"the database lacks {missing}: run orderbot migrate first\n"
    await orderbot("migrate", cwd=tmp_path)
    assert (await orderbot("orders", cwd=tmp_path)).code == 0


async def test_the_newest_orders_are_a_table_in_the_settings_time_zone_beside_a_running_bot(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path) | {"timezone": "Asia/Taipei"})
    opened = await database(tmp_path)
    try:
        add(opened, ORDER)
        place(opened, "1", "GG-9")
        add(opened, replace(ORDER, reference="2", draft_id="d2", user_name="", confirmed_at=MIDNIGHT + 2_000_000))
        done = await orderbot("orders", cwd=tmp_path)
    finally:
        await opened.close()
    assert (done.code, done.err) == (0, "")
    assert [line.split() for line in done.out.splitlines()] == [
        ["reference", "account", "outcome", "number", "status", "who", "when"],
        ["2", "guoguo", "confirmed", "-", "-", "7", "2023-11-15T06:13:22+08:00"],
        ["1", "guoguo", "placed", "GG-9", "placed", "王小明", "2023-11-15T06:13:20+08:00"],
    ]


async def test_the_table_ends_with_the_fiftieth_and_csv_has_them_all(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path))
    opened = await database(tmp_path)
    many = [replace(ORDER, reference=f"{n}", draft_id=f"d{n}", confirmed_at=MIDNIGHT + n) for n in range(1001)]
    add(opened, *many)
    await opened.close()
    shown = (await orderbot("orders", cwd=tmp_path)).out.splitlines()
    assert [shown[1].split()[0], shown[-1].split()[0], len(shown)] == ["1000", "951", 51]
    everything = await orderbot("orders", "--csv", cwd=tmp_path)
    assert [record["reference"] for record in records(everything.out)] == [f"{n}" for n in range(1001)]


async def test_csv_is_utf_8_whatever_the_terminal_has(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path))
    opened = await database(tmp_path)
    add(opened, ORDER)
    place(opened, "1", "GG-9")
    await opened.close()
    done = await orderbot("orders", "--csv", cwd=tmp_path, PYTHONIOENCODING="latin-1")
    assert (done.code, done.err) == (0, "")
    assert records(done.out) == [
        {
            "reference": "1",
            "account": "guoguo",
            "outcome": "placed",
            "number": "GG-9",
            "status": "placed",
            "who": "王小明",
            "when": "2023-11-14T22:13:20+00:00",
            "supplier_status": "establish",
            "provider": "guoguo",
            "stage": "settled",
            "attempts": "1",
            "user_id": "7",
            "chat_id": "-5",
            "settled_at": "2023-11-14T22:13:21+00:00",
            "replaced_by": "",
            "batch": "",
            "row": "",
        }
    ]
    plain = await orderbot("orders", cwd=tmp_path, PYTHONIOENCODING="latin-1")
    assert (plain.code, plain.err) == (0, "")
    assert "???" in plain.out


async def test_a_reader_that_has_seen_enough_ends_it_quietly(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path))
    opened = await database(tmp_path)
    add(opened, *(replace(ORDER, reference=f"{n}", draft_id=f"d{n}", user_name="x" * 900) for n in range(1000)))
    await opened.close()
    reader = await asyncio.create_subprocess_shell(
        f"{sys.executable} -m bot orders --csv | head -n 1",
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await reader.communicate()
    assert out.startswith(b"reference,account,outcome")
    assert err == b""
