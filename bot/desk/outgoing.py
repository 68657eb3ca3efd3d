"""Puts what the conversation says into words and into the outbox, inside the transaction that caused it.

So nothing is said that did not happen, and nothing happens unsaid. News of an order go to who ordered it, and to those
who hear of it besides or instead: each of these has messages of their own about it, which change with it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from typing import Final, Protocol

from bot.catalogue.offering import offered
from bot.conversation import events
from bot.conversation.information import closed
from bot.conversation.known import Account, Known
from bot.conversation.likelihood import Likely
from bot.conversation.replies import (
    Asked,
    BatchShown,
    CardShown,
    CheckingShown,
    Choices,
    DraftsListed,
    EvidenceClosed,
    EvidenceShown,
    ForgottenShown,
    Listed,
    NoticesOffered,
    NotTaken,
    NumberChecking,
    NumberWanted,
    OrderNotKnown,
    OrdersFound,
    OrdersListed,
    OutcomeFound,
    OutcomeShown,
    PeopleListed,
    PersonGone,
    PersonShown,
    Reply,
    RetryingShown,
    RetryShown,
    SendingShown,
    SheetNotTaken,
    SheetReading,
    SheetReturned,
    SheetShown,
    Showing,
    Summarised,
    TrayClosed,
    TrayShown,
    WhichOrder,
)
from bot.conversation.state import IDLE, Conversation, ConversationKey
from bot.conversation.step import Step
from bot.conversation.views import EvidenceView
from bot.desk.screen import Screen, is_in_view, is_over
from bot.desk.sheet_replies import OF_SHEETS, SheetFile, sheet_in
from bot.desk.unit import Unit
from bot.ids import Ids
from bot.journal.earlier_answers import with_earlier
from bot.staff.access import Staff
from bot.staff.hearing import STAFF_ONLY, News, instead, may_hear, subject_of
from bot.words.catalogue import Catalogue, catalogue_for
from bot.words.message import LONGEST, Attached, Message, escaped, shortened, visible_length
from bot.words.orders import about_line
from bot.words.products import without_offer
from bot.words.render import IN_PASSING, render, toast
from providers.orders import Outcome
from storage import batches, files, order_cards, orders, outbox, people, sheets, trays, unknown
from storage.database import Reader, Transaction
from storage.files import KeptFile
from storage.order_cards import OrderCards

_TURNING = events.Paged | events.SearchAsked | events.CategoriesAsked | events.CategoryPicked
"""Events that change what their message shows."""
_TURNING_EVIDENCE = events.EvidenceTurned | events.DecisionTapped
"""Events that show another part of the evidence in the message whose button was tapped."""
_IN_PLACE = DraftsListed | OrdersListed | NoticesOffered | PeopleListed | PersonShown | ForgottenShown | PersonGone
"""Replies that take the place of the message whose button was tapped."""
_NUMBERED = DraftsListed | OrderNotKnown | OrdersFound | OrdersListed | WhichOrder
"""Replies that may be lists whose rows have numbers."""
_PROMPTS = Asked | CheckingShown | Choices | Listed | NumberChecking | NumberWanted | Summarised
"""Replies that show where a conversation stands: its question, menu or summary."""
_NO_CARDS: Final = OrderCards(0)
_NAME: Final = 60
_NOT_YET: Final = (Likely.LOOKING, Likely.NOT_YET)
"""Verdicts of which nobody can decide anything for now."""


def is_in_place(event: events.Event, before: Conversation, step: Step) -> bool:
    """Check whether the message whose button was tapped is to change, instead of a new one being sent."""
    # Only a page that was turned; what answers an old button is said below, where it is read.
    turned = isinstance(event, _TURNING) and step.state != before
    turned = turned or (isinstance(event, events.ParcelsTapped) and event.page > 0)
    kinds = _IN_PLACE | EvidenceShown if isinstance(event, _TURNING_EVIDENCE) else _IN_PLACE
    # A product that was tapped is looked up where it stood.
    is_picked = isinstance(event, events.Picked)
    return turned or any(
        isinstance(one, kinds) or (is_picked and isinstance(one, CheckingShown)) for one in step.replies
    )


class SheetMaker(Protocol):
    """Makes the files that go with some replies."""

    def file_for(
        self, reader: Reader, reply: SheetFile, accounts: Mapping[str, Account], words: Catalogue
    ) -> Attached | None:
        """The file that goes with a reply; None where there is none any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """`language` is for people whose own we don't have; times are shown in `zone`."""

    accounts: Mapping[str, Account]
    ids: Ids
    now: Callable[[], int]
    staff: Staff
    language: str
    zone: tzinfo = UTC
    sheets: SheetMaker | None = None

    def words(self, tx: Transaction, user_id: int) -> Catalogue:
        """The language chosen in the chat, else Telegram's, else the default."""
        return self.words_in(*people.languages(tx, user_id))

    def words_in(self, *languages: str) -> Catalogue:
        """The first of these languages that we have, else the default."""
        return catalogue_for(*languages, self.language).within(self.zone, self.now())

    def say(
        self, unit: Unit, key: ConversationKey, step: Step, in_place: int | None = None, hint: int | None = None
    ) -> str:
        """All replies of a step, with what their questions offer. `in_place`: the message to change, not a new one.

        `hint` is the row that says which texts were not taken, where there is more of them to say.
        Returns what a tapped button says by itself, if anything.
        """
        words, draft = self.words(unit.tx, key.user_id), step.state.draft
        account = None if draft is None else self.accounts.get(draft.account)
        replies = offered(unit.tx, account, draft, step.replies, key.user_id, self.now())
        replies = with_earlier(unit.tx, account, draft, replies, key.user_id)
        told: set[int] = set()
        has_rung = False
        for reply in replies:
            if isinstance(reply, IN_PASSING):
                continue
            if isinstance(reply, BatchShown):
                self._tell_of_batch(unit, key, reply)
                continue
            if isinstance(reply, TrayShown | TrayClosed):
                self._show_tray(unit, key, words, reply)
                continue
            hears = may_hear(self.staff, key.chat_id, key.user_id, subject_of(reply))
            if hears:
                # One event rings one bell, unless what comes after it has to be decided now.
                silent = has_rung and not (isinstance(reply, EvidenceShown) and reply.weighed.likely not in _NOT_YET)
                is_new = self._tell(unit, key, words, reply, step.state, in_place, hint, silent=silent)
                has_rung = has_rung or (is_new and isinstance(reply, News))
            if isinstance(reply, News) and subject_of(reply) != STAFF_ONLY:
                self._tell_others(unit, key, reply, told, hears=hears)
        return toast(words, replies)

    def _tell(
        self,
        unit: Unit,
        key: ConversationKey,
        words: Catalogue,
        reply: Reply,
        state: Conversation,
        in_place: int | None,
        hint: int | None,
        *,
        silent: bool = False,
    ) -> bool:
        """One reply, in the conversation that it belongs to; returns whether it is a message of its own."""
        tx, chat_id, subject = unit.tx, key.chat_id, subject_of(reply)
        reply, edits = (reply, hint) if isinstance(reply, NotTaken) else _placed(tx, chat_id, reply, in_place)
        if isinstance(reply, EvidenceShown) and reply.showing is Showing.REMINDER:
            order = orders.get(tx, reply.order.reference)
            self._close_earlier(unit, chat_id, words, reply, None if order is None else order.evidence_card)
        if isinstance(reply, EvidenceClosed | CardShown) and edits is None:
            return False
        first, *more = render(words, reply, state)
        if self.sheets is not None and isinstance(reply, SheetFile):
            first = replace(first, file=self.sheets.file_for(tx, reply, self.accounts, words))
        if chat_id < 0 and isinstance(reply, Asked | NumberWanted):
            # In a group a bot is only told of replies to its own messages; a negative id is a group's.
            first = _with_line(first, words.say("question.reply"))
        paced = isinstance(reply, CardShown) or (isinstance(reply, NotTaken) and edits is not None)
        row = self.post(
            unit,
            chat_id,
            first,
            edits=edits,
            message_id=None if edits is not None else in_place,
            paced=paced,
            about=subject,
            user_id=key.user_id,
            silent=silent,
        )
        last = row
        for message in more:
            last = self.post(unit, chat_id, message, about=subject, user_id=key.user_id, silent=silent)
        if edits is None and (in_place is not None or isinstance(reply, _NUMBERED)):
            is_list, unit.is_list_in_place = [first, *more][-1].is_numbered, in_place is not None and not more
            unit.listed = last if is_list else 0 if unit.is_list_in_place else unit.listed
        if isinstance(reply, _PROMPTS):
            unit.prompt, unit.is_prompt_new = row, edits is None and in_place is None
        elif isinstance(reply, NotTaken):
            unit.hint = row if edits is None else edits
        else:
            _set_card(tx, reply, row, edits)
        return edits is None and in_place is None

    def close(
        self, unit: Unit, key: ConversationKey, screen: Screen, before: Conversation, step: Step, known: Known
    ) -> None:
        """Take the buttons off a message that takes no answers any more; it shows the one that it got, if any.

        It goes out after what is said besides, whenever there is time. That it can't be made is no news to anybody.
        """
        row = screen.row
        if not row or not is_over(unit, before, step):
            return
        reply = closed(before, step.state, known)
        if reply.title or reply.menu:
            html = render(self.words(unit.tx, key.user_id), reply, IDLE)[0].html
        else:
            # Of a message that was pruned nobody knows any more what stands there.
            html = without_offer(json.loads(outbox.body(unit.tx, row) or "{}").get("html", ""))
        if not html:
            return
        self.post(unit, key.chat_id, Message(html), edits=row, paced=True, user_id=key.user_id, closes=True)

    def _tell_others(self, unit: Unit, key: ConversationKey, reply: News, told: set[int], *, hears: bool) -> None:
        """Those who hear of an order besides who ordered it, who `hears` of it or doesn't. `told`: have a new message.

        Whoever has messages about it sees them change; of what has waited for long all admins are reminded.
        """
        reference = reply.order.reference
        cards = order_cards.of_order(unit.tx, reference)
        others = {chat_id for chat_id in cards if self.staff.may_order(chat_id)}
        in_stead = () if hears else instead(self.staff, key.user_id, reference)
        reminded = isinstance(reply, EvidenceShown) and reply.showing is Showing.REMINDER
        others |= {*in_stead, *(self.staff.admins if reminded else ())}
        for chat_id in sorted(others - {key.chat_id, *((key.user_id,) if hears else ())}):
            why = "" if hears else ("heard.elsewhere" if chat_id == key.user_id else "heard.left")
            self._tell_other(unit, chat_id, cards.get(chat_id, _NO_CARDS), reply, told, why)

    def _tell_of_batch(self, unit: Unit, key: ConversationKey, reply: BatchShown) -> None:
        """The one message of a batch in each chat: it changes, not too often; news not in view are a new one.

        It is in the chat where it was confirmed; while that may not hear of it, those have it who hear of it instead.
        """
        batch, subject = reply.batch, subject_of(reply)
        cards, hears = batches.cards(unit.tx, batch.id), may_hear(self.staff, key.chat_id, key.user_id, subject)
        wanted = {key.chat_id} if hears else {*instead(self.staff, key.user_id, subject)}
        for chat_id in sorted(wanted | cards.keys()):
            own = chat_id == key.chat_id
            if not (hears if own else may_hear(self.staff, chat_id, 0, subject)):
                continue
            message = render(self.words(unit.tx, key.user_id if own else chat_id), reply, IDLE)[0]
            card, user_id = cards.get(chat_id), key.user_id if own else None
            if card is not None and (not batch.news or is_in_view(unit.tx, chat_id, card, self.now() - batch.begun_at)):
                paced = not (reply.at_once or batch.news)
                self.post(unit, chat_id, message, edits=card, paced=paced, about=subject, user_id=user_id)
                continue
            if card is not None:
                # The buttons are below now, where they are seen.
                left = Message(message.html.partition("\n")[0])
                self.post(unit, chat_id, left, edits=card, paced=True, about=subject, user_id=user_id)
            row = self.post(unit, chat_id, message, about=subject, user_id=user_id)
            batches.set_card(unit.tx, batch.id, chat_id, row)
        if batch.news:
            batches.note_told(unit.tx, batch.id, batch.state)
        if batch.news and batch.is_over and (sheet := sheets.of_batch(unit.tx, batch.id)):
            self.give_back(unit, key, SheetReturned(sheet, sheets.name_of(unit.tx, sheet)))

    def give_back(self, unit: Unit, key: ConversationKey, reply: SheetReturned, *, silent: bool = False) -> None:
        """A sheet with what has become of its rows, to whoever dropped it, where they may hear of orders."""
        if may_hear(self.staff, key.chat_id, key.user_id, STAFF_ONLY):
            words = self.words(unit.tx, key.user_id)
            self._tell(unit, key, words, reply, IDLE, None, None, silent=silent)

    def _show_tray(self, unit: Unit, key: ConversationKey, words: Catalogue, reply: TrayShown | TrayClosed) -> None:
        """The one message of a tray: it changes where it stands, or is said anew below what was said since."""
        if not may_hear(self.staff, key.chat_id, key.user_id, STAFF_ONLY):
            return
        card, message = trays.card(unit.tx, reply.tray), render(words, reply, IDLE)[0]
        if card is not None and not reply.anew:
            self.post(unit, key.chat_id, message, edits=card, user_id=key.user_id)
            return
        if card is not None:
            # The buttons are below now, where they are seen.
            left = Message(message.html.partition("\n")[0])
            self.post(unit, key.chat_id, left, edits=card, paced=True, user_id=key.user_id)
        trays.set_card(unit.tx, reply.tray, self.post(unit, key.chat_id, message, user_id=key.user_id))

    def ask_admins(self, unit: Unit, key: ConversationKey, reply: EvidenceShown) -> None:
        """The evidence about an order, to be decided about, to all admins but who ordered it: they can't be reached."""
        cards = order_cards.of_order(unit.tx, reply.order.reference)
        for chat_id in sorted(self.staff.admins - {key.chat_id, key.user_id}):
            shown = cards.get(chat_id, _NO_CARDS)
            self._tell_other(unit, chat_id, shown, replace(reply, showing=Showing.CARD), set(), "", asked=True)

    def _tell_other(
        self,
        unit: Unit,
        chat_id: int,
        cards: OrderCards,
        reply: News,
        told: set[int],
        why: str,
        *,
        asked: bool = False,
    ) -> None:
        """One reply to somebody else than who ordered. `why` is the sentence that says why they hear it instead."""
        tx, reference, words = unit.tx, reply.order.reference, self.words(unit.tx, chat_id)
        edits, is_new = _place(reply, cards, is_new=bool(why) or asked, is_told=chat_id in told)
        if edits is None and not is_new:
            return
        if isinstance(reply, EvidenceShown) and edits is None:
            self._close_earlier(unit, chat_id, words, reply, cards.evidence_card)
        first, *more = render(words, _for_others(tx, reply, edits), IDLE)
        if why and edits is None and cards == _NO_CARDS:
            line = words.say(why, person=shortened(reply.order.person, _NAME))
            at = 1 + len(about_line(reply.order.about))
            first = self.explained(unit, chat_id, first, line, reference, at)
        row = self.post(unit, chat_id, first, edits=edits, paced=isinstance(reply, CardShown), about=reference)
        for message in more:
            self.post(unit, chat_id, message, about=reference)
        if edits is not None:
            return
        told.add(chat_id)
        if isinstance(reply, EvidenceShown):
            order_cards.set_evidence(tx, reference, chat_id, row)
        elif isinstance(reply, OutcomeShown):
            order_cards.set_card(tx, reference, chat_id, row)

    def explained(self, unit: Unit, chat_id: int, message: Message, line: str, subject: str, at: int = 1) -> Message:
        """The message with a line that says why they get it; where that makes it too long, the line goes before it."""
        explained = _with_line(message, line, at=at)
        if visible_length(explained.html) <= LONGEST:
            return explained
        self.plain(unit, chat_id, line, about=subject)
        return message

    def _close_earlier(self, unit: Unit, chat_id: int, words: Catalogue, reply: News, card: int | None) -> None:
        """One message takes decisions at a time: the earlier one only says where."""
        if card is not None:
            moved = [
                escaped(words.say("unknown.moved", reference=reply.order.reference)),
                *about_line(reply.order.about),
            ]
            self.post(unit, chat_id, Message("\n".join(moved)), edits=card, about=reply.order.reference)

    def plain(
        self, unit: Unit, chat_id: int, text: str, *, about: str = STAFF_ONLY, user_id: int | None = None
    ) -> None:
        """One sentence without buttons; see `post`."""
        self.post(unit, chat_id, Message(escaped(text)), about=about, user_id=user_id)

    def post(
        self,
        unit: Unit,
        chat_id: int,
        message: Message,
        *,
        edits: int | None = None,
        message_id: int | None = None,
        paced: bool = False,
        about: str = STAFF_ONLY,
        user_id: int | None = None,
        silent: bool = False,
        closes: bool = False,
    ) -> int:
        """A message into the outbox; returns its row. `edits` is the row, `message_id` the message that it replaces.

        A `paced` edit waits until its message has not been changed for a moment. `about` is the order that it brings
        news of, or several, or a word of the gate's; `user_id` is whom it is for, in a private chat whose it is unless
        given. A `silent` message rings no bell; nor does a paced edit, should it have to be said anew.
        """
        rows = [[[button.text, button.data, *button.extras] for button in row] for row in message.rows]
        body = {"html": message.html, "rows": rows, "message_id": message_id}
        body |= {"silent": True} if silent or paced else {}
        body |= {"closes": True} if closes else {}
        row_id = self.ids.outbox() if unit.chats is None else unit.chats.row_id(chat_id)
        if message.file is not None:
            files.add(unit.tx, str(row_id), KeptFile(message.file.name, message.file.content), self.now())
            body |= {"file": str(row_id)}
        text = json.dumps(body, ensure_ascii=False)
        person = max(chat_id, 0) if user_id is None else user_id
        row = outbox.add(
            unit.tx, row_id, chat_id, text, edits=edits, now=self.now(), paced=paced, about=about, user_id=person
        )
        unit.rows.append(row)
        return row_id


