"""Words for the evidence about an order of unknown outcome: the verdict first, all of it behind a button.

One message shows one of three views, and a tap turns it into another: what is likely with the one obvious thing to do,
all that is known with every decision, and what speaks against calling the order not placed.
"""

from collections.abc import Callable, Mapping
from typing import Final

from bot.buttons import order_buttons
from bot.conversation.events import Decision
from bot.conversation.likelihood import Likely, Weighed, marks_against
from bot.conversation.replies import EvidenceShown, Line, Showing
from bot.conversation.views import Candidate, EvidenceView, LookEnd, Reason
from bot.words.amounts import money, stated
from bot.words.catalogue import Catalogue
from bot.words.message import Button, Message, Style, bold, code, escaped, fitting, shortened
from bot.words.orders import about_line, fact, gap_told, labelled_reference, reasons
from bot.words.products import block_lines, value_of
from providers.orders import MONEY_TAKEN, Money, Remark

SHOWN_CANDIDATES: Final = 5
SHOWN_OBJECTIONS: Final = 3
_NAME: Final = 60
_NUMBER: Final = 30
"""Characters of an order's number on a button."""
_Row = tuple[Button, ...]


def evidence_shown(words: Catalogue, reply: EvidenceShown) -> Message:
    """The view of the evidence that is to be shown, in one message."""
    return _VIEWS[reply.view](words, reply)


def _first(words: Catalogue, reply: EvidenceShown) -> list[str]:
    again = " · " + escaped(words.say("unknown.reminder")) if reply.showing is Showing.REMINDER else ""
    return [f"{bold(words.say('attention.first'))} · {escaped(reply.account)}{again}", *about_line(reply.order.about)]


# The verdict


def _verdict(words: Catalogue, reply: EvidenceShown) -> Message:
    weighed = reply.weighed

    def write(limit: int) -> str:
        lines = [*_first(words, reply), _happened(words, reply, limit), bold(_likely(words, reply, weighed, limit))]
        return "\n".join([*lines, labelled_reference(words, reply.order.reference)])

    details = _turn(words, reply, EvidenceView.DETAILS)
    obvious = _obvious(words, reply, weighed)
    return Message(fitting(write), ((obvious,), (details,)) if obvious is not None else ((details,),))


def _happened(words: Catalogue, reply: EvidenceShown, limit: int) -> str:
    """One sentence: when it was sent, by whom, and how the answer was lost."""
    order, evidence = reply.order, reply.evidence
    (why, *_), at = reasons(words, order, reply.account, limit), evidence.sent_at or evidence.ended_at
    if order.code == Reason.SEEN_LATE:
        # The reason is of today, and not of when it was sent.
        at = 0
    parts = [words.time(at)] if at else []
    if order.person and not reply.own:
        parts.append(words.say("status.ordered_by", person=shortened(order.person, _NAME)))
    head = escaped(" · ".join(parts))
    return words.labelled(head, why) if head else why


def _likely(words: Catalogue, reply: EvidenceShown, weighed: Weighed, limit: int) -> str:
    """One line: what is likely, and why."""
    likely, evidence, account = weighed.likely, reply.evidence, reply.account
    if weighed.found:
        one = likely is Likely.LISTED or len(weighed.found) == 1
        several = words.say("likely.several", account=account, n=len(weighed.found))
        key = "likely.resembled_then" if weighed.found[0].differs == ("time",) else f"likely.{likely}"
        told = [_listed(words, key, account, weighed.found[0], limit) if one else several]
        return words.sentences(*told, _fall(words, reply))
    match likely:
        case Likely.PAID:
            told = [_paid(words, reply, weighed)]
        case Likely.LOOKING:
            told = [words.say("unknown.looking", account=account)]
        case Likely.NOT_YET:
            told = [words.say("likely.not_yet", account=account, at=words.time(evidence.looked_at))]
        case Likely.NOT_LISTED:
            return words.sentences(*_not_listed(words, reply, limit))
        case Likely.ELSEWHERE:
            return words.say("unknown.identity", address=shortened(evidence.other_identity, limit))
        case _:
            return _unseen(words, reply)
    due = [words.say("likely.due", at=words.clock(weighed.due_at, evidence.sent_at))] if weighed.due_at else []
    return words.sentences(*told, *due)


def _listed(words: Catalogue, key: str, account: str, found: Candidate, limit: int) -> str:
    gaps = {"account": account, "number": shortened(found.number, limit), "at": words.time(found.at)}
    return words.say(key if found.at else f"{key}_undated", **gaps)


def _fall(words: Catalogue, reply: EvidenceShown) -> str:
    """By how much the balance fell, if it did."""
    weighed = reply.weighed
    if weighed.fell is None:
        return ""
    key = "likely.fell_by_price" if weighed.is_price else "likely.fell"
    return words.say(key, amount=money(words, Money(weighed.fell, reply.unit)))


def _paid(words: Catalogue, reply: EvidenceShown, weighed: Weighed) -> str:
    account = reply.account
    if weighed.fell is None:
        return words.say("likely.taken", account=account)
    key = "likely.paid_price" if weighed.is_price else "likely.paid"
    return words.say(key, account=account, amount=money(words, Money(weighed.fell, reply.unit)))


