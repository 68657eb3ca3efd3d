"""Pages of the journal, newest first, of any selection of orders: by account, by how they stand, by person, by day.

Each selection has an index in which its orders stand in a row, so a page costs the same wherever it begins. An order
that was not placed and was confirmed anew is left out: the one that took its place stands for the whole chain.
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
_STANDS: Final = "(replaced_by IS NULL OR outcome IS NULL OR outcome IN ('placed', 'unknown'))"
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
            and not order.is_replaced
            and self.since <= order.confirmed_at < self.until
        )

    @property
    def _given(self) -> dict[str, str | int]:
        wanted = {"account": self.account, "state": self.state, "person": self.person}
        return {name: value for name, value in wanted.items() if value is not None}


def _between(names: tuple[str, ...]) -> str:
    wanted = "".join(f"{_COLUMNS[name]} = ${n} AND " for n, name in enumerate(names, 6))
    return f"{wanted}{_STANDS} AND (confirmed_at, reference) > ($1, $2) AND (confirmed_at, reference) < ($3, $4)"


def _statement(names: tuple[str, ...], order: str) -> str:
    return (
        f"SELECT * FROM orders WHERE {_between(names)}"  # noqa: S608  our own columns
        f" ORDER BY confirmed_at {order}, reference {order} LIMIT $5"
    )


def _counting(names: tuple[str, ...]) -> str:
    # The limit is inside: no more rows are gone through than are counted.
    return f"SELECT COUNT(*) AS n FROM (SELECT 1 FROM orders WHERE {_between(names)} LIMIT $5) AS found"  # noqa: S608  as above


def _selections() -> Iterator[tuple[str, ...]]:
    for wanted in product((False, True), repeat=len(_COLUMNS)):
        yield tuple(name for name, is_wanted in zip(_COLUMNS, wanted, strict=True) if is_wanted)


PAGES: Final = {(names, order): _statement(names, order) for names in _selections() for order in ("ASC", "DESC")}
"""The statement of each selection in both directions."""
COUNTS: Final = {names: _counting(names) for names in _selections()}
"""The statement that counts the orders of each selection."""


def older(reader: Reader, selection: Selection, limit: int, before: Place = NEWEST) -> list[Order]:
    """The newest `limit` orders of a selection before a place, newest first."""
    return _page(reader, selection, limit, "DESC", (OLDEST, before))


def newer(reader: Reader, selection: Selection, limit: int, after: Place = OLDEST) -> list[Order]:
    """The oldest `limit` orders of a selection after a place, newest first."""
    return (_page(reader, selection, limit, "ASC", (after, NEWEST)))[::-1]


def count(reader: Reader, selection: Selection, most: int, after: Place = OLDEST) -> int:
    """The number of orders of a selection after a place, `most` where there are as many or more."""
    given, bounds = _bounded(selection, (after, NEWEST))
    row = reader.fetchrow(COUNTS[tuple(given)], *bounds, most, *given.values())
    return 0 if row is None else int(row["n"])


def _page(reader: Reader, selection: Selection, limit: int, order: str, between: tuple[Place, Place]) -> list[Order]:
    given, bounds = _bounded(selection, between)
    return [Order(**row) for row in reader.fetch(PAGES[tuple(given), order], *bounds, limit, *given.values())]


def _bounded(selection: Selection, between: tuple[Place, Place]) -> tuple[dict[str, str | int], tuple[str | int, ...]]:
    # No order has an empty reference, so these places are just before the first and the last moment.
    lowest, highest = max(between[0], (selection.since, "")), min(between[1], (selection.until, ""))
    return selection._given, (*lowest, *highest)  # noqa: SLF001  its own file
