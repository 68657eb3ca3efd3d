"""Words for products and amounts: the finds of a search, the facts of a product, the cost of an order."""

from decimal import Decimal, InvalidOperation

from babel.numbers import format_decimal, get_currency_precision

from bot.conversation.replies import About, Offer, Offered, Prices, Shortage
from bot.words.catalogue import Catalogue
from bot.words.message import bold, escaped, readable, shortened
from providers.orders import Money

_TITLE = 100
_MINUTE = 60_000_000
"""Microseconds."""
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_POINTS = "points"
_CODE = 3
"""Letters of a currency."""


def number(words: Catalogue, value: Decimal, least: int = 0) -> str:
    """A number as it is read in this language, with all its decimals and at `least` so many."""
    exponent = value.normalize().as_tuple().exponent
    decimals = max(least, -exponent if isinstance(exponent, int) else 0)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, pattern, locale=words.locale, decimal_quantization=False))


def money(words: Catalogue, amount: Money) -> str:
    """An amount with its unit; a plain number where the supplier gives no unit."""
    if amount.unit == _POINTS:
        return words.say("catalogue.points", n=amount.amount, points=number(words, amount.amount))
    if len(amount.unit) == _CODE:
        return f"{number(words, amount.amount, get_currency_precision(amount.unit))} {amount.unit}"
    cents = 0 if amount.amount == amount.amount.to_integral_value() else 2
    plain = number(words, amount.amount, cents)
    return f"{plain} {shortened(amount.unit, 10)}" if amount.unit else plain


def age(words: Catalogue, microseconds: int) -> str:
    """The time since something was read, in words."""
    for unit, key in ((_DAY, "balance.days_ago"), (_HOUR, "balance.hours_ago"), (_MINUTE, "balance.minutes_ago")):
        if microseconds >= unit:
            return words.say(key, n=microseconds // unit)
    return words.say("balance.just_now")


def shortage(words: Catalogue, found: Shortage) -> str:
    """The warning in a summary, as HTML."""
    key = "summary.short" if found.per_piece else "summary.short_if_per_piece"
    gaps = {
        "balance": money(words, Money(found.balance, found.unit)),
        "total": money(words, Money(found.total, found.unit)),
    }
    return bold(words.say(key, age=age(words, found.age), **gaps))


def as_number(words: Catalogue, text: str) -> str:
    """A suggestion as it is read: a number with its thousands apart, anything else as it is."""
    try:
        return number(words, Decimal(text))
    except InvalidOperation:
        return text


def priced(words: Catalogue, price: Money, *, per_piece: bool) -> str:
    return words.say("catalogue.each" if per_piece else "catalogue.as_listed", price=money(words, price))


def bounds(words: Catalogue, about: About) -> list[str]:
    """The limits of a product's quantity, as far as they are known."""
    told = []
    least, most = about.minimum, about.maximum
    if least is not None and most is not None:
        told.append(words.say("catalogue.between", least=_count(words, least), most=_count(words, most)))
    elif least is not None:
        told.append(words.say("catalogue.from", least=_count(words, least)))
    elif most is not None:
        told.append(words.say("catalogue.up_to", most=_count(words, most)))
    if about.stock is not None:
        none_left = about.stock <= 0
        told.append(words.say("catalogue.none_left" if none_left else "catalogue.stock", n=_count(words, about.stock)))
    return told


def _count(words: Catalogue, n: int) -> str:
    return number(words, Decimal(n))


def about_line(words: Catalogue, about: About) -> str:
    """One line of HTML such as `Tissues · 10 to 5,000 · 1.20 CNY each`."""
    told = [shortened(readable(about.title), _TITLE)] if about.title.strip() else []
    told += bounds(words, about)
    if about.price is not None:
        told.append(priced(words, about.price, per_piece=about.per_piece))
    return escaped(" · ".join(told))


def found_line(words: Catalogue, offer: Offer) -> str:
    """The catalogue as far as it is shown, as a line of HTML; empty for what is offered first."""
    pages = f" · {offer.page + 1}/{offer.pages}" if offer.pages > 1 else ""
    if offer.searching:
        return escaped(words.say("catalogue.search"))
    if offer.query:
        query = shortened(readable(offer.query), 40)
        return escaped(words.say("catalogue.matches", n=offer.total, query=query) + pages)
    if offer.categories:
        return escaped(words.say("catalogue.categories") + pages)
    if offer.category:
        return escaped(f"{shortened(readable(offer.category), 60)} · {offer.total}{pages}")
    return escaped(f"{words.say('catalogue.all')} · {offer.total}{pages}") if offer.total else ""


def offer_lines(words: Catalogue, offer: Offer) -> list[str]:
    """The last lines of the question."""
    lines = [] if found_line(words, offer) else [escaped(words.say("catalogue.hint"))]
    if offer.read_at:
        lines.append(escaped(words.say("catalogue.list_from", at=words.spoken(offer.read_at))))
    return lines


def price_lines(words: Catalogue, prices: Prices, limit: int) -> list[str]:
    """The lines of HTML that close a summary: each price, the total, and what there is to know about them."""
    lines = [_price_line(words, one, prices, limit) for one in prices.products]
    if prices.more:
        lines.append(escaped(words.say("list.more", n=prices.more)))
    if prices.suggested:
        # It says what the total would, and that something else was given.
        lines.append(suggested_line(words, prices.suggested))
    elif prices.total is not None:
        lines.append(words.labelled(escaped(words.say("catalogue.total")), bold(money(words, prices.total))))
    if prices.read_at:
        lines.append(escaped(words.say("catalogue.prices_from", at=words.time(prices.read_at))))
    return lines


def _price_line(words: Catalogue, one: Offered, prices: Prices, limit: int) -> str:
    title = escaped(shortened(readable(one.title), limit).strip() or one.id)
    if one.price is None:
        return title
    return words.labelled(title, escaped(priced(words, one.price, per_piece=prices.per_piece)))


def suggested_line(words: Catalogue, suggested: str) -> str:
    return escaped(words.say("catalogue.adds_up", amount=shortened(as_number(words, suggested), 40)))
