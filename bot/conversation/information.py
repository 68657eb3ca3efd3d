"""Transitions that tell something and leave the conversation where it is: help, languages, lists, balances, hints."""

from bot.conversation.events import (
    BalanceRequested,
    BalancesRead,
    CommandUnknown,
    Event,
    LanguageChosen,
    MessageEdited,
    OrdersRequested,
    SentOther,
)
from bot.conversation.prompts import where_we_stand
from bot.conversation.replies import (
    BalancesShown,
    HelpShown,
    Hint,
    HintCode,
    LanguagesOffered,
    NothingOpen,
    NotText,
    OrdersListed,
    Reply,
    Welcomed,
)
from bot.conversation.requests import ReadBalances
from bot.conversation.step import Step, Turn


def welcome(turn: Turn[Event]) -> Step:
    return turn.stays(Welcomed())


def help_(turn: Turn[Event]) -> Step:
    return turn.stays(HelpShown())


def languages(turn: Turn[Event]) -> Step:
    return turn.stays(LanguagesOffered(""))


def language_chosen(turn: Turn[LanguageChosen]) -> Step:
    return turn.stays(LanguagesOffered(turn.event.language))


def nothing_open(turn: Turn[Event]) -> Step:
    return turn.stays(NothingOpen())


def not_text(turn: Turn[SentOther]) -> Step:
    """A sticker or the like: what was expected, and where we stand."""
    return _with_standing(turn, NotText(turn.event.medium))


def edited(turn: Turn[MessageEdited]) -> Step:
    """An edited message is no answer: people edit what was answered long ago."""
    return _with_standing(turn, Hint(HintCode.EDITED))


def unknown_command(turn: Turn[CommandUnknown]) -> Step:
    return _with_standing(turn, Hint(HintCode.UNKNOWN_COMMAND, {"command": turn.event.command}))


def _with_standing(turn: Turn[Event], reply: Reply) -> Step:
    """A notice, and below it the question or menu that still waits, if any."""
    standing = (where_we_stand(turn.state, turn.context),) if turn.state.draft is not None else ()
    return turn.stays(reply, *standing)


def orders(turn: Turn[OrdersRequested]) -> Step:
    event = turn.event
    found = tuple((order, turn.context.title_of(order)) for order in event.found)
    accounts = tuple((name, account.title) for name, account in turn.context.accounts.items())
    return turn.stays(OrdersListed(found, event.wanted, event.listing, accounts))


def read_balances(turn: Turn[BalanceRequested]) -> Step:
    return turn.stays(requests=(ReadBalances(),))


def balances(turn: Turn[BalancesRead]) -> Step:
    return turn.stays(BalancesShown(turn.event.found, turn.event.silent))
