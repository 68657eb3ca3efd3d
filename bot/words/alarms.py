"""Words for the admins about what goes wrong by itself: suppliers out of reach, orders left open, a bot that was away.

Each says what it means for orders, and what there is to do, if anything.
"""

from collections.abc import Sequence
from typing import Final

from bot.conversation.replies import UnknownListed
from bot.conversation.views import OrderView
from bot.words.catalogue import Catalogue
from bot.words.message import Message, bold, escaped
from bot.words.products import span
from bot.words.unknown import unknown_listed

SHOWN: Final = 5
"""Orders of one message; the list of all is a command away."""
_MINUTE: Final = 60
_KEPT_BY_TELEGRAM: Final = 24 * 3600
"""Seconds for which Telegram keeps what it could not bring. Source: Bot API, "Getting updates"."""


def unreachable(words: Catalogue, account: str, seconds: float) -> Message:
    """Nothing has come back from a supplier for so long."""
    lines = [bold(words.say("alarm.unreachable", account=account))]
    lines.append(escaped(words.say("alarm.unreachable_text", time=_time(words, seconds))))
    return Message("\n".join(lines))


def reached_again(words: Catalogue, account: str, seconds: float) -> Message:
    """It answers, after so long."""
    return Message(escaped(words.say("alarm.reached_again", account=account, time=_time(words, seconds))))


def left_open(words: Catalogue, orders: Sequence[tuple[OrderView, str]], seconds: float) -> Message:
    """Orders with their accounts' titles of which nobody has known for so long what became of them."""
    listed = unknown_listed(words, UnknownListed(tuple(orders[:SHOWN]), max(len(orders) - SHOWN, 0)))
    first = escaped(words.say("alarm.left_open", n=len(orders), time=_time(words, seconds)))
    return Message(f"{first}\n{listed.html}", listed.rows)


def was_away(words: Catalogue, since: int, seconds: float) -> Message:
    """The bot was not there, since a time in UTC microseconds and for so long."""
    told = [words.say("alarm.away_text")]
    if seconds > _KEPT_BY_TELEGRAM:
        told.append(words.say("alarm.away_for_days"))
    lines = [bold(words.say("alarm.away", time=_time(words, seconds), since=words.spoken(since)))]
    return Message("\n".join([*lines, escaped(words.sentences(*told))]))


def _time(words: Catalogue, seconds: float) -> str:
    return span(words, max(round(seconds / _MINUTE), 1))
