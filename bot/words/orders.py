"""Words for orders: sending, what became of them, where they are."""

import re
from datetime import datetime
from decimal import Decimal

from bot.buttons import order_buttons
from bot.conversation import replies
from bot.conversation.views import OrderView
from bot.words.amounts import number, stated
from bot.words.catalogue import Catalogue
from bot.words.message import (
    Button,
    Message,
    bold,
    code,
    escaped,
    narrowed,
    narrowed_inside,
    narrowed_to_end,
    packed,
    readable,
    shortened,
    width,
)
from providers.orders import Outcome, Status, is_explained

_VALUE = 300
"""Characters of one value in a sentence."""
_NAME = 60
COLUMNS = 38
"""The columns of a line on a phone of 390 pixels; a Chinese character takes two."""
_LEAST = 5
"""Columns below which an account's title says nothing."""
_ARROW = " → "
_HOST = re.compile(r"^[^/\s]+\.[a-z]{2,}/(?=[^/\s])", re.IGNORECASE)
"""The name of the machine at the beginning of a link in short form, which has a path."""
_PIECES = re.compile(r"( [×↻][0-9.,]+)*( \+[0-9]+)?$")
"""The end of a list of products: how many pieces of the last one that is named, and how many products more."""
_TIMES = frozenset({"at", "time", "from", "until"})
"""Gaps and facts that are times."""
_AMOUNTS = frozenset({"amount", "total", "old", "new"})
"""Gaps and facts that are amounts, or may be."""
_COUNTS = frozenset({"quantity", "ordered", "confirmed", "stock", "count"})
"""Gaps and facts that are counts."""
_CODES = ("status", "code", "result_code")
"""Gaps that are codes of an answer, which are shown in detail only."""
_LIMITS = re.compile(r"([0-9]+)–([0-9]+)|≥ ([0-9]+)|≤ ([0-9]+)")
_FAULT = re.compile(r" \([^()]*\)$")
"""The code of a fault behind the title of its question."""
_SECOND = 1_000_000
"""Microseconds."""


def sending_shown(words: Catalogue, reply: replies.SendingShown) -> Message:
    first = f"{bold(words.say('sending.first'))} · {escaped(reply.account)}"
    return Message("\n".join([first, *about_line(reply.about), labelled_reference(words, reply.reference)]))


def outcome_shown(words: Catalogue, reply: replies.OutcomeShown) -> list[Message]:
    """The order's card once its outcome is known; what doesn't fit into it follows."""
    order = reply.order
    lines = outcome_lines(words, order, reply.account)
    card, *more = packed(lines)
    rows = ((Button(words.say("button.reopen"), order_buttons.reopen(order.reference)),),) if reply.reopenable else ()
    return [Message(card, rows), *map(Message, more)]


def outcome_lines(words: Catalogue, order: OrderView, account: str) -> list[str]:
    """The lines that say the outcome of an order."""
    lines = [f"{bold(words.say(f'outcome.{order.outcome}'))} · {escaped(account)}", *about_line(order.about)]
    if order.outcome is Outcome.PLACED:
        lines += [
            *labelled_number(words, order),
            labelled_status(words, order),
            labelled_reference(words, order.reference),
        ]
    else:
        lines += [*reasons(words, order, account), labelled_reference(words, order.reference)]
        if order.outcome is Outcome.UNKNOWN:
            lines.insert(-1, escaped(words.say("outcome.never_resent")))
    return [*lines, *remarks(words, order, account)]


def status_asked(words: Catalogue) -> Message:
    return Message(escaped(words.say("status.ask")))


def about_line(about: str) -> list[str]:
    """The second line of all that is said of an order: what it is about; nothing where that isn't known."""
    return [escaped(shortened(about, _VALUE))] if about.strip() else []