def _not_listed(words: Catalogue, reply: EvidenceShown, limit: int) -> list[str]:
    """A list without the order is worth less with every doubt that came along with it."""
    gaps = {"account": reply.account, "at": words.time(reply.evidence.looked_at)}
    if not reply.evidence.signals:
        return [words.say("likely.not_listed", **gaps)]
    return [words.say("likely.not_listed_but", **gaps), _signal(words, reply, reply.evidence.signals[0], limit)]


def _unseen(words: Catalogue, reply: EvidenceShown) -> str:
    if reply.gone:
        return words.say("unknown.account_gone")
    return _look(words, reply) if reply.evidence.look else words.say("unknown.no_look_up", account=reply.account)


def _obvious(words: Catalogue, reply: EvidenceShown, weighed: Weighed) -> Button | None:
    """The one thing to do by what is likely; None where only the details can tell."""
    reference, attempts = reply.order.reference, reply.order.attempts
    match weighed.likely:
        case Likely.LISTED:
            return _it_is(words, reply, weighed.found[0])
        case Likely.RESEMBLED:
            return None
        case Likely.NOT_LISTED if not reply.evidence.signals:
            data = order_buttons.decided(reference, attempts, Decision.NOT_PLACED)
            return Button(words.say("button.not_placed"), data, style=Style.PRIMARY)
        case Likely.UNSEEN | Likely.ELSEWHERE:
            data = order_buttons.name_number(reference, attempts)
            return Button(words.say("button.found_it"), data, style=Style.PRIMARY)
        case Likely.PAID | Likely.LOOKING | Likely.NOT_YET if weighed.due_at and reply.own:
            label = words.say("button.tell_me", at=words.clock(weighed.due_at, reply.evidence.sent_at))
            return Button(label, order_buttons.tell_later(reference, attempts), style=Style.PRIMARY)
        case _:
            data = order_buttons.look(reference, attempts)
            return Button(words.say("button.look_again"), data, style=Style.PRIMARY) if reply.visible else None


# Everything, and every decision


def _details(words: Catalogue, reply: EvidenceShown) -> Message:
    order = reply.order

    def write(limit: int) -> str:
        lines = [*_first(words, reply), labelled_reference(words, order.reference)]
        if order.person:
            lines.append(escaped(words.say("status.ordered_by", person=shortened(order.person, _NAME))))
        lines += [*_sent(words, reply, limit), *reasons(words, order, reply.account, limit, in_detail=True)]
        lines += [*_balance(words, reply), *_found(words, reply, limit)]
        lines.append(escaped(words.say("unknown.decide", account=reply.account)))
        return "\n".join(lines)

    return Message(fitting(write), _decisions(words, reply))


def _sent(words: Catalogue, reply: EvidenceShown, limit: int) -> list[str]:
    evidence = reply.evidence
    lines = []
    if evidence.sent_at:
        key = "unknown.sent_again" if evidence.sent_again else "unknown.sent"
        lines.append(bold(words.say(key, at=words.exact(evidence.sent_at), n=evidence.sent_again + 1)))
    for part in reply.sent:
        if isinstance(part, Line):
            lines.append(words.labelled(escaped(words.text(part.title)), escaped(value_of(words, part, limit))))
        else:
            count = len(part.items) + part.more
            lines.append(words.labelled(escaped(words.text(part.title)), str(count)))
            lines += block_lines(words, part, limit)
    if evidence.ended_at:
        lines.append(bold(words.say("unknown.ended", at=words.exact(evidence.ended_at))))
    return lines


def _balance(words: Catalogue, reply: EvidenceShown) -> list[str]:
    told = (reply.evidence.balance_before, reply.evidence.balance_after)
    before, after = (stated(words, amount, reply.unit) for amount in told)
    if before and after:
        return [escaped(words.say("unknown.balances", before=before, after=after))]
    return [escaped(words.say("unknown.balance_before", before=before))] if before else []


def _found(words: Catalogue, reply: EvidenceShown, limit: int) -> list[str]:
    evidence = reply.evidence
    if evidence.other_identity:
        return [bold(words.say("unknown.identity", address=shortened(evidence.other_identity, limit)))]
    if reply.gone or not reply.reconciles:
        return [bold(_unseen(words, reply))]
    if not evidence.look:
        return [bold(words.say("unknown.looking", account=reply.account))]
    lines = [bold(_look(words, reply))]
    if evidence.look_said:
        said = words.say("refusal.said", account=reply.account, said=shortened(evidence.look_said, limit))
        lines.append(escaped(said))
    if evidence.look is LookEnd.FAILED and (evidence.candidates or evidence.signals):
        lines.append(bold(words.say("unknown.found_before")))
    lines += [_candidate(words, found, limit, reply.unit) for found in evidence.candidates[:SHOWN_CANDIDATES]]
    if (more := len(evidence.candidates) - SHOWN_CANDIDATES) > 0:
        lines.append(escaped(words.say("list.more", n=more)))
    lines += [escaped(_signal(words, reply, signal, limit)) for signal in evidence.signals[:SHOWN_CANDIDATES]]
    return lines


