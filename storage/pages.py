"""Pages of the journal, newest first, of any selection of orders: by account, by how they stand, by person, by day.

Each selection has an index in which its orders stand in a row, so a page costs the same wherever it begins.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from storage.database import Reader
from storage.orders import NEWEST, OLDEST, Order, Place

# As the indexes are written; see the migration.
_STATE: Final = """(CASE
    WHEN outcome = 'placed' AND status <> '' THEN status
    WHEN outcome IN ('refused', 'not_sent') THEN 'not placed'
    ELSE COALESCE(outcome, 'open') END)"""
_COLUMNS: Final = {"account": "(account || '')", "state": _STATE, "person": "user_id"}


@dataclass(frozen=True, slots=True)
class Selection:
    """Orders wanted, None for any. `since` and `until` are times of confirmation in UTC microseconds, `until` excluded.

    `state` is as `Order.state` has it.
    """

    account: str | None = None
    state: str | None = None
    person: int | None = None
    since: int = -1
    until: int = 2**63 - 1

    def has(self, order: Order) -> bool:
        """True if an order is one of them."""
        return (
            self.account in {None, order.account}
            and self.state in {None, order.state}
            and self.person in {None, order.user_id}
            and self.since <= order.confirmed_at < self.until
        )

    @property
    def _given(self) -> dict[str, str | int]:
        wanted = {"account": self.account, "state": self.state, "person": self.person}
        return {name: value for name, value in wanted.items() if value is not None}


def _statement(names: tuple[str, ...], order: str) -> str:
    wanted = "".join(f"{_COLUMNS[name]} = ${n} AND " for n, name in enumerate(names, 6))
    return (
        f"SELECT * FROM orders WHERE {wanted}(confirmed_at, reference) > ($1, $2)"  # noqa: S608  our own columns
        f" AND (confirmed_at, reference) < ($3, $4) ORDER BY confirmed_at {order}, reference {order} LIMIT $5"
    )


def _selections() -> Iterator[tuple[str, ...]]:
    for wanted in product((False, True), repeat=len(_COLUMNS)):
        yield tuple(name for name, is_wanted in zip(_COLUMNS, wanted, strict=True) if is_wanted)


PAGES: Final = {(names, order): _statement(names, order) for names in _selections() for order in ("ASC", "DESC")}
"""The statement of each selection in both directions."""


def older(reader: Reader, selection: Selection, limit: int, before: Place = NEWEST) -> list[Order]:
    """The newest `limit` orders of a selection before a place, newest first."""
    return _page(reader, selection, limit, "DESC", (OLDEST, before))


def newer(reader: Reader, selection: Selection, limit: int, after: Place = OLDEST) -> list[Order]:
    """The oldest `limit` orders of a selection after a place, newest first."""
    return (_page(reader, selection, limit, "ASC", (after, NEWEST)))[::-1]


def _page(reader: Reader, selection: Selection, limit: int, order: str, between: tuple[Place, Place]) -> list[Order]:
    given = selection._given  # noqa: SLF001  its own file
    # No order has an empty reference, so these places are just before the first and the last moment.
    lowest, highest = max(between[0], (selection.since, "")), min(between[1], (selection.until, ""))
    sql = PAGES[tuple(given), order]
    return [Order(**row) for row in reader.fetch(sql, *lowest, *highest, limit, *given.values())]
