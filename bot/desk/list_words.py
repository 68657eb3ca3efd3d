"""Reads the text of `/orders TEXT` as the filters that its words name: a status, a day, or both.

The words are those on the buttons below a list, in every language that we have: whoever types what could be tapped
means the same by it, and none of these words is part of what a search looks in.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from bot.conversation.views import STATES, Days, Wanted
from bot.words.catalogue import Catalogue
from bot.words.order_list import state_word
from providers.cleaning import compared_text

_LONGEST: Final = 60
"""Characters of a text that may name filters."""
_ALSO: Final = "also.list."
"""What stands before the key of a filter for the other words that people have for it, parted by commas."""


def narrowed(wanted: Wanted, spoken: Sequence[Catalogue]) -> Wanted:
    """The list as if the filters that its text names had been tapped; as it was where the text is anything else.

    Of one word in two languages the meaning in the first of `spoken` counts.
    """
    if len(wanted.text) > _LONGEST:
        return wanted
    states = {word: state for words in reversed(spoken) for word, state in _states(words).items()}
    days = {word: day for words in reversed(spoken) for word, day in _days(words).items()}
    typed = compared_text(wanted.text)
    # The whole text first. In Chinese nothing needs to stand between two words.
    for cut in range(len(typed), 0, -1):
        head, rest = typed[:cut], typed[cut:]
        for state, day in ((head, rest), (rest, head)):
            if (not state or state in states) and (not day or day in days):
                return replace(wanted, text="", state=states.get(state, wanted.state), days=days.get(day, wanted.days))
    return wanted


@cache
def _states(words: Catalogue) -> dict[str, str]:
    return {word: state for state in STATES for word in _words_for(words, state, state_word(words, state))}


@cache
def _days(words: Catalogue) -> dict[str, Days]:
    some = [day for day in Days if day is not Days.ANY]
    return {word: day for day in some for word in _words_for(words, day, words.say(f"list.{day}"))}


def _words_for(words: Catalogue, code: str, label: str) -> set[str]:
    """The words for a filter, as they are compared: its button's first."""
    also = words.beginning(_ALSO).get(f"{_ALSO}{code.replace(' ', '_')}", "")
    return {compared_text(word) for word in (label, *also.split(",")) if compared_text(word)}
