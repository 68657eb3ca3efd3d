"""Orders of the shop's list against what a create of ours carried, and what having no match is worth.

Only our marker makes an order ours, and one that has it is told whatever else it says. Without it two people may have
ordered the same, so what agrees is evidence, and only what no shop changes by itself (the kind, the products and how
many) makes an order certainly another one.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from providers.anqicms.answer import GUEST, money, placed_order, text, whole
from providers.anqicms.create import marker_of, order_body
from providers.anqicms.form import Address, AnqicmsForm
from providers.anqicms.orders import Listed, made_at
from providers.cleaning import compared_phone
from providers.errors import ProviderError
from providers.orders import Findings, Match, PlacedOrder, Remark, Sending
from providers.products import total_of

LONGEST_FACT = 200
MOST_LINES = 10
"""Shown of one order."""
_KINDS = frozenset({"goods", "vip"})
_NEVER_OURS = frozenset({"guest", "user", "type", "items"})
"""Facts that leave an order with our marker uncertain where they differ."""

_MORE_LINES = ("", "...", "…", "等")
"""Ends of the remark that a shop writes by itself, behind the title of the first product."""
MOST_DETAILS = 5
"""Orders whose detail is read in one search."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A create of ours as it was sent, and as whom: `our_user` is the shop's id of our account, when we know it."""

    form: AnqicmsForm
    sending: Sending
    currency: str
    our_user: int | None

    @property
    def remarks(self) -> tuple[str, str]:
        """Without our marker, and with it: which of them went depends on the settings of that day."""
        plain, marked = order_body(self.form), order_body(self.form, self.sending.reference)
        return plain.get("remark", ""), marked["remark"]

    def marks(self, row: Mapping[str, Any]) -> bool:
        """True when the order carries our marker."""
        return marker_of(text(row.get("remark"))) == self.sending.reference

    def may_own(self, row: Mapping[str, Any]) -> bool:
        """True when the order may be booked under our account."""
        user = whole(row.get("user_id"))
        return user is None or (user != GUEST and self.our_user in {None, user})


@dataclass(slots=True)
class _Facts:
    shown: dict[str, str] = field(default_factory=dict)
    differs: list[str] = field(default_factory=list)

    def add(self, key: str, value: str, *, agrees: bool | None) -> None:
        """Facts without a value are left out; `agrees` is None for what can't be judged."""
        value = " ".join(value.split())
        if value:
            self.shown[key] = value if len(value) <= LONGEST_FACT else value[: LONGEST_FACT - 1] + "…"
            if agrees is False:
                self.differs.append(key)


def compared(row: Mapping[str, Any], sent: Sent, now: datetime) -> Match:
    """An order of the list or the detail, which has a number, against what was sent."""
    form, since, until = sent.form, sent.sending.since, sent.sending.until
    marked, at = sent.marks(row), made_at(row, now)
    facts = _Facts()
    if not sent.may_own(row):
        # Anybody can read a guest's order by its number, so that it can be read doesn't make it ours.
        user = whole(row.get("user_id"))
        facts.add("guest" if user == GUEST else "user", text(user), agrees=False)
    if at is not None and (at < since or (at > until and not marked)):
        facts.add("time", f"{at:%Y-%m-%d %H:%M:%S} UTC", agrees=False)
    kind = text(row.get("type"))
    facts.add("type", kind, agrees=kind.casefold() == form.type if kind.casefold() in _KINDS else None)
    if lines := lines_of(row):
        facts.add("items", _shown(lines), agrees=_total(lines) == _total(sent_lines(form)))
    remark = text(row.get("remark"))
    facts.add("remark", remark, agrees=_is_our_remark(remark, row, sent))
    if (amount := whole(row.get("amount"))) is not None:
        facts.add("amount", f"{money(amount)} {sent.currency}", agrees=None)
    if isinstance(address := row.get("order_address"), dict):
        parts = {key: text(address.get(key)) for key in Address.model_fields}
        facts.add(
            "address",
            " ".join(filter(None, parts.values())),
            agrees=form.address is not None and _same_address(parts, form.address),
        )
    return Match(
        order=with_total_shown(placed_order(row, sent.currency, sent.our_user), form, sent.currency),
        certain=marked and at is not None and at >= since and not _NEVER_OURS & set(facts.differs),
        at=at,
        facts=facts.shown,
        differs=tuple(facts.differs),
    )


def _same_address(told: Mapping[str, str], sent: Address) -> bool:
    """Check that nothing but the spelling of the phone differs, which may have been sent in another one."""
    ours = sent.model_dump() | {"phone": compared_phone(sent.phone)}
    return {**told, "phone": compared_phone(told["phone"])} == ours


