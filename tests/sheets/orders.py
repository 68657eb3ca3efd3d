"""Sheets read for an account of each supplier's simulator, from rows of cells to orders."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.sheets.columns import Columns
from bot.sheets.headings import HeadingWords
from bot.sheets.match import match
from bot.sheets.read import read
from bot.sheets.rows import RowOrder, RowReader
from bot.sheets.sheet import Sheet
from bot.words.spellings import titles_of
from tests.reading.goods import reader_of
from tests.sheets.making import xlsx

GIFT = "614"
PARCELS = ("收件人", "手机", "收货地址", "礼品", "数量", "备注", "来源", "寄件人")
PARCEL = ("王小明", "13800000001", "浙江省杭州市余杭区文一路1号", GIFT, "1", "请包好", "淘宝", "")
OURS = {"Result · reference": "reference", "Result · status": "result"}


def sheet_of(rows: Sequence[Sequence[Any]], provider: str = "damaijia", **more: Any) -> Sheet:
    return read(xlsx(rows, **more), "orders.xlsx", HeadingWords(reader_of(provider).labels).is_heading)


def columns_of(sheet: Sheet, provider: str = "damaijia") -> Columns:
    reader = reader_of(provider)
    return match(sheet, reader, titles_of(reader.form), OURS)


def facts_of(provider: str, product_id: str) -> Mapping[str, Any] | None:
    product = reader_of(provider).goods.product(product_id)
    return None if product is None else {"title": product.title, **product.facts}


def row_reader(provider: str, columns: Columns, account: str = "") -> RowReader:
    return RowReader(
        account or provider, reader_of(provider), columns, lambda one: facts_of(provider, one), ("Example", "示例")
    )


def orders_of(rows: Sequence[Sequence[Any]], provider: str = "damaijia", **more: Any) -> tuple[RowOrder, ...]:
    sheet = sheet_of(rows, provider, **more)
    return row_reader(provider, columns_of(sheet, provider)).read(sheet)
