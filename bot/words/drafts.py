"""Words for several drafts: the list of them, one that is kept for later, and the question which of two goes on."""

from typing import Final

from bot.buttons import draft_buttons
from bot.buttons.data import command
from bot.conversation import events, replies
from bot.conversation.parking import MOST
from bot.words.catalogue import Catalogue
from bot.words.keys import Keys
from bot.words.message import (
    Button,
    Message,
    Style,
    bold,
    escaped,
    narrowed,
    packed,
    readable,
    rows_of,
    shortened,
    width,
)
from bot.words.orders import COLUMNS, about_line, line_in_short

_BUTTONS: Final = 7
"""Numbers in a row."""
_LEAST: Final = 8
"""Columns that an account's title has at least."""
_TITLE: Final = 60
_PARTED: Final = " · "


def draft_open(words: Catalogue, reply: replies.DraftOpen, keys: Keys) -> Message:
    lines = [f"{bold(words.say('draft.open'))} · {escaped(reply.account)}"]
    lines.append(escaped(words.say("draft.answered", n=reply.answered)))
    if reply.drops is not None:
        gaps = {"n": MOST, "draft": _named(reply.drops), "at": words.spoken(reply.drops.at)}
        lines.append(bold(words.say("draft.drops", **gaps)))
    go_on = keys.plain(events.Continued, "button.continue", Style.PRIMARY)
    keep, anew = keys.kept(reply.wanted, reply.product), keys.anew(reply.wanted, reply.product)
    return Message("\n".join(lines), ((go_on, keep), (anew,)))


def _named(line: replies.DraftLine) -> str:
    """A draft in a sentence: its account, and what it is about as far as that is known."""
    return " · ".join(filter(None, [shortened(line.account, _TITLE), shortened(readable(line.about).strip(), 200)]))


def draft_cancelled(words: Catalogue, reply: replies.DraftCancelled) -> Message:
    first = f"{bold(words.say('draft.cancelled'))} · {escaped(reply.account)}"
    text = escaped(words.say("draft.cancelled_text"))
    return Message("\n".join([first, *about_line(reply.about), text]), ((_undo(words, reply.draft),),))


def _undo(words: Catalogue, draft: str) -> Button:
    return Button(words.say("button.undo"), draft_buttons.undo(draft))


def draft_kept(words: Catalogue, reply: replies.DraftKept) -> Message:
    """It stays where it is read; the way back to the draft stays with it."""
    first = f"{bold(words.say('draft.kept'))} · {escaped(shortened(reply.line.account, _TITLE))}"
    ways = [Button(words.say("button.back_to_it"), draft_buttons.pick(reply.line.draft))]
    if reply.more > 0:
        ways.append(to_drafts(words))
    return Message("\n".join([first, *about_line(reply.line.about)]), (tuple(ways),))


def to_drafts(words: Catalogue) -> Button:
    """The way to the list. No number stands on it: what opens the second draft is typed `drafts 2`."""
    return Button(words.say("button.drafts"), command("drafts"))


def drafts_listed(words: Catalogue, reply: replies.DraftsListed) -> list[Message]:
    """A line or two for each draft, a number that opens it, and the one that has just gone, with its Undo."""
    drafts, removed = reply.drafts, reply.removed
    lines = [f"{bold(words.say('drafts.first'))} · {len(drafts)}"] if drafts else [escaped(words.say("drafts.none"))]
    lines += [_row(words, n, line) for n, line in enumerate(drafts, 1)]
    if removed is not None:
        lines.append(escaped(words.say("drafts.removed", draft=_named(removed))))
    if reply.removing or len(drafts) > 1:
        lines.append(escaped(words.say("drafts.which" if reply.removing else "drafts.hint")))
    does = draft_buttons.remove if reply.removing else draft_buttons.pick
    style = Style.DANGER if reply.removing else Style.NONE
    rows = [*rows_of([Button(str(n), does(line.draft), style=style) for n, line in enumerate(drafts, 1)], _BUTTONS)]
    rows += [ways] if (ways := _ways(words, reply)) else []
    *before, last = packed(lines)
    return [*map(Message, before), Message(last, tuple(rows))]


def _ways(words: Catalogue, reply: replies.DraftsListed) -> tuple[Button, ...]:
    """The buttons below the numbers."""
    if reply.removing:
        return (Button(words.say("button.back"), command("drafts")),)
    ways = []
    if not reply.drafts:
        ways.append(Button(words.say("button.new_order"), command("order")))
    if len(reply.drafts) == 1:
        gone = draft_buttons.remove(reply.drafts[0].draft)
        ways.append(Button(words.say("button.remove"), gone, style=Style.DANGER))
    elif reply.drafts:
        ways.append(Button(words.say("button.remove"), draft_buttons.removing(), style=Style.DANGER))
    if reply.removed is not None:
        ways.append(_undo(words, reply.removed.draft))
    return tuple(ways)


def _row(words: Catalogue, n: int, line: replies.DraftLine) -> str:
    """One draft: what it is about and for whom, then its account, how far it is, and since when it is kept."""
    number = f"{n}. "
    account, left = readable(line.account), COLUMNS - len(number)
    first = line_in_short(line.about, left)
    when = f" · {words.spoken(line.at) if line.at else words.say('drafts.open')}"
    dots, asks = _progress(words, line)
    left = COLUMNS - width(dots) - width(when)
    if first:
        # As much of the account as the question leaves, but never so little that accounts look alike.
        account = narrowed(account, max(left - width(asks) - len(_PARTED), _LEAST))
        dots, left = f"{account}{_PARTED}{dots}", left - width(account) - len(_PARTED)
    stands = f"{dots}{narrowed(asks, max(left, _LEAST))}{when}"
    return f"{bold(number.strip())} {escaped(first or narrowed(account, left))}\n{escaped(stands)}"


def _progress(words: Catalogue, line: replies.DraftLine) -> tuple[str, str]:
    """A dot for each step, and the first question that is open; or, without dots, that there is none."""
    if not line.asks:
        return "", words.say("drafts.ready" if line.steps else "drafts.no_account")
    return "●" * line.step + "○" * (line.steps - line.step) + " ", words.text(line.asks)
