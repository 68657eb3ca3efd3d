"""Admits updates: each takes effect once, only staff are listened to, and what can't be handled is put aside.

Telegram delivers at least once, so that an update was seen is written down with what it has led to.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.conversation.events import Event
from bot.conversation.state import ConversationKey
from bot.desk.outgoing import Outgoing
from bot.desk.unit import Unit
from bot.staff.access import QUIET, Staff
from storage import people, updates


@dataclass(frozen=True, slots=True)
class Incoming:
    """An update that was read: who did what, where. `tapped` is the message whose button it was."""

    update_id: int
    chat_id: int
    user_id: int
    name: str
    language: str
    event: Event
    tapped: int | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """`now` gives UTC microseconds."""

    staff: Staff
    now: Callable[[], int]
    outgoing: Outgoing

    def admit(self, unit: Unit, incoming: Incoming) -> bool:
        """Note an update as seen; True when its event is to be handled, which it is only once, and only of staff."""
        now = self.now()
        if not updates.mark_seen(unit.tx, incoming.update_id, now):
            return False
        if self.staff.may_order(incoming.user_id):
            people.remember(unit.tx, incoming.user_id, incoming.name, incoming.language, now)
            return True
        if people.may_tell_stranger(unit.tx, incoming.user_id, now, QUIET):
            words = self.outgoing.words_in(incoming.language)
            self.outgoing.plain(unit, incoming.chat_id, words.say("stranger.text", user_id=incoming.user_id))
        return False

    def put_aside(self, unit: Unit, update_id: int, raw: str, error: str, key: ConversationKey | None) -> None:
        """Keep an update that can't be handled with its error, and tell the person that nothing changed.

        It counts as seen: should it come again, it must not take effect after all.
        """
        now = self.now()
        if not updates.mark_seen(unit.tx, update_id, now):
            return
        updates.note_failure(unit.tx, update_id, error, raw, now)
        if key is not None and self.staff.may_order(key.user_id):
            words = self.outgoing.words(unit.tx, key.user_id)
            self.outgoing.plain(unit, key.chat_id, words.say("hint.failed"))
