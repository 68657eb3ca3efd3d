"""Transitions of `/balance`: the suppliers are asked, and what they say is told."""

from typing import cast

from bot.conversation.balance_events import BalancesRead
from bot.conversation.balance_replies import BalancesShown
from bot.conversation.requests import ReadBalances
from bot.conversation.step import Step, Turn


def ask(turn: Turn) -> Step:
    return Step(turn.state, (), (ReadBalances(),))


def show(turn: Turn) -> Step:
    event = cast("BalancesRead", turn.event)
    return Step(turn.state, (BalancesShown(event.found, event.silent),))
