"""Words for sheets: what one was read as, the captions of those that go out, and the cells that we add to them."""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Final

from bot.buttons import sheet_buttons
from bot.conversation.events import SheetVerb
from bot.conversation.questions import Problem
from bot.conversation.replies import EmptySheet, SheetNotTaken, SheetReading, SheetReturned, SheetShown, TrayFile
from bot.conversation.views import ColumnView, OrderView
from bot.words.catalogue import Catalogue, catalogues
from bot.words.message import Button, Message, bold, escaped, fitting, readable, rows_of, shortened
from bot.words.orders import reasons, state_of
from bot.words.problems import reason

_NAME: Final = 40
_LISTED: Final = 12
"""Numbers of rows or headings that are named in a sentence."""
_COLUMNS: Final = 40
"""Columns that have a button."""
_CELL: Final = 300
_UNFIT: Final = re.compile(r"[^\w .()-]+")
_ROLES: Final = {"key": "key", "@name": "name", "@person": "person", "": "ignored"}
"""Roles that answer no question: the ends of the keys of their words."""


# What a sheet was read as


def sheet_reading(words: Catalogue, reply: SheetReading) -> Message:
    return Message(f"{bold(words.say('sheet.reading'))} · {escaped(shortened(reply.name, _NAME))}")


def sheet_not_taken(words: Catalogue, reply: SheetNotTaken) -> Message:
    """The reason why nothing of a sheet was read, and the way to an empty one."""
    first = f"{bold(words.say('sheet.not_read'))} · {escaped(shortened(reply.name, _NAME))}"
    why = words.first(f"sheet.refused_{reply.code}", "sheet.refused_broken", gaps=dict(reply.params))
    return Message(f"{first}\n{escaped(why)}\n{escaped(words.say('sheet.way'))}")


def sheet_shown(words: Catalogue, reply: SheetShown) -> Message:
    """The rows and columns of a sheet; or each column with a button, or what one of them may be."""
    if reply.column >= 0:
        return _roles(words, reply)
    view = reply.sheet
    text = fitting(lambda limit: "\n".join(_lines(words, reply, min(limit, _NAME))))
    if not reply.listing:
        change = Button(words.say("button.sheet_columns"), sheet_buttons.tap(view.id, SheetVerb.COLUMNS))
        return Message(text, ((change,),))
    buttons = [Button(str(n + 1), sheet_buttons.tap(view.id, SheetVerb.COLUMN, n)) for n in range(len(view.columns))]
    back = Button(words.say("button.back"), sheet_buttons.tap(view.id, SheetVerb.TOLD))
    return Message(text, (*rows_of(buttons[:_COLUMNS], 8), (back,)))


def _lines(words: Catalogue, reply: SheetShown, limit: int) -> list[str]:
    view = reply.sheet
    lines = [f"{bold(shortened(readable(view.name), _NAME))} · {escaped(reply.account)}"]
    lines.append(escaped(words.say("sheet.rows", n=view.count)))
    if reply.listing:
        return [*lines, *(f"{n}. {_column(words, one, limit)}" for n, one in enumerate(view.columns[:_COLUMNS], 1))]
    used = [one for one in view.columns[:_COLUMNS] if one.role and one.role not in _OURS]
    told = [_column(words, one, limit) for one in used if not one.sure or words.text(one.title) != one.heading]
    lines += [" · ".join(told)] if told else []
    unused = [one.heading for one in view.columns if not (one.role or one.is_empty)]
    if not view.count:
        lines.append(escaped(words.say("sheet.no_rows")))
    left_out = {"unused": unused, "hidden": view.hidden, "examples": view.examples, "aside": view.aside}
    left_out |= {"merged": view.merged, "pages": view.pages}
    gaps = {"unused": "columns", "pages": "pages", "merged": "cells"}
    lines += [
        escaped(words.say(f"sheet.{key}", n=len(names), **{gaps.get(key, "rows"): _listed(words, names, limit)}))
        for key, names in left_out.items()
        if names
    ]
    return lines


_OURS: Final = frozenset({"reference", "result"})


def _column(words: Catalogue, one: ColumnView, limit: int) -> str:
    doubt = "" if one.sure else " ?"
    return f"{escaped(shortened(one.heading, limit))} → {bold(_role(words, one.role, one.title))}{doubt}"


def _role(words: Catalogue, role: str, title: str) -> str:
    if not title:
        return words.say(f"sheet.role_{_ROLES.get(role, 'ignored')}")
    item = role.partition("#")[2]
    return f"{words.text(title)} {item}".rstrip()


