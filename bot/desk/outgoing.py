"""Puts what the conversation says into words and into the outbox, inside the transaction that caused it.

So nothing is said that did not happen, and nothing happens unsaid.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

from bot.catalogue.offering import offered
from bot.conversation import events
from bot.conversation.known import Account
from bot.conversation.replies import (
    Asked,
    CardShown,
    EvidenceClosed,
    EvidenceShown,
    NoticesOffered,
    NumberWanted,
    OrdersListed,
    OutcomeShown,
    Reply,
    RetryingShown,
    RetryShown,
    SendingShown,
    Showing,
)
from bot.conversation.state import Conversation, ConversationKey
from bot.conversation.step import Step
from bot.conversation.views import EvidenceView
from bot.desk.unit import Unit
from bot.ids import Ids
from bot.words.catalogue import Catalogue, catalogue_for
from bot.words.message import Button, Message, escaped
from bot.words.render import IN_PASSING, render, toast
from storage import orders, outbox, people, unknown
from storage.database import Transaction

_TURNING = events.Paged | events.CategoriesAsked | events.CategoryPicked
"""Events that change what their message shows."""
_TURNING_EVIDENCE = events.EvidenceTurned | events.DecisionTapped
"""Events that show another part of the evidence in the message whose button was tapped."""
_IN_PLACE = OrdersListed | NoticesOffered
"""Replies that take the place of the message whose button was tapped."""


def is_in_place(event: events.Event, before: Conversation, step: Step) -> bool:
    """Check whether the message whose button was tapped is to change, instead of a new one being sent."""
    # Only a page that was turned; what answers an old button is said below, where it is read.
    turned = isinstance(event, _TURNING) and step.state != before
    kinds = _IN_PLACE | EvidenceShown if isinstance(event, _TURNING_EVIDENCE) else _IN_PLACE
    return turned or any(isinstance(reply, kinds) for reply in step.replies)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """`language` is for people whose own we don't have; times are shown in `zone`."""

    accounts: Mapping[str, Account]
    ids: Ids
    now: Callable[[], int]
    language: str
    zone: tzinfo = UTC

    def words(self, tx: Transaction, user_id: int) -> Catalogue:
        """The language chosen in the chat, else Telegram's, else the default."""
        return self.words_in(*people.languages(tx, user_id))

    def words_in(self, *languages: str) -> Catalogue:
        """The first of these languages that we have, else the default."""
        return catalogue_for(*languages, self.language).within(self.zone)

    def say(self, unit: Unit, key: ConversationKey, step: Step, in_place: int | None = None) -> str:
        """All replies of a step, with what their questions offer. `in_place`: the message to change, not a new one.

        Returns what a tapped button says by itself, if anything.
        """
        words, draft = self.words(unit.tx, key.user_id), step.state.draft
        account = None if draft is None else self.accounts.get(draft.account)
        replies = offered(unit.tx, account, draft, step.replies, key.user_id, self.now())
        self._put_into_words(unit, key.chat_id, words, (step.state, replies), in_place)
        return toast(words, replies)

    def _put_into_words(
        self,
        unit: Unit,
        chat_id: int,
        words: Catalogue,
        step: tuple[Conversation, tuple[Reply, ...]],
        in_place: int | None,
    ) -> None:
        state, replies = step
        tx = unit.tx
        for reply in replies:
            if isinstance(reply, IN_PASSING):
                continue
            reply, edits = _placed(tx, reply, in_place)  # noqa: PLW2901  the same, as it is being read
            if isinstance(reply, EvidenceShown) and reply.showing is Showing.REMINDER:
                self._close_earlier(unit, chat_id, words, reply.order.reference)
            if isinstance(reply, EvidenceClosed | CardShown) and edits is None:
                continue
            first, *more = render(words, reply, state)
            if chat_id < 0 and isinstance(reply, Asked | NumberWanted):
                # In a group a bot is only told of replies to its own messages; a negative id is a group's.
                first = Message(f"{first.html}\n{escaped(words.say('question.reply'))}", first.rows)
            paced = isinstance(reply, CardShown)
            there = None if edits is not None else in_place
            row = self.post(unit, chat_id, first, edits=edits, message_id=there, paced=paced)
            for message in more:
                self.post(unit, chat_id, message)
            if isinstance(reply, SendingShown):
                orders.set_card(tx, reply.reference, row)
            elif isinstance(reply, EvidenceShown) and reply.showing is not Showing.COPY and edits is None:
                unknown.set_card(tx, reply.order.reference, row)

    def _close_earlier(self, unit: Unit, chat_id: int, words: Catalogue, reference: str) -> None:
        """One message takes decisions at a time: the earlier one only says where."""
        order = orders.get(unit.tx, reference)
        if order is not None and order.evidence_card is not None:
            moved = Message(escaped(words.say("unknown.moved", reference=reference)))
            self.post(unit, chat_id, moved, edits=order.evidence_card)

    def plain(self, unit: Unit, chat_id: int, text: str) -> None:
        """One sentence without buttons."""
        self.post(unit, chat_id, Message(escaped(text)))

    def post(
        self,
        unit: Unit,
        chat_id: int,
        message: Message,
        *,
        edits: int | None = None,
        message_id: int | None = None,
        paced: bool = False,
    ) -> int:
        """A message into the outbox; returns its row. `edits` is the row, `message_id` the message that it replaces.

        A `paced` edit waits until its message has not been changed for a moment.
        """
        rows = [[[button.text, button.data, *_extras(button)] for button in row] for row in message.rows]
        body = {"html": message.html, "rows": rows, "message_id": message_id}
        text, row_id = json.dumps(body, ensure_ascii=False), self.ids.outbox()
        unit.rows.append(outbox.add(unit.tx, row_id, chat_id, text, edits=edits, now=self.now(), paced=paced))
        return row_id


