"""Words for products and amounts: the finds of a search, the facts of a product, the cost of an order."""

from decimal import Decimal

from babel.units import format_unit

from bot.conversation.replies import About, Block, Line, Offer, Shortage, Summarised
from bot.conversation.views import Cost, ItemLine, Prices
from bot.words.amounts import answered, money, number
from bot.words.catalogue import Catalogue, catalogues
from bot.words.message import bold, escaped, readable, shortened
from bot.words.spacing import set_apart
from providers.orders import Money

_OF_THE_BUTTONS = ("near", "ordered_before")
"""The sentences about the products below a question."""
_TITLE = 100
_LONGEST_NAME = 1000
"""Characters of a product's name where there is room for it."""
_MOST_UNLISTED = 20
"""Lines of products that a list lacks, below which the others are counted."""
_MINUTE = 60_000_000
"""Microseconds."""
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def age(words: Catalogue, microseconds: int) -> str:
    """The time since something was read, in words."""
    for unit, key in ((_DAY, "balance.days_ago"), (_HOUR, "balance.hours_ago"), (_MINUTE, "balance.minutes_ago")):
        if microseconds >= unit:
            return words.say(key, n=microseconds // unit)
    return words.say("balance.just_now")


def shortage(words: Catalogue, found: Shortage) -> str:
    """The warning in a summary, as HTML."""
    key = "summary.short" if found.per_piece else "summary.short_if_per_piece"
    key = "summary.short_if_per_run" if found.per_run else key
    gaps = {
        "balance": money(words, Money(found.balance, found.unit)),
        "total": money(words, Money(found.total, found.unit)),
    }
    return bold(words.say(key, age=age(words, found.age), **gaps))


def priced(words: Catalogue, price: Money, *, per_piece: bool) -> str:
    return words.say("catalogue.each" if per_piece else "catalogue.list_price", price=money(words, price))


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


def offer_lines(words: Catalogue, offer: Offer, *, nothing_found: bool = False) -> list[str]:
    """The last lines of the question; after a search for `nothing_found` what stands below is no find of it."""
    key = "catalogue.near" if offer.near else "catalogue.ordered_before" if nothing_found else "catalogue.hint"
    # What is wrong with a search says how to go on.
    says_nothing = found_line(words, offer) or (nothing_found and not (offer.near or offer.products))
    lines = [] if says_nothing else [escaped(words.say(key))]
    if offer.read_at:
        lines.append(escaped(words.say("catalogue.list_from", at=words.spoken(offer.read_at))))
    return lines


def without_offer(html: str) -> str:
    """A question that has lost its buttons, without the lines that speak of what stood on them."""
    spoken = {escaped(words.say(f"catalogue.{key}")) for words in catalogues().values() for key in _OF_THE_BUTTONS}
    return "\n".join(line for line in html.split("\n") if line not in spoken)


def tag(words: Catalogue, price: Money) -> str:
    """A price beside a title; one without a unit would be taken for a count."""
    return money(words, price) if price.unit else words.say("catalogue.list_price", price=money(words, price))


def block_lines(words: Catalogue, block: Block, limit: int) -> list[str]:
    """The items of a list, each on one line of HTML."""
    lines = [f"{i}. {item_line(words, item, limit)}" for i, item in enumerate(block.items, 1)]
    return [*lines, escaped(words.say("list.more", n=block.more))] if block.more else lines


def item_line(words: Catalogue, item: str | ItemLine, limit: int = _LONGEST_NAME) -> str:
    """`Tea set ×2 · NT$1,190 = NT$2,380`."""
    if isinstance(item, str):
        return escaped(shortened(item, limit))
    line = escaped(f"{shortened(readable(item.name), limit).strip() or item.id} ×{_count(words, item.quantity)}")
    if item.price is None:
        return line
    if item.quantity == 1:
        return f"{line} · {escaped(tag(words, item.price))}"
    line += f" · {escaped(money(words, item.price))}"
    return f"{line} = {bold(money(words, Money(item.price.amount * item.quantity, item.price.unit)))}"


def value_of(words: Catalogue, line: Line, limit: int) -> str:
    """An answer as it is read."""
    if line.amount is not None:
        return money(words, line.amount)
    return words.chosen(line.value) if line.is_choice else shortened(line.value, limit)


def batch_lines(words: Catalogue, reply: Summarised) -> list[str]:
    """The lines of HTML on an order in several runs: how much that makes, and how long it takes."""
    batches = reply.batches
    if batches is None:
        return []
    gaps = {name: _count(words, getattr(batches, name)) for name in ("each", "runs", "together")}
    lines = [escaped(words.say("summary.runs", **gaps))]
    if is_over(reply) and batches.most is not None:
        lines.append(bold(f"⚠️ {words.say('summary.runs_over', most=_count(words, batches.most))}"))
    if batches.lasts:
        lines.append(escaped(words.say("summary.runs_last", time=span(words, batches.lasts))))
    return lines


def unlisted_lines(words: Catalogue, reply: Summarised) -> list[str]:
    """The lines of HTML on products that the account's list doesn't have."""
    account = shortened(reply.account, 60)
    lines = [
        bold(f"⚠️ {words.say('catalogue.unlisted', account=account, id=shortened(product, _TITLE))}")
        for product in reply.unlisted[:_MOST_UNLISTED]
    ]
    more = len(reply.unlisted) - len(lines)
    return [*lines, escaped(words.say("list.more", n=more))] if more > 0 else lines


def cost_lines(words: Catalogue, costs: tuple[Cost, ...]) -> list[str]:
    """The lines of HTML on what earlier orders of the product cost, the last one first."""
    lines = []
    for place, cost in enumerate(costs):
        many = f"×{_count(words, cost.quantity)}" + (f" ↻{_count(words, cost.runs)}" if cost.runs > 1 else "")
        if cost.parcels > 1:
            many = words.say("summary.cost_parcels", many=many, n=cost.parcels)
        key = "summary.cost_before" if place else "summary.cost_last"
        lines.append(escaped(words.say(key, day=words.day(cost.at), many=many, amount=money(words, cost.amount))))
    return lines


def is_over(reply: Summarised) -> bool:
    """True when all runs together are more than may be ordered of the product, if the quantity is that of each."""
    batches = reply.batches
    return batches is not None and batches.most is not None and batches.together > batches.most


def span(words: Catalogue, minutes: int) -> str:
    """A time of so many minutes in its two largest units, which is exact enough: `2 hr 30 min`."""
    hours, rest = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "day"), (hours, "hour"), (rest, "minute")]
    first = next(place for place, (n, _) in enumerate(parts) if n)
    told = [format_unit(n, f"duration-{unit}", "short", locale=words.locale) for n, unit in parts[first:][:2] if n]
    return set_apart(" ".join(told))


