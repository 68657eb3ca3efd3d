"""The choices of a person who types `@bot tea` in any chat: products of all accounts, or of the one at hand.

In their chat with the bot, while it asks for a person, it is the address book: nobody else reads there what is chosen.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.catalogue.facts import facts_for_form, found_by, still_so
from bot.catalogue.finding import prefix_of
from bot.conversation.address_book import asked_person
from bot.conversation.browsing import asked_product
from bot.conversation.known import Account
from bot.conversation.replies import About
from bot.conversation.state import IDLE, Conversation, Phase, loaded
from bot.conversation.views import BookEntry
from bot.journal.address_book import people_found
from bot.staff.access import Staff
from providers.fields import Form
from providers.products import facts_of, price_of
from storage import conversations, people, products
from storage.database import Database
from storage.products import Stored

PAGE = 50
"""Results of one answer; Telegram takes no more."""


@dataclass(frozen=True, slots=True)
class InlineProduct:
    """A product. `sends` is the text that choosing it sends: its id where that is asked for, else `/order`."""

    account: str
    account_title: str
    id: str
    title: str
    about: About
    picture: str
    sends: str


@dataclass(frozen=True, slots=True)
class InlinePerson:
    """Somebody in the address book. `sends` is the text that choosing them sends, which the question takes as them."""

    account_title: str
    name: str
    details: tuple[str, ...]
    sends: str


@dataclass(frozen=True, slots=True)
class InlinePage:
    """One page, and the offset of the next one, empty after the last; `languages` are the person's."""

    found: tuple[InlineProduct | InlinePerson, ...] = ()
    following: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InlineSearch:
    """Searches the catalogues and the address book for staff. It only reads. `now` is in UTC microseconds."""

    database: Database
    accounts: Mapping[str, Account]
    staff: Staff
    now: Callable[[], int]

    async def search(self, user_id: int, query: str, offset: str, *, alone: bool = False) -> InlinePage:
        """One page of what a query finds, all of it for an empty one; nothing for strangers.

        `alone`: it is typed in their chat with the bot.
        """
        if not self.staff.may_order(user_id):
            return InlinePage()
        if alone and (asked := await self._person_asked_of(user_id)) is not None:
            return await self._people(user_id, *asked, query)
        first = int(offset) if offset.isascii() and offset.isdigit() and len(offset) <= len("1000000") else 0
        at_hand = await self._asked_of(user_id)
        accounts = [at_hand] if at_hand is not None else list(self.accounts.values())
        prefix = prefix_of(query)
        found: list[InlineProduct] = []
        skipped = first
        for account in accounts:
            # One more than a page shows whether there is a next one.
            wanted = PAGE + 1 - len(found)
            words, total = await self.database.read(found_by, account.name, query)
            rows = await self.database.read(products.search, account.name, words, prefix, wanted, skipped)
            found += await self._choices(account, rows, plain=at_hand is not None)
            if len(found) > PAGE:
                break
            if skipped:
                skipped = max(0, skipped - total)
        following = str(first + PAGE) if len(found) > PAGE else ""
        return InlinePage(tuple(found[:PAGE]), following, await self.database.read(people.languages, user_id))

    async def _person_asked_of(self, user_id: int) -> tuple[Account, str] | None:
        """The account and the place in its form of the person that is asked for in somebody's own chat."""
        state = await self._state_of(user_id)
        account = self.accounts.get(state.draft.account) if state.draft is not None else None
        place = "" if account is None else asked_person(account.form, state)
        return (account, place) if account is not None and place else None

    async def _people(self, user_id: int, account: Account, place: str, query: str) -> InlinePage:
        found = await self.database.read(people_found, account, place, query, PAGE)
        choices = tuple(_person(account, one) for one in found)
        return InlinePage(choices, "", await self.database.read(people.languages, user_id))

    async def _state_of(self, user_id: int) -> Conversation:
        """The state of the person's own chat, which has the same id."""
        saved = await self.database.read(conversations.load, user_id, user_id)
        return loaded(saved) if saved else IDLE

    async def _asked_of(self, user_id: int) -> Account | None:
        """The account whose product is asked for in the person's own chat."""
        state = await self._state_of(user_id)
        account = self.accounts.get(state.draft.account) if state.draft is not None else None
        if account is None or state.phase is not Phase.ASKING or asked_product(state, account) is None:
            return None
        return account

    async def _choices(self, account: Account, rows: list[Stored], *, plain: bool) -> list[InlineProduct]:
        known = await self.database.read(products.listing, account.name) if rows else None
        if known is None:
            return []
        per_piece = issubclass(account.form, Form) and account.form.priced_per_piece
        choices = []
        for row in rows:
            facts = facts_of(still_so(facts_for_form(row, known), self.now()))
            about = About("", price_of(facts), facts.minimum, facts.maximum, facts.pieces, per_piece)
            sends = row.id if plain else f"/order {account.name} {row.id}"
            title = row.title or row.id
            choices.append(InlineProduct(account.name, account.title, row.id, title, about, row.picture, sends))
        return choices


def _person(account: Account, one: BookEntry) -> InlinePerson:
    details = (one.phone, *(value for value in one.answers.values() if value and value not in {one.name, one.phone}))
    return InlinePerson(account.title, one.name, tuple(filter(None, details)), one.full_label)