def _edited(tx: Transaction, reply: Reply) -> int | None:
    """The outbox row of the message that a reply changes: an order's card, or what shows the evidence about it."""
    if isinstance(reply, OutcomeShown | RetryShown | RetryingShown | CardShown):
        order = orders.get(tx, reply.order.reference)
        return None if order is None else order.card
    if isinstance(reply, EvidenceClosed) or (isinstance(reply, EvidenceShown) and reply.showing is Showing.CARD):
        order = orders.get(tx, reply.order.reference)
        return None if order is None else order.evidence_card
    return None


def _placed(tx: Transaction, reply: Reply, tapped: int | None) -> tuple[Reply, int | None]:
    """The reply in the view that its message shows, and the outbox row of that message where it changes one."""
    if isinstance(reply, EvidenceShown) and tapped is not None:
        return reply, _turned(tx, reply, tapped)
    edits = _edited(tx, reply)
    if isinstance(reply, EvidenceShown) and edits is not None:
        reply = replace(reply, view=_view_of(tx, edits))
    return reply, edits


def _turned(tx: Transaction, reply: EvidenceShown, message_id: int) -> int | None:
    """The outbox row of the evidence's own message if it is the one that was tapped; it goes on showing that view."""
    order = orders.get(tx, reply.order.reference)
    card = None if order is None else order.evidence_card
    if card is None or outbox.message_id(tx, card) != message_id:
        return None
    if (body := outbox.body(tx, card)) is not None:
        outbox.set_body(tx, card, json.dumps(json.loads(body) | {"view": reply.view}, ensure_ascii=False))
    return card


def _view_of(tx: Transaction, card: int) -> EvidenceView:
    """The view that somebody has turned the evidence's message to: a look-up must not turn it back meanwhile."""
    body = outbox.body(tx, card)
    return EvidenceView((json.loads(body) if body else {}).get("view", EvidenceView.VERDICT))


def _extras(button: Button) -> list[str]:
    """The text that a button copies and its colour, as far as it has them."""
    if button.style:
        return [button.copy, str(button.style)]
    return [button.copy] if button.copy else []