def with_total_shown(order: PlacedOrder, form: AnqicmsForm, currency: str) -> PlacedOrder:
    """`order`, with the total that was shown before Confirm where the shop asks for another one.

    Nobody can send a price: the shop takes its own of that moment, less the discount of its user.
    """
    amount = next((remark.params["amount"] for remark in order.remarks if remark.code == "amount"), None)
    shown = total_of(form.chosen())
    if amount is None or shown is None or shown.unit != currency or shown.amount == Decimal(amount):
        return order
    told = Remark("total_shown", {"amount": f"{shown.amount:.2f}", "currency": currency})
    return replace(order, remarks=(*order.remarks, told))


def is_another(match: Match, form: AnqicmsForm) -> bool:
    """True when an order without our marker certainly isn't ours."""
    # What a shop keeps as the lines of a membership is not documented.
    never_changed = {"type", "items"} if form.type == "goods" else {"type"}
    return bool(never_changed & set(match.differs))


def sent_lines(form: AnqicmsForm) -> tuple[tuple[int, int], ...]:
    return tuple((item.goods_id, item.quantity) for item in form.items)


def lines_of(row: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    """Goods id and quantity of each line; empty when any of them can't be read."""
    lines = []
    for line in _details(row):
        goods, quantity = whole(line.get("goods_id")), whole(line.get("quantity"))
        if goods is None or quantity is None:
            return ()
        lines.append((goods, quantity))
    return tuple(lines)


def _details(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    details = row.get("details")
    details = details if isinstance(details, list) else []
    return [line if isinstance(line, dict) else {} for line in details]


def _total(lines: tuple[tuple[int, int], ...]) -> Counter[int]:
    # A shop may join two lines of one product.
    total: Counter[int] = Counter()
    for goods, quantity in lines:
        total[goods] += quantity
    return total


def _shown(lines: tuple[tuple[int, int], ...]) -> str:
    shown = [f"{goods} × {quantity}" for goods, quantity in lines[:MOST_LINES]]
    return ", ".join([*shown, "…"] if len(lines) > MOST_LINES else shown)


def _is_our_remark(remark: str, row: Mapping[str, Any], sent: Sent) -> bool | None:
    """None when it may be the title of a product, which the shop writes where no remark was sent."""
    if " ".join(remark.split()) in {" ".join(ours.split()) for ours in sent.remarks}:
        return True
    if sent.form.remark:
        return False
    goods = [line.get("goods") for line in _details(row)]
    titles = [text(of.get("title")) for of in goods if isinstance(of, dict)]
    return remark in {title + more for title in titles for more in _MORE_LINES} if titles else None


@dataclass(frozen=True, slots=True)
class Candidates:
    """Orders with our marker, rows without one that may be ours, and whether every row could be judged."""

    marked: tuple[Match, ...]
    unmarked: tuple[Mapping[str, Any], ...]
    whole: bool
    signals: tuple[Remark, ...]


def candidates(listed: Listed, sent: Sent, now: datetime, *, exact: bool) -> Candidates:
    """`exact`: the order was certainly sent with our marker, so that a remark without it is another order's."""
    marked, unmarked, signals = [], [], list[Remark]()
    # A list of several users' orders is not our account's, and which of them are ours can't be told.
    whole = listed.whole and (sent.our_user is not None or len(_users(listed)) <= 1)
    if missing := _known_but_missing(listed, sent.sending):
        signals.append(Remark("lacks_known", {"number": missing}))
        whole = False
    for row in listed.rows:
        if sent.marks(row):
            match = compared(row, sent, now)
            if sent.may_own(row):
                marked.append(match)
            else:
                user = text(row.get("user_id"))
                signals.append(Remark("order_of_other_user", {"number": match.order.number, "user": user}))
                whole = False
        elif sent.may_own(row) and _since_horizon(row, sent.sending, now):
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
        signals.append(Remark("not_whole"))
    if not known_then:
        signals.append(Remark("maybe_as_guest"))
    return Findings(found.marked + evidence, found.whole and known_then, tuple(signals))


def is_absence(found: Findings) -> bool:
    """True when the findings say by themselves that the shop has no such order."""
    return found.complete and not found.matches


def agreed(first: Listed, then: Listed, found: Findings, sending: Sending, now: datetime) -> Findings:
    """`found` in the second of two readings that are to prove an absence together.

    It proves nothing when the second lacks an order of the time in question that the first has.
    """
    gone = {text(row.get("order_id")) for row in first.rows if _since_horizon(row, sending, now)} - then.numbers
    if gone and is_absence(found):
        return replace(found, complete=False, signals=(*found.signals, Remark("not_whole")))
    return found


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
    return {user for row in listed.rows if (user := whole(row.get("user_id"))) is not None}


def _known_but_missing(listed: Listed, sending: Sending) -> str:
    """The newest number that a whole list would have, and this one lacks; empty when it lacks none."""
    return next((number for number in reversed(sending.known) if number not in listed.numbers), "")


def _since_horizon(row: Mapping[str, Any], sending: Sending, now: datetime) -> bool:
    at = made_at(row, now)
    return at is not None and at >= sending.horizon


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
