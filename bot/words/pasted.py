"""Words for a text that answered several questions at once: what was taken from it, and what was not and why."""

from itertools import groupby

from bot.conversation import events
from bot.conversation.replies import Line, PastedShown
from bot.words import products
from bot.words.catalogue import Catalogue
from bot.words.keys import Keys
from bot.words.message import Message, bold, escaped, packed, shortened
from bot.words.problems import reason

_ITEMS = 10
"""Items of a list that are shown; a summary has the rest."""
_UNREAD = 200
"""Characters of a part of the text that was not read."""
_WHOLE = 10**6
"""More characters than any value has: none is cut."""
_EXTRA = 60
"""Characters of a product's title."""


def pasted_shown(words: Catalogue, reply: PastedShown, keys: Keys) -> Message:
    first = words.say("pasted.first" if reply.taken else "pasted.nothing")
    lines = [f"{bold(first)} · {escaped(reply.account)}"]
    lines += _taken(words, reply)
    for item, line in reply.unsure:
        lines.append(escaped(words.say("pasted.unsure", answer=_answer(words, item, line))))
    for item, line, problem in reply.refused:
        answer = _answer(words, item, line)
        lines.append(escaped(words.say("pasted.refused", answer=answer, reason=reason(words, problem))))
    lines += [escaped(words.say("pasted.unread", text=shortened(text, _UNREAD))) for text in reply.unread]
    first, *_ = packed(lines)
    return Message(first, ((keys.plain(events.PasteUndone, "button.undo"),),))


def _taken(words: Catalogue, reply: PastedShown) -> list[str]:
    """A line for each answer, and for each item of a list; what is behind them is counted."""
    lines = []
    items = 0
    for item, found in groupby(reply.taken, key=lambda pair: pair[0]):
        told = [line for _, line in found]
        if not item:
            lines += [escaped(_answer(words, 0, line)) for line in told]
            continue
        items += 1
        if items <= _ITEMS:
            values = " · ".join(_value(words, line) for line in told)
            lines.append(escaped(f"{item}. {values}"))
    return lines + ([escaped(words.say("pasted.more", n=items - _ITEMS))] if items > _ITEMS else [])


def _answer(words: Catalogue, item: int, line: Line) -> str:
    title = words.text(line.title)
    return words.labelled(f"{item}. {title}" if item else title, _value(words, line))


def _value(words: Catalogue, line: Line) -> str:
    return words.bracketed(products.value_of(words, line, _WHOLE), shortened(line.extra, _EXTRA))
