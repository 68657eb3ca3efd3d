"""Reads pasted texts for the accounts, each with the products that its catalogue has now.

A reader is made ready once for each state of a catalogue, so that a text costs some milliseconds; an answer that can't
hold more than itself costs nothing.
"""

import re
from typing import Final

from bot.catalogue.text_readers import TextReaders
from bot.conversation.known import Account
from bot.conversation.state import Answers, Proposal, Proposed
from bot.reading.places import Places
from bot.reading.read_answers import ReadAnswer, TextRead
from bot.words.spellings import choices_of, titles_of
from providers.fields import Form
from storage.database import Reader

_PARTED: Final = re.compile(r"\S[\s,，;；、|]+\S")
_GLUED: Final = re.compile(r"(?=[0-9]*[\u3400-\u9fff])[\u3400-\u9fff0-9]{8}")
_SHORTEST: Final = 4
"""Characters of a text that can hold two answers."""


class PastedTexts:
    """The readers of all accounts."""

    def __init__(self, readers: TextReaders | None = None) -> None:
        self._readers = readers or TextReaders(Places.load, titles_of, choices_of)

    def proposals(self, reader: Reader, account: Account, text: str, *, begun: bool) -> tuple[Proposal, ...]:
        """The orders that a text holds for an account. `begun`: it is plain that they are for this account."""
        form = account.form
        if not may_hold_more(text) or not issubclass(form, Form):
            return ()
        return proposals_in(self._readers.of(reader, account.name, form).read(text, begun=begun), text)

    def changes(self, reader: Reader, account: Account, text: str, answers: Answers) -> tuple[Proposal, ...]:
        """All that a text says to be other in an order of an account with these answers."""
        form = account.form
        if not issubclass(form, Form):
            return ()
        return proposals_in(self._readers.of(reader, account.name, form).read(text, beside=answers), text)


def proposals_in(read: TextRead, text: str) -> tuple[Proposal, ...]:
    """The orders of a text that was read."""
    if read.refused is not None:
        return (Proposal(region=read.refused.region),)
    # The rest of the text belongs to no order in particular: the first one has it.
    unread = tuple(filter(None, (" ".join(text[start:end].split()) for start, end in read.unread)))
    return tuple(
        Proposal(
            fields=tuple(map(_proposed, order.answers)),
            unread=() if place else unread,
        )
        for place, order in enumerate(read.orders)
    )


def _proposed(one: ReadAnswer) -> Proposed:
    derived = one.span is None
    return Proposed(path=one.path, answer=one.answer, sure=one.sure, options=one.options, derived=derived)


def may_hold_more(text: str) -> bool:
    """Check whether a text may hold more than one answer: most are one word, a number or a link."""
    return len(text) >= _SHORTEST and (_PARTED.search(text.strip()) is not None or _GLUED.search(text) is not None)
