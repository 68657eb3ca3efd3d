"""The suppliers' ledgers beside the bot's journal, as somebody sees them who can look into both."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from time import monotonic, sleep
from typing import Any

import psycopg
from psycopg.rows import dict_row

from providers.orders import Outcome
from providers.simulators.base import Order as Taken
from providers.simulators.base import Simulator
from storage.orders import Order
from storage.postgres.address import address_of
from storage.postgres.connection import connect
from storage.sqlite.placeholders import numbered
from tests.chaos.drafts import first_name, token_of
from tests.end_to_end.house import World


class Row(dict[str, Any]):
    """A row whose values are found by name and by place."""

    def __getitem__(self, key: str | int) -> Any:
        return [*self.values()][key] if isinstance(key, int) else super().__getitem__(key)


REFERENCE_IN = {"citiesocial": "channel_order_reference", "gifts": "site_order_id"}
"""Where a create carries our reference; elsewhere an order is known by what it asks for."""
_CONNECTED = 20.0
"""Seconds."""


class Journal:
    """The bot's database, read and written from outside while it may live."""

    def __init__(self, house: World) -> None:
        self._house = house
        self._file: sqlite3.Connection | None = None
        self._inode = 0

    def close(self) -> None:
        """Let go of the file; the next reading opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def rows(self, sql: str, *args: Any) -> list[Row]:
        """Committed rows; `?` stands for each of `args`."""
        if self._house.server is not None:
            return self._rows_at(self._house.server, sql.replace("%", "%%").replace("?", "%s"), args)
        return [Row(dict(row)) for row in self._opened().execute(sql, args)]

    def _opened(self) -> sqlite3.Connection:
        """One connection for many readings, as long as the file is the same: they are read all the time."""
        path = self._house.database
        inode = path.stat().st_ino if path.exists() else 0
        if self._file is None or inode != self._inode:
            self.close()
            self._inode = inode
            self._file = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=_CONNECTED)
            self._file.row_factory = sqlite3.Row
        return self._file

    def _rows_at(self, server: str, sql: str, args: tuple[Any, ...]) -> list[Row]:
        """As `rows`, of a server that may be just starting."""
        end = monotonic() + _CONNECTED
        while True:
            try:
                with closing(psycopg.connect(server)) as session, session.cursor(row_factory=dict_row) as cursor:
                    return [*map(Row, cursor.execute(sql, args).fetchall())]
            except psycopg.OperationalError:
                if monotonic() > end:
                    raise
                sleep(0.05)

    def orders(self) -> list[Order]:
        """All, oldest first; none while there is no database yet."""
        try:
            return [Order(**row) for row in self.rows("SELECT * FROM orders ORDER BY confirmed_at, reference")]
        except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
            return []

    def write(self, sql: str, *args: str | int) -> bool:
        """Run a statement of the bot's; False when it is to be tried again."""
        if self._house.server is not None:
            with closing(connect(address_of(self._house.server))) as session:
                try:
                    session.execute(sql, args)
                except psycopg.OperationalError:
                    return False
            return True
        with closing(sqlite3.connect(self._house.database, isolation_level=None, timeout=0)) as connection:
            try:
                connection.execute(numbered(sql), args)
            except sqlite3.OperationalError:
                return False
        return True


class Truth(Enum):
    """What there is to be said about an order, beside a number."""

    ABSENT = "the supplier has none and will take none"
    OPEN = "nobody can tell yet"


