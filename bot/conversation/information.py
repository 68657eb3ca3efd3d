"""Transitions that tell something and leave the conversation where it is: help, languages, lists, balances, hints."""

from typing import cast

from bot.conversation.events import (
    BalancesRead,
    CommandUnknown,
    LanguageChosen,
    OrdersRequested,
    SentOther,
)
from bot.conversation.prompts import where_we_stand
from bot.conversation.replies import (
    BalancesShown,
    HelpShown,
    Hint,
    LanguagesOffered,
    NothingOpen,
    NotText,
    OrdersListed,
    Reply,
    Welcomed,
)
from bot.conversation.requests import ReadBalances
from bot.conversation.step import Step, Turn


def welcome(turn: Turn) -> Step:
    return Step(turn.state, (Welcomed(),))


def help_(turn: Turn) -> Step:
    return Step(turn.state, (HelpShown(),))


def languages(turn: Turn) -> Step:
    chosen = turn.event.language if isinstance(turn.event, LanguageChosen) else ""
    return Step(turn.state, (LanguagesOffered(chosen),))


def nothing_open(turn: Turn) -> Step:
    return Step(turn.state, (NothingOpen(),))


def not_text(turn: Turn) -> Step:
    """A sticker or the like: what was expected, and where we stand."""
    return with_standing(turn, NotText(cast("SentOther", turn.event).medium))


def edited(turn: Turn) -> Step:
    """An edited message is no answer: people edit what was answered long ago."""
    return with_standing(turn, Hint("edited"))


def unknown_command(turn: Turn) -> Step:
    return with_standing(turn, Hint("unknown_command", {"command": cast("CommandUnknown", turn.event).command}))


def with_standing(turn: Turn, reply: Reply) -> Step:
    """A notice, and below it the question or menu that still waits, if any."""
    standing = (where_we_stand(turn.state, turn.context),) if turn.state.draft is not None else ()
    return Step(turn.state, (reply, *standing))


def orders(turn: Turn) -> Step:
    event = cast("OrdersRequested", turn.event)
    found = tuple((order, turn.title_of(order)) for order in event.found)
    accounts = tuple((name, account.title) for name, account in turn.context.accounts.items())
    return Step(turn.state, (OrdersListed(found, event.wanted, event.listing, accounts),))


def read_balances(turn: Turn) -> Step:
    return Step(turn.state, (), (ReadBalances(),))


def balances(turn: Turn) -> Step:
    event = cast("BalancesRead", turn.event)
    return Step(turn.state, (BalancesShown(event.found, event.silent),))
