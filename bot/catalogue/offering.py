"""Fills questions with what can be picked and summaries with how old their prices are; only storage knows either."""

import json
import logging
from collections import Counter
from dataclasses import replace
from typing import Final

from bot.catalogue.facts import FRESH, facts_for_form, found_by
from bot.catalogue.finding import prefix_of
from bot.catalogue.nearly import nearly
from bot.conversation.filled import Filled
from bot.conversation.known import Account
from bot.conversation.prompts import PAGE
from bot.conversation.questions import is_listed
from bot.conversation.replies import Asked, Category, Offer, Offered, Reply, Summarised
from bot.conversation.requests import PlaceOrder
from bot.conversation.state import Browse, Draft
from providers.fields import Form
from providers.products import facts_of, price_of
from storage import products
from storage.database import Reader, Transaction
from storage.products import Listing, Stored

log = logging.getLogger(__name__)

FIRST: Final = 6
"""Products that are offered at once."""
_LATEST: Final = 3
"""Of these, so many are the person's latest; then come those ordered most often."""
_LOOKED_AT: Final = 30
"""Products ordered latest among which the most often ordered ones are looked for."""


def offered(
    reader: Reader, account: Account | None, draft: Draft | None, replies: tuple[Reply, ...], user_id: int, now: int
) -> tuple[Reply, ...]:
    """The replies with what questions offer of the catalogue and summaries say of their prices' age."""
    if draft is None or account is None:
        return replies
    told: list[Reply] = []
    for reply in replies:
        if isinstance(reply, Asked) and reply.question.facts is not None and is_listed(account.form, draft.answers):
            told.append(replace(reply, offer=_without(_offer(reader, draft, user_id, now), draft.refused)))
        elif isinstance(reply, Summarised) and reply.prices is not None:
            told.append(replace(reply, prices=replace(reply.prices, read_at=_if_old(reply.prices.read_at, now))))
        else:
            told.append(reply)
    return tuple(told)


def _without(offer: Offer | None, refused: str) -> Offer | None:
    """An offer without the product that the supplier has just refused."""
    if offer is None or not refused:
        return offer
    return replace(offer, products=tuple(one for one in offer.products if one.id != refused))


def _if_old(read_at: int, now: int) -> int:
    return read_at if now - read_at > FRESH else 0


def _offer(reader: Reader, draft: Draft, user_id: int, now: int) -> Offer | None:
    known = products.listing(reader, draft.account)
    if known is None or not known.size:
        return None
    groups = [Category(*group) for group in json.loads(known.groups)]
    offer = Offer(browsable=True, grouped=bool(groups), read_at=_if_old(known.read_at, now))
    if draft.browse is None:
        found = _first(reader, draft, user_id)
        return replace(offer, products=_all_shown(found, known))
    if draft.browse.searching:
        return replace(offer, searching=True)
    if draft.browse.near:
        near = nearly(reader, draft.account, draft.browse.query)
        return replace(offer, products=_all_shown(near, known), near=True)
    if draft.browse.query:
        return _found(reader, known, draft.browse, offer)
    if draft.browse.group or not groups:
        return _of_category(reader, known, draft.browse, groups, offer)
    pages, page = _pages(len(groups), draft.browse.page)
    shown = tuple(groups[page * PAGE : (page + 1) * PAGE])
    return replace(offer, categories=shown, page=page, pages=pages, browsable=False)


def _found(reader: Reader, known: Listing, browse: Browse, offer: Offer) -> Offer:
    (words, total), prefix = found_by(reader, known.account, browse.query), prefix_of(browse.query)
    pages, page = _pages(total, browse.page)
    found = products.search(reader, known.account, words, prefix, PAGE, page * PAGE)
    shown = _all_shown(found, known)
    return replace(offer, products=shown, query=browse.query, total=total, page=page, pages=pages)


def _of_category(reader: Reader, known: Listing, browse: Browse, groups: list[Category], offer: Offer) -> Offer:
    """A category, or the whole list where there are none; one that is gone since shows the categories again."""
    category = next((group for group in groups if group.key == browse.group), None)
    total = known.size if category is None else category.count
    pages, page = _pages(total, browse.page)
    if category is None:
        found = products.page(reader, known.account, PAGE, page * PAGE)
    else:
        found = products.of_group(reader, known.account, category.key, PAGE, page * PAGE)
    shown = _all_shown(found, known)
    title = "" if category is None else category.title
    return replace(
        offer, products=shown, category=title, total=total, page=page, pages=pages, browsable=category is not None
    )


def _pages(total: int, page: int) -> tuple[int, int]:
    """The number of pages, and the one that is meant."""
    pages = max(1, -(-total // PAGE))
    return pages, min(max(page, 0), pages - 1)


def _all_shown(found: list[Stored], known: Listing) -> tuple[Offered, ...]:
    """The products, those that are called the same told apart by category."""
    titles = Counter(one.title for one in found)
    return tuple(_shown(one, known, apart=titles[one.title] > 1) for one in found)


def _shown(found: Stored, known: Listing, *, apart: bool) -> Offered:
    facts = facts_of(facts_for_form(found, known))
    title = found.title or facts.title
    return Offered(found.id, f"{title} · {found.group_name}" if apart and found.group_name else title, price_of(facts))


def _first(reader: Reader, draft: Draft, user_id: int) -> list[Stored]:
    """The one that the draft was opened for, the person's latest, those that they and then all staff order most."""
    own = products.uses(reader, draft.account, user_id, _LOOKED_AT)
    everybodys = products.uses(reader, draft.account, None, _LOOKED_AT)
    ids = [draft.wanted, *(product for product, _ in own[:_LATEST])]
    for used in (own, everybodys):
        ids += [product for product, _ in sorted(used, key=lambda use: -use[1])]
    found: list[Stored] = []
    for product in dict.fromkeys(filter(None, ids)):
        if len(found) < FIRST and (stored := products.get(reader, draft.account, product)) is not None:
            found.append(stored)
    return found


def note_uses(tx: Transaction, account: Account, request: PlaceOrder, user_id: int, now: int) -> None:
    """Note what was just confirmed, which is offered first the next time."""
    for product in _products_of(account, request):
        products.used(tx, request.account, user_id, product, now)


def _products_of(account: Account, request: PlaceOrder) -> list[str]:
    """The products of an order; none where its form fails to tell, which must not stop an order."""
    try:
        finished = Filled.of(account.form, request.answers).finished
        return list(dict.fromkeys(chosen.id for chosen in finished.chosen())) if isinstance(finished, Form) else []
    except Exception:
        log.exception("order %s: its products can't be told", request.reference)
        return []
