"""Words for how far placed orders are: the answer to a question, and the card."""

from dataclasses import replace

from bot.buttons import list_buttons, order_buttons
from bot.conversation import replies
from bot.conversation.replies import OrderNotKnown, OutcomeShown, StatusShown
from bot.conversation.views import FOUND_LATER, Direction, Freshness, OrderView
from bot.words.amounts import money
from bot.words.catalogue import Catalogue
from bot.words.message import Button, Message, bold, code, escaped, fitting, packed, rows_of, shortened
from bot.words.orders import (
    about_line,
    labelled_number,
    labelled_reference,
    labelled_status,
    order_row,
    outcome_lines,
    reasons,
    remarks,
    state_of,
)
from bot.words.parcels import pages_of, parcel_buttons, parcel_lines, parcels_on, told_as_parcels, turning
from bot.words.tracking import copies, tracking_lines
from providers.orders import Outcome

_LABEL = 40
"""Characters on a button, so that it can be read on a phone."""
_NUMBER = 60
_IN_A_ROW = 5
"""Numbers of orders side by side."""
_DOT = " · "
_NAME = 60
_VALUE = 100
_TYPED = 24
"""Characters of a number that was typed."""
_REASON = 100
"""Characters of a value in the reason why an earlier attempt came to nothing."""


def status_shown(words: Catalogue, reply: StatusShown) -> list[Message]:
    """One answer; its first lines are those that a placed order has everywhere."""
    order = reply.order
    lines = [f"{bold(words.say('status.first'))} · {escaped(reply.account)}", *about_line(order.about)]
    lines += [*labelled_number(words, order), labelled_status(words, order)]
    lines += [labelled_reference(words, order.reference)] if order.reference else []
    if order.outcome not in (None, Outcome.PLACED):
        lines += reasons(words, order, reply.account)
    lines += [*_details(words, order, with_times=True), *remarks(words, without_doubles(order), reply.account)]
    if order.replaced_by:
        lines.append(escaped(words.say("status.replaced", reference=order.replaced_by)))
    lines += _earlier(words, reply.earlier, reply.account)
    if order.person:
        gaps = {"person": shortened(order.person, _NAME), "at": words.spoken(order.confirmed_at)}
        lines.append(escaped(words.say("status.ordered_at", **gaps)))
    lines += map(escaped, _fresh(words, reply))
    buttons = [*copies(words, order.details.tracking), *parcel_buttons(words, order), *_next_steps(words, reply)]
    return _with_rows(lines, [(button,) for button in buttons])


def _earlier(words: Catalogue, orders: tuple[OrderView, ...], account: str) -> list[str]:
    """The attempts before this one, each with its time, its reference, and why it came to nothing."""
    lines = [escaped(words.say("attempts.first"))] if orders else []
    for order in orders:
        why = next(iter(reasons(words, order, account, _REASON)), "")
        lines.append(f"{escaped(words.spoken(order.confirmed_at))} · {code(order.reference)} · {why}")
    return lines


def _next_steps(words: Catalogue, reply: StatusShown) -> list[Button]:
    """The things that can be done about an order as it is, and the way back to the list that it was opened from."""
    order, found = reply.order, []
    if order.replaced_by:
        found.append(Button(words.say("button.next_attempt"), order_buttons.show(order.replaced_by)))
    if order.outcome is Outcome.UNKNOWN and order.reference:
        found.append(Button(words.say("button.look_into"), order_buttons.show_evidence(order.reference)))
    if reply.reopenable:
        found.append(Button(words.say("button.reopen"), order_buttons.reopen(order.reference)))
    if reply.again:
        found.append(_again(words, order))
    if reply.listed is not None:
        page = replace(reply.listed, turn=Direction.AT, beside=order.reference)
        found.append(Button(words.say("button.to_list"), list_buttons.show(page)))
    return found


def placed_shown(words: Catalogue, reply: OutcomeShown | replies.CardShown) -> list[Message]:
    """The card of a placed order."""
    order = reply.order
    shown = without_doubles(order)
    lines, extra = outcome_lines(words, shown, reply.account), _details(words, order, with_times=False)
    if order.asked_at:
        extra += [escaped(words.say("card.changed", at=words.time(order.status_at)))] if order.status_at else []
        extra.append(escaped(words.say("card.asked", account=reply.account, at=words.time(order.asked_at))))
    # Before the remarks, which may need a second message.
    at = len(lines) - len(shown.remarks)
    lines[at:at] = extra
    last = [Button(words.say("button.refresh"), order_buttons.refresh(order.reference))] if reply.refreshes else []
    last += [_again(words, order)] if reply.again else []
    found = [*copies(words, order.details.tracking), *parcel_buttons(words, order)]
    rows: list[tuple[Button, ...]] = [(button,) for button in found]
    return _with_rows(lines, [*rows, tuple(last)] if last else rows)


def parcels_shown(words: Catalogue, reply: replies.ParcelsShown) -> Message:
    """A page of all parcels of an order, and the buttons that turn it."""
    order, pages = reply.order, pages_of(words, reply.order)
    page = min(max(reply.page, 1), pages)

    def write(limit: int) -> str:
        first, *lines = parcels_on(words, order, page, limit)
        head = [f"{first}{_DOT}{escaped(shortened(reply.account, _NAME))}", *about_line(order.about)]
        return "\n".join([*head, *lines, labelled_reference(words, order.reference)])

    return Message(fitting(write), (turning(order, page, pages),) if pages > 1 else ())


def card_shown(words: Catalogue, reply: replies.CardShown) -> Message:
    """The card after a change; what doesn't fit on it was said when the order was placed."""
    return placed_shown(words, reply)[0]


def which_order(words: Catalogue, reply: replies.WhichOrder) -> Message:
    """They have one number, so that all else is told."""
    rows = [order_row(words, n, *one) for n, one in enumerate(reply.orders, 1)]
    return Message("\n".join([bold(words.say("status.which")), *rows]), _numbers(reply.orders))


def _numbers(orders: tuple[tuple[OrderView, str], ...]) -> tuple[tuple[Button, ...], ...]:
    shown = [Button(str(n), order_buttons.show(order.reference)) for n, (order, _) in enumerate(orders, 1)]
    return rows_of(shown, _IN_A_ROW)


def orders_found(words: Catalogue, reply: replies.OrdersFound) -> list[Message]:
    """As the journal has them: whoever wants to know more of one taps it, and its supplier is asked."""
    lines = [bold(words.say("status.found", n=len(reply.orders) + reply.more))]
    for n, (order, account) in enumerate(reply.orders, 1):
        name = code(shortened(order.number or order.reference, _VALUE))
        lines.append(f"{n}. {name} · {escaped(shortened(account, _NAME))} · {escaped(state_of(words, order))}")
        lines += [escaped(shortened(order.about, _VALUE))] if order.about else []
    if reply.more:
        lines.append(escaped(words.say("list.more", n=reply.more)))
    if reply.missing:
        lines.append(words.labelled(escaped(words.say("status.missing")), words.listed(*map(code, reply.missing))))
    lines.append(escaped(words.say("status.found_hint")))
    return _with_rows(lines, list(_numbers(reply.orders)))


def order_noticed(words: Catalogue, reply: replies.OrderNoticed) -> Message:
    order, number = reply.order, shortened(reply.typed, _TYPED)
    about = f"\n{escaped(shortened(order.about, _VALUE))}" if order.about else ""
    text = f"{escaped(words.say('status.noticed', number=number, account=reply.account))}{about}"
    button = Button(words.say("button.look_up", number=number), order_buttons.show(order.reference))
    return Message(text, ((button,),))


def order_not_known(words: Catalogue, reply: OrderNotKnown) -> list[Message]:
    first = f"{bold(words.say('status.not_found'))} · {code(shortened(reply.query, 64))}"
    lines = [first, escaped(words.say("status.not_found_hint"))]
    accounts = {
        "status.asked": reply.asked,
        "status.not_reached": reply.unreached,
        "status.not_asked": reply.unasked,
        "status.not_clear": reply.unclear,
        "status.not_askable": reply.silent,
    }
    lines += [escaped(words.say(key, accounts=words.listed(*some))) for key, some in accounts.items() if some]
    if reply.near:
        lines.append(escaped(words.say("status.near")))
    for n, (order, account) in enumerate(reply.near, 1):
        number = shortened(order.number or order.reference, _NUMBER)
        lines.append(f"{order_row(words, n, order, account)}\n{code(number)}")
    *before, last = packed(lines)
    return [*map(Message, before), Message(last, _numbers(reply.near))]


def without_doubles(order: OrderView) -> OrderView:
    """The order with what the supplier says of it now instead of what it said when the order was placed."""
    details = order.details
    now = {remark.code for remark in details.remarks} | ({"amount"} if details.amount is not None else set())
    now |= told_as_parcels(order)
    before = tuple(remark for remark in order.remarks if remark.code not in now)
    return replace(order, remarks=(*before, *details.remarks))


def _details(words: Catalogue, order: OrderView, *, with_times: bool) -> list[str]:
    details = order.details
    lines = [] if details.amount is None else [escaped(words.say("label.amount", amount=money(words, details.amount)))]
    if with_times:
        for key, at in sorted(details.times.items(), key=lambda item: item[1]):
            label = words.first(f"time.{key}", "time.other", gaps={"key": key.replace("_", " ")})
            lines.append(escaped(words.labelled(label, words.spoken(at))))
    known = {parcel.tracking for parcel in details.parcels}
    others = tuple(one for one in details.tracking if one.number not in known)
    return [*lines, *parcel_lines(words, order), *tracking_lines(words, others)]


def _again(words: Catalogue, order: OrderView) -> Button:
    return Button(words.say("button.again"), order_buttons.again(order.reference))


def _fresh(words: Catalogue, reply: StatusShown) -> list[str]:
    """The source of the status, and when that said so."""
    order, gaps = reply.order, {"account": reply.account}
    if not order.reference:
        return [words.say("status.not_ours", **gaps)]
    if order.outcome is not Outcome.PLACED:
        return []
    if reply.freshness is Freshness.NOW:
        return [words.say("status.now", **gaps)]
    lines = [] if reply.freshness is Freshness.KNOWN else [words.say(f"status.{_KEYS[reply.freshness]}", **gaps)]
    at = order.asked_at or order.status_at
    if order.asked_at or not any(remark.code in FOUND_LATER for remark in order.remarks):
        key = "status.said" if order.asked_at else "status.said_when_placed"
        said = words.say(key, **gaps, at=words.spoken(at)) if at else words.say("status.from_journal", **gaps)
        lines.append(said)
    return lines


_KEYS = {
    Freshness.UNREACHED: "unreached",
    Freshness.UNASKED: "unasked",
    Freshness.UNCLEAR: "unclear",
    Freshness.NOT_THERE: "not_there",
    Freshness.SILENT: "silent",
    Freshness.ELSEWHERE: "elsewhere",
}


def _with_rows(lines: list[str], rows: list[tuple[Button, ...]]) -> list[Message]:
    first, *more = packed(lines)
    return [Message(first, tuple(rows)), *map(Message, more)]
