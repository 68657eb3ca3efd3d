"""Reads the answers of a person's last orders, and puts them below the questions that they answered.

They are read from the orders themselves: what is pruned is forgotten here too, and nothing is kept a second time.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.conversation.earlier import OFFERED, earlier
from bot.conversation.known import Account
from bot.conversation.replies import Asked, Reply
from bot.conversation.state import Answers, Draft
from bot.journal.address_book import without_forgotten
from storage import orders
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


def with_earlier(
    reader: Reader, account: Account | None, draft: Draft | None, replies: tuple[Reply, ...], user_id: int
) -> tuple[Reply, ...]:
    """The replies with earlier answers at questions that have any."""
    if draft is None or account is None or not any(isinstance(reply, Asked) for reply in replies):
        return replies
    found = earlier(account.form, draft, answers_of(reader, account, user_id))
    if not any(one.path == draft.at for one in draft.unsure):
        # Of what a text may mean, each meaning is offered.
        found = found[:OFFERED]
    told = tuple((one.key, one.label) for one in found)
    return tuple(replace(reply, earlier=told) if isinstance(reply, Asked) and told else reply for reply in replies)
