"""The signals between replicas as texts, which is how a database passes them on.

A signal is a hint, so that nobody has to look all the time: whatever must not be lost is in storage, and is found there
when a signal may have been missed.
"""

import json
from typing import Final

from storage.database import Transaction

Signal = tuple[str | int, ...]
"""A word, and what it is about."""
ANYTHING: Final[Signal] = ("anything",)
"""Signals may have been missed, or had no room."""
ROWS: Final = "rows"
"""The word for messages that were written into a chat; with the chat, and who holds it."""
WANTED: Final = "wanted"
"""The word for a chat in which something happens elsewhere; with the chat, and who holds it."""
_LARGEST: Final = 7_000
"""Bytes of a text that the database passes on."""


def as_texts(signals: list[Signal]) -> list[str]:
    """The signals as JSON texts, each of which the database can pass on."""
    texts = [json.dumps([signal]) for signal in signals]
    texts = [text if len(text) <= _LARGEST else json.dumps([ANYTHING]) for text in texts]
    if sum(map(len, texts)) <= _LARGEST:
        return [json.dumps([json.loads(text)[0] for text in texts])] if texts else []
    return texts


def from_text(text: str) -> list[Signal]:
    """The signals of a text; anything, where it can't be read or is empty."""
    try:
        found = json.loads(text)
        return [tuple(signal) for signal in found]
    except (ValueError, TypeError):
        return [ANYTHING]


def send(tx: Transaction, signal: Signal) -> None:
    """Signal with the commit, so that whoever hears it sees what it is about."""
    for text in as_texts([signal]):
        tx.signal(text)
