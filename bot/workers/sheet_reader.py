"""Reads the sheets that people have sent: fetched, taken apart and matched to an account, away from the desk.

Each is found in storage until that is done, so that a crash only delays it. What comes of it is said by the desk.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.catalogue.facts import still_so
from bot.catalogue.text_readers import TextReaders
from bot.clock import SECOND
from bot.conversation.accounts import is_named, meant
from bot.conversation.events import SheetNotRead, SheetRead
from bot.conversation.known import Account
from bot.conversation.requests import ReadSheet, SayOfSheet
from bot.conversation.state import ConversationKey
from bot.conversation.views import ColumnView, SheetView
from bot.desk.desk import Desk
from bot.desk.record import Who
from bot.desk.unit import Unit
from bot.journal.sheets import as_body
from bot.reading.reader import TextReader
from bot.sheets.columns import KEY, Columns, roles_of, slot_of
from bot.sheets.kept import KeptSheet, Said, as_text, from_text, said_from
from bot.sheets.match import match
from bot.sheets.rows import RowOrder, RowReader
from bot.sheets.sheet import STRICT, Sheet, SheetFault, SheetRefusedError, letters
from bot.sheets.write import RESULTS, roles_of_results
from bot.words.catalogue import catalogues
from bot.words.sheets import headings_of, in_all_languages
from bot.words.spellings import titles_of
from bot.workers.loop import Duties, Loop
from bot.workers.sheet_process import read_apart
from providers.fields import Form
from storage import products, sheets
from storage.database import Reader
from storage.sheets import SheetRecord

log = logging.getLogger(__name__)
Fetch = Callable[[str, int], Awaitable[bytes]]
"""The content of a file of at most so many bytes. Raises SheetRefusedError, or ConnectionError where it may come."""
_AT_ONCE: Final = 20
_AGAIN: Final = 3.0
"""Seconds until a file that couldn't be had is asked for again."""
_GIVEN_UP: Final = 600 * SECOND
"""Microseconds after which it isn't any more."""
_TRIED: Final = 20
"""Rows by which it is told which account a sheet is for."""


@dataclass(frozen=True, slots=True)
class _Fitting:
    """A sheet matched to an account."""

    account: Account
    reader: TextReader
    columns: Columns
    read_at: int
    whole: int
    """Rows without a fault among the first ones."""


class SheetReader:
    """Reads one sheet after the other. `readers` are those of all accounts."""

    def __init__(self, desk: Desk, readers: TextReaders, fetch: Fetch) -> None:
        self._desk = desk
        self._readers = readers
        self._fetch = fetch
        self._loop = Loop("sheets could not be read", self._turn, after_a_fault=_AGAIN)

    @property
    def duties(self) -> Duties:
        return {ReadSheet: lambda *_: self.wake(), SayOfSheet: lambda *_: self.wake()}

    def wake(self) -> None:
        """A sheet may have come."""
        self._loop.wake()

    async def run(self) -> None:
        """Run until cancelled."""
        await self._loop.run()

    async def _turn(self) -> float | None:
        again: float | None = None
        for record in await self._desk.database.read(sheets.wanted, _AT_ONCE):
            try:
                await self._read(record)
            except SheetRefusedError as error:
                await self._refuse(record, error)
            except ConnectionError as error:
                log.warning("a sheet could not be fetched: %s", error)
                if self._desk.now() - record.created_at > _GIVEN_UP:
                    await self._refuse(record, SheetRefusedError(SheetFault.UNREACHABLE))
                again = _AGAIN
            except Exception:
                # Tried again it would only fail again, and keep the others waiting.
                log.exception("a sheet could not be read")
                await self._refuse(record, SheetRefusedError(SheetFault.BROKEN))
        return again

    async def _refuse(self, record: SheetRecord, error: SheetRefusedError) -> None:
        def work(unit: Unit) -> None:
            if sheets.refuse(unit.tx, record.id):
                event = SheetNotRead(record.id, record.name, error.code, error.params)
                self._desk.step(unit, Who(ConversationKey(record.chat_id, record.user_id)), event)

        await self._desk.run(work)

    async def _read(self, record: SheetRecord) -> None:
        said = said_from(record.said)
        if record.kept:
            sheet = from_text(record.kept).sheet
        else:
            content = await self._fetch(record.file, STRICT.size)
            sheet = await read_apart(content, record.name, _heading_words(self._desk.accounts))
        fitting = await self._fitting(sheet, said)
        if not fitting:
            raise SheetRefusedError(SheetFault.NO_ACCOUNT)
        best = fitting[0]
        others = tuple(one.account.name for one in fitting[1:] if one.whole)
        rows = await asyncio.to_thread(_orders, sheet, best, self._desk.now())
        kept = KeptSheet(best.account.name, sheet, best.columns, rows, others)
        text, body = as_text(kept), as_body(_view(record, kept, best), tuple(_ordered(rows)))

        def work(unit: Unit) -> None:
            if not sheets.note_read(unit.tx, record.id, text, body, record.said):
                return
            if said.roles:
                roles = best.columns.remembered_as_text()
                sheets.keep_columns(unit.tx, best.account.name, best.columns.headings, roles, self._desk.now())
            self._desk.step(unit, Who(ConversationKey(record.chat_id, record.user_id)), SheetRead(record.id))

        await self._desk.run(work)

    async def _fitting(self, sheet: Sheet, said: Said) -> list[_Fitting]:
        """The accounts that a sheet may be for, the likeliest first; one that was named is the only one."""
        accounts = self._desk.accounts
        named = accounts.get(said.account) or is_named(accounts, said.hint)
        if named is None and said.hint:
            named = meant(accounts, *said.hint.split(maxsplit=1)).account
        found = [
            one
            for account in ([named] if named is not None else accounts.values())
            if (one := await self._matched(account, sheet, said)) is not None
        ]
        # A sheet of which nothing answers any question is about something else.
        found = [
            one for one in found if any(slot_of(column.role, one.reader.takes.titled) for column in one.columns.all)
        ]
        found.sort(key=lambda one: (-one.whole, -sum(bool(column.role) for column in one.columns.all)))
        return found

    async def _matched(self, account: Account, sheet: Sheet, said: Said) -> _Fitting | None:
        form = account.form
        if not issubclass(form, Form):
            return None

        def prepare(reader: Reader) -> tuple[TextReader, int]:
            listing = products.listing(reader, account.name)
            return self._readers.of(reader, account.name, form), 0 if listing is None else listing.read_at

        texts, read_at = await self._desk.database.read(prepare)
        columns = await asyncio.to_thread(match, sheet, texts, titles_of(form), _ours())
        kept = await self._desk.database.read(sheets.columns, account.name, columns.headings)
        columns = columns.recalled_from_text(kept, texts.takes)
        for place, role in said.roles.items():
            if 0 <= place < len(columns.all):
                columns = columns.with_column(place, role)
        fitting = _Fitting(account, texts, columns, read_at, 0)
        first = replace(sheet, rows=sheet.rows[:_TRIED])
        rows = await asyncio.to_thread(_orders, first, fitting, self._desk.now())
        return replace(fitting, whole=sum(not row.faults for row in _counted(rows)))