def price_lines(words: Catalogue, prices: Prices, account: str) -> list[str]:
    """The lines of HTML that close a summary: the price or the total, and what there is to know about them."""
    lines = []
    if prices.listed is not None:
        price = money(words, prices.listed)
        key = "catalogue.price_label" if prices.per_piece else "catalogue.list_price_label"
        price = words.say("catalogue.each", price=price) if prices.per_piece else price
        lines.append(escaped(words.labelled(words.say(key), price)))
    if prices.suggested:
        # It says what the total would, and that something else was given.
        by = account if prices.quoted else ""
        lines.append(bold(f"⚠️ {_adds_up(words, prices.suggested, prices.unit, by)}"))
    elif prices.total is not None:
        lines.append(words.labelled(escaped(words.say("catalogue.total")), bold(money(words, prices.total))))
    if prices.read_at:
        lines.append(escaped(words.say("catalogue.prices_from", at=words.time(prices.read_at))))
    return lines


def suggested_line(words: Catalogue, suggested: str, unit: str, quoted_by: str) -> str:
    return escaped(_adds_up(words, suggested, unit, quoted_by))


def _adds_up(words: Catalogue, suggested: str, unit: str, quoted_by: str) -> str:
    key = "catalogue.reckons" if quoted_by else "catalogue.adds_up"
    return words.say(key, amount=shortened(answered(words, suggested, unit), 40), account=quoted_by)
