"""Words for orders on their way and for those whose outcome nobody knows: what is known, and what a person can do."""

from datetime import datetime

from bot.buttons import order_buttons
from bot.conversation import replies
from bot.conversation.events import Decision, NumberCheck
from bot.conversation.replies import Block, Line
from bot.conversation.views import Candidate, Evidence, LookEnd
from bot.words.catalogue import Catalogue
from bot.words.message import Button, Message, bold, code, escaped, fitting, shortened
from bot.words.orders import labelled_number, labelled_reference, outcome_lines, reasons

SHOWN_CANDIDATES = 5
_NAME = 60


def retry_shown(words: Catalogue, reply: replies.RetryShown) -> Message:
    lines = [f"{bold(words.say('sending.first'))} · {escaped(reply.account)}"]
    text = words.say("retry.waits", account=reply.account, seconds=reply.seconds, left=reply.left)
    lines += [escaped(text), labelled_reference(words, reply.order.reference)]
    return Message("\n".join(lines), (_stop(words, reply.order.reference, reply.order.attempts),))


def retrying_shown(words: Catalogue, reply: replies.RetryingShown) -> Message:
    lines = [f"{bold(words.say('sending.first'))} · {escaped(reply.account)}", escaped(words.say("retry.now"))]
    lines.append(labelled_reference(words, reply.order.reference))
    return Message("\n".join(lines), (_stop(words, reply.order.reference, reply.order.attempts),))


def _stop(words: Catalogue, reference: str, attempts: int) -> tuple[Button, ...]:
    return (Button(words.say("button.stop"), order_buttons.stop(reference, attempts)),)


def evidence_shown(words: Catalogue, reply: replies.EvidenceShown) -> Message:
    """The evidence that helps to decide, in one message, with a button for each decision."""
    order, evidence = reply.order, reply.evidence

    def write(limit: int) -> str:
        again = " · " + escaped(words.say("unknown.reminder")) if reply.showing is replies.Showing.REMINDER else ""
        lines = [f"{bold(words.say('attention.first'))} · {escaped(reply.account)}{again}"]
        lines.append(labelled_reference(words, order.reference))
        if order.person:
            lines.append(escaped(words.say("status.ordered_by", person=shortened(order.person, _NAME))))
        lines += [*_sent(words, reply, limit), *reasons(words, order, reply.account, limit)]
        lines += [*_balance(words, evidence), *_found(words, reply, limit)]
        lines.append(escaped(words.say("unknown.decide", account=reply.account)))
        return "\n".join(lines)

    return Message(fitting(write), _decisions(words, reply))


def _sent(words: Catalogue, reply: replies.EvidenceShown, limit: int) -> list[str]:
    evidence = reply.evidence
    lines = []
    if evidence.sent_at:
        key = "unknown.sent_again" if evidence.sent_again else "unknown.sent"
        lines.append(bold(words.say(key, at=words.time(evidence.sent_at), n=evidence.sent_again + 1)))
    for part in reply.sent:
        if isinstance(part, Line):
            lines.append(f"{escaped(words.text(part.title))}: {escaped(shortened(part.value, limit))}")
        else:
            lines += _block(words, part, limit)
    if evidence.ended_at:
        lines.append(bold(words.say("unknown.ended", at=words.time(evidence.ended_at))))
    return lines


def _block(words: Catalogue, block: Block, limit: int) -> list[str]:
    lines = [f"{escaped(words.text(block.title))}: {len(block.items) + block.more}"]
    lines += [f"{i}. {escaped(shortened(item, limit))}" for i, item in enumerate(block.items, 1)]
    return [*lines, escaped(words.say("list.more", n=block.more))] if block.more else lines


def _balance(words: Catalogue, evidence: Evidence) -> list[str]:
    before, after = evidence.balance_before, evidence.balance_after
    if before and after:
        return [escaped(words.say("unknown.balances", before=before, after=after))]
    return [escaped(words.say("unknown.balance_before", before=before))] if before else []


def _found(words: Catalogue, reply: replies.EvidenceShown, limit: int) -> list[str]:
    evidence, gaps = reply.evidence, {"account": reply.account}
    if reply.gone:
        return [bold(words.say("unknown.account_gone"))]
    if not reply.reconciles:
        return [bold(words.say("unknown.no_look_up", **gaps))]
    if not evidence.look:
        return [bold(words.say("unknown.looking", **gaps))]
    seen = gaps | {"n": str(evidence.looks), "at": words.time(evidence.looked_at)}
    why = f"look.{evidence.look_code}" if evidence.look is LookEnd.FAILED else ""
    lines = [bold(words.first(why, f"unknown.{evidence.look}", gaps=seen))]
    if evidence.look_said:
        lines.append(
            escaped(words.say("refusal.said", account=reply.account, said=shortened(evidence.look_said, limit)))
        )
    if evidence.look is LookEnd.FAILED and (evidence.candidates or evidence.signals):
        lines.append(bold(words.say("unknown.found_before")))
    lines += [_candidate(words, found, limit) for found in evidence.candidates[:SHOWN_CANDIDATES]]
    if (more := len(evidence.candidates) - SHOWN_CANDIDATES) > 0:
        lines.append(escaped(words.say("list.more", n=more)))
    for signal in evidence.signals[:SHOWN_CANDIDATES]:
        found = {key: shortened(in_zone(words, key, value), limit) for key, value in signal.params.items()} | gaps
        keys = (f"signal.{reply.order.provider}.{signal.code}", f"signal.{signal.code}", "signal.other")
        lines.append(escaped(words.first(*keys, gaps=found)))
    return lines