def _roles(words: Catalogue, reply: SheetShown) -> Message:
    view, one = reply.sheet, reply.sheet.columns[reply.column]
    ask = words.say("sheet.ask_role", column=shortened(one.heading, _NAME))
    buttons = [
        Button(_role(words, role, title), sheet_buttons.tap(view.id, SheetVerb.ROLE, reply.column, place))
        for place, (role, title) in enumerate(view.roles)
    ]
    back = Button(words.say("button.back"), sheet_buttons.tap(view.id, SheetVerb.COLUMNS))
    return Message(bold(ask), (*rows_of(buttons, 2), (back,)))


def _listed(words: Catalogue, names: Sequence[object], limit: int) -> str:
    told = [shortened(str(name), limit) for name in names[:_LISTED]]
    return words.listed(*told, *(["…"] if len(names) > _LISTED else []))


# Files that go out


def empty_sheet(words: Catalogue, reply: EmptySheet) -> Message:
    """The words beside an empty sheet; the file is put to it where it is made."""
    first = f"{bold(words.say('sheet.empty'))} · {escaped(reply.account)}"
    return Message("\n".join([first, escaped(words.say("sheet.empty_text"))]))


def tray_file(words: Catalogue, reply: TrayFile) -> Message:
    """The words beside all rows of a tray."""
    return Message(f"{bold(words.say('sheet.preview', n=len(reply.lines)))} · {escaped(reply.account)}")


def sheet_returned(words: Catalogue, reply: SheetReturned) -> Message:
    """The words beside a sheet with its results."""
    again = Button(words.say("button.sheet_again"), sheet_buttons.tap(reply.sheet, SheetVerb.AGAIN))
    first = f"{bold(words.say('sheet.returned'))} · {escaped(shortened(reply.name, _NAME))}"
    return Message(f"{first}\n{escaped(_gone(words, reply))}", ((again,),))


def _gone(words: Catalogue, reply: SheetReturned) -> str:
    """The progress of a sheet that comes by itself; of one that somebody waits for, what is in it."""
    if not reply.placed:
        return words.say("sheet.returned_text")
    if reply.gone == reply.placed:
        return words.say("sheet.all_gone", n=reply.placed)
    return words.say("sheet.some_gone", gone=reply.gone, placed=reply.placed)


def file_name(words: Catalogue, account: str) -> str:
    """The name of a sheet that we make, such as any computer takes it."""
    title = _UNFIT.sub(" ", shortened(account, _NAME)).strip()
    return f"{words.say('sheet.page')} {title}".strip() + ".xlsx"


def returned_name(name: str) -> str:
    """The name of a sheet that goes back, which is always of one kind."""
    bare = _UNFIT.sub(" ", name.rpartition(".")[0] or name).strip()
    return f"{shortened(bare, _NAME) or 'orders'}.xlsx"


# Cells


def headings_of(words: Catalogue, results: Sequence[str]) -> list[str]:
    """The headings of the columns that we add to a sheet, in one language."""
    return [words.say(f"sheet.result_{result}") for result in results]


def in_all_languages(key: str) -> frozenset[str]:
    """A word of sheets as each language has it: a sheet may have been made in another one."""
    return frozenset(words.say(key) for words in catalogues().values())


def result_of(words: Catalogue, order: OrderView, account: str) -> tuple[str, ...]:
    """The cells beside a row that was ordered: number, status, reason, tracking and reference."""
    why = words.sentences(*map(_plain, reasons(words, order, account, _CELL))) if order.number == "" else ""
    details = order.details
    parcels = [*(one.number for one in details.tracking), *(one.tracking for one in details.parcels)]
    parcels = list(dict.fromkeys(filter(None, parcels)))
    return order.number, state_of(words, order), why, words.listed(*parcels) if parcels else "", order.reference


def said_of_fault(words: Catalogue, title: str, code: str, params: Mapping[str, str], said: str) -> str:
    """The reason why a row was not ordered, in a cell."""
    known = words.find(f"sheet.fault_{code}")
    gaps = {key: shortened(value, _CELL) for key, value in params.items()}
    if "region" in gaps:
        gaps["region"] = words.say(f"region.{gaps['region']}")
    told = words.say(f"sheet.fault_{code}", **gaps) if known else reason(words, Problem((), code, params))
    whole = words.bracketed(told, shortened(said, _NAME)) if said else told
    return words.labelled(words.text(title), whole) if title else whole


def _plain(text: str) -> str:
    return html.unescape(re.sub("<[^>]*>", "", text))
