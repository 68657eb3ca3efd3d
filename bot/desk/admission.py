"""Admits updates: each takes effect once, only staff are listened to, and what can't be handled is put aside.

Telegram delivers at least once, so that an update was seen is written down with what it has led to.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.conversation.events import Event
from bot.conversation.state import ConversationKey, loaded
from bot.desk.outgoing import Outgoing
from bot.desk.screen import Sent
from bot.desk.unit import Unit
from bot.monitoring.context import bind
from bot.staff.access import ANONYMOUS, QUIET, Staff
from bot.staff.groups import GroupMoved
from bot.staff.hearing import ANYBODY
from storage import conversations, drafts, groups, people, updates
from storage.database import Transaction
from storage.drafts import NewlyParked


@dataclass(frozen=True, slots=True)
class Incoming:
    """An update that was read: who did what, where. `tapped` is the message whose button it was, `sent` a new message.

    `user_id` is 0 where it is nobody's doing.
    """

    update_id: int
    chat_id: int
    user_id: int
    name: str
    language: str
    event: Event | GroupMoved
    tapped: int | None = None
    sent: Sent | None = None


@dataclass(frozen=True, slots=True)
class Admitted:
    """An event that is to be handled, in its conversation; `name`, `tapped` and `sent` as they came."""

    key: ConversationKey
    name: str
    event: Event
    tapped: int | None
    sent: Sent | None


@dataclass(frozen=True, slots=True)
class Admission:
    """`now` gives UTC microseconds."""

    staff: Staff
    now: Callable[[], int]
    outgoing: Outgoing

    def admit(self, unit: Unit, incoming: Incoming) -> Admitted | str:
        """Note an update as seen; what is to be handled of it, or else what a tapped button says.

        An update counts once. Only staff are listened to, in private or in a group of ours.
        """
        bind(update=incoming.update_id)
        conversations.prefetch(unit.tx, incoming.chat_id, incoming.user_id)
        if not updates.mark_seen(unit.tx, incoming.update_id, self.now()):
            return ""
        event = incoming.event
        if isinstance(event, GroupMoved):
            self.carry_over(unit, event)
            return ""
        chat_id = self.staff.groups.now(incoming.chat_id)
        if chat_id != incoming.chat_id:
            # The message that was tapped is in the chat of before, where nothing can be changed any more.
            incoming = replace(incoming, chat_id=chat_id, tapped=None, sent=None)
        said = self._turned_away(unit, incoming)
        if said is not None:
            return said
        key = ConversationKey(chat_id, incoming.user_id)
        return Admitted(key, incoming.name, event, incoming.tapped, incoming.sent)

    def carry_over(self, unit: Unit, moved: GroupMoved) -> None:
        """Move all that is kept of a group to its new id; admins are told once that the settings have the old one.

        Telegram says so in a message, or refuses what is sent to the old id: it may come more than once.
        """
        if moved.old == moved.new:
            return
        tx = unit.tx
        for row_id, body in groups.unsent(tx, moved.old):
            # It was to change a message that isn't in the new chat: there it may be anybody's.
            groups.rewrite(tx, row_id, json.dumps(json.loads(body) | {"message_id": None}, ensure_ascii=False))
        self._make_room(tx, moved)
        groups.carry_over(tx, moved.old, moved.new)
        unit.groups_moved = True
        if unit.chats is not None:
            unit.chats.follow(moved.old, moved.new)
        if not groups.note_move(tx, moved.old, moved.new, self.now()):
            return
        counted = moved.old in self.staff.groups
        self.staff.groups.move(moved.old, moved.new)
        if counted:
            for admin in sorted(self.staff.admins):
                words = self.outgoing.words(tx, admin)
                text = words.say("admins.group_moved", old=moved.old, new=moved.new)
                self.outgoing.plain(unit, admin, text)

    def _make_room(self, tx: Transaction, moved: GroupMoved) -> None:
        """A draft of the group as it was replaces a conversation that has none in the group as it is now.

        Where both have one, that of before is among those that are kept for later.
        """
        there = conversations.in_chat(tx, moved.new)
        for user_id, text in conversations.in_chat(tx, moved.old).items():
            before = loaded(text)
            if user_id not in there or not before.place:
                continue
            if not loaded(there[user_id]).place:
                conversations.forget(tx, moved.new, user_id)
            elif (kept := before.put_aside(self.now())) is not None:
                drafts.park(tx, moved.new, user_id, NewlyParked(kept.draft.id, kept.model_dump_json(), kept.at))
                conversations.forget(tx, moved.old, user_id)

    def _turned_away(self, unit: Unit, incoming: Incoming) -> str | None:
        """None for staff where they may see orders; else what a tapped button says. Ids are told in private only."""
        now, tx = self.now(), unit.tx
        if self.staff.may_order(incoming.user_id):
            people.remember(tx, incoming.user_id, incoming.name, incoming.language, now)
            if self.staff.may_talk(incoming.chat_id, incoming.user_id):
                return None
            words = self.outgoing.words(tx, incoming.user_id)
            return self._sent_elsewhere(unit, incoming, words.say("group.private"))
        words = self.outgoing.words_in(incoming.language)
        if incoming.user_id == ANONYMOUS:
            return self._sent_elsewhere(unit, incoming, words.say("group.anonymous"))
        if incoming.chat_id != incoming.user_id:
            return "" if incoming.tapped is None else words.say("group.staff_only")
        if people.may_tell_stranger(tx, incoming.user_id, now, QUIET):
            text = words.say("stranger.text", user_id=incoming.user_id)
            self.outgoing.plain(unit, incoming.chat_id, text, about=ANYBODY)
        return ""

    def _sent_elsewhere(self, unit: Unit, incoming: Incoming, text: str) -> str:
        """Say in a group that it isn't the place, once a day to each; on a button always, where only they read it."""
        if incoming.tapped is not None:
            return text
        if people.may_turn_away(unit.tx, incoming.chat_id, incoming.user_id, self.now(), QUIET):
            self.outgoing.plain(unit, incoming.chat_id, text, about=ANYBODY)
        return ""

    def put_aside(self, unit: Unit, update_id: int, raw: str, error: str, key: ConversationKey | None) -> None:
        """Keep an update that can't be handled with its error, and tell the person that nothing changed.

        It counts as seen: should it come again, it must not take effect after all.
        """
        now = self.now()
        if not updates.mark_seen(unit.tx, update_id, now):
            return
        updates.note_failure(unit.tx, update_id, error, raw, now)
        if key is not None and self.staff.may_talk(key.chat_id, key.user_id):
            words = self.outgoing.words(unit.tx, key.user_id)
            self.outgoing.plain(unit, key.chat_id, words.say("hint.failed"), user_id=key.user_id)