def _candidate(words: Catalogue, found: Candidate, limit: int) -> str:
    told_at = [escaped(words.time(found.at))] if found.at else []
    facts = [fact(words, key, value, found.differs, limit) for key, value in found.facts.items()]
    return "• " + " · ".join([code(shortened(found.number, limit)), *told_at, *facts])


def fact(words: Catalogue, key: str, value: str, differs: tuple[str, ...], limit: int) -> str:
    """One thing that the supplier says of an order; what is not as it was sent is marked."""
    label = words.first(f"fact.{key}", "fact.other", gaps={"key": key.replace("_", " ")})
    text = escaped(f"{label}: {shortened(in_zone(words, key, value), limit)}")
    return f"⚠️ {text}" if key in differs else text


def in_zone(words: Catalogue, key: str, value: str) -> str:
    """A fact as it is read; times come as ISO 8601 and are shown in the reader's zone."""
    if key not in {"at", "time"}:
        return value
    try:
        return words.time(int(datetime.fromisoformat(value).timestamp() * 1_000_000))
    except ValueError:
        return value


def _decisions(words: Catalogue, reply: replies.EvidenceShown) -> tuple[tuple[Button, ...], ...]:
    reference, attempts = reply.order.reference, reply.order.attempts
    numbers = [
        (found.number, order_buttons.number_is(reference, attempts, found.number))
        for found in reply.evidence.candidates
    ]
    rows: list[tuple[Button, ...]] = [
        (Button(words.say("button.it_is", number=shortened(number, 30)), data),)
        for number, data in numbers[:SHOWN_CANDIDATES]
        if data is not None
    ]
    found_it = Button(words.say("button.found_it"), order_buttons.name_number(reference, attempts))
    not_placed = Button(words.say("button.not_placed"), order_buttons.decided(reference, attempts, Decision.NOT_PLACED))
    rows.append((found_it, not_placed))
    if reply.reconciles:
        rows.append((Button(words.say("button.look_again"), order_buttons.look(reference, attempts)),))
    if reply.idempotent_create:
        rows.append((Button(words.say("button.resend"), order_buttons.decided(reference, attempts, Decision.RESEND)),))
    return tuple(rows)


def evidence_closed(words: Catalogue, reply: replies.EvidenceClosed) -> Message:
    order = reply.order
    lines = [f"{bold(words.say('unknown.closed'))} · {escaped(reply.account)}"]
    lines += [escaped(words.say(f"unknown.{order.outcome or 'sending'}")), *labelled_number(words, order)]
    return Message("\n".join([*lines, labelled_reference(words, order.reference)]))


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
    for order, account in reply.orders:
        about = [shortened(account, 30), words.time(order.confirmed_at), shortened(order.person, 30)]
        lines.append(f"{code(order.reference)} · {escaped(' · '.join(part for part in about if part))}")
        rows.append((Button(" · ".join(part for part in about if part), order_buttons.show_evidence(order.reference)),))
    if reply.more:
        lines.append(escaped(words.say("list.more", n=reply.more)))
    return Message("\n".join([*lines, escaped(words.say("unknown.list_hint"))]), tuple(rows))


def number_wanted(words: Catalogue, reply: replies.NumberWanted) -> Message:
    first = f"{bold(words.say('label.number'))} · {escaped(reply.account)}"
    text = words.say("number.ask", account=reply.account, reference=reply.reference)
    return Message(f"{first}\n{escaped(text)}", ((Button(words.say("button.back"), order_buttons.GIVE_UP_NUMBER),),))


def number_checking(words: Catalogue, reply: replies.NumberChecking) -> Message:
    return Message(escaped(words.say("number.checking", account=reply.account, number=shortened(reply.number, _NAME))))


def number_doubted(words: Catalogue, reply: replies.NumberDoubted) -> Message:
    """The reason why the number isn't simply believed; a person who knows better may insist."""
    reference, attempts = reply.order.reference, reply.order.attempts
    gaps = {"account": reply.account, "taken_by": reply.taken_by}
    lines = [f"{bold(words.say('number.doubted'))} · {code(shortened(reply.number, _NAME))}"]
    lines.append(escaped(words.say(f"number.{reply.result.replace(' ', '_')}", **gaps)))
    lines += [f"• {fact(words, key, value, reply.differs, 100)}" for key, value in reply.facts.items()]
    lines.append(labelled_reference(words, reference))
    rows = []
    insist = order_buttons.number_is(reference, attempts, reply.number)
    if insist is not None and reply.result is not NumberCheck.TAKEN:
        rows.append((Button(words.say("button.record"), insist),))
    rows.append((Button(words.say("button.other_number"), order_buttons.name_number(reference, attempts)),))
    return Message("\n".join(lines), tuple(rows))
