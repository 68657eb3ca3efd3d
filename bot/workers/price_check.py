"""The price check: the products of an order are read again just before it is sent.

What a person saw before Confirm is with the answers. An order that would cost more, or that its supplier would no
longer take, is stopped and shown anew; where the reading fails, the person decides. It only reads, and only for so
long.
"""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from bot.clock import SECOND, Watch
from bot.conversation.answers import get, without_skipped
from bot.journal.views import Result
from providers.base import Provider, ReadsProducts
from providers.errors import OrderNotFound, ProviderError
from providers.fields import Form
from providers.orders import Outcome, Remark
from providers.products import Chosen, Facts
from storage.orders import Order

log = logging.getLogger(__name__)
WITHIN = 5.0
"""Seconds that an order waits for its products to be read."""
AT_ONCE = 4
"""Products of one order that are read at the same time."""
_ABANDONED_WITHIN = 1.0
Reading = Facts | ProviderError
"""The present facts of a product, or why there are none: OrderNotFound when it is gone."""


@dataclass(frozen=True, slots=True)
class PriceCheck:
    """The result of reading again: the order stops with `stop`, or goes on with `remarks` if it is placed."""

    stop: Result | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def unread(self) -> bool:
        """True when all that stops it is that the supplier could not be read."""
        stop = self.stop
        return stop is not None and {stop.code, *(remark.code for remark in stop.also)} == {NOT_READ}


NOT_READ = "product_not_read"
GOES_ON = PriceCheck()
FELL = "price_fell"
FELL_OF = "price_fell_of"
_OTHER_PRICE = frozenset({"price_rose", "price_changed", "price_not_told"})


def differences(chosen: Chosen, now: Reading, ordered: int | None = None) -> tuple[Remark, ...]:
    """The facts that changed since the product was chosen, the weightiest first; none when they weren't known then.

    `ordered` is how many of it the whole order asks for, where other lines have it too. Only `price_fell` is no reason
    to stop. Amounts are told with their unit.
    """
    was, name = chosen.facts, {"title": _title(chosen)}
    if was is None:
        return ()
    if isinstance(now, OrderNotFound):
        return (Remark("product_gone", name),)
    if not isinstance(now, Facts):
        # Whoever went on with an older list's facts was told already that reading failed.
        return () if was.kept else (Remark(NOT_READ, name),)
    if any(_is_another(getattr(was, fact, ""), getattr(now, fact, "")) for fact in type(was).deciding):
        # Other questions would be asked about it now.
        return (Remark("product_changed", name),)
    found = [(code, name | gaps) for code, gaps in (*_price(was, now), *_limits(was, now, chosen.quantity))]
    count = chosen.quantity if ordered is None else ordered
    if now.stock is not None and count > now.stock:
        gaps = name | {"stock": str(now.stock), "ordered": str(count)}
        found.append(("out_of_stock" if now.stock <= 0 else "stock_short", gaps))
    return tuple(Remark(code, gaps) for code, gaps in found)


def _is_another(was: object, now: object) -> bool:
    """Check whether a fact that was told is told otherwise; what isn't told proves nothing."""
    return bool(was and now) and was != now


def _title(chosen: Chosen) -> str:
    return (chosen.facts.title if chosen.facts is not None else "") or chosen.id


def _price(was: Facts, now: Facts) -> Iterable[tuple[str, dict[str, str]]]:
    if was.price is None:
        return
    old = {"old": _money(was.price, was.unit)}
    if now.price is None:
        yield "price_unread" if "price" in now.unread else "price_not_told", old
        return
    gaps = old | {"new": _money(now.price, now.unit)}
    if was.unit and now.unit and was.unit != now.unit:
        yield "price_changed", gaps
    elif now.price != was.price:
        yield "price_rose" if now.price > was.price else FELL, gaps


def _limits(was: Facts, now: Facts, quantity: int) -> Iterable[tuple[str, dict[str, str]]]:
    """A limit that was known and is another one; and one that wasn't known and rules this quantity out."""
    lower = now.minimum != was.minimum and (was.minimum is not None or quantity < (now.minimum or 0))
    upper = now.maximum != was.maximum and (
        was.maximum is not None or (now.maximum is not None and quantity > now.maximum)
    )
    if (lower and "minimum" in now.unread) or (upper and "maximum" in now.unread):
        # Nothing says that they are others.
        yield "limits_unread", {"old": _range(was)}
    elif lower or upper:
        yield "limits_changed", {"old": _range(was), "new": _range(now)}


def _range(facts: Facts) -> str:
    least, most = facts.minimum, facts.maximum
    if least is not None and most is not None:
        return f"{least}–{most}"
    return f"≥ {least}" if least is not None else f"≤ {most}" if most is not None else "–"


def _money(amount: Decimal, unit: str) -> str:
    return f"{amount:f} {unit}".rstrip()