def _look(words: Catalogue, reply: EvidenceShown) -> str:
    """The end of the last look-up."""
    evidence = reply.evidence
    why = f"look.{evidence.look_code}" if evidence.look is LookEnd.FAILED else ""
    gaps = {"account": reply.account, "n": str(evidence.looks), "at": words.time(evidence.looked_at)}
    return words.first(why, f"unknown.{evidence.look}", gaps=gaps)


def _signal(words: Catalogue, reply: EvidenceShown, signal: Remark, limit: int) -> str:
    gaps: Mapping[str, str] = {
        key: shortened(gap_told(words, key, value), limit) for key, value in signal.params.items()
    } | {"account": reply.account}
    return words.first(
        f"signal.{reply.order.provider}.{signal.code}", f"signal.{signal.code}", "signal.other", gaps=gaps
    )


def _candidate(words: Catalogue, found: Candidate, limit: int, unit: str) -> str:
    told_at = [("⚠️ " if "time" in found.differs else "") + escaped(words.exact(found.at))] if found.at else []
    facts = [fact(words, key, value, found.differs, limit, unit) for key, value in found.facts.items()]
    return "• " + " · ".join([code(shortened(found.number, limit)), *told_at, *facts])


def _decisions(words: Catalogue, reply: EvidenceShown) -> tuple[_Row, ...]:
    reference, attempts = reply.order.reference, reply.order.attempts
    rows = _it_is_rows(words, reply, SHOWN_CANDIDATES)
    found_it = Button(words.say("button.found_it"), order_buttons.name_number(reference, attempts))
    not_placed = Button(words.say("button.not_placed"), order_buttons.decided(reference, attempts, Decision.NOT_PLACED))
    rows.append((found_it, not_placed))
    if reply.visible:
        rows.append((Button(words.say("button.look_again"), order_buttons.look(reference, attempts)),))
    if reply.idempotent_create and not reply.evidence.other_identity:
        rows.append((Button(words.say("button.resend"), order_buttons.decided(reference, attempts, Decision.RESEND)),))
    return (*rows, (_turn(words, reply, EvidenceView.VERDICT),))


# Before an order that may exist is called not placed


def _objection(words: Catalogue, reply: EvidenceShown) -> Message:
    weighed, evidence = reply.weighed, reply.evidence
    found = weighed.found[:SHOWN_OBJECTIONS]

    def write(limit: int) -> str:
        lines = _first(words, reply)
        for one in found:
            key = "resembled" if one.differs else "listed"
            lines.append(bold(_listed(words, f"objection.{key}", reply.account, one, limit)))
        if (more := len(weighed.found) - SHOWN_OBJECTIONS) > 0:
            lines.append(escaped(words.say("list.more", n=more)))
        lines += [bold(fall)] if (fall := _fall(words, reply)) else []
        taken = [signal for signal in evidence.signals if signal.code in MONEY_TAKEN][:SHOWN_OBJECTIONS]
        lines += [escaped(_signal(words, reply, signal, limit)) for signal in taken]
        lines += [escaped(words.say("objection.ask")), labelled_reference(words, reply.order.reference)]
        return "\n".join(lines)

    reference, attempts = reply.order.reference, reply.order.attempts
    marks = marks_against(evidence)
    rows = _it_is_rows(words, reply, SHOWN_OBJECTIONS)
    if marks:
        key = "button.another_order" if found else "button.another_payment"
        data = order_buttons.not_placed_in_spite_of(reference, attempts, marks)
        rows.append((Button(words.say(key), data, style=Style.DANGER),))
    return Message(fitting(write), (*rows, (_turn(words, reply, EvidenceView.VERDICT),)))


def _it_is_rows(words: Catalogue, reply: EvidenceShown, most: int) -> list[_Row]:
    buttons = [_it_is(words, reply, found) for found in reply.evidence.candidates[:most]]
    return [(button,) for button in buttons if button is not None]


def _it_is(words: Catalogue, reply: EvidenceShown, found: Candidate) -> Button | None:
    """None for a number that no button can carry: it can be typed."""
    data = order_buttons.number_is(reply.order.reference, reply.order.attempts, found.number)
    label = words.say("button.it_is", number=shortened(found.number, _NUMBER))
    return None if data is None else Button(label, data, style=Style.SUCCESS)


def _turn(words: Catalogue, reply: EvidenceShown, view: EvidenceView) -> Button:
    label = "button.details" if view is EvidenceView.DETAILS else "button.back"
    return Button(words.say(label), order_buttons.evidence(reply.order.reference, reply.order.attempts, view))


_VIEWS: Final[Mapping[EvidenceView, Callable[[Catalogue, EvidenceShown], Message]]] = {
    EvidenceView.VERDICT: _verdict,
    EvidenceView.DETAILS: _details,
    EvidenceView.OBJECTION: _objection,
}