def _with_line(message: Message, line: str, *, at: int | None = None) -> Message:
    """A message with one more line: at its end, or below the first ones, by which it is known."""
    lines = message.html.split("\n")
    lines.insert(len(lines) if at is None else at, escaped(line))
    return Message("\n".join(lines), message.rows)


def _place(reply: News, cards: OrderCards, *, is_new: bool, is_told: bool) -> tuple[int | None, bool]:
    """The message that a reply to others changes, and whether it is a new one if there is none to change.

    `is_new`: it may be one; `is_told`: something new about this order has just been said to them.
    """
    match reply:
        case EvidenceShown(showing=Showing.REMINDER):
            return None, True
        case EvidenceShown():
            return cards.evidence_card, is_new
        case EvidenceClosed():
            return cards.evidence_card, False
        case OutcomeFound():
            return None, not is_told
        case OutcomeShown():
            # Of an outcome that nobody knows the evidence tells all.
            return cards.card, is_new and reply.order.outcome is not Outcome.UNKNOWN
        case _:
            return cards.card, False


def _for_others(tx: Transaction, reply: News, edits: int | None) -> News:
    """A reply as it is for somebody else than who ordered, who alone can open an order again, or be told later."""
    match reply:
        case EvidenceShown():
            return replace(reply, own=False, view=_view_of(tx, edits))
        case OutcomeShown() | OutcomeFound():
            return replace(reply, reopenable=False)
        case _:
            return reply


