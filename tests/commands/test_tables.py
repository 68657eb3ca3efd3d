"""What people call themselves does no harm in a terminal or a spreadsheet."""

import csv
import io
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.commands.tables import CSV_COLUMNS, csv_line, csv_row, table
from bot.commands.terminal import visible
from storage.orders import Order

UTC = ZoneInfo("UTC")
ORDER = Order(
    reference="123456789012345",
    draft_id="d",
    account="shop",
    provider="anqicms",
    form="AnqicmsForm",
    form_version="1",
    answers="{}",
    chat_id=-100,
    user_id=7,
    user_name="Ann",
    confirmed_at=1_700_000_000_999_999,
    stage="settled",
    outcome="unknown",
    number=None,
    status="",
    supplier_status="",
    details="{}",
    attempts=1,
    sending_at=None,
    settled_at=None,
    claimed_by=None,
    card=None,
    replaced_by=None,
    not_before=0,
    tries=1,
    stop_asked=0,
    looks=0,
    look_at=None,
    remind_at=None,
    evidence_card=None,
    pruned_at=None,
    progress="{}",
    asked_at=None,
    status_at=None,
    watch_at=None,
    watch_failures=0,
    claimed_until=None,
    identity="before:shop",
    settled_up=0,
    inferred=0,
)


def cells(line: bytes) -> list[str]:
    return next(csv.reader(io.StringIO(line.decode(), newline="")))


def test_a_row_has_a_cell_for_every_column() -> None:
    assert len(csv_row(ORDER, UTC)) == len(CSV_COLUMNS)


def test_a_row_of_a_batch_says_of_which_and_which_one() -> None:
    row = csv_row(replace(ORDER, batch="0a1b2c3d", batch_row=7), UTC)
    assert row[CSV_COLUMNS.index("batch") :] == ("0a1b2c3d", "7")
    assert csv_row(ORDER, UTC)[CSV_COLUMNS.index("batch") :] == ("", "")


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-x", "@SUM(A1)", "\t=1", "\r=1", "＝1", "-1+cmd|' /C calc'!A0", "-1\n"]
)
def test_a_spreadsheet_gets_no_formula(name: str) -> None:
    row = cells(csv_line(csv_row(replace(ORDER, user_name=name), UTC)))
    assert row[CSV_COLUMNS.index("who")] == "'" + visible(name)


@pytest.mark.parametrize("name", ["Ann", "-5", "-5.25", "a=b", "'=1", "", 'say "hi", please', "王小明"])
def test_everything_else_reaches_the_spreadsheet_as_it_is(name: str) -> None:
    assert cells(csv_line([name, "end"])) == [name, "end"]


def test_a_record_ends_in_carriage_return_and_line_feed() -> None:
    assert csv_line(["a", "王"]) == "a,王\r\n".encode()


STEERS = [
    *("\x1b[2J", "\x07", "\x9b31m", "\x7f", "\x00", "\r", "\n"),
    *("\u202e", "\u2066", "\u200f", "\u2028", "\ud800", "\ufeff"),
]


@pytest.mark.parametrize("mark", STEERS)
def test_a_name_or_a_suppliers_word_cannot_steer_the_terminal_or_break_the_line(mark: str) -> None:
    told = replace(ORDER, user_name=f"{mark}Ann", number=f"12{mark}07", status=mark, supplier_status=f"x{mark}")
    shown = table([told], UTC)
    written = csv_line(csv_row(told, UTC)).decode()
    assert len(shown) == 2
    assert all(line.isprintable() for line in shown)
    assert written.removesuffix("\r\n").isprintable()
    assert all(f"<U+{ord(mark[0]):04X}>" in text for text in (shown[1], written))


def test_spaces_of_all_widths_stay_spaces() -> None:
    assert visible("a\u00a0b\u3000c\td") == "a b c d"


def test_columns_stand_below_each_other_beside_chinese_names() -> None:
    heading, first, second = table([ORDER, replace(ORDER, user_name="王小明")], UTC)
    assert heading.index("when") == first.index("2023-") == second.index("2023-") + 3


def test_an_order_that_is_not_settled_shows_its_stage() -> None:
    assert table([replace(ORDER, stage="sending", outcome=None)], UTC)[1].split()[2] == "sending"
