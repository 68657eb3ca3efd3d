"""Orders and what is known about them, as the conversation sees them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from providers.orders import Money, Outcome, Remark, Tracking
from providers.products import Path

FOUND_LATER = frozenset({"found_again", "found_by_person"})
"""Remarks of orders whose number the supplier did not answer: it was found out afterwards."""


class Freshness(StrEnum):
    """The source of the status in an answer."""

    NOW = "now"  # the supplier, just now
    UNREACHED = "unreached"  # the journal, because the supplier could not be asked
    NOT_THERE = "not there"  # the journal, because the supplier says that it has no such order
    SILENT = "silent"  # the journal, because the supplier gives no status
    KNOWN = "known"  # the journal


@dataclass(frozen=True, slots=True)
class ProgressDetails:
    """The words of a supplier on an order besides its status when it was last asked; `times` in UTC microseconds.

    Each key of `times` names a label in the catalogues (`time.<key>`).
    """

    amount: Money | None = None
    times: Mapping[str, int] = field(default_factory=dict)
    tracking: tuple[Tracking, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order of the journal as the conversation sees it. `outcome` is None while it is waiting or being sent.

    `answers` are the confirmed draft's; `fields` are dotted paths that a refusal named; times are UTC microseconds;
    `replaced_by` is the reference under which an order that was not placed was confirmed anew. `attempts` counts the
    sendings; it `waits` to be sent, first or again. `pruned`: its answers were removed since. `told` is what the
    supplier said when it was asked, at `asked_at`; the status is as it has been since `status_at`. `also` are further
    reasons beside `code`, told in the same way; `patches` are what is known of its products by now, each with the path
    of the facts in `answers` that it takes the place of.

    An order that a supplier has and the journal hasn't, has no reference.
    """

    reference: str
    account: str
    provider: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    outcome: Outcome | None = None
    number: str = ""
    status: str = ""
    supplier_status: str = ""
    remarks: tuple[Remark, ...] = ()
    code: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    said: str = ""
    fields: tuple[str, ...] = ()
    confirmed_at: int = 0
    person: str = ""
    replaced_by: str = ""
    attempts: int = 0
    waits: bool = False
    pruned: bool = False
    details: ProgressDetails = ProgressDetails()
    asked_at: int = 0
    status_at: int = 0
    also: tuple[Remark, ...] = ()
    patches: tuple[tuple[Path, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True)
class BalanceView:
    """An account's balance, by the account's title; `amount` is None where nothing is known.

    `age` is how old it is, in microseconds, where it could not be read just now.
    """

    account: str
    amount: Decimal | None = None
    unit: str = ""
    age: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order in the supplier's list that may be ours; `at` in UTC microseconds, 0 where the supplier doesn't say.

    `facts` are what its row says, by the names of their labels.
    """

    number: str
    at: int = 0
    facts: Mapping[str, str] = field(default_factory=dict)
    differs: tuple[str, ...] = ()


class LookEnd(StrEnum):
    """The end of a look-up of an order whose outcome nobody knows (`unknown.<code>`)."""

    NONE = ""  # there was none yet
    FOUND = "found"
    NOTHING = "nothing"  # the whole list was read, late enough
    NOTHING_YET = "nothing_yet"  # nothing is proven by it
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The facts known about an order of unknown outcome. Times are UTC microseconds, 0 for never.

    `look` is how the last look-up ended; where it failed, `look_code` says why and `look_said` what the supplier said.
    Candidates and signals are those of the last one that was read. Balances are amounts as text. `first_sent_at`
    is earlier than `sent_at` when it was held to be not placed in between.
    """

    sent_at: int = 0
    ended_at: int = 0
    looks: int = 0
    looked_at: int = 0
    look: LookEnd = LookEnd.NONE
    look_code: str = ""
    look_said: str = ""
    candidates: tuple[Candidate, ...] = ()
    signals: tuple[Remark, ...] = ()
    balance_before: str = ""
    balance_after: str = ""
    sent_again: int = 0
    first_sent_at: int = 0
