"""The screen of a conversation: the message that asks its question, and the hints that were given last.

A person answers what they see. A message that was sent before the question was on the screen is no answer to it, and
ten stickers are one gesture, not ten; neither can be told from a message by itself.

Ids of messages rise within a chat, whoever writes. So a message came after a question if its id is higher, and was
sent without it if the question is known to be unsent. Where the question's id isn't known, as after a crash, or may be
that of a second copy, the question counts as on the screen: nobody who has seen it is ever refused. A question that
took the place of another in its message counts as on the screen as soon as that change has gone out.
"""

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final

from pydantic import BaseModel, ConfigDict

from bot.clock import SECOND
from bot.conversation.answers import MISSING, get
from bot.conversation.events import Answered, Event, MessageEdited, Missed, SentOther
from bot.conversation.requests import PlaceOrder
from bot.conversation.state import Conversation, Phase
from bot.conversation.step import Step
from bot.desk.unit import Unit
from storage import outbox
from storage.database import Reader

SHORTLY: Final = 10
"""Seconds within which the same again is one gesture: of a sticker, or of a text that a bad line sends twice."""
A_MOMENT: Final = 2
"""The same at a question: sooner nobody answers two in a row, and later the same may be meant, as 上海市 for a province
and its city. As dates are whole seconds, so many apart are certainly more than one second."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The message that an event was read from: its id in its chat, its date in seconds, the album that it is part of.

    Of a message that was edited it is the date of that. `replies_to` is the message of ours that it is a reply to, 0
    for none, and `buttons` are that message's: the words on each, and what it carries.
    """

    message_id: int
    date: int
    album: str = ""
    replies_to: int = 0
    buttons: tuple[tuple[str, str], ...] = ()


class Screen(BaseModel):
    """The screen of one person's conversation in one chat; rows are those of the outbox, 0 for none that is known.

    `asks` is the place of the question or menu that is open, `since` the row that showed it first, `row` the one whose
    message has its buttons. `answer` stands for
    the text that was taken last, of `answered_at`. `hint` is the row in which texts were said not to be taken, which
    were `missed` for the reason `why`. `told` is the kind of message that was last said to be no text, at `told_at`.
    `listed` is the row of the numbered list that was shown last, `listed_since` the one that brought its message here.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    asks: str = ""
    since: int = 0
    row: int = 0
    answer: str = ""
    answered_at: int = 0
    hint: int = 0
    missed: tuple[str, ...] = ()
    why: str = ""
    told: str = ""
    told_at: int = 0
    album: str = ""
    listed: int = 0
    listed_since: int = 0

    def hint_for(self, event: Event) -> int | None:
        """The row that said which texts were not taken, where this is one more of them; else None."""
        return self.hint if isinstance(event, Answered) and event.before else None

    def as_json(self) -> str:
        """JSON text, empty where nothing is known."""
        return "" if self == EMPTY else self.model_dump_json(exclude_defaults=True)


EMPTY: Final = Screen()
LOOKED_AT: Final = 60 * SECOND
"""Microseconds for which somebody goes on looking at what came of their tap: Telegram rings for no edit."""


def screen_of(text: str) -> Screen:
    """The screen of a conversation, as far as it is known; `text` is JSON, or empty."""
    return Screen.model_validate_json(text) if text else EMPTY


def in_order(unit: Unit, screen: Screen, state: Conversation, event: Event, sent: Sent, *, alone: bool) -> Event | None:
    """The event as it counts at this moment; None for a part of a gesture that was answered already.

    `alone`: in a private chat. There nobody has to reply to anything, as they do in groups to be heard at all.
    """
    match event:
        case SentOther() | MessageEdited():
            return None if _is_same_gesture(screen, event, sent) else event
        case Answered(text=text) if state.place:
            missed = None
            if state.phase is Phase.CHECKING:
                missed = Missed.BUSY
            elif screen.asks == state.place and came_before(unit, sent, screen.since):
                missed = Missed.EARLY
            elif alone and screen.asks == state.place and _is_to_past(unit, sent, screen, state):
                missed = Missed.PAST
            if _is_repeated(screen, text, sent, _copies_come_within(unit, sent, screen, state)):
                # Once it was said, the same is meant; what was on its way before that is another copy.
                was_told = screen.why == Missed.TWICE and not came_before(unit, sent, screen.hint)
                missed = missed if was_told else Missed.TWICE
            if missed is None:
                return replace(event, elsewhere=_is_about_another(unit, sent, screen))
            return replace(event, missed=missed, before=screen.missed if screen.why == missed else ())
        case _:
            return event


def came_before(unit: Unit, sent: Sent, row_id: int) -> bool:
    """Check whether a message is known to have been sent before the message of a row was on the screen."""
    shown = outbox.shown(unit.tx, row_id) if row_id else None
    if shown is None:
        return False
    if shown.message_id is None:
        return shown.is_unsent and not unit.may_be_shown(row_id, shown.chat_id)
    return not shown.is_repeated and sent.message_id < shown.message_id


def is_in_view(reader: Reader, chat_id: int, row_id: int, age: int) -> bool:
    """Check whether a change of a message is seen: what it is about is so young, and nothing was said below it.

    `age` is in microseconds.
    """
    return 0 <= age <= LOOKED_AT and not outbox.said_after(reader, chat_id, row_id, 1)


def _is_about_another(unit: Unit, sent: Sent, screen: Screen) -> bool:
    """Check whether a message is a reply to one of ours that isn't known to be what the conversation shows."""
    if not sent.replies_to:
        return False
    shown = outbox.shown(unit.tx, screen.row) if screen.row else None
    return shown is None or shown.message_id != sent.replies_to


