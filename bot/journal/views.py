"""Between the journal's rows and the conversation's words: what was confirmed, and what became of it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.conversation.views import FOUND_BY_PERSON, FOUND_LATER, OrderView, ProgressDetails, Reason
from providers.cleaning import typed_number
from providers.errors import AccessDenied, NotPlaced, OrderRefused, OutcomeUnknown, ProviderError, ProviderUnavailable
from providers.fields import about_of
from providers.orders import Money, Outcome, Parcel, ParcelState, PlacedOrder, Progress, Remark, Tracking
from providers.products import Path
from providers.registry import names, provider_class
from storage import orders
from storage.database import Reader
from storage.orders import Order

UNREACHED = "unreachable"
DECIDED_NOT_PLACED = Reason.DECIDED_NOT_PLACED
NUMBER_TAKEN = Reason.NUMBER_TAKEN
NUMBER_OLDER = Reason.NUMBER_OLDER
NUMBER_OF_WHICH = Reason.NUMBER_OF_WHICH


@dataclass(frozen=True, slots=True)
class Result:
    """The result of sending an order, ready for the journal.

    `denied`: our credentials are at fault. `unreached`: the supplier was not reached, so it may be tried again. `also`
    and `patches` are as in `OrderView`. `inferred`: it is held to be not placed, and the supplier has not said so.
    `is_ours` and `made_since` are as in `PlacedOrder`, and are not kept.
    """

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
    unreached: bool = False
    also: tuple[Remark, ...] = ()
    patches: tuple[tuple[Path, Mapping[str, Any]], ...] = ()
    inferred: bool = False
    is_ours: bool = False
    made_since: datetime | None = None

    @property
    def details(self) -> str:
        """The rest as JSON text."""
        rest: dict[str, Any] = {
            "code": self.code,
            "said": self.said,
            "params": dict(self.params),
            "fields": self.fields,
        }
        rest["remarks"] = [asdict(r) for r in self.remarks]
        if self.also:
            rest["also"] = [asdict(r) for r in self.also]
        if self.patches:
            rest["patches"] = self.patches
        return json.dumps(rest, ensure_ascii=False)


def placed(order: PlacedOrder) -> Result:
    """A supplier's yes. It is found under its number, with and without a leading `#`, and its other names."""
    names = {order.number, order.number.lstrip("#"), *order.also_known_as} - {""}
    typed = typed_number(order.number)
    if typed not in {typed.upper(), typed.lower()}:
        # By no other spelling would it be found in letters that are all small.
        names.add(typed.lower())
    return Result(
        Outcome.PLACED,
        number=order.number,
        status=order.status,
        supplier_status=order.supplier_status,
        names=tuple(sorted(names)),
        remarks=order.remarks,
        is_ours=order.is_ours,
        made_since=order.made_since,
    )


def found_again(order: PlacedOrder) -> Result:
    """An order whose answer was lost and that was found in the supplier's list."""
    result = placed(order)
    return replace(result, remarks=(Remark("found_again"), *result.remarks))


def found_by(person: str, number: str) -> Result:
    """An order whose answer was lost and whose number a person recorded."""
    return replace(placed(PlacedOrder(number)), remarks=(Remark(FOUND_BY_PERSON, {"person": person}),))


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
    return Result(
        outcome,
        code=error.code,
        said=error.said,
        params=error.params,
        fields=error.fields,
        denied=isinstance(error, AccessDenied),
        unreached=isinstance(error, ProviderUnavailable) and error.code == UNREACHED,
    )


def not_sent_as(order: Order) -> Result:
    """The reason why the last sending failed, of an order that waits to be tried again."""
    shown = view(order)
    return Result(Outcome.NOT_SENT, code=shown.code, said=shown.said, params=shown.params, fields=shown.fields)


def was_answered(order: Order) -> bool:
    """True if the supplier itself said that this number is this order's; else it was found out afterwards."""
    return not any(remark.code in FOUND_LATER for remark in view(order).remarks)


def taken_by(reader: Reader, account: str, number: str) -> str | None:
    """The order of ours that has this number there, however people write it: letters small, a leading `#` left out."""
    found = (orders.number_of(reader, account, spelled) for spelled in _spellings(number))
    return next(filter(None, found), None)


def taken_beside(reader: Reader, reference: str, *numbers: str) -> str | None:
    """As `taken_by`, another order at the place that the order `reference` went to, whatever its account is now.

    It has one of the `numbers`.
    """
    spellings = dict.fromkeys(spelled for number in numbers for spelled in _spellings(number))
    return orders.number_beside(reader, reference, spellings)


