"""Words for a tray: each order as it will be sent, what is to be put right, and its buttons, in one message.

Its first line says how many of how many are ready; the number of a row opens it.
"""

import html
import re
from typing import Final

from bot.buttons import tray_buttons
from bot.conversation import replies
from bot.conversation.events import TrayAction
from bot.conversation.replies import Line, TrayLine
from bot.conversation.tray import UNREAD, RowState
from bot.words import products
from bot.words.amounts import money
from bot.words.catalogue import Catalogue
from bot.words.message import Button, Message, Style, bold, escaped, fitting, readable, rows_of, shortened
from bot.words.problems import reason

_IN_A_ROW: Final = 8
"""Numbers in a row of buttons."""
_OPTION: Final = 40
_SHORT_ID: Final = 12
"""Characters of an id that people know by heart, and that stands beside a title."""
_COUNT: Final = 7
"""Characters of a number that says nothing without its title; a phone number has more."""
_QUOTED: Final = 200
_REASONS: Final = 5
"""Reasons why a row isn't placed, of which there can be one for each item."""
_WHOLE: Final = 10**6
_PARTED: Final = " · "
_MARKED: Final = frozenset({RowState.OPEN, RowState.BEFORE, RowState.REPEATED, RowState.LONG})
_READY: Final = (RowState.READY, RowState.AGAIN)


def tray_shown(words: Catalogue, reply: replies.TrayShown) -> Message:
    return Message(fitting(lambda limit: "\n".join(_lines(words, reply, limit))), tuple(_buttons(words, reply)))


def tray_closed(words: Catalogue, reply: replies.TrayClosed) -> Message:
    undo = Button(words.say("button.undo"), tray_buttons.tap(reply.tray, reply.revision, TrayAction.UNDO))
    first = f"{bold(words.say('tray.closed', n=reply.count))} · {escaped(reply.account)}"
    return Message(f"{first}\n{escaped(words.say('tray.closed_text'))}", ((undo,),))


def _lines(words: Catalogue, reply: replies.TrayShown, limit: int) -> list[str]:
    pages = f" · {reply.page + 1}/{reply.pages}" if reply.pages > 1 else ""
    lines = [f"{bold(_first(words, reply))} · {escaped(reply.account)}{pages}"]
    if reply.again:
        lines.append(escaped(words.say("summary.repeats", number=shortened(reply.again, 40))))
    if reply.changed:
        lines.append(bold(words.say("tray.changed")))
    if counted := _counted(words, reply):
        lines.append(escaped(counted))
    if reply.common:
        title = words.say("tray.common_else" if reply.are_others else "tray.common")
        lines.append(words.labelled(escaped(title), _PARTED.join(_common(words, part) for part in reply.common)))
    for line in reply.lines:
        lines += _row(words, line, limit)
    lines += [
        escaped(words.say("pasted.unread", text=shortened(text, min(limit, _QUOTED)))) for text in reply.unread[:UNREAD]
    ]
    if reply.gap is not None:
        title = words.text(reply.gap.title)
        key = "tray.gap_optional" if reply.gap.is_optional else "tray.gap"
        lines.append(bold(words.say(key, title=title, n=reply.gap.count)))
    if reply.shortage is not None:
        lines.append(products.shortage(words, reply.shortage))
    elif reply.total is not None:
        total = bold(money(words, reply.total))
        lines.append(words.labelled(escaped(words.say("catalogue.total")), total))
    if reply.pages > 1 and not reply.confirms:
        lines.append(escaped(words.say("tray.read_on", page=reply.unread_page + 1)))
    return lines


def _first(words: Catalogue, reply: replies.TrayShown) -> str:
    ready = reply.counted(*_READY)
    if ready == reply.size:
        return words.say("tray.all_ready", n=ready)
    return (
        words.say("tray.some_ready", ready=ready, n=reply.size) if ready else words.say("tray.none_ready", n=reply.size)
    )


