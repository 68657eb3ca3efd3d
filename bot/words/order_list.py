"""Words for lists of orders: the rows, what they were narrowed to, and the buttons that turn pages and narrow them."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from bot.buttons import list_buttons, order_buttons
from bot.conversation import replies
from bot.conversation.views import EVERYTHING, STATES, Days, Direction, Menu, Wanted
from bot.words.catalogue import Catalogue
from bot.words.message import Button, Message, bold, code, escaped, packed, readable, shortened
from bot.words.orders import state_of
from providers.orders import Outcome

_NUMBER: Final = 24
"""Characters of a number on a button; another button stands beside it on a phone."""
_NAME: Final = 30
_NO_STATUS: Final = {"open", "unknown", "not placed"}


def orders_listed(words: Catalogue, reply: replies.OrdersListed) -> list[Message]:
    if not reply.orders and reply.wanted == EVERYTHING:
        return [Message(escaped(words.say("orders.none")))]
    if reply.wanted.menu is not Menu.NONE:
        return [_menu(words, reply)]
    lines = [_first_line(words, reply)]
    for order, account in reply.orders:
        name = shortened(order.number or order.reference, 300)
        lines.append(f"{code(name)} · {escaped(shortened(account, _NAME))} · {escaped(state_of(words, order))}")
    lines += [escaped(words.say(key, **gaps)) for key, gaps in _notes(reply)]
    *before, last = packed(lines)
    return [*map(Message, before), Message(last, _order_buttons(words, reply) + _list_buttons(words, reply))]


def _notes(reply: replies.OrdersListed) -> Iterable[tuple[str, dict[str, int]]]:
    listing, shown = reply.listing, len(reply.orders)
    if not reply.orders:
        yield "list.too_short" if listing.too_short else "list.none_match", {}
    elif listing.cut:
        yield "list.cut", {}
    elif shown < listing.looked_for and not list_buttons.fits(reply.wanted.text):
        yield "list.newest_of", {"shown": shown, "found": listing.looked_for}
    if reply.orders:
        yield "orders.hint", {}


def _first_line(words: Catalogue, reply: replies.OrdersListed) -> str:
    wanted = reply.wanted
    if not wanted.narrowed:
        return bold(words.say("orders.first"))
    parts = [
        *([dict(reply.accounts).get(wanted.account, wanted.account)] if wanted.account else []),
        *([_state(words, wanted.state)] if wanted.state else []),
        *([words.say(f"list.{wanted.days}")] if wanted.days is not Days.ANY else []),
        *([_person(words, reply, wanted.person)] if wanted.person else []),
        *([words.say("list.text", text=shortened(wanted.text, 60))] if wanted.text else []),
    ]
    return " · ".join([bold(words.say("list.first")), *(escaped(shortened(part, 70)) for part in parts)])


def _state(words: Catalogue, state: str) -> str:
    return words.say(f"list.{state.replace(' ', '_')}") if state in _NO_STATUS else words.text(state)


def _person(words: Catalogue, reply: replies.OrdersListed, person: int) -> str:
    name = dict(reply.listing.people).get(person, "")
    return name or words.say("list.somebody" if person != reply.listing.reader else "list.mine")


def _order_buttons(words: Catalogue, reply: replies.OrdersListed) -> tuple[tuple[Button, ...], ...]:
    """A row for each order: it is shown, or ordered again where that can be."""
    accounts, rows = dict(reply.accounts), []
    for order, _ in reply.orders:
        show = Button(_label(order.number or order.reference, _NUMBER), order_buttons.show(order.reference))
        repeats = order.outcome is Outcome.PLACED and not order.pruned and order.account in accounts
        again = (Button(words.say("button.again"), order_buttons.again(order.reference)),) if repeats else ()
        rows.append((show, *again))
    return tuple(rows)


def _label(text: str, limit: int) -> str:
    """Words that others wrote, on a button, which Telegram wants to have some text."""
    return shortened(readable(text).strip(), limit) or "…"


def _list_buttons(words: Catalogue, reply: replies.OrdersListed) -> tuple[tuple[Button, ...], ...]:
    wanted, listing = reply.wanted, reply.listing
    everything = (words.say("button.all_orders"), EVERYTHING)
    if not list_buttons.fits(wanted.text):
        return _rows([[everything]])
    turns = []
    if listing.newer and reply.orders:
        turns.append((words.say("button.newer"), _beside(wanted, Direction.NEWER, reply.orders[0][0].reference)))
    if listing.older and reply.orders:
        turns.append((words.say("button.older"), _beside(wanted, Direction.OLDER, reply.orders[-1][0].reference)))
    menus = [Menu.STATE, Menu.DAYS]
    if len(reply.accounts) > 1:
        menus.insert(0, Menu.ACCOUNT)
    if len(listing.people) > 1:
        menus.append(Menu.PERSON)
    others = [(words.say("button.search"), replace(wanted, menu=Menu.SEARCH))]
    if len(listing.people) > 1 and wanted.person != listing.reader:
        others.insert(0, (words.say("button.mine"), _anew(wanted, person=listing.reader)))
    if wanted.narrowed:
        others.append(everything)
    return _rows([turns, [(words.say(f"button.by_{menu}"), replace(wanted, menu=menu)) for menu in menus], others])


def _menu(words: Catalogue, reply: replies.OrdersListed) -> Message:
    wanted, listing = reply.wanted, reply.listing
    match wanted.menu:
        case Menu.ACCOUNT:
            choices = [(title, _anew(wanted, account=name)) for name, title in reply.accounts]
            choices.append((words.say("button.any_account"), _anew(wanted, account="")))
        case Menu.STATE:
            choices = [(_state(words, state), _anew(wanted, state=state)) for state in STATES]
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
    text = f"{_first_line(words, reply)}\n{escaped(words.say(f'list.ask_{wanted.menu}'))}"
    return Message(text, _rows([*rows, [back]]))


def _beside(wanted: Wanted, turn: Direction, reference: str) -> Wanted:
    return replace(wanted, turn=turn, beside=reference)


def _anew(wanted: Wanted, **changes: object) -> Wanted:
    """Other orders are shown from the newest on."""
    return replace(wanted, **({"menu": Menu.NONE, "beside": "", "turn": Direction.OLDER} | changes))  # type: ignore[arg-type]  # fields of its own


def _rows(rows: list[list[tuple[str, Wanted]]]) -> tuple[tuple[Button, ...], ...]:
    made = (tuple(Button(_label(label, _NAME), list_buttons.show(then)) for label, then in row) for row in rows)
    return tuple(row for row in made if row)
