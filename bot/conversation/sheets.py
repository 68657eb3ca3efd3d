"""Transitions of sheets: one that was sent becomes a tray, and an empty one to fill in is asked for by its account.

They leave whatever is open as it is: a file belongs to no draft. What a column is used for is told, since all that
follows depends on it, and a person can say otherwise.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

from bot.conversation.accounts import meant
from bot.conversation.events import SheetNotRead, SheetRead, SheetRequested, SheetSent, SheetTapped, SheetVerb
from bot.conversation.information import stale
from bot.conversation.prompts import accounts_offered
from bot.conversation.replies import (
    AccountGone,
    BatchFault,
    BatchRefused,
    EmptySheet,
    SheetNotTaken,
    SheetReading,
    SheetReturned,
    SheetShown,
)
from bot.conversation.requests import ReadSheet, SayOfSheet
from bot.conversation.step import Step, Turn
from bot.conversation.tray import TrayRow

InATray = Callable[[Turn[Any], str, tuple[TrayRow, ...], str, Iterable[str]], Step]
"""Shows rows for an account, by its name, in a tray; then the sheet, and accounts that it may be for as well."""
LARGEST: Final = 5_000_000
"""Bytes of a file that is fetched at all."""


def requested(turn: Turn[SheetRequested]) -> Step:
    """An empty sheet for the account that is meant, or the accounts that may be."""
    event, accounts = turn.event, turn.known.accounts
    wanted = meant(accounts, event.account, event.rest)
    account = wanted.account
    if account is None and not event.account and len(accounts) == 1:
        account = next(iter(accounts.values()))
    if account is None:
        offered = accounts_offered(turn.known, f"{event.account} {event.rest}".strip(), wanted.others)
        return turn.stays(replace(offered, command="sheet"))
    return turn.stays(EmptySheet(account.name, account.title))


def sent(turn: Turn[SheetSent]) -> Step:
    """A sheet is read by a worker; what is beside it may name the account."""
    event, sheet = turn.event, turn.known.draft_id
    if event.size > LARGEST:
        return turn.stays(SheetNotTaken("", event.name, "too_large", {"most": str(LARGEST // 1_000_000)}))
    request = ReadSheet(sheet, event.file, event.name, event.caption)
    return turn.stays(SheetReading(sheet, event.name), requests=(request,))


def read(shown: InATray) -> Callable[[Turn[SheetRead]], Step]:
    """The orders of a sheet, `shown` in a tray, and above it what its columns were taken for."""

    def act(turn: Turn[SheetRead]) -> Step:
        known = turn.known
        found = known.sheet(turn.event.sheet)
        if found is None:
            return turn.stays()
        view, rows = found
        account = known.accounts.get(view.account)
        if account is None:
            return turn.stays(AccountGone(view.account))
        told = SheetShown(view, account.title)
        if not rows:
            return turn.stays(told)
        if len(rows) > known.batch_rows:
            many = BatchRefused(BatchFault.TOO_MANY, account.title, most=known.batch_rows, count=len(rows))
            return turn.stays(told, many)
        step = shown(turn, view.account, rows, view.id, view.others)
        return replace(step, replies=(told, *step.replies))

    return act


def not_read(turn: Turn[SheetNotRead]) -> Step:
    """A sheet can't be read, and why."""
    event = turn.event
    return turn.stays(SheetNotTaken(event.sheet, event.name, event.code, event.params))


def tapped(turn: Turn[SheetTapped]) -> Step:
    """A button below what a sheet was read as."""
    event, known = turn.event, turn.known
    found = known.sheet(event.sheet)
    account = None if found is None else known.accounts.get(found[0].account)
    if found is None or account is None:
        return stale(turn)
    view = found[0]
    if event.verb is SheetVerb.AGAIN:
        return turn.stays(SheetReturned(view.id, view.name))
    if event.verb is SheetVerb.TOLD:
        return turn.stays(SheetShown(view, account.title))
    if event.verb is SheetVerb.COLUMNS:
        return turn.stays(SheetShown(view, account.title, listing=True))
    if not 0 <= event.n < len(view.columns):
        return stale(turn)
    if event.verb is SheetVerb.COLUMN:
        return turn.stays(SheetShown(view, account.title, column=event.n))
    if not 0 <= event.role < len(view.roles):
        return stale(turn)
    role = view.roles[event.role][0]
    request = SayOfSheet(view.id, place=event.n, role=role)
    return turn.stays(SheetReading(view.id, view.name), requests=(request,))
