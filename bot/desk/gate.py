"""The gate on the way out: asked again when a message is sent, since it may have waited for days.

A message that may not go where it was meant to is not dropped: its news are told to whoever hears them instead.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.conversation.events import BatchMoved
from bot.conversation.state import ConversationKey
from bot.desk.desk import Desk
from bot.desk.record import Who, settled
from bot.desk.unit import Unit
from bot.journal.recording import Recorded
from bot.staff.groups import GroupMoved
from bot.staff.hearing import OF_A_BATCH, SOME_ORDER, instead, may_hear
from bot.words.message import Message, escaped
from storage import batches, orders, people
from storage.database import Transaction
from storage.outbox import OutboxRow

log = logging.getLogger(__name__)

WITHHELD: Final = "withheld"
"""The `error` in the outbox of what may not go to its chat any more: others heard of it instead."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The desk, as far as delivery has to ask it. All but `may_go`, which reads nothing, run inside a transaction."""

    desk: Desk

    def may_go(self, row: OutboxRow) -> bool:
        """Check whether a message may go to its chat at this moment."""
        return may_hear(self.desk.staff, row.chat_id, row.user_id, row.about)

    def withheld(self, tx: Transaction, row: OutboxRow) -> Sequence[OutboxRow]:
        """Tell those who hear instead how the order of a message is by now; returns what is said to them."""
        unit = self.desk.unit(tx)
        self._tell_others(unit, row)
        return unit.to_deliver()

    def _tell_others(self, unit: Unit, row: OutboxRow) -> None:
        tx = unit.tx
        if row.about == SOME_ORDER:
            self._pass_on(unit, row)
            return
        if row.about.startswith(OF_A_BATCH):
            batch = None if row.paced else batches.get(tx, row.about.removeprefix(OF_A_BATCH))
            if batch is not None:
                self.desk.step(unit, Who(ConversationKey(batch.chat_id, batch.user_id)), BatchMoved(batch.id))
            return
        for reference in () if row.paced else row.about.split():
            if (order := orders.get(tx, reference)) is None or order.outcome is None:
                continue
            key = ConversationKey(order.chat_id, order.user_id)
            if not self.desk.staff.may_talk(key.chat_id, key.user_id):
                self.desk.step(unit, *settled(tx, Recorded(order, was_unknown=False)))

    def _pass_on(self, unit: Unit, row: OutboxRow) -> None:
        """A message of an older program, as it is, without its buttons."""
        outgoing, person = self.desk.outgoing, row.user_id or max(row.chat_id, 0)
        for chat_id in instead(self.desk.staff, person, row.about):
            words = outgoing.words(unit.tx, chat_id)
            name = people.name_of(unit.tx, person) or str(person)
            why = words.say("heard.left", person=name) if person else words.say("heard.elsewhere")
            message = Message(f"{escaped(why)}\n{json.loads(row.body)['html']}")
            outgoing.post(unit, chat_id, message, about=SOME_ORDER)

    def moved(self, tx: Transaction, old: int, new: int) -> Sequence[OutboxRow]:
        """A group has another id now; returns what is said about that."""
        unit = self.desk.unit(tx)
        self.desk.admission.carry_over(unit, GroupMoved(old, new))
        return unit.to_deliver()