class Lately:
    """The products that were read within the last seconds: rows of a batch may ask for one of them a hundred times.

    A reading is as old as one may be by the time that an order of its own is sent, and no older by either clock.
    """

    def __init__(self, clock: Watch) -> None:
        self._clock = clock
        self._read: dict[str, tuple[int, int, Facts]] = {}

    def of(self, product: str) -> Facts | None:
        """The facts of a product, by its id, if they were read just now."""
        now, forward, facts = self._read.get(product, (0, 0, None))
        ages = self._clock() - now, self._clock.forward() - forward
        return facts if all(0 <= age <= WITHIN * SECOND for age in ages) else None

    def keep(self, product: str, facts: Facts) -> None:
        self._read[product] = self._clock(), self._clock.forward(), facts


async def check(
    provider: Provider[Any],
    order: Order,
    now: Callable[[], int],
    within: float | None = None,
    lately: Lately | None = None,
) -> PriceCheck:
    """Read the products of an order again, without those that were read `lately`.

    Never raises; `now` is in UTC microseconds, `within` in seconds.
    """
    if not isinstance(provider, ReadsProducts):
        return GOES_ON
    try:
        answers: Mapping[str, Any] = json.loads(order.answers)
        form = provider.form.model_validate(without_skipped(answers))
        seen = [one for one in form.chosen() if one.facts is not None and one.facts.checked]
    except (ValidationError, ValueError, LookupError, TypeError):
        # Whoever sends it finds the same, and says so.
        return GOES_ON
    except Exception:
        # A fault of our own would stop this order for ever, however often it is confirmed.
        log.exception("order %s: its products could not be told", order.reference)
        return GOES_ON
    if not seen:
        return GOES_ON
    known = {one.id: facts for one in seen if lately and (facts := lately.of(one.id)) is not None}
    left = [one for one in seen if one.id not in known]
    read = await _read(provider, left, WITHIN if within is None else within) if left else {}
    for product, reading in read.items():
        if lately is not None and isinstance(reading, Facts):
            lately.keep(product, reading)
    readings: Mapping[str, Reading] = {**known, **read}
    try:
        return _judged(form, answers, seen, readings, now())
    except Exception:
        log.exception("order %s: its products could not be compared", order.reference)
        # Whoever confirms it then sends it without a comparison.
        unread = {product: ProviderError(NOT_READ) for product in readings}
        return _judged(form, answers, seen, unread, now())


async def _read(provider: ReadsProducts, seen: Sequence[Chosen], within: float) -> Mapping[str, Reading]:
    """Every product once, by its id; one that wasn't read in time failed."""
    places = asyncio.Semaphore(AT_ONCE)

    async def read(chosen: Chosen) -> Reading:
        async with places:
            try:
                found: object = await provider.read_product(chosen)
            except ProviderError as error:
                return error
            except Exception:
                log.exception("a product could not be read again")
                return ProviderError(NOT_READ)
            return found if isinstance(found, Facts) else ProviderError(NOT_READ)

    tasks = {chosen.id: asyncio.create_task(read(chosen)) for chosen in {one.id: one for one in seen}.values()}
    try:
        await asyncio.wait(tasks.values(), timeout=within)
        readings = {
            product: task.result() if task.done() else ProviderError(NOT_READ) for product, task in tasks.items()
        }
    finally:
        left = [task for task in tasks.values() if not task.done()]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=_ABANDONED_WITHIN)
    return readings


def _judged(
    form: Form, answers: Mapping[str, Any], seen: Sequence[Chosen], readings: Mapping[str, Reading], now: int
) -> PriceCheck:
    ordered = Counter[str]()
    for one in seen:
        ordered[one.id] += one.quantity
    found = [(one, remark) for one in seen for remark in differences(one, readings[one.id], ordered[one.id])]
    told: list[Remark] = []
    # A product that stands in two lines is told of once.
    for _, remark in sorted(found, key=lambda one: one[1].code == FELL):
        if remark not in told:
            told.append(remark)
    if all(remark.code == FELL for remark in told):
        return PriceCheck(remarks=tuple(told if len(readings) == 1 else (replace(fell, code=FELL_OF) for fell in told)))
    said = (reading.said for reading in readings.values() if isinstance(reading, ProviderError) and reading.said)
    stop = Result(
        Outcome.NOT_SENT,
        code=told[0].code,
        params=told[0].params,
        said=next(said, ""),
        fields=tuple(_fields(form, found)),
        also=tuple(told[1:]),
        patches=tuple((one.into, _known_now(answers, one, readings[one.id], now)) for one in seen),
    )
    return PriceCheck(stop)


def _fields(form: Form, found: Iterable[tuple[Chosen, Remark]]) -> Iterable[str]:
    """The questions to ask again: for a product that is gone, and for an amount that prices have made wrong."""
    named = dict.fromkeys(".".join(map(str, one.at)) for one, remark in found if remark.code == "product_gone")
    if form.amount_field and any(remark.code in _OTHER_PRICE for _, remark in found):
        named[form.amount_field] = None
    return named


def _known_now(answers: Mapping[str, Any], one: Chosen, reading: Reading, now: int) -> dict[str, Any]:
    """The facts to go on with. Those that could not be read are not asked for again: the person decides."""
    before = get(answers, one.into)
    known: dict[str, Any] = dict(before) if isinstance(before, Mapping) else {}
    if isinstance(reading, OrderNotFound):
        return known
    if not isinstance(reading, Facts):
        return known | {"checked": False}
    return known | reading.model_dump(mode="json") | {"read_at": reading.read_at or now, "checked": True}
