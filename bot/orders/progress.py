"""Between a supplier's answer about an order and the journal's JSON text of it."""

import json
from decimal import Decimal
from typing import Any

from bot.conversation.views import Told
from providers.orders import Money, Progress, Remark, Tracking


def as_told(progress: Progress) -> Told:
    """What a supplier said besides the status."""
    times = {key: int(at.timestamp() * 1_000_000) for key, at in progress.times.items()}
    return Told(progress.amount, times, progress.tracking, progress.remarks)


def as_text(told: Told) -> str:
    """As JSON text, the same for the same."""
    amount = None if told.amount is None else [f"{told.amount.amount:f}", told.amount.unit]
    body = {
        "amount": amount,
        "times": dict(told.times),
        "tracking": [[parcel.number, parcel.company] for parcel in told.tracking],
        "remarks": [[remark.code, dict(remark.params)] for remark in told.remarks],
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def told(text: str) -> Told:
    """From JSON text; `{}` for nothing."""
    body: dict[str, Any] = json.loads(text)
    amount = body.get("amount")
    return Told(
        amount=None if amount is None else Money(Decimal(amount[0]), amount[1]),
        times=body.get("times", {}),
        tracking=tuple(Tracking(*parcel) for parcel in body.get("tracking", ())),
        remarks=tuple(Remark(*remark) for remark in body.get("remarks", ())),
    )
