"""Which orders of the list may be ours, and what having none is worth.

An order with our marker is told whatever else it says. One without is left out only when it certainly isn't ours.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from providers.anqicms.answer import text
from providers.anqicms.answer import whole as whole_number
from providers.anqicms.matching import Sent, compared, is_another
from providers.anqicms.orders_list import Listed, made_at
from providers.anqicms.request import marker_of
from providers.errors import ProviderError
from providers.orders import Findings, Match, Remark

NOT_WHOLE = "not_whole"
OTHER_USER = "order_of_other_user"
AS_GUEST = "maybe_as_guest"
MOST_DETAILS = 5
"""Orders whose detail is read in one search."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Orders with our marker, rows without one that may be ours, and whether every row could be judged."""

    marked: tuple[Match, ...]
    unmarked: tuple[Mapping[str, Any], ...]
    whole: bool
    signals: tuple[Remark, ...]


def candidates(listed: Listed, sent: Sent, now: datetime, *, exact: bool) -> Candidates:
    """`exact`: the order was certainly sent with our marker, so that a remark without it is another order's."""
    marked, unmarked, signals = [], [], []
    # A list of several users' orders is not our account's, and which of them are ours can't be told.
    whole = listed.whole and (sent.our_user is not None or len(_users(listed)) <= 1)
    for row in listed.rows:
        if sent.marks(row):
            match = compared(row, sent, now)
            if sent.may_own(row):
                marked.append(match)
            else:
                user = text(row.get("user_id"))
                signals.append(Remark(OTHER_USER, {"number": match.order.number, "user": user}))
                whole = False
        elif sent.may_own(row) and _since_horizon(row, sent, now):
            readable = isinstance(row.get("remark"), str)
            whole = whole and (readable or not exact)
            if _may_be(row, sent, exact=exact and readable):
                unmarked.append(row)
    # Details are read of the first few only: of those that need no wrong clock to be ours.
    unmarked.sort(key=lambda row: not _in_time(row, sent, now))
    return Candidates(tuple(marked), tuple(unmarked), whole, tuple(signals))


def findings(found: Candidates, evidence: tuple[Match, ...], *, known_then: bool) -> Findings:
    """`known_then`: the shop knew us by our token when the order was sent, so that it booked it under our account."""
    if any(match.certain for match in found.marked):
        return Findings(found.marked, found.whole and known_then, found.signals)
    signals = [*found.signals]
    if not found.whole:
        signals.append(Remark(NOT_WHOLE))
    if not known_then:
        signals.append(Remark(AS_GUEST))
    return Findings(found.marked + evidence, found.whole and known_then, tuple(signals))


async def evidence_in(
    rows: tuple[Mapping[str, Any], ...],
    sent: Sent,
    now: datetime,
    detail: Callable[[str], Awaitable[Mapping[str, Any] | None]],
) -> tuple[Match, ...]:
    """The rows that are not certainly another order, the first of them with all that `detail(number)` has.

    A detail that can't be read leaves the row as evidence with fewer facts.
    """
    evidence, left = [], MOST_DETAILS
    for row in rows:
        match = compared(row, sent, now)
        if left and not is_another(match, sent.form):
            left -= 1
            try:
                more = await detail(match.order.number) or {}
            except ProviderError:
                more, left = {}, 0  # each failure may take as long as we are ready to wait
            if text(more.get("order_id")) == match.order.number:
                match = compared({**row, **{key: value for key, value in more.items() if value}}, sent, now)
        if not is_another(match, sent.form):
            evidence.append(match)
    return tuple(evidence)


def _users(listed: Listed) -> set[int]:
    return {user for row in listed.rows if (user := whole_number(row.get("user_id"))) is not None}


def _since_horizon(row: Mapping[str, Any], sent: Sent, now: datetime) -> bool:
    at = made_at(row, now)
    return at is not None and at >= sent.sending.horizon


def _in_time(row: Mapping[str, Any], sent: Sent, now: datetime) -> bool:
    at = made_at(row, now)
    return at is not None and sent.sending.covers(at)


def _may_be(row: Mapping[str, Any], sent: Sent, *, exact: bool) -> bool:
    remark = text(row.get("remark"))
    plain, marked = sent.remarks
    if exact:
        # A shop that keeps less than we know of cuts the marker off.
        return bool(remark) and marked.startswith(remark)
    return not marker_of(remark) or remark == plain
