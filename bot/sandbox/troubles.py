"""The troubles with Telegram that the person at the page can make, each for as long as it is chosen.

They are faults and habits of the stand-in under names that a page can list.
"""

from collections.abc import Callable, Mapping
from typing import Final, Literal

from bot.sandbox.messages import GONE_WORDS
from bot.sandbox.standin import StandIn

Trouble = Literal[
    "errors", "flooded", "blocked", "answer_lost", "answer_odd", "says_gone", "refuses_buttons", "polls_at_once"
]
WAIT: Final = 5
"""Seconds that a flooded chat asks the bot to wait."""


class Troubles:
    """One trouble at a time; `on_change` is called when it becomes another."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin
        self._blocked: int | None = None
        self.now: Trouble | None = None
        self.on_change: Callable[[], None] | None = None

    def make(self, trouble: Trouble, person: int) -> None:
        """Begin with a trouble, in the chat of this person where it is one of a chat, in place of the one before."""
        self._end()
        _MAKE[trouble](self._standin, person)
        self._blocked = person if trouble == "blocked" else None
        self._become(trouble)

    def heal(self) -> None:
        """All is well again; who had blocked the bot lets it write."""
        self._end()
        self._become(None)

    def _end(self) -> None:
        self._standin.heal()
        if self._blocked is not None:
            self._standin.unblock(self._blocked)
            self._blocked = None

    def _become(self, trouble: Trouble | None) -> None:
        self.now = trouble
        if self.on_change is not None:
            self.on_change()


_MAKE: Final[Mapping[Trouble, Callable[[StandIn, int], object]]] = {
    "errors": lambda standin, person: standin.fail("*", "error", None, chat_id=person),
    "flooded": lambda standin, person: standin.fail("*", "retry_after", None, chat_id=person, retry_after=WAIT),
    "blocked": lambda standin, person: standin.block(person),
    "answer_lost": lambda standin, person: standin.fail("*", "drop_after", chat_id=person),
    "answer_odd": lambda standin, person: standin.fail("*", "odd_result", None, chat_id=person, body="true"),
    "says_gone": lambda standin, _: standin.says_gone(GONE_WORDS[1]),
    "refuses_buttons": lambda standin, _: standin.refuse_buttons("copy_text", "style"),
    "polls_at_once": lambda standin, _: standin.fail("getUpdates", "at_once", None),
}
