"""Words for lists of orders: the rows, what they were narrowed to, and the buttons that turn pages and narrow them.

A row is two lines that a phone shows as two, so that eight orders are seen at once and can be told apart.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from bot.buttons import list_buttons
from bot.conversation import replies
from bot.conversation.views import EVERYTHING, MOST_PAGES, STATES, Days, Direction, Listing, Menu, Wanted
from bot.words.catalogue import Catalogue
from bot.words.message import Button, Message, bold, escaped, packed, readable, shortened
from bot.words.orders import order_row

_NAME: Final = 30
_NO_STATUS: Final = {"open", "unknown", "not placed"}


def orders_listed(words: Catalogue, reply: replies.OrdersListed) -> list[Message]:
    if not reply.orders and reply.wanted == EVERYTHING:
        return [Message(escaped(words.say("orders.none")))]
    if reply.wanted.menu is not Menu.NONE:
        return [_menu(words, reply)]
    lines = [_first_line(words, reply)]
    lines += [_row(words, reply, n) for n in range(len(reply.orders))]
    lines += [escaped(words.say(key)) for key in _notes(reply)]
    *before, last = packed(lines)
    return [*map(Message, before), Message(last, _order_buttons(reply) + _list_buttons(words, reply))]


def _row(words: Catalogue, reply: replies.OrdersListed, n: int) -> str:
    """One order, with its account if there are several."""
    order, account = reply.orders[n]
    several = len(reply.accounts) > 1 and not reply.wanted.account
    return order_row(words, n + 1, order, account if several else "")


def _notes(reply: replies.OrdersListed) -> Iterable[str]:
    if not reply.orders:
        yield "list.too_short" if reply.listing.too_short else "list.none_match"
    elif reply.listing.cut:
        yield "list.cut"
    if reply.orders:
        yield "orders.hint"


def _first_line(words: Catalogue, reply: replies.OrdersListed) -> str:
    wanted = reply.wanted
    if not wanted.narrowed:
        return bold(words.say("orders.first"))
    parts = [
        *([dict(reply.accounts).get(wanted.account, wanted.account)] if wanted.account else []),
        *([state_word(words, wanted.state)] if wanted.state else []),
        *([words.say(f"list.{wanted.days}")] if wanted.days is not Days.ANY else []),
        *([_person(words, reply, wanted.person)] if wanted.person else []),
        *([words.say("list.text", text=shortened(wanted.text, 60))] if wanted.text else []),
    ]
    return " · ".join([bold(words.say("list.first")), *(escaped(shortened(part, 70)) for part in parts)])


def state_word(words: Catalogue, state: str) -> str:
    """The words for a state of orders, as the button has them that narrows a list to it."""
    return words.say(f"list.{state.replace(' ', '_')}") if state in _NO_STATUS else words.text(state)


def _person(words: Catalogue, reply: replies.OrdersListed, person: int) -> str:
    name = dict(reply.listing.people).get(person, "")
    return name or words.say("list.somebody" if person != reply.listing.reader else "list.mine")


def _order_buttons(reply: replies.OrdersListed) -> tuple[tuple[Button, ...], ...]:
    """A number for each order, which leads back to this page."""
    references = [order.reference for order, _ in reply.orders]
    numbers = [Button(str(n), list_buttons.show_order(reply.wanted, one)) for n, one in enumerate(references, 1)]
    return (tuple(numbers),) if numbers else ()


def _label(text: str, limit: int) -> str:
    """Words that others wrote, on a button, which Telegram wants to have some text."""
    return shortened(readable(text).strip(), limit) or "…"


def _list_buttons(words: Catalogue, reply: replies.OrdersListed) -> tuple[tuple[Button, ...], ...]:
    wanted, listing = reply.wanted, reply.listing
    turns = []
    if reply.orders and (listing.newer or listing.older):
        first, last = reply.orders[0][0].reference, reply.orders[-1][0].reference
        newer = [("‹", _beside(wanted, Direction.NEWER, first))] if listing.newer else []
        older = [("›", _beside(wanted, Direction.OLDER, last))] if listing.older else []
        turns = [*newer, (_page_of(listing), _beside(wanted, Direction.AT, first)), *older]
    menus = [Menu.STATE, Menu.DAYS]
    if len(reply.accounts) > 1:
        menus.insert(0, Menu.ACCOUNT)
    if len(listing.people) > 1:
        menus.append(Menu.PERSON)
    others = [(words.say("button.search"), replace(wanted, menu=Menu.SEARCH))]
    if len(listing.people) > 1 and wanted.person != listing.reader:
        others.insert(0, (words.say("button.mine"), _anew(wanted, person=listing.reader)))
    if wanted.narrowed:
        others.append((words.say("button.all_orders"), EVERYTHING))
    return _rows([turns, [(words.say(f"button.by_{menu}"), replace(wanted, menu=menu)) for menu in menus], others])


def _page_of(listing: Listing) -> str:
    """The page and how many there are, as far as they are counted."""
    page, pages = (str(number) if number else f"{MOST_PAGES}+" for number in (listing.page, listing.pages))
    return f"{page}/{pages}"


def _menu(words: Catalogue, reply: replies.OrdersListed) -> Message:
    wanted, listing = reply.wanted, reply.listing
    match wanted.menu:
        case Menu.ACCOUNT:
            choices = [(title, _anew(wanted, account=name)) for name, title in reply.accounts]
            choices.append((words.say("button.any_account"), _anew(wanted, account="")))
        case Menu.STATE:
            choices = [(state_word(words, state), _anew(wanted, state=state)) for state in STATES]
            choices.append((words.say("button.any_status"), _anew(wanted, state="")))
        case Menu.DAYS:
            some = [day for day in Days if day is not Days.ANY]
            choices = [(words.say(f"list.{day}"), _anew(wanted, days=day)) for day in some]
            choices.append((words.say("button.any_day"), _anew(wanted, days=Days.ANY)))
        case Menu.PERSON:
            choices = [(name or str(person), _anew(wanted, person=person)) for person, name in listing.people]
            choices.append((words.say("button.anybody"), _anew(wanted, person=0)))
        case _:
            choices = []
    # What is so already is Back.
    different = [(label, then) for label, then in choices if then != _anew(wanted)]
    rows = [different[i : i + 2] for i in range(0, len(different), 2)]
    back = (words.say("button.back"), replace(wanted, menu=Menu.NONE))
    ask = "list.wait_search" if reply.waits else f"list.ask_{wanted.menu}"
    text = f"{_first_line(words, reply)}\n{escaped(words.say(ask))}"
    return Message(text, _rows([*rows, [back]]))


def _beside(wanted: Wanted, turn: Direction, reference: str) -> Wanted:
    return replace(wanted, turn=turn, beside=reference)


def _anew(wanted: Wanted, **changes: object) -> Wanted:
    """Other orders are shown from the newest on."""
    return replace(wanted, **({"menu": Menu.NONE, "beside": "", "turn": Direction.OLDER} | changes))  # type: ignore[arg-type]  # fields of its own


def _rows(rows: list[list[tuple[str, Wanted]]]) -> tuple[tuple[Button, ...], ...]:
    made = (tuple(Button(_label(label, _NAME), list_buttons.show(then)) for label, then in row) for row in rows)
    return tuple(row for row in made if row)
