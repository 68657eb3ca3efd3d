"""From replies to messages: every kind of reply has its words in one table."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from bot.conversation import order_replies as n
from bot.conversation import replies as r
from bot.conversation import status_replies as s
from bot.conversation.balance_replies import BalancesShown
from bot.conversation.state import Conversation
from bot.words import balance, filling, order_list, orders, status, unknown
from bot.words.buttons import Button, choose_language
from bot.words.catalogue import Catalogue, catalogues
from bot.words.filling import Keys
from bot.words.message import Message, bold, escaped, shortened
from providers.orders import Outcome

_COMMANDS: Final = ("order", "status", "orders", "unknown", "balance", "notify", "cancel", "language", "help")

IN_PASSING: Final = (r.Stale, n.Noted)
"""Replies that no message is made of."""

_OF_A_DRAFT: Final[dict[type[r.Reply], Callable[[Catalogue, Any, Keys], Message]]] = {
    r.Asked: filling.asked,
    r.CheckingShown: filling.checking_shown,
    r.Listed: filling.listed,
    r.Choices: filling.choices,
    r.Summarised: filling.summarised,
    r.DraftOpen: filling.draft_open,
}


def commands(words: Catalogue) -> list[tuple[str, str]]:
    """The commands for Telegram's menu, each with what it does."""
    return [(command, words.say(f"command.{command}")) for command in _COMMANDS]


def _welcomed(words: Catalogue, _: r.Welcomed) -> Message:
    return Message(f"{bold(words.say('welcome.first'))}\n{escaped(words.say('welcome.text'))}")


def _help(words: Catalogue, _: r.HelpShown) -> Message:
    lines = [f"/{command} – {escaped(text)}" for command, text in commands(words)]
    return Message("\n".join([bold(words.say("help.first")), *lines, escaped(words.say("help.text"))]))


def _languages(words: Catalogue, reply: r.LanguagesOffered) -> Message:
    if reply.chosen:
        return Message(escaped(words.say("language.chosen")))
    found = [(Button(c.say("language.name"), choose_language(c.language)),) for c in catalogues().values()]
    return Message(bold(words.say("language.ask")), tuple(found))


def _not_text(words: Catalogue, reply: r.NotText) -> Message:
    return Message(escaped(words.say(f"medium.{reply.medium}")))


def _hint(words: Catalogue, reply: r.Hint) -> Message:
    gaps = {key: shortened(value, 60) for key, value in reply.params.items()}
    return Message(escaped(words.say(f"hint.{reply.code}", **gaps)))


_PLAIN: Final[dict[type[r.Reply], Callable[[Catalogue, Any], Message | list[Message]]]] = {
    r.Welcomed: _welcomed,
    r.HelpShown: _help,
    r.LanguagesOffered: _languages,
    r.NotText: _not_text,
    r.Hint: _hint,
    r.NothingOpen: lambda words, _: Message(escaped(words.say("draft.none"))),
    r.AccountGone: lambda words, reply: Message(escaped(words.say("draft.account_gone", account=reply.account))),
    r.DraftCancelled: lambda words, reply: Message(
        f"{bold(words.say('draft.cancelled'))} · {escaped(reply.account)}\n{escaped(words.say('draft.cancelled_text'))}"
    ),
    r.AccountsOffered: filling.accounts_offered,
    r.SendingShown: orders.sending_shown,
    r.OutcomeShown: lambda words, reply: (
        status.placed_shown(words, reply)
        if reply.order.outcome is Outcome.PLACED
        else orders.outcome_shown(words, reply)
    ),
    n.RetryShown: unknown.retry_shown,
    n.RetryingShown: unknown.retrying_shown,
    n.EvidenceShown: unknown.evidence_shown,
    n.EvidenceClosed: unknown.evidence_closed,
    n.OutcomeFound: unknown.outcome_found,
    n.UnknownListed: unknown.unknown_listed,
    n.NumberWanted: unknown.number_wanted,
    n.NumberChecking: unknown.number_checking,
    n.NumberDoubted: unknown.number_doubted,
    r.StatusShown: status.status_shown,
    s.CardShown: status.card_shown,
    s.StatusNotice: status.status_notice,
    s.WhichOrder: status.which_order,
    s.NoticesOffered: status.notices_offered,
    r.StatusAsked: lambda words, _: orders.status_asked(words),
    r.OrderNotKnown: status.order_not_known,
    r.OrdersListed: order_list.orders_listed,
    BalancesShown: balance.balances_shown,
}


def render(words: Catalogue, reply: r.Reply, state: Conversation) -> list[Message]:
    """The messages of a reply, in order; `state` is the one after the step, whose draft the buttons belong to.

    Raises KeyError for a reply without words: a mistake that a test finds.
    """
    if type(reply) in _PLAIN:
        found = _PLAIN[type(reply)](words, reply)
        return found if isinstance(found, list) else [found]
    if state.draft is None:
        raise KeyError(type(reply))
    return [_OF_A_DRAFT[type(reply)](words, reply, Keys(words, state.draft))]


def toast(words: Catalogue, replies: Iterable[r.Reply]) -> str:
    """What a tapped button answers by itself, if anything; at most 200 characters."""
    for reply in replies:
        if isinstance(reply, IN_PASSING):
            return words.say("toast.stale" if isinstance(reply, r.Stale) else f"toast.{reply.code}")
    return ""
