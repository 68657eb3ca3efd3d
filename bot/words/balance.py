"""Words for balances: what is left where, how old that is, and that it may not be enough."""

from bot.conversation.events import BalanceView
from bot.conversation.replies import BalancesShown
from bot.words.amounts import money
from bot.words.catalogue import Catalogue
from bot.words.message import Message, escaped, packed, shortened
from bot.words.products import age
from providers.orders import Money

_TITLE = 60


def balances_shown(words: Catalogue, reply: BalancesShown) -> list[Message]:
    lines = [_line(words, found) for found in reply.found]
    if not lines:
        lines.append(escaped(words.say("balance.none")))
    elif reply.silent:
        silent = words.listed(*(shortened(title, _TITLE) for title in reply.silent))
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