def _edited(tx: Transaction, reply: Reply) -> int | None:
    """The outbox row of the message that a reply changes: an order's card, what shows its evidence, or a sheet's."""
    if isinstance(reply, OF_SHEETS):
        return sheets.card(tx, sheet_in(reply))
    if isinstance(reply, OutcomeShown | RetryShown | RetryingShown | CardShown):
        order = orders.get(tx, reply.order.reference)
        return None if order is None else order.card
    if isinstance(reply, EvidenceClosed) or (isinstance(reply, EvidenceShown) and reply.showing is Showing.CARD):
        order = orders.get(tx, reply.order.reference)
        return None if order is None else order.evidence_card
    return None


def _set_card(tx: Transaction, reply: Reply, row: int, edits: int | None) -> None:
    """Note the row of the message that a later reply of its kind changes."""
    match reply:
        case SendingShown():
            orders.set_card(tx, reply.reference, row)
        case SheetReading() | SheetShown() | SheetNotTaken():
            sheets.set_card(tx, sheet_in(reply), row if edits is None else edits)
        case EvidenceShown() if reply.showing is not Showing.COPY and edits is None:
            unknown.set_card(tx, reply.order.reference, row)


def _placed(tx: Transaction, chat_id: int, reply: Reply, tapped: int | None) -> tuple[Reply, int | None]:
    """The reply in the view that its message shows, and the outbox row of that message where it changes one."""
    if isinstance(reply, EvidenceShown) and tapped is not None:
        return reply, _turned(tx, chat_id, reply, tapped)
    edits = _edited(tx, reply)
    if isinstance(reply, EvidenceShown) and edits is not None:
        reply = replace(reply, view=_view_of(tx, edits))
    return reply, edits


def _turned(tx: Transaction, chat_id: int, reply: EvidenceShown, message_id: int) -> int | None:
    """The outbox row of the chat's own evidence if it is what was tapped; it goes on showing that view."""
    card = _evidence_card(tx, chat_id, reply.order.reference)
    if card is None or outbox.message_id(tx, card) != message_id:
        return None
    if (body := outbox.body(tx, card)) is not None:
        outbox.set_body(tx, card, json.dumps(json.loads(body) | {"view": reply.view}, ensure_ascii=False))
    return card


def _evidence_card(tx: Transaction, chat_id: int, reference: str) -> int | None:
    """The outbox row of the message that takes decisions about an order in this chat."""
    order = orders.get(tx, reference)
    if order is not None and order.chat_id == chat_id:
        return order.evidence_card
    return order_cards.of_order(tx, reference).get(chat_id, _NO_CARDS).evidence_card


def _view_of(tx: Transaction, card: int | None) -> EvidenceView:
    """The view that somebody has turned the evidence's message to: a look-up must not turn it back meanwhile."""
    body = None if card is None else outbox.body(tx, card)
    return EvidenceView((json.loads(body) if body else {}).get("view", EvidenceView.VERDICT))