def have_a_number_in_common(one: Result, other: Result) -> bool:
    """True if both go by the same number, or by another name that is the same, in whatever spelling."""

    def spelled(result: Result) -> set[str]:
        return {way for name in (result.number or "", *result.names) for way in _spellings(name)}

    return not spelled(one).isdisjoint(spelled(other))


def _spellings(number: str) -> list[str]:
    bare, typed = number.lstrip("#"), typed_number(number).lstrip("#")
    same = (bare, typed, typed.upper(), typed.lower())
    return [*dict.fromkeys(f"{sign}{one}" for one in same if one for sign in ("", "#"))]


def _explained(provider: str) -> frozenset[str]:
    return provider_class(provider).settings_model.explained if provider in names() else frozenset()


def view(order: Order) -> OrderView:
    """A row as the conversation sees it."""
    details: dict[str, Any] = json.loads(order.details)
    answers, progress = json.loads(order.answers), details_from_text(order.progress)
    return OrderView(
        reference=order.reference,
        account=order.account,
        provider=order.provider,
        answers=answers,
        outcome=None if order.outcome is None else Outcome(order.outcome),
        number=order.number or "",
        status=order.status,
        supplier_status=order.supplier_status,
        explained=_explained(order.provider),
        remarks=tuple(Remark(**remark) for remark in details.get("remarks", ())),
        code=details.get("code", ""),
        params=details.get("params", {}),
        said=details.get("said", ""),
        fields=tuple(details.get("fields", ())),
        confirmed_at=order.confirmed_at,
        person=order.user_name,
        replaced_by=order.replaced_by or "",
        attempts=order.attempts,
        waits=order.stage == "confirmed",
        pruned=order.pruned_at is not None,
        details=progress,
        asked_at=order.asked_at or 0,
        status_at=order.status_at or 0,
        also=tuple(Remark(**remark) for remark in details.get("also", ())),
        patches=tuple((tuple(path), facts) for path, facts in details.get("patches", ())),
        inferred=bool(order.inferred),
        about=_about(order, answers),
        recipients=_recipients(order, answers) if progress.parcels else (),
        batch=order.batch or "",
        row=order.batch_row,
        carded=order.card is not None,
        evidenced=order.evidence_card is not None,
    )


def _about(order: Order, answers: Any) -> str:
    """The line about an order, by the form of the supplier that it went to, also when its account is gone."""
    try:
        form = provider_class(order.provider).form
    except (LookupError, ImportError):
        return ""
    return about_of(form, answers)


def _recipients(order: Order, answers: Any) -> tuple[tuple[str, str], ...]:
    try:
        return provider_class(order.provider).form.recipients_of(answers)
    except (LookupError, ImportError, AttributeError):
        return ()


def amount_at_first(order: OrderView) -> Money | None:
    """The amount that the supplier said with its yes; not every one says it, or says it later on."""
    told = next((remark.params for remark in order.remarks if remark.code == "amount"), None)
    return None if told is None else Money(Decimal(told["amount"]), told.get("currency", ""))


def details_of(progress: Progress) -> ProgressDetails:
    """The details that a supplier gave besides the status."""
    times = {key: int(at.timestamp() * 1_000_000) for key, at in progress.times.items()}
    return ProgressDetails(progress.amount, times, progress.tracking, progress.remarks, progress.parcels)


def details_as_text(details: ProgressDetails) -> str:
    """As JSON text, the same for the same."""
    amount = None if details.amount is None else [f"{details.amount.amount:f}", details.amount.unit]
    body: dict[str, Any] = {
        "amount": amount,
        "times": dict(details.times),
        "tracking": [[parcel.number, parcel.company] for parcel in details.tracking],
        "remarks": [[remark.code, dict(remark.params)] for remark in details.remarks],
    }
    if details.parcels:
        body["parcels"] = [astuple(parcel) for parcel in details.parcels]
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def details_from_text(text: str) -> ProgressDetails:
    """From JSON text; `{}` for nothing."""
    body: dict[str, Any] = json.loads(text)
    amount = body.get("amount")
    return ProgressDetails(
        amount=None if amount is None else Money(Decimal(amount[0]), amount[1]),
        times=body.get("times", {}),
        tracking=tuple(Tracking(*parcel) for parcel in body.get("tracking", ())),
        remarks=tuple(Remark(*remark) for remark in body.get("remarks", ())),
        parcels=tuple(Parcel(ParcelState(state), *rest) for state, *rest in body.get("parcels", ())),
    )
