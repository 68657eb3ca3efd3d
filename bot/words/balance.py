"""Words for balances: what is left where, how old that is, and that it may not be enough."""

from bot.conversation.replies import BalancesShown, Shortage
from bot.conversation.views import BalanceView
from bot.words.catalogue import Catalogue
from bot.words.message import Message, bold, escaped, packed, shortened
from bot.words.products import money
from providers.orders import Money

_MINUTE = 60_000_000
"""Microseconds."""
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_TITLE = 60


def age(words: Catalogue, microseconds: int) -> str:
    """The age of a reading."""
    for unit, key in ((_DAY, "balance.days_ago"), (_HOUR, "balance.hours_ago"), (_MINUTE, "balance.minutes_ago")):
        if microseconds >= unit:
            return words.say(key, n=microseconds // unit)
    return words.say("balance.just_now")


def balances_shown(words: Catalogue, reply: BalancesShown) -> list[Message]:
    lines = [_line(words, found) for found in reply.found]
    if not lines:
        lines.append(escaped(words.say("balance.none")))
    elif reply.silent:
        silent = ", ".join(shortened(title, _TITLE) for title in reply.silent)
        lines.append(escaped(words.say("balance.silent", accounts=silent)))
    return [Message(text) for text in packed(lines)]


def _line(words: Catalogue, found: BalanceView) -> str:
    title = shortened(found.account, _TITLE)
    if found.amount is None:
        return escaped(words.say("balance.not_read", account=title))
    balance = money(words, Money(found.amount, found.unit))
    if found.age is None:
        return escaped(words.say("balance.is", account=title, balance=balance))
    return escaped(words.say("balance.was", account=title, balance=balance, age=age(words, found.age)))


def shortage(words: Catalogue, found: Shortage) -> str:
    """The warning in a summary, as HTML."""
    key = "summary.short" if found.per_piece else "summary.short_if_per_piece"
    gaps = {
        "balance": money(words, Money(found.balance, found.unit)),
        "total": money(words, Money(found.total, found.unit)),
    }
    return bold(words.say(key, age=age(words, found.age), **gaps))
