"""Reads the answers of a person's last orders, and puts them below the questions that they answered.

They are read from the orders themselves: what is pruned is forgotten here too, and nothing is kept a second time.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from bot.conversation.address_book import remembered
from bot.conversation.contacts import spot_at
from bot.conversation.earlier import OFFERED, earlier
from bot.conversation.known import Account
from bot.conversation.replies import Asked, Reply
from bot.conversation.state import Answers, Draft
from bot.conversation.views import BookEntry
from bot.journal.address_book import MOST_PEOPLE, people_found, without_forgotten
from storage import orders, products
from storage.database import Reader

LOOKED_AT: Final = 20
"""Orders of a person, the newest, whose answers are offered."""
_LONGEST: Final = 20_000
"""Characters of an order's answers; a longer one is a list that nobody picks from."""


def answers_of(reader: Reader, account: Account, user_id: int) -> Iterator[Answers]:
    """The answers of the person's last orders at an account, the newest first; read when the first is asked for.

    Whoever was forgotten since is in none of them.
    """
    yield from without_forgotten(reader, account, _all_of(reader, account.name, user_id))


def _all_of(reader: Reader, account: str, user_id: int) -> Iterator[Answers]:
    for text in orders.answers_of_person(reader, account, user_id, LOOKED_AT):
        if len(text) <= _LONGEST:
            yield json.loads(text)


def last_account(reader: Reader, accounts: Iterable[str], user_id: int) -> str:
    """The account, of these, of the person's newest order; empty where they have none."""
    newest = {name: orders.last_confirmed(reader, name, user_id) for name in accounts}
    return max(newest, key=newest.__getitem__) if any(newest.values()) else ""


def with_earlier(
    reader: Reader, account: Account | None, draft: Draft | None, replies: tuple[Reply, ...], user_id: int
) -> tuple[Reply, ...]:
    """The replies with earlier answers at questions that have any."""
    if draft is None or account is None or not any(isinstance(reply, Asked) for reply in replies):
        return replies
    found = () if draft.sought else earlier(account.form, draft, answers_of(reader, account, user_id))
    if not any(one.path == draft.at for one in draft.unsure):
        # Of what a text may mean, each meaning is offered.
        found = found[:OFFERED]
    people = partial(_people, reader, account)
    told = {one.key: one.label for one in (*found, *remembered(account.form, draft, people))}
    if not told:
        return replies
    spot = spot_at(account.form, draft.answers, draft.at)
    same_sender = spot is not None and spot.begins and spot.fields.of_sender and not draft.sought
    return tuple(
        replace(reply, earlier=_titled(reader, account.name, reply, told), same_sender=same_sender)
        if isinstance(reply, Asked)
        else reply
        for reply in replies
    )


def _titled(reader: Reader, account: str, reply: Asked, told: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The offers by their keys; products with their titles, since their ids tell nobody which they are."""
    if reply.question.facts is None:
        return tuple(told.items())
    listed = {key: products.get(reader, account, product) for key, product in told.items()}
    return tuple((key, f"{one.title} · {told[key]}" if one else told[key]) for key, one in listed.items())


def _people(reader: Reader, account: Account, place: str, text: str) -> tuple[BookEntry, ...]:
    return people_found(reader, account, place, text, MOST_PEOPLE)