def _heading_words(accounts: Mapping[str, Account]) -> frozenset[str]:
    """Words that head columns: the titles of all forms, and what we write ourselves."""
    titles = {said for one in accounts.values() for said in titles_of(one.form)}
    return frozenset(titles | _ours().keys())


def _ours() -> dict[str, str]:
    """The roles of the columns that we write, by heading, in all languages."""
    found = dict.fromkeys(in_all_languages("sheet.key"), KEY)
    for words in catalogues().values():
        found |= roles_of_results(dict(zip(RESULTS, headings_of(words, RESULTS), strict=True)))
    return found


def _orders(sheet: Sheet, fitting: _Fitting, now: int) -> tuple[RowOrder, ...]:
    goods = fitting.reader.goods

    def facts(product_id: str) -> Mapping[str, Any] | None:
        found = goods.product(product_id.strip())
        if found is None:
            return None
        return still_so({"title": found.title, **found.facts, "read_at": fitting.read_at}, now)

    examples = in_all_languages("sheet.example")
    return RowReader(fitting.account.name, fitting.reader, fitting.columns, facts, examples).read(sheet)


def _counted(rows: tuple[RowOrder, ...]) -> list[RowOrder]:
    return [row for row in rows if row.is_order]


def _ordered(rows: tuple[RowOrder, ...]) -> list[Any]:
    """The rows that are orders, whole or not."""
    return [row.row for row in _counted(rows)]


def _view(record: SheetRecord, kept: KeptSheet, fitting: _Fitting) -> SheetView:
    sheet, takes = kept.sheet, fitting.reader.takes
    filled = {place for row in sheet.rows for place, cell in enumerate(row.cells) if cell.strip()}

    def title(role: str) -> str:
        found = slot_of(role, takes.titled)
        return "" if found is None else found[0].plan.title

    return SheetView(
        record.id,
        record.name,
        kept.account,
        len(_counted(kept.rows)),
        tuple(
            ColumnView(one.heading or letters(place), one.role, title(one.role), one.sure, place not in filled)
            for place, one in enumerate(kept.columns.all)
        ),
        tuple(row.number for row in kept.rows if row.hidden),
        tuple(row.number for row in kept.rows if row.example),
        tuple(roles_of(takes)),
        sheet.others,
        kept.others,
        tuple(row.number for row in kept.rows if row.aside),
        sheet.merged,
    )
