"""The facts that the catalogue knows of an event, put into the event before the conversation sees it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bot.catalogue.finding import is_search, prefix_of, words_of
from bot.conversation import events
from bot.conversation.answers import get
from bot.conversation.browsing import asked_product, is_accepted
from bot.conversation.context import Account
from bot.conversation.filled import Filled
from bot.conversation.filling import blank
from bot.conversation.state import Conversation, Draft
from bot.conversation.views import OrderView
from bot.journal.rules import SECOND
from providers.fields import plain
from providers.products import Path
from storage import products
from storage.database import Reader
from storage.products import Listing, Stored

FRESH: Final = 3600 * SECOND
"""Microseconds for which a list needs no word about its age, and its stock can be relied on."""


def acquainted(
    reader: Reader, event: events.Event, state: Conversation, accounts: Mapping[str, Account], now: int
) -> events.Event:
    """The event with the facts of the product that it names, or with how many products it is a search for.

    `now` is in UTC microseconds.
    """
    if isinstance(event, events.OrderRequested | events.StartedAnew):
        return _opening(reader, event, accounts, now)
    if isinstance(event, events.OrderedAgain):
        return replace(event, facts=_by_now(reader, event.order, accounts, now))
    account = accounts.get(state.draft.account) if state.draft is not None else None
    if account is None or state.draft is None or asked_product(state, account) is None:
        return event
    match event:
        case events.Answered(text):
            facts, matches = _known(reader, account, state.draft, text, now)
            return replace(event, facts=facts, matches=matches)
        case events.Picked(id=product):
            return replace(event, facts=facts_of(reader, account.name, product, now))
        case events.LookedUp(result=events.LookUpResult.FAILED):
            facts = facts_of(reader, account.name, str(get(state.draft.answers, state.draft.at)), now)
            return replace(event, facts=facts or {})
        case _:
            return event


def _by_now(
    reader: Reader, order: OrderView, accounts: Mapping[str, Account], now: int
) -> tuple[tuple[Path, Mapping[str, Any]], ...]:
    """The facts that the catalogue knows by now of the products of an order, each looked up once."""
    account = accounts.get(order.account)
    listing = _listing(reader, account.name) if account is not None else None
    if account is None or listing is None:
        return ()
    answers = Filled.of(account.form, order.answers).pruned
    form = Filled.of(account.form, answers)
    known: dict[str, Mapping[str, Any] | None] = {}
    found = []
    for question in form.questions if form.is_listed else ():
        product = get(answers, question.path)
        if question.facts is None or not isinstance(product, str):
            continue
        if product not in known:
            known[product] = _facts_in(reader, listing, product, now)
        if (facts := known[product]) is not None:
            found.append((question.facts, facts))
    return tuple(found)


def _opening(
    reader: Reader, event: events.OrderRequested | events.StartedAnew, accounts: Mapping[str, Account], now: int
) -> events.OrderRequested | events.StartedAnew:
    account = accounts.get(event.account)
    if account is None or not event.answer:
        return event
    facts, matches = _known(reader, account, blank(account), event.answer, now)
    return replace(event, facts=facts, matches=matches)


def _known(
    reader: Reader, account: Account, draft: Draft, text: str, now: int
) -> tuple[Mapping[str, Any] | None, int | None]:
    """Facts of the product with this id; or how many products a search finds, None for what is none."""
    listing = _listing(reader, account.name)
    if listing is None:
        return None, None
    facts = _facts_in(reader, listing, text, now)
    if facts is not None or is_accepted(draft, account, draft.at, text) or not is_search(text):
        return facts, None
    return None, products.count(reader, account.name, words_of(text), prefix_of(text))


def facts_of(reader: Reader, account: str, product: str, now: int) -> Mapping[str, Any] | None:
    """The facts of a product by its id as people type it, with when that was read; None when it isn't listed."""
    listing = _listing(reader, account)
    return None if listing is None else _facts_in(reader, listing, product, now)


def _listing(reader: Reader, account: str) -> Listing | None:
    """The account's list, if there is anything in it."""
    found = products.listing(reader, account)
    return found if found is not None and found.size else None


def _facts_in(reader: Reader, listing: Listing, product: str, now: int) -> Mapping[str, Any] | None:
    tidy = str(plain(product))
    for spelling in dict.fromkeys((product.strip(), tidy, tidy.lower())):
        found = products.get(reader, listing.account, spelling) if spelling else None
        if found is not None:
            return still_so(told(found, listing), now)
    return None


def still_so(facts: Mapping[str, Any], now: int) -> Mapping[str, Any]:
    """The facts without what was in stock a while ago: it would refuse what has long come in again."""
    is_old = now - int(facts.get("read_at") or 0) > FRESH
    return {**facts, "stock": None} if is_old and "stock" in facts else facts


def told(found: Stored, known: Listing) -> dict[str, Any]:
    """The facts of a product as they go into a form."""
    facts: dict[str, Any] = json.loads(found.facts)
    return {"title": found.title} | facts | {"read_at": found.read_at or known.read_at}