def order_row(words: Catalogue, n: int, order: OrderView, account: str) -> str:
    """One of several orders: its product and recipient, then its status, time, and account unless that is empty."""
    number = f"{n}. "
    about = about_in_short(order, COLUMNS - len(number))
    state, at = state_in_short(words, order), order.confirmed_at
    stands = f"{state} · {words.spoken(at)}"
    by_day = f"{state} · {words.spoken_day(at)}"
    if account and width(f"{stands} · {account}") > COLUMNS >= width(f"{by_day} · {account}"):
        # Which shop it was says more than at what minute of another day.
        stands = by_day
    left = COLUMNS - width(stands) - len(" · ")
    if account and left >= _LEAST:
        stands += f" · {narrowed(account, left)}"
    return f"{bold(number.strip())} {escaped(about)}\n{escaped(stands)}"


def about_in_short(order: OrderView, columns: int) -> str:
    """The same in so many columns: what was ordered, with its number of pieces, and for whom, both as far as they fit.

    An order of which nothing is known goes by its number.
    """
    return line_in_short(order.about, columns) or narrowed(readable(order.number or order.reference), columns)


def line_in_short(line: str, columns: int) -> str:
    """The line about an order in so many columns; empty where nothing is known."""
    about = shortened(readable(line).strip(), _VALUE)
    if not about:
        return ""
    what, arrow, whom = about.rpartition(_ARROW) if _ARROW in about else (about, "", "")
    whom, is_link = whom.partition(" · ")[0], False
    if (path := _HOST.sub("", whom)) != whom and width(about) > columns:
        whom, is_link = path, True
    # A link is told from another by its end alone, a product or a person by more.
    least = (columns - len(arrow)) * (2 if is_link else 1) // (3 if is_link else 2) if arrow else 0
    what = _with_pieces(what, max(columns - len(arrow) - width(whom), least))
    left = columns - len(arrow) - width(what)
    return what + arrow + (narrowed_to_end(whom, left) if is_link else narrowed(whom, left)) if arrow else what


def _with_pieces(what: str, columns: int) -> str:
    """A shortened name of a product keeps its number of pieces and of further products."""
    if width(what) <= columns:
        return what
    pieces = _PIECES.search(what)
    tail = pieces.group() if pieces is not None and width(pieces.group()) <= columns * 3 // 4 else ""
    return narrowed_inside(what.removesuffix(tail), columns - width(tail)) + tail


def labelled_number(words: Catalogue, order: OrderView) -> list[str]:
    if not order.number:
        return []
    return [words.labelled(escaped(words.say("label.number")), code(shortened(order.number, _VALUE)))]


def labelled_reference(words: Catalogue, reference: str) -> str:
    return words.labelled(escaped(words.say("label.reference")), code(reference))


def labelled_status(words: Catalogue, order: OrderView, *, bare: bool = False) -> str:
    state = escaped(state_of(words, order))
    return state if bare else words.labelled(escaped(words.say("label.status")), state)


def state_of(words: Catalogue, order: OrderView) -> str:
    """Our word, then the supplier's own in brackets where it says something else."""
    if order.outcome is None:
        return words.say("status.waiting" if order.waits else "status.sending")
    if order.outcome is not Outcome.PLACED:
        if by := shortened(order.decided_by, _NAME):
            return words.say("status.decided", person=by)
        return words.say("status.inferred" if order.inferred else f"status.{order.outcome}")
    ours = words.text(order.status)
    own = "" if is_explained(order.supplier_status, order.explained) else order.supplier_status
    return words.bracketed(ours, shortened(own, 60))


def state_in_short(words: Catalogue, order: OrderView) -> str:
    """Our word alone; the supplier's own, and by whose word it is so, are on the order's card."""
    if order.outcome is None:
        return words.say("status.waiting" if order.waits else "status.sending")
    if order.outcome is Outcome.PLACED:
        return words.text(order.status or Status.PLACED)
    return words.say("list.unknown" if order.outcome is Outcome.UNKNOWN else "list.not_placed")


