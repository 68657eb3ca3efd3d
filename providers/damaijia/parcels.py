"""The parcels of one order in the supplier's list, counted, so that two lists of them can be compared.

Rows are not documented and need not carry an id: two parcels for the same person may look alike. They are counted by
what they carry, and a list that may have been read wrongly gives numbers that don't add up, never wrong ones that do.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from providers.damaijia.answer import text
from providers.damaijia.form import MOST_RECIPIENTS
from providers.damaijia.lists import PARCELS, PER_PAGE, Ask, Row
from providers.errors import ProviderUnavailable

MOST_PAGES = MOST_RECIPIENTS // PER_PAGE + 2
"""The largest order's parcels and the empty page after them; with smaller pages it is a bound all the same."""


@dataclass(slots=True)
class Parcels:
    """`rows` counts alike rows by a key of ours. `others`: rows that name another order, which were left out."""

    rows: Counter[str] = field(default_factory=Counter)
    others: int = 0
    _rows: dict[str, Row] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.rows.total()

    @property
    def distinct(self) -> Iterable[Row]:
        """One row of each kind."""
        return self._rows.values()

    def row(self, key: str) -> Row:
        return self._rows[key]

    def add(self, row: Row) -> None:
        key = _key(row)
        self.rows[key] += 1
        self._rows.setdefault(key, row)


async def read_parcels(ask: Ask, chosen: Mapping[str, Any], number: str, enough: int | None = None) -> Parcels:
    """The parcels that the filter `chosen` lets through and that are, or may be, of the order `number`.

    A row without a number is believed as long as no row names another order: the filter that is documented was heeded.
    Reading ends with an empty page, with one that repeats the page before, or when there are `enough`.
    Raises the error of reading, and ProviderUnavailable when the list has no end.
    """
    found, before = Parcels(), None
    nameless: list[Row] = []
    for page in range(1, MOST_PAGES + 1):
        rows = await ask(PARCELS, {"filter": dict(chosen), "range": [page, PER_PAGE]})
        if not rows or rows == before:
            break
        for row in rows:
            match text(row.get("order_sn")):
                case "":
                    nameless.append(row)
                case named if named == number:
                    found.add(row)
                case _:
                    found.others += 1
        if enough is not None and found.total + len(nameless) >= enough:
            break
        before = rows
    else:
        raise ProviderUnavailable("too_many_parcels")
    if not found.others:
        for row in nameless:
            found.add(row)
    return found


def _key(row: Row) -> str:
    """The id that the create names, else all that the row carries."""
    return text(row.get("site_order_consignee_id")) or json.dumps(row, sort_keys=True)