def _counted(words: Catalogue, reply: replies.TrayShown) -> str:
    """The rows that are not ready, by what keeps them."""
    states = (RowState.OPEN, RowState.LONG, RowState.BEFORE, RowState.REPEATED, RowState.CHANGED)
    # What several rows lack is asked below, for all of them.
    asked = {RowState.OPEN: reply.gap.count} if reply.gap is not None and reply.gap.options else {}
    counts = {state: reply.counted(state) - asked.get(state, 0) for state in states}
    return _PARTED.join(words.say(f"tray.n_{state}", n=n) for state, n in counts.items() if n > 0)


def _row(words: Catalogue, line: TrayLine, limit: int) -> list[str]:
    """The row as it will be sent; below it what it lacks, or why it is not placed."""
    values, items = [], []
    for part in line.parts:
        if isinstance(part, Line):
            values.append(escaped(_titled(words, part) if part.is_optional else _value(words, part)))
        elif len(part.items) == 1:
            values.append(products.item_line(words, part.items[0]))
        else:
            items += [f"    {n}) {products.item_line(words, item)}" for n, item in enumerate(part.items, 1)]
    if line.is_cut:
        values, items = [escaped(shortened(value, 60)) for value in _plain(words, line)[:3]], []
    mark = "⚠️ " if line.state in _MARKED and not line.waits else ""
    first = f"{mark}{bold(f'{line.n}.')} {_PARTED.join(values)}".rstrip()
    told = _why(words, line, limit)
    if (more := len(told) - _REASONS) > 0:
        told[_REASONS:] = [escaped(words.say("list.more", n=more))]
    return [first, *items, *(f"    {reason}" for reason in told)]


def _plain(words: Catalogue, line: TrayLine) -> list[str]:
    return [
        _value(words, part) if isinstance(part, Line) else f"{words.text(part.title)} {len(part.items)}"
        for part in line.parts
    ]


def _why(words: Catalogue, line: TrayLine, limit: int) -> list[str]:
    """The reasons, as HTML, why a row isn't placed, or what is to be known of it all the same."""
    told = [
        words.labelled(bold(words.text(title)), escaped(reason(words, problem)))
        if title
        else escaped(reason(words, problem))
        for title, problem in line.problems
    ]
    match line.state:
        case RowState.OPEN:
            told += [
                escaped(words.say("tray.unsure", answer=words.labelled(words.text(one.title), _value(words, one))))
                for one in line.unsure
            ]
            if line.lacks and line.lacks not in {one.title for one in line.unsure}:
                told.append(words.say("tray.lacks", title=bold(words.text(line.lacks))))
        case RowState.BEFORE | RowState.REPEATED | RowState.AGAIN:
            told.append(escaped(_ordered_before(words, line)))
        case RowState.LONG:
            told.append(escaped(words.say("tray.long", n=line.n)))
        case RowState.CHANGED:
            told.append(escaped(words.say("tray.changed_row")))
        case _:
            pass
    said = (words.say("pasted.unread", text=shortened(text, min(limit, _QUOTED))) for text in line.unread)
    return [*told, *map(escaped, said)]


def remark(words: Catalogue, line: TrayLine) -> str:
    """The reasons of a row as plain text, for a file; empty for one that is placed as it stands."""
    told = words.clauses(*(html.unescape(re.sub("<[^>]*>", "", text)) for text in _why(words, line, _WHOLE)))
    return told or ("" if line.state in _READY else words.say(f"tray.n_{line.state}", n=1))


def _ordered_before(words: Catalogue, line: TrayLine) -> str:
    again, before = line.state is RowState.AGAIN, line.duplicate
    if before is None:
        return words.say("tray.repeats_again" if again else "tray.repeats", n=line.repeats)
    if not before.person:
        return words.say("tray.already_again" if again else "tray.already")
    gaps = {
        "number": shortened(before.number or before.reference, 40),
        "at": words.spoken(before.confirmed_at),
        "person": shortened(before.person, 40),
    }
    return words.say("tray.before_again" if again else "tray.before", **gaps)


