"""The progress of an order at GuoGuo, asked by its number.

The supplier's word is kept as it came: only one is documented, `establish`, and what any other means would be a guess.
So an order is placed for us, whatever is said of it, and no word ends it.

Source: the pages OData Query and Create Ch02 Default Order, whose answer the rows of the list are taken to be.
"""

from providers.guoguo.answer import placed_order, text, total_of
from providers.guoguo.orders import Search, find_row
from providers.guoguo.paging import Entry, time_of
from providers.orders import Progress, Remark

PAID = "complete"
"""The documented `payment_status`; it needs no words."""
LONGEST_WORD = 60


async def read_status(search: Search, number: str) -> Progress:
    """The order under `number`, in any case of its letters; its total is in points where it was paid by credit.

    Raises OrderNotFound only when the list was read whole, else AccessDenied or ReadingFailed.
    """
    return _progress(await find_row(search, number))


def _progress(entry: Entry) -> Progress:
    row, order = entry.row, placed_order(entry.row)
    paid = text(row.get("payment_status"))
    times = {"created": entry.at, "updated": time_of(row.get("update_date_time"))}
    return Progress(
        number=order.number,
        status=order.status,
        supplier_status=order.supplier_status,
        amount=total_of(row),
        times={name: at for name, at in times.items() if at is not None},
        also_known_as=order.also_known_as,
        remarks=(Remark("payment_status", {"payment_status": paid[:LONGEST_WORD]}),) if _is_news(paid) else (),
    )


def _is_news(paid: str) -> bool:
    return bool(paid) and paid.lower() != PAID
