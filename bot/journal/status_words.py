"""Reads suppliers' words for how far orders are, as the settings name those that no document explains.

What a word means can change with the settings, so orders that have it are read anew at the next start.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from bot.clock import Instant
from bot.conversation.known import Account
from bot.journal.rules import WATCHED_FOR
from providers.orders import Status
from storage import orders, status_words
from storage.database import Reader, Transaction
from storage.orders import Order
from storage.status_words import StatusWord

BATCH: Final = 200
"""Orders that are read anew in one transaction."""
_MOST_WORDS: Final = 1000


def read_as(tx: Transaction, account: Account | None, said: str, word: str) -> str:
    """Our status for what a supplier `said` (a status of ours) with its own `word`, which is noted if it is unclear."""
    if account is None or said != Status.PLACED or not word or account.explains(word):
        return said
    meaning = account.meaning(Status.PLACED, word)
    status_words.seen(tx, account.name, word, meaning)
    return meaning


def changed(reader: Reader, accounts: Mapping[str, Account]) -> Iterator[tuple[Account, StatusWord]]:
    """The words of orders that mean something else by these settings than what their orders were read as."""
    for account in accounts.values():
        for found in status_words.of_account(reader, account.name, _MOST_WORDS):
            if account.meaning(Status.PLACED, found.word) != found.meaning:
                yield account, found


def read_anew(tx: Transaction, account: Account, found: StatusWord, at: Instant) -> list[Order]:
    """Read some orders with a word by what it means now; returns them as they are then, none when all are."""
    meaning = account.meaning(Status.PLACED, found.word)
    is_final = meaning in account.final or not account.reads_status
    batch = status_words.orders_with(tx, account.name, found, BATCH)
    for order in batch:
        status_words.read_as(
            tx,
            order.reference,
            meaning,
            is_final=is_final,
            watch_at=at.forward,
            changed_since=at.now - WATCHED_FOR,
        )
    if not batch:
        status_words.means(tx, account.name, found.word, meaning)
    return [now for order in batch if (now := orders.get(tx, order.reference)) is not None]
