"""Reads pasted texts for the accounts, each with the products that its catalogue has now.

A reader is made ready once for each state of a catalogue, so that a text costs some milliseconds; an answer that can't
hold more than itself costs nothing.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from bot.catalogue.text_readers import TextReaders
from bot.conversation.known import Account
from bot.conversation.state import Answers, Proposal, Proposed
from bot.reading.places import Places
from bot.reading.plain_text import Span
from bot.reading.read_answers import ReadAnswer, TextRead
from bot.reading.takes import takes_of
from bot.words.spellings import choices_of, titles_of
from providers.fields import Form
from providers.products import Path
from storage.database import Reader

_PARTED: Final = re.compile(r"\S[\s,，;；、|]+\S")
_LABELLED: Final = re.compile(r"[^\w\n]*[^\W\d_][^:：=\n]{0,30}(?:[:：=](?!//)|\s\S|(?<=[\u3400-\u9fff])[0-9０-９+])")
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
        return proposals_in(self._readers.of(reader, account.name, form).read(text, begun=begun), text, apart=True)

    def unlabelled(self, reader: Reader, account: Account, at: Path, text: str) -> str:
        """An answer of one line without the name of its question before it; any other as it is."""
        form = account.form
        if not issubclass(form, Form) or _LABELLED.match(text) is None or len(text.strip().splitlines()) != 1:
            return text
        slot = takes_of(form).slot(at)
        return text if slot is None else self._readers.of(reader, account.name, form).labels.off(text, slot)

    def changes(self, reader: Reader, account: Account, text: str, answers: Answers) -> tuple[Proposal, ...]:
        """All that a text says to be other in an order of an account with these answers."""
        form = account.form
        if not issubclass(form, Form):
            return ()
        return proposals_in(self._readers.of(reader, account.name, form).read(text, beside=answers), text)


def proposals_in(read: TextRead, text: str, *, apart: bool = False) -> tuple[Proposal, ...]:
    """The orders of a text that was read. `apart`: what of it was not read goes to the order that it stands in."""
    if read.refused is not None:
        return (Proposal(region=read.refused.region),) if read.refused.region else ()
    left: dict[int | None, list[str]] = {}
    places = sorted((one.span, place) for place, order in enumerate(read.orders) for one in order.answers if one.span)
    for start, end in _joined(read.unread, text):
        if said := " ".join(text[start:end].split()):
            owner = _owner(places, text, start, end) if apart and len(read.orders) > 1 else None
            left.setdefault(owner, []).append(said)
    # What belongs to no order in particular is with the first one.
    return tuple(
        Proposal(
            fields=tuple(map(_proposed, order.answers)),
            unread=() if place else tuple(left.get(None, ())),
            beside=tuple(left.get(place, ())),
        )
        for place, order in enumerate(read.orders)
    )


def _joined(spans: Sequence[Span], text: str) -> Iterator[Span]:
    """Places in a text, as one where nothing but spaces of a line parts them."""
    waiting: Span | None = None
    for start, end in spans:
        if waiting is not None and not text[waiting[1] : start].strip(" \t") and waiting[1] <= start:
            waiting = waiting[0], end
            continue
        if waiting is not None:
            yield waiting
        waiting = start, end
    if waiting is not None:
        yield waiting


def _owner(places: Sequence[tuple[Span, int]], text: str, start: int, end: int) -> int | None:
    """The order that alone has answers in the line of a span, or else on both sides of it, by its place from 0.

    `places` are the spans of all answers, in their order, each with its order's place.
    """
    first, last = text.rfind("\n", 0, start) + 1, (text + "\n").index("\n", end)
    at, to = bisect_left(places, ((first, 0), 0)), bisect_left(places, ((last, 0), 0))
    here = {place for _, place in places[at:to]}
    if not here and 0 < at < len(places):
        here = {places[at - 1][1], places[at][1]}
    return here.pop() if len(here) == 1 else None


def _proposed(one: ReadAnswer) -> Proposed:
    derived = one.span is None
    return Proposed(path=one.path, answer=one.answer, sure=one.sure, options=one.options, derived=derived)


def may_hold_more(text: str) -> bool:
    """Check whether a text may hold more than one answer: most are one word, a number or a link."""
    return len(text) >= _SHORTEST and (_PARTED.search(text.strip()) is not None or _GLUED.search(text) is not None)