def in_zone(words: Catalogue, key: str, value: str, *, exact: bool = False) -> str:
    """A fact or a gap as it is read; times come as UTC microseconds or ISO 8601, and are shown in the reader's zone."""
    if key not in _TIMES:
        return value
    try:
        at = int(value) if value.isdecimal() else int(datetime.fromisoformat(value).timestamp() * _SECOND)
        return words.exact(at) if exact else words.time(at)
    except (ValueError, OverflowError):
        return value


def fact(words: Catalogue, key: str, value: str, differs: tuple[str, ...], limit: int, unit: str = "") -> str:
    """One thing that the supplier says of an order; what is not as it was sent is marked.

    `unit` is that of an amount which has none of its own.
    """
    label = words.first(f"fact.{key}", "fact.other", gaps={"key": key.replace("_", " ")})
    if key in _AMOUNTS | _COUNTS:
        said = stated(words, value, unit if key in _AMOUNTS else "")
    else:
        said = in_zone(words, key, value, exact=True)
    text = escaped(words.labelled(label, shortened(said, limit)))
    return f"⚠️ {text}" if key in differs else text


def reasons(
    words: Catalogue, order: OrderView, account: str, limit: int = _VALUE, *, in_detail: bool = False
) -> list[str]:
    """The reasons why it was not placed, or how the answer was lost: our sentence, then what the supplier said.

    `in_detail`: with the codes in its answer, which say something to whoever asks the supplier and to nobody else.
    """
    lines = []
    for why, params in ((order.code, order.params), *((more.code, more.params) for more in order.also)):
        unit = params.get("currency", "")
        told = {key: shortened(gap_told(words, key, value, unit), limit) for key, value in params.items()}
        gaps = told | {"account": account}
        keys = [f"refusal.{order.provider}.{why}", f"refusal.{why}", f"refusal.other_{order.outcome}"]
        if order.inferred and {"at", "until"} <= params.keys():
            keys.insert(0, "refusal.inferred")
        lines.append(escaped(words.first(*keys, gaps=gaps)))
        if in_detail and (code := next(filter(None, map(told.get, _CODES)), "")):
            lines.append(escaped(words.say("refusal.with_code", code=code)))
    if order.patches:
        lines.append(escaped(words.say("refusal.stopped")))
    if order.said:
        lines.append(escaped(words.say("refusal.said", account=account, said=shortened(order.said, limit))))
    return lines


def gap_told(words: Catalogue, key: str, value: str, unit: str = "") -> str:
    """The text for a gap: codes of facts and titles of questions become their labels, amounts get their unit."""
    if key in _AMOUNTS:
        return _limits(words, value) or stated(words, value, unit)
    if key in _COUNTS:
        return stated(words, value)
    if key == "field":
        return words.text(value)
    if key == "fields":
        # The supplier's code of the fault stands behind each title; it says it in its own words as well.
        return words.listed(*(words.text(_FAULT.sub("", one)) for one in value.split(", ")))
    if key != "facts":
        return in_zone(words, key, value)
    named = (words.first(f"fact.{one}", "fact.other", gaps={"key": one.replace("_", " ")}) for one in value.split(", "))
    return words.listed(*named)


def _limits(words: Catalogue, text: str) -> str:
    """The number that can be ordered at once, kept as `200–100000`, `≥ 200` or `≤ 100000`; empty for anything else."""
    found = _LIMITS.fullmatch(text)
    if found is None:
        return ""
    least, most = (number(words, Decimal(n)) if n else "" for n in (found[1] or found[3], found[2] or found[4]))
    if least and most:
        return words.say("catalogue.between", least=least, most=most)
    return words.say("catalogue.from", least=least) if least else words.say("catalogue.up_to", most=most)


def remarks(words: Catalogue, order: OrderView, account: str) -> list[str]:
    return [
        escaped(
            words.first(
                f"remark.{order.provider}.{remark.code}",
                f"remark.{remark.code}",
                "remark.other",
                gaps={
                    key: shortened(gap_told(words, key, value, remark.params.get("currency", "")), _VALUE)
                    for key, value in remark.params.items()
                }
                | {"account": account},
            )
        )
        for remark in order.remarks
    ]
