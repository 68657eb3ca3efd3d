"""Comparing an order of the shop's with what a create of ours carried.

Only our marker makes an order ours. Without it two people may have ordered the same, so what agrees is evidence, and
only what no shop changes by itself (the kind, the products and how many) makes an order certainly another one.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from providers.anqicms.answer import money, placed_order, text, whole
from providers.anqicms.form import Address, AnqicmsForm
from providers.anqicms.orders_list import made_at
from providers.anqicms.request import marker_of, order_body
from providers.orders import Match, Sending

LONGEST_FACT = 200
MOST_LINES = 10
"""Shown of one order."""
_KINDS = frozenset({"goods", "vip"})


@dataclass(frozen=True, slots=True)
class Sent:
    """What a create of ours carried, and as whom: `our_user` is the shop's id of our account, when we know it."""

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
        """Whether the order carries our marker."""
        return marker_of(text(row.get("remark"))) == self.sending.reference

    def may_own(self, row: Mapping[str, Any]) -> bool:
        """Whether the order may be booked under our account; user 0 is a guest."""
        user = whole(row.get("user_id"))
        return user is None or (user != 0 and self.our_user in {None, user})


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
        facts.add("user", text(row.get("user_id")), agrees=False)
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
            agrees=form.address is not None and parts == form.address.model_dump(),
        )
    return Match(
        order=placed_order(row, sent.currency, sent.our_user),
        certain=marked and at is not None and at >= since and not {"user", "type", "items"} & set(facts.differs),
        at=at,
        facts=facts.shown,
        differs=tuple(facts.differs),
    )


def is_another(match: Match, form: AnqicmsForm) -> bool:
    """Whether an order without our marker certainly isn't ours."""
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
    return remark in {title + more for title in titles for more in ("", "等")} if titles else None
