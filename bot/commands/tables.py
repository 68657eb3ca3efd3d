"""Orders as lines of text and as CSV: pure, so that what a spreadsheet or a terminal makes of a name can be tested."""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.commands.terminal import visible
from storage.orders import Order

COLUMNS = ("reference", "account", "outcome", "number", "status", "who", "when")
CSV_COLUMNS = (
    *COLUMNS,
    "supplier_status",
    "provider",
    "stage",
    "attempts",
    "user_id",
    "chat_id",
    "settled_at",
    "replaced_by",
    "batch",
    "row",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Spreadsheets run a cell that begins so; plain negative numbers are left alone.
_FORMULA = re.compile(r"(?!-[0-9]+(\.[0-9]+)?\Z)[=+\-@\t\r\n＝＋－＠]")


def table(orders: Sequence[Order], zone: ZoneInfo) -> list[str]:
    """A heading and a line per order in columns; an order that is not settled shows its stage as outcome."""
    lines = [COLUMNS, *(tuple(visible(cell) or "-" for cell in _cells(order, zone)) for order in orders)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]


def csv_row(order: Order, zone: ZoneInfo) -> tuple[str, ...]:
    """The cells of `CSV_COLUMNS`. Times are ISO 8601 in `zone`."""
    return (
        *_cells(order, zone),
        order.supplier_status,
        order.provider,
        order.stage,
        str(order.attempts),
        str(order.user_id),
        str(order.chat_id),
        "" if order.settled_at is None else _when(order.settled_at, zone),
        order.replaced_by or "",
        order.batch or "",
        "" if order.batch is None else str(order.batch_row),
    )


def csv_line(cells: Sequence[str]) -> bytes:
    """One record of RFC 4180 in UTF-8, each cell one line without marks that steer a terminal.

    What a spreadsheet would run as a formula gets an apostrophe before it.
    """
    text = io.StringIO()
    csv.writer(text).writerow([f"'{visible(cell)}" if _FORMULA.match(cell) else visible(cell) for cell in cells])
    return text.getvalue().encode()


def _cells(order: Order, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        order.reference,
        order.account,
        order.outcome or order.stage,
        order.number or "",
        order.status,
        order.user_name or str(order.user_id),
        _when(order.confirmed_at, zone),
    )


def _when(microseconds: int, zone: ZoneInfo) -> str:
    return (_EPOCH + timedelta(microseconds=microseconds)).astimezone(zone).isoformat(timespec="seconds")


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )
