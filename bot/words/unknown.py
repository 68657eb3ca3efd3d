"""Words for orders on their way, the list of those whose outcome nobody knows, their numbers, and how they end."""

from bot.buttons import order_buttons
from bot.conversation import replies
from bot.conversation.events import NumberCheck
from bot.conversation.views import OrderView
from bot.words.catalogue import Catalogue
from bot.words.message import Button, Message, bold, code, escaped, fitting, shortened, width
from bot.words.orders import about_in_short, about_line, fact, labelled_number, labelled_reference, outcome_lines
from providers.orders import Outcome

_NAME = 60
_LABEL = 40
"""Columns on a button, so that it can be read on a phone."""


def retry_shown(words: Catalogue, reply: replies.RetryShown) -> Message:
    lines = [f"{bold(words.say('sending.first'))} · {escaped(reply.account)}", *about_line(reply.order.about)]
    text = words.say("retry.waits", account=reply.account, seconds=reply.seconds, left=reply.left)
    lines += [escaped(text), labelled_reference(words, reply.order.reference)]
    return Message("\n".join(lines), (_stop(words, reply.order.reference, reply.order.attempts),))


def retrying_shown(words: Catalogue, reply: replies.RetryingShown) -> Message:
    lines = [f"{bold(words.say('sending.first'))} · {escaped(reply.account)}", *about_line(reply.order.about)]
    lines += [escaped(words.say("retry.now")), labelled_reference(words, reply.order.reference)]
    return Message("\n".join(lines), (_stop(words, reply.order.reference, reply.order.attempts),))


def _stop(words: Catalogue, reference: str, attempts: int) -> tuple[Button, ...]:
    return (Button(words.say("button.stop"), order_buttons.stop(reference, attempts)),)


def evidence_closed(words: Catalogue, reply: replies.EvidenceClosed) -> Message:
    order = reply.order
    lines = [f"{bold(words.say('unknown.closed'))} · {escaped(reply.account)}", *about_line(order.about)]
    lines += [escaped(_ended(words, order, reply.account)), *labelled_number(words, order)]
    return Message("\n".join([*lines, labelled_reference(words, order.reference)]))


def _ended(words: Catalogue, order: OrderView, account: str) -> str:
    """The end that it came to, and by whose word if it is a person's."""
    person = shortened(order.decided_by, _NAME)
    if person:
        return words.say("unknown.found_by" if order.outcome is Outcome.PLACED else "unknown.decided", person=person)
    if order.outcome is Outcome.NOT_SENT and order.inferred:
        return words.say("unknown.inferred", account=account)
    return words.say(f"unknown.{order.outcome or 'sending'}")


def found_late(
    words: Catalogue, order: OrderView, account: str, number: str, other: str = "", *, maybe: bool = False
) -> Message:
    """An order held to be not placed is there after all, or there is one that `maybe` it.

    `other` is the one that was ordered in its place meanwhile.
    """
    gaps = {"account": account, "reference": order.reference, "number": shortened(number, _NAME)}
    first = words.say("unknown.seen_late" if maybe else "unknown.late", **gaps)
    lines = [bold(first), *about_line(order.about)]
    two = [escaped(words.say("unknown.may_be_two", **gaps, other=other))] if other else []
    return Message("\n".join([*lines, *two]))


def outcome_found(words: Catalogue, reply: replies.OutcomeFound) -> Message:
    rows = (
        ((Button(words.say("button.reopen"), order_buttons.reopen(reply.order.reference)),),)
        if reply.reopenable
        else ()
    )
    return Message("\n".join(outcome_lines(words, reply.order, reply.account)), rows)


def unknown_listed(words: Catalogue, reply: replies.UnknownListed) -> Message:
    if not reply.orders:
        return Message(escaped(words.say("unknown.none")))
    lines = [f"{bold(words.say('unknown.list'))} · {len(reply.orders) + reply.more}"]
    rows = []
    named = []
    for order, account in reply.orders:
        parts = [shortened(account, 30), words.spoken(order.confirmed_at), shortened(order.person, 30)]
        label = " · ".join(part for part in parts if part)
        named.append((f"{code(order.reference)} · {escaped(label)}", order.about))
        at = f" · {words.spoken(order.confirmed_at)}"
        what = about_in_short(order, _LABEL - width(at)) + at
        rows.append((Button(what, order_buttons.show_evidence(order.reference)),))

    def write(limit: int) -> str:
        told = [line for first, about in named for line in (first, *about_line(shortened(about, limit)))]
        more = [escaped(words.say("list.more", n=reply.more))] if reply.more else []
        return "\n".join([*lines, *told, *more, escaped(words.say("unknown.list_hint"))])

    return Message(fitting(write), tuple(rows))


def number_wanted(words: Catalogue, reply: replies.NumberWanted) -> Message:
    lines = [f"{bold(words.say('label.number'))} · {escaped(reply.account)}", *about_line(reply.about)]
    lines.append(escaped(words.say("number.ask", account=reply.account, reference=reply.reference)))
    return Message("\n".join(lines), ((Button(words.say("button.back"), order_buttons.GIVE_UP_NUMBER),),))


def number_checking(words: Catalogue, reply: replies.NumberChecking) -> Message:
    asking = words.say("number.checking", account=reply.account, number=shortened(reply.number, _NAME))
    return Message("\n".join([escaped(asking), *about_line(reply.about)]))


def number_doubted(words: Catalogue, reply: replies.NumberDoubted) -> Message:
    """The reason why the number isn't simply believed; a person who knows better may insist."""
    reference, attempts = reply.order.reference, reply.order.attempts
    gaps = {"account": reply.account, "taken_by": reply.taken_by}
    lines = [f"{bold(words.say('number.doubted'))} · {code(shortened(reply.number, _NAME))}"]
    lines += about_line(reply.order.about)
    lines.append(escaped(words.say(f"number.{reply.result.replace(' ', '_')}", **gaps)))
    lines += [f"• {fact(words, key, value, reply.differs, 100)}" for key, value in reply.facts.items()]
    lines.append(labelled_reference(words, reference))
    rows = []
    insist = order_buttons.number_is(reference, attempts, reply.number)
    if insist is not None and reply.result is not NumberCheck.TAKEN:
        rows.append((Button(words.say("button.record"), insist),))
    rows.append((Button(words.say("button.other_number"), order_buttons.name_number(reference, attempts)),))
    return Message("\n".join(lines), tuple(rows))
