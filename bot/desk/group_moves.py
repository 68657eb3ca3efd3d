"""Carries a group over to the id that Telegram has given it: its orders, its drafts and all that is still to be said.

Telegram says so in a message, or refuses what is sent to the old id; whichever comes first does it, and once is enough.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from bot.desk.outgoing import Outgoing
from bot.desk.unit import Unit
from bot.staff.access import Staff
from bot.staff.groups import GroupMoved
from storage import groups


@dataclass(frozen=True, slots=True)
class GroupMoves:
    """`now` gives UTC microseconds."""

    staff: Staff
    outgoing: Outgoing
    now: Callable[[], int]

    def carry_over(self, unit: Unit, moved: GroupMoved) -> None:
        """Move what is kept; admins are told once that the settings have the old id."""
        if moved.old == moved.new:
            return
        tx = unit.tx
        for row_id, body in groups.unsent(tx, moved.old):
            # It was to change a message that isn't in the new chat: there it may be anybody's.
            groups.rewrite(tx, row_id, json.dumps(json.loads(body) | {"message_id": None}, ensure_ascii=False))
        groups.carry_over(tx, moved.old, moved.new)
        unit.groups_moved = True
        if not groups.note_move(tx, moved.old, moved.new, self.now()):
            return
        counted = moved.old in self.staff.groups
        self.staff.groups.move(moved.old, moved.new)
        if counted:
            for admin in sorted(self.staff.admins):
                words = self.outgoing.words(tx, admin)
                text = words.say("admins.group_moved", old=moved.old, new=moved.new)
                self.outgoing.plain(unit, admin, text)