@dataclass
class Books:
    """`suppliers` by account, and in `others` the second customer that an account becomes when its settings change."""

    journal: Journal
    suppliers: dict[str, Simulator]
    others: dict[str, Simulator] = field(default_factory=dict)
    _foreign: set[tuple[int, str]] = field(default_factory=set)
    _places: dict[str, Simulator] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._at = {place.url: place for place in self.places()}

    def places(self) -> list[Simulator]:
        return [*self.suppliers.values(), *self.others.values()]

    def place_of(self, order: Order) -> Simulator:
        """The supplier's side that the order is for, by what its account was when it was confirmed."""
        if order.identity not in self._places:
            rows = self.journal.rows("SELECT base_url FROM identities WHERE id = ?", order.identity)
            if not rows or rows[0]["base_url"] not in self._at:
                return self.suppliers[first_name(order.account)]
            self._places[order.identity] = self._at[rows[0]["base_url"]]
        return self._places[order.identity]

    def take_elsewhere(self, place: Simulator, body: dict[str, Any]) -> None:
        """Somebody else orders there, which is none of ours whatever it looks like."""
        self._foreign.add((id(place), place.take_elsewhere(body).number))

    def newest_is_nobodys(self, place: Simulator, within: timedelta) -> bool:
        """Whether what the supplier took last is no order of the journal: somebody else's, or later than its copy.

        Only what it took not longer ago than that.
        """
        last = place.ledger[-1] if place.ledger else None
        if last is None or last.taken_at <= place.now() - within:
            return False
        there = [one for one in self.journal.orders() if self.place_of(one) is place]
        return (id(place), last.number) in self._foreign or not any(self.belongs(one, last.body) for one in there)

    def ours(self, place: Simulator) -> list[Taken]:
        """Orders that the bot has made there."""
        return [one for one in place.ledger if token_of(one.body) and (id(place), one.number) not in self._foreign]

    def taken(self, order: Order) -> list[Taken]:
        """What the supplier has that may be this order."""
        return [entry for entry in self.ours(self.place_of(order)) if self.belongs(order, entry.body)]

    def received(self, order: Order) -> int:
        """How often the supplier was sent what may be this order."""
        return sum(self.belongs(order, one.body) for one in self.place_of(order).received)

    def belongs(self, order: Order, body: Any) -> bool:
        key = REFERENCE_IN.get(first_name(order.account))
        if key is not None and isinstance(body, dict):
            return str(body.get(key)) == order.reference
        return token_of(body) == token_of(order.answers)

    def alike(self, order: Order) -> list[Order]:
        """All orders that the supplier can't tell from this one, itself included."""
        if first_name(order.account) in REFERENCE_IN:
            return [order]
        token, place = token_of(order.answers), self.place_of(order)
        every = [other for other in self.journal.orders() if token_of(other.answers) == token]
        return [other for other in every if self.place_of(other) is place]

    def free(self, order: Order) -> list[Taken]:
        """What the supplier has that may be this order and is known to be no other."""
        others = {other.number for other in self.alike(order) if other.reference != order.reference}
        return [entry for entry in self.taken(order) if entry.number not in others]

    def may_come(self, order: Order) -> bool:
        """Whether the supplier has a create that it may still take."""
        return any(self.belongs(order, body) for body in self.place_of(order)._late)

    def truth(self, order: Order, *, in_flight: bool) -> str | Truth:
        """What an honest person who looks at the supplier's own pages says: a number, or one of `Truth`."""
        others = [other for other in self.alike(order) if other.reference != order.reference]
        if in_flight or any(other.outcome is None for other in others):
            return Truth.OPEN
        if free := self.free(order):
            return free[0].number
        return Truth.OPEN if self.may_come(order) else Truth.ABSENT

    def groups(self) -> Iterator[tuple[Order, list[Order], list[Taken]]]:
        """One order of each group that a supplier can't tell apart, the group, and what the supplier has of it."""
        seen: set[str] = set()
        for order in self.journal.orders():
            if order.reference not in seen:
                group = self.alike(order)
                seen |= {one.reference for one in group}
                yield order, group, self.taken(order)

    def strays(self) -> Iterator[tuple[Simulator, str]]:
        """Suppliers' sides that were sent what no order of the journal is for, and its token."""
        known = {(id(self.place_of(order)), token_of(order.answers)) for order in self.journal.orders()}
        for place in self.places():
            sent = {token_of(one.body) for one in place.received} | {token_of(one.body) for one in self.ours(place)}
            yield from ((place, token) for token in sorted(sent - {""}) if (id(place), token) not in known)


def possible(orders: Iterable[Order]) -> list[Order]:
    """Those that are placed or may be."""
    return [order for order in orders if order.outcome not in {Outcome.REFUSED, Outcome.NOT_SENT}]


def may_be_there(orders: Iterable[Order]) -> list[Order]:
    """Those that are placed or may be, also when they are held to be not placed and nobody has said so for certain."""
    return [order for order in orders if order.inferred or order in possible([order])]
