"""Reads the text of `/orders TEXT` as the filters that its words name: a status, a day, an account, whose orders.

The words are those on the buttons below a list, in every language that we have: whoever types what could be tapped
means the same by it. A text that is nothing else is read so at once; one that has more in it is looked for as it is,
and only where no order has it are the filters at its ends taken off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from bot.conversation.known import Account
from bot.conversation.views import STATES, Days, Wanted
from bot.words.catalogue import Catalogue
from bot.words.order_list import state_word
from providers.cleaning import compared_text

_LONGEST: Final = 60
"""Characters of a text that may name filters."""
_ALSO: Final = "also.list."
"""What stands before the key of a filter for the other words that people have for it, parted by commas."""
_MINE: Final = "mine"
_FILLERS: Final = "orders"
"""The code of the words that say only that orders are wanted."""


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


def narrowed_in_part(
    wanted: Wanted, spoken: Sequence[Catalogue], accounts: Mapping[str, Account], reader: int
) -> Wanted | None:
    """The list narrowed by the filters at the ends of its text, the rest of which is looked for; None for no filter.

    Each kind of filter is taken once; `reader` is whose orders `mine` means. What is left has its own spelling, so that
    it is found as if it had been typed alone.
    """
    if len(wanted.text) > _LONGEST:
        return None
    meanings = _meanings(spoken, accounts, reader)
    found: dict[str, str | int] = {}
    rest = wanted.text
    while (cut := _cut(rest, meanings, found)) is not None:
        meaning, rest = cut
        found |= meaning
    if not found:
        return None
    return replace(wanted, text=rest, **found)  # type: ignore[arg-type]  # fields of its own


_Meaning = dict[str, str | int]
"""The field of a list that a word sets; nothing for a word that sets none."""


def _meanings(spoken: Sequence[Catalogue], accounts: Mapping[str, Account], reader: int) -> dict[str, _Meaning]:
    """All words by what they mean; of one word in two languages the meaning in the first of `spoken` counts."""
    meanings: dict[str, _Meaning] = {}
    for words in reversed(spoken):
        meanings |= {word: {} for word in _words_for(words, _FILLERS, "")}
        meanings |= {word: {"person": reader} for word in _words_for(words, _MINE, words.say("button.mine"))}
        meanings |= {word: {"state": state} for word, state in _states(words).items()}
        meanings |= {word: {"days": day} for word, day in _days(words).items()}
    for name, account in accounts.items():
        meanings |= {compared_text(one): {"account": name} for one in (name, account.title) if compared_text(one)}
    return meanings


def _cut(text: str, meanings: Mapping[str, _Meaning], found: Mapping[str, object]) -> tuple[_Meaning, str] | None:
    """The longest word at an end of a text that may still be meant, and what is left; None where there is none."""
    # From the longest part on: `not placed` is no `placed`.
    for length in range(len(text), 0, -1):
        for part, rest, beside in (
            (text[:length], text[length:], text[length : length + 1]),
            (text[-length:], text[:-length], text[-length - 1 : -length]),
        ):
            meaning = meanings.get(compared_text(part))
            if meaning is not None and not found.keys() & meaning.keys() and _parted(part, rest, beside):
                return meaning, rest.strip(_BETWEEN)
    return None


_BETWEEN: Final = " \t\n,，、;；·:：。."


def _parted(part: str, rest: str, beside: str) -> bool:
    """Check whether a word ends where it is cut. In Chinese nothing needs to stand there, except beside one character.

    That may change what the word means, as in 未完成.
    """
    return beside in _BETWEEN or (not part.isascii() and len(rest) > 1)


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
