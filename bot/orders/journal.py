"""Between the journal's rows and the conversation's words: what was confirmed, and what became of it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.conversation.events import OrderView
from providers.errors import AccessDenied, NotPlaced, OrderRefused, OutcomeUnknown, ProviderError
from providers.orders import Outcome, PlacedOrder, Remark
from storage.orders import Order


@dataclass(frozen=True, slots=True)
class Result:
    """What became of sending an order, ready for the journal. `denied`: our credentials are at fault."""

    outcome: Outcome
    number: str | None = None
    status: str = ""
    supplier_status: str = ""
    names: tuple[str, ...] = ()
    code: str = ""
    said: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    denied: bool = False

    @property
    def details(self) -> str:
        """The rest as JSON text."""
        rest = {"code": self.code, "said": self.said, "params": dict(self.params), "fields": self.fields}
        return json.dumps(rest | {"remarks": [asdict(r) for r in self.remarks]}, ensure_ascii=False)


def placed(order: PlacedOrder) -> Result:
    """A supplier's yes. It is found under its number, with and without a leading `#`, and its other names."""
    names = {order.number, order.number.lstrip("#"), *order.also_known_as} - {""}
    return Result(
        Outcome.PLACED,
        number=order.number,
        status=order.status,
        supplier_status=order.supplier_status,
        names=tuple(sorted(names)),
        remarks=order.remarks,
    )


def failed(error: Exception) -> Result:
    """The outcome that an exception means; one that nobody foresaw came after the order was sent, so it is unknown."""
    match error:
        case OrderRefused():
            outcome = Outcome.REFUSED
        case NotPlaced():
            outcome = Outcome.NOT_SENT
        case OutcomeUnknown() | ProviderError():
            outcome = Outcome.UNKNOWN
        case _:
            return Result(Outcome.UNKNOWN, code="unforeseen")
    denied = isinstance(error, AccessDenied)
    return Result(outcome, code=error.code, said=error.said, params=error.params, fields=error.fields, denied=denied)


def view(order: Order) -> OrderView:
    """A row as the conversation sees it."""
    details: dict[str, Any] = json.loads(order.details)
    return OrderView(
        reference=order.reference,
        account=order.account,
        provider=order.provider,
        answers=json.loads(order.answers),
        outcome=None if order.outcome is None else Outcome(order.outcome),
        number=order.number or "",
        status=order.status,
        supplier_status=order.supplier_status,
        remarks=tuple(Remark(**remark) for remark in details.get("remarks", ())),
        code=details.get("code", ""),
        params=details.get("params", {}),
        said=details.get("said", ""),
        fields=tuple(details.get("fields", ())),
        confirmed_at=order.confirmed_at,
        person=order.user_name,
        replaced_by=order.replaced_by or "",
    )
