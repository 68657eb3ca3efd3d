"""The requests of a step: written down with the new state, or done by workers after the commit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.conversation.events import Decision, Steering
from bot.conversation.views import Wanted


@dataclass(frozen=True, slots=True)
class Request:
    """Base of all requests."""


@dataclass(frozen=True, slots=True)
class PlaceOrder(Request):
    """Write this order into the journal and send it. `source` is the order that its draft was re-opened from.

    `likeness` is the same for the same answers; `duplicate` is the reference of the one that was shown.
    """

    reference: str
    draft: str
    account: str
    form_version: str
    answers: Mapping[str, Any]
    likeness: str = ""
    source: str | None = None
    retry: bool = False
    duplicate: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmBatch(Request):
    """Write all these orders into the journal, or none of them, and send them one by one. Rows count from 1."""

    batch: str
    account: str
    rows: tuple[PlaceOrder, ...]


@dataclass(frozen=True, slots=True)
class SteerBatch(Request):
    """Let a batch wait, go on or end."""

    batch: str
    steering: Steering


@dataclass(frozen=True, slots=True)
class KeepSearch(Request):
    """Keep the text that a list of orders is searched for, where its buttons can't carry it."""

    text: str


@dataclass(frozen=True, slots=True)
class ParkDraft(Request):
    """Keep a draft that isn't open any more; `kept` is a KeptDraft as JSON text, `at` in UTC microseconds."""

    draft: str
    kept: str
    at: int


@dataclass(frozen=True, slots=True)
class UnparkDraft(Request):
    """Forget a parked draft: it is open now, or dropped."""

    draft: str


@dataclass(frozen=True, slots=True)
class KeepTray(Request):
    """Keep a tray as it is now; `kept` is a Tray as JSON text, `at` in UTC microseconds."""

    tray: str
    kept: str
    at: int


@dataclass(frozen=True, slots=True)
class DropTray(Request):
    """Forget a tray: it is confirmed, or given up."""

    tray: str


@dataclass(frozen=True, slots=True)
class ForgetPerson(Request):
    """Remove what is personal of somebody in the address book."""

    id: str


@dataclass(frozen=True, slots=True)
class RememberPerson(Request):
    """Take somebody into the address book again, as their last order has them."""

    id: str


@dataclass(frozen=True, slots=True)
class ReadSheet(Request):
    """Read a sheet and report with `SheetRead` or `SheetNotRead`: Telegram's id of the file, its name, a hint."""

    sheet: str
    file: str
    name: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class SayOfSheet(Request):
    """Read a sheet once more: for another `account`, or with its column `place` being what is said."""

    sheet: str
    account: str = ""
    place: int = -1
    role: str = ""


@dataclass(frozen=True, slots=True)
class SheetRowConfirmed:
    """A row of a sheet that was confirmed: what it is known by, the likeness of its order, and its reference."""

    keys: tuple[str, ...]
    likeness: str
    reference: str


@dataclass(frozen=True, slots=True)
class NoteSheetOrders(Request):
    """Note which orders the rows of a sheet have become."""

    sheet: str
    batch: str
    account: str
    rows: tuple[SheetRowConfirmed, ...]


@dataclass(frozen=True, slots=True)
class LookUpAnswer(Request):
    """Look an answer up at the account's supplier and report back with `LookedUp`."""

    account: str
    draft: str
    revision: int
    into: str
    value: str


@dataclass(frozen=True, slots=True)
class RefreshBalance(Request):
    """The balance of this account will soon be of interest."""

    account: str


@dataclass(frozen=True, slots=True)
class ReadBalances(Request):
    """Read the balances of all accounts now and report back with `BalancesRead`."""


@dataclass(frozen=True, slots=True)
class StopTrying(Request):
    """Don't send this order again by itself."""

    reference: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Decide(Request):
    """Write down what a person decided about an order of unknown outcome, and do it."""

    reference: str
    attempts: int
    decision: Decision
    number: str = ""


@dataclass(frozen=True, slots=True)
class TellLater(Request):
    """Notify whoever ordered of what is known about an order of unknown outcome at this time, in UTC microseconds."""

    reference: str
    at: int


@dataclass(frozen=True, slots=True)
class ReconcileOrder(Request):
    """Look for an order of unknown outcome at its supplier now."""

    reference: str


@dataclass(frozen=True, slots=True)
class AskStatus(Request):
    """Ask the supplier how far an order is, and answer in the chat, or on the order's card.

    `listed` is the list that the question came from.
    """

    reference: str
    on_card: bool = False
    listed: Wanted | None = None


@dataclass(frozen=True, slots=True)
class AskEverywhere(Request):
    """Ask every supplier for a number that isn't in the journal, and report with `SearchedElsewhere`."""

    query: str


@dataclass(frozen=True, slots=True)
class CheckNumber(Request):
    """Compare the order that the supplier has under a number with ours, and report with `NumberChecked`."""

    reference: str
    attempts: int
    number: str


@dataclass(frozen=True, slots=True)
class ChooseLanguage(Request):
    """Write down the language that a person has chosen."""

    language: str


@dataclass(frozen=True, slots=True)
class NoteCustomer(Request):
    """Write down whether an account with a new key is the `same` customer; `own` is what its settings mean."""

    account: str
    own: str
    same: bool


@dataclass(frozen=True, slots=True)
class ChooseNotices(Request):
    """Write down the changes that a person wants to be notified of."""

    chosen: str