def _common(words: Catalogue, part: Line | replies.Block) -> str:
    """An answer that all rows have, as HTML."""
    if isinstance(part, Line):
        return escaped(_titled(words, part))
    return escaped(words.say("sign.between")).join(products.item_line(words, item) for item in part.items)


def _titled(words: Catalogue, line: Line) -> str:
    """An answer with its title, but for a product, which says what it is."""
    value, title = _value(words, line), words.text(line.title)
    return value if readable(line.extra).strip() or value.startswith(title) else f"{title} {value}"


def _value(words: Catalogue, line: Line) -> str:
    """An answer; a product by its title, as a long id says nothing to people, a sum or small number with its own."""
    value = products.value_of(words, line, _WHOLE)
    title = readable(line.extra).strip()
    if not title:
        is_count = line.amount is not None or (len(value) <= _COUNT and value.replace(",", "").isdecimal())
        return f"{words.text(line.title)} {value}" if is_count else value
    return words.bracketed(title, value) if len(value) <= _SHORT_ID else title


def _buttons(words: Catalogue, reply: replies.TrayShown) -> list[tuple[Button, ...]]:
    """The buttons: what fills gaps first, then the numbers of rows, what places them, and the ways out."""

    def button(
        action: TrayAction, text: str, n: int = 0, style: str = Style.NONE, typed: tuple[str, ...] = ()
    ) -> Button:
        return Button(text, tray_buttons.tap(reply.tray, reply.revision, action, n), style=style, typed=typed)

    rows: list[tuple[Button, ...]] = []
    if reply.gap is not None and reply.gap.options:
        missing = words.text(reply.gap.title)
        told = [
            (words.choice(one) if reply.gap.is_choice else one) or words.say("button.tray_without", title=missing)
            for one in reply.gap.options
        ]
        # Of an answer that has nothing to be seen its place is left.
        told = [shortened(readable(text), _OPTION).strip() or f"{n}" for n, text in enumerate(told, 1)]
        filling = [button(TrayAction.FILL, text, n) for n, text in enumerate(told)]
        rows += rows_of(filling, 3 if reply.gap.is_choice else 1)
    if reply.alike:
        answers = words.listed(*(shortened(products.value_of(words, one, _WHOLE), 20) for one in reply.alike))
        text = words.say("button.tray_alike", answer=answers, n=reply.alike_rows)
        rows.append((button(TrayAction.ALIKE, shortened(text, 60)),))
    rows += rows_of([button(TrayAction.OPEN, str(line.n), line.n) for line in reply.lines], _IN_A_ROW)
    if before := reply.counted(RowState.BEFORE, RowState.REPEATED):
        rows.append((button(TrayAction.WIDEN, words.say("button.tray_widen", n=before), style=Style.DANGER),))
    if turning := [
        *([button(TrayAction.PAGE, words.say("button.page_before"), reply.page - 1)] if reply.page else []),
        *(
            [button(TrayAction.PAGE, words.say("button.page_after"), reply.page + 1)]
            if reply.page + 1 < reply.pages
            else []
        ),
    ]:
        rows.append(tuple(turning))
    if not reply.confirms and abs(reply.unread_page - reply.page) > 1:
        text = words.say("button.tray_page", page=reply.unread_page + 1)
        rows.append((button(TrayAction.PAGE, text, reply.unread_page),))
    rows += [
        (button(TrayAction.ELSEWHERE, words.say("button.tray_move", account=shortened(title, 40)), n),)
        for n, title in enumerate(reply.others)
    ]
    last = []
    if reply.confirms and (ready := reply.counted(*_READY)):
        style = Style.DANGER if reply.counted(RowState.AGAIN) or reply.shortage is not None else Style.SUCCESS
        # Nobody types how many there are; what may be there twice takes its whole words.
        typed = (words.say("button.confirm"), *words.say("also.button.confirm").split(","))
        typed = typed if style is Style.SUCCESS else ()
        last.append(button(TrayAction.CONFIRM, words.say("button.tray_confirm", n=ready), style=style, typed=typed))
    last.append(button(TrayAction.DROP, words.say("button.tray_drop")))
    return [*rows, tuple(last)]