def _is_to_past(unit: Unit, sent: Sent, screen: Screen, state: Conversation) -> bool:
    """Check whether a message is a reply to one that is known to be older than the question that is open."""
    asks = state.phase is Phase.ASKING and sent.replies_to and screen.since
    shown = outbox.shown(unit.tx, screen.since) if asks else None
    if shown is None or shown.message_id is None or shown.is_repeated:
        return False
    return sent.replies_to < shown.message_id


def _copies_come_within(unit: Unit, sent: Sent, screen: Screen, state: Conversation) -> int:
    """Seconds within which the text that was taken last, sent once more, is a copy of it; -1 where it can't be one.

    A copy is a reply to what the first was a reply to, so one to the question that has come since is an answer. Where
    that question was certainly there before it, only what may have come less than a second after the first is one.
    """
    if state.phase is not Phase.ASKING:
        return SHORTLY
    shown = outbox.shown(unit.tx, screen.since) if screen.since and screen.asks == state.place else None
    if shown is None or shown.message_id is None or shown.is_repeated or shown.is_change:
        return A_MOMENT
    if sent.replies_to == shown.message_id:
        return -1
    return A_MOMENT - 1 if sent.message_id > shown.message_id else A_MOMENT


def _is_repeated(screen: Screen, text: str, sent: Sent, within: int) -> bool:
    return screen.answer == _mark(text) and 0 <= sent.date - screen.answered_at <= within


def _mark(text: str) -> str:
    """A short stand-in for a text: what people type is kept in their draft only."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _is_same_gesture(screen: Screen, event: SentOther | MessageEdited, sent: Sent) -> bool:
    if not screen.told or (_kind(event).endswith(_CAPTION) and not screen.told.endswith(_CAPTION)):
        return False
    if sent.album and sent.album == screen.album:
        return True
    is_same = screen.told.removesuffix(_CAPTION) == _kind(event).removesuffix(_CAPTION)
    return is_same and 0 <= sent.date - screen.told_at <= SHORTLY


_CAPTION: Final = " caption"


def _kind(event: SentOther | MessageEdited) -> str:
    if isinstance(event, MessageEdited):
        return "edited"
    return event.medium + (_CAPTION if event.captioned else "")


def is_over(unit: Unit, before: Conversation, step: Step) -> bool:
    """Check whether the message that showed where a conversation stood does so no more; it has just been said anew."""
    return unit.is_prompt_new or (not unit.prompt and step.state.place != before.place)


def after(
    screen: Screen, before: Conversation, step: Step, event: Event, sent: Sent | None, unit: Unit, *, tapped: bool
) -> Screen:
    """The screen after a step, whose question and hint are in the rows that `unit` has just said.

    `sent` is the message that led to it, `tapped`: a button did.
    """
    place = step.state.place
    changed: dict[str, object] = {}
    if place != screen.asks:
        changed |= {"asks": place, "since": unit.prompt}
    if is_over(unit, before, step):
        changed |= {"row": unit.prompt}
    if sent is not None:
        changed |= _heard(before, step, event, sent, unit)
    if (tapped or not place) and not (sent is not None and _is_confirmed(before, step)):
        changed |= _FORGOTTEN
    return screen.model_copy(update=changed) if changed else screen


_QUIET: Final[dict[str, object]] = {"told": "", "told_at": 0, "album": ""}
_FORGOTTEN: Final = _QUIET | {"answer": "", "answered_at": 0, "hint": 0, "missed": (), "why": ""}


def _is_answered(before: Conversation, step: Step) -> bool:
    """Check whether the question that was open has an answer now; the word of a button, such as Skip, is none."""
    draft, left = before.draft, step.state.draft
    if draft is None or left is None or draft.id != left.id or before.phase is not Phase.ASKING:
        return False
    return step.state.place != before.place and get(left.answers, draft.at) not in (None, MISSING)


def _is_confirmed(before: Conversation, step: Step) -> bool:
    """Check whether the summary that was open was confirmed, or has changed under whoever confirms it."""
    draft, left = before.draft, step.state.draft
    if draft is None or before.phase is not Phase.REVIEWING:
        return False
    if left is None:
        return any(isinstance(request, PlaceOrder) for request in step.requests)
    return draft.id == left.id and step.state.phase is Phase.REVIEWING and draft.alike != left.alike


def _heard(before: Conversation, step: Step, event: Event, sent: Sent, unit: Unit) -> dict[str, object]:
    """The part of a screen that changes with everything that a person sends: a hint goes on only with its like."""
    if isinstance(event, SentOther | MessageEdited):
        return {"told": _kind(event), "told_at": sent.date, "album": sent.album}
    if isinstance(event, Answered) and unit.hint:
        # The hint may be an older one, which now has this text too.
        missed = (*event.before, event.text)
        return _QUIET | {"hint": unit.hint, "missed": missed, "why": event.missed or Missed.BUSY}
    if isinstance(event, Answered) and (_is_answered(before, step) or _is_confirmed(before, step)):
        return _FORGOTTEN | {"answer": _mark(event.text), "answered_at": sent.date}
    return _FORGOTTEN
