"""Plays dialogues through desk, engine and words, with the real providers and the suppliers' simulators behind them.

What a person sends becomes an event, the workers do their next piece of work when the dialogue says what the supplier
does, and every message is compared to the letter. Only Telegram is left out.
"""

import html
import json
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.buttons.data import read
from bot.conversation import commands, events
from bot.conversation.requests import (
    AskEverywhere,
    AskStatus,
    CheckNumber,
    LookUpAnswer,
    ReadSheet,
    Request,
    SayOfSheet,
)
from bot.conversation.state import ConversationKey
from bot.desk.admission import Incoming
from bot.desk.desk import Desk
from bot.desk.unit import ANY_ROW
from bot.ids import Ids
from bot.journal.open_requests import Question
from bot.words.message import Button, Message
from bot.workers.catalogues import CatalogueRefresh
from bot.workers.look_ups import LookUps
from bot.workers.reconciler import Reconciler
from bot.workers.sender import Sender
from bot.workers.sheet_reader import SheetReader
from bot.workers.status_answers import StatusAnswers
from bot.workers.status_notices import StatusNotices
from bot.workers.status_watch import StatusWatch
from providers.base import ListsProducts, Provider, ReadsOrders
from providers.simulators.base import Fault, Simulator
from providers.simulators.guoguo.products import PRODUCTS
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from storage import files, orders
from storage.chats import Entered
from storage.outbox import OutboxRow, Taken
from tests.bench import Clock
from tests.end_to_end.house import ADMIN, ADMIN_NAME, COLLEAGUE
from tests.storage.direct import reading, writing
from tests.transcripts import dropping, script, sending, shops, telling
from tests.transcripts.supplying import Ask, ask_of, prepare_reading
from tests.words.reading import as_read

MEDIA = {
    "sticker": events.Medium.STICKER,
    "photo": events.Medium.PHOTO,
    "voice": events.Medium.VOICE,
    "file": events.Medium.FILE,
}
CODE = re.compile("<code>(.*?)</code>", re.DOTALL)
SAID = "SELECT id, chat_id, body, edits, message_id FROM outbox WHERE id > $1 ORDER BY id"
TAKEN = "UPDATE outbox SET message_id = id WHERE id > $1 AND edits IS NULL AND message_id IS NULL"
"""As Telegram takes them: a message goes by its row's id."""


class Counting(Ids):
    """References that can be read: 1001, 1002 and so on, from the highest that an order has."""

    highest = 1000
    given = 0

    def reference(self) -> str:
        self.given += 1
        return str(self.highest + self.given)

    def go_on_from(self, highest: int) -> None:
        """The next one is given after this."""
        self.highest, self.given = highest, 0


@dataclass
class Waiting:
    """Workers that do nothing by themselves; what is found again in storage is not noted."""

    look_ups: list[tuple[ConversationKey, LookUpAnswer]] = field(default_factory=list)
    checks: list[tuple[ConversationKey, CheckNumber]] = field(default_factory=list)
    questions: list[tuple[ConversationKey, Question]] = field(default_factory=list)
    sheets: bool = False

    def messages_wait(self, rows: Sequence[OutboxRow]) -> None: ...
    def hand_out(self) -> Sequence[Taken]:
        return ()

    def take_back(self, taken: Sequence[Taken]) -> None: ...
    def stored(self, taken: Sequence[Taken]) -> None: ...
    def on_the_way(self) -> Container[int]:
        return ANY_ROW

    def chats_held(self, chats: Mapping[int, Entered]) -> None: ...
    def is_at(self, _key: ConversationKey, _request: Request, /) -> bool:
        return False

    def groups_moved(self) -> None: ...
    def order_waits(self, account: str) -> None: ...
    def orders_moved(self) -> None: ...
    def catalogue_is_old(self, account: str) -> None: ...

    def do(self, key: ConversationKey, request: Request) -> None:
        match request:
            case LookUpAnswer():
                self.look_ups.append((key, request))
            case CheckNumber():
                self.checks.append((key, request))
            case AskStatus() | AskEverywhere():
                self.questions.append((key, request))
            case ReadSheet() | SayOfSheet():
                self.sheets = True


@dataclass(frozen=True, slots=True)
class Shown:
    text: str
    rows: script.Rows
    data: Mapping[str, str]
    colleague: bool = False
    changed: bool = False
    codes: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Player:
    """One person's chat, and a colleague's. `chat` are the messages as they are now, by the row that was sent first."""

    providers: Mapping[str, Provider[Any]]
    simulators: Mapping[str, Simulator]
    clock: Clock
    desk: Desk
    ids: Counting
    waiting: Waiting
    sender: Sender
    reconciler: Reconciler
    look_ups: LookUps
    catalogues: CatalogueRefresh
    status_answers: StatusAnswers
    status_watch: StatusWatch
    status_notices: StatusNotices
    sheets: SheetReader
    dropped: dict[str, bytes]
    chat: dict[int, Shown] = field(default_factory=dict)
    heard: list[Shown] = field(default_factory=list)
    passing: list[str] = field(default_factory=list)
    updates: int = 0
    last_row: int = 0
    last_tap: tuple[int, str] = (0, "")
    colleague_is_here: bool = False
    language: str = "en"

    async def play(self, steps: list[script.Step]) -> None:
        """Raises AssertionError naming the line where what happens differs from what is written."""
        quiet = True
        for step in steps:
            try:
                if not isinstance(step, script.Shows | script.Passing):
                    assert quiet or not self.unread, f"the bot said more: {self.unread}"
                    self.heard, self.passing = [], []
                    quiet = step.quiet
                await self.do(step)
            except AssertionError as error:
                raise AssertionError(f"line {step.line}: {error}") from error
        assert not self.unread, f"the bot said more at the end: {self.unread}"

    @property
    def unread(self) -> list[str]:
        return [*self.passing, *(message.text for message in self.heard)]

    async def do(self, step: script.Step) -> None:
        match step:
            case script.Says():
                said = events.Answered(step.text, self.replied()) if step.replies else event_of(step.text)
                await self.send(said, colleague=step.colleague)
            case script.Taps():
                self.last_tap = self.last_tap if step.again else self.button(step.label, colleague=step.colleague)
                row, data = self.last_tap
                await self.send(read(data), colleague=step.colleague, tapped=row)
            case script.Sends() | script.Edits() | script.Drops():
                await self.send(self.event_of_no_text(step))
            case script.Speaks():
                self.language = step.language
            case script.Later():
                self.clock.advance(step.seconds)
                await self.status_notices.turn()
                self.hear()
            case script.Supplier():
                await self.supplier_acts(step)
                self.hear()
            case script.Shows():
                there = [message for message in self.heard if message.colleague == step.colleague]
                assert there, f"the bot said nothing instead of:\n{step.text}"
                message = there[0]
                self.heard.remove(message)
                assert (message.text, message.rows) == (step.text, step.rows)
                assert message.changed or not step.changed, "it is a new message"
            case script.Passing():
                assert self.passing == [step.text]
                self.passing = []

    def event_of_no_text(self, step: script.Sends | script.Edits | script.Drops) -> events.Event:
        match step:
            case script.Sends():
                return events.SentOther(MEDIA[step.what])
            case script.Edits():
                return events.MessageEdited()
            case script.Drops():
                return dropping.dropped(self.dropped, step)

    def button(self, label: str, *, colleague: bool = False) -> tuple[int, str]:
        """The newest button with these words: its message and what it carries."""
        there = [(row, message) for row, message in reversed(self.chat.items()) if message.colleague == colleague]
        found = next(((row, message.data[label]) for row, message in there if label in message.data), None)
        assert found is not None, f"no message has a button {label}"
        return found

    def replied(self) -> tuple[str, ...]:
        """The numbers in the newest message that shows an order, as Telegram repeats it with a reply."""
        there = (message.codes for message in reversed(self.chat.values()) if not message.colleague)
        found = next((codes for codes in there if any(self.is_order(one) for one in codes)), None)
        assert found is not None, "no message shows an order"
        return found

    def is_order(self, reference: str) -> bool:
        return orders.get(reading(self.desk.database), reference) is not None

    async def send(self, event: events.Event, *, colleague: bool = False, tapped: int | None = None) -> None:
        self.updates += 1
        self.colleague_is_here = self.colleague_is_here or colleague
        who, name = (COLLEAGUE, "Colleague") if colleague else (ADMIN, ADMIN_NAME)
        toast = await self.desk.handle(Incoming(self.updates, who, who, name, self.language, event, tapped))
        assert len(toast) <= 200
        if self.waiting.checks and not isinstance(self.providers[self.account_of_check()], ReadsOrders):
            # Nobody is asked, so nothing of the supplier's is waited for.
            await self.reconciler._check(*self.waiting.checks.pop(0))
        if self.waiting.sheets:
            self.waiting.sheets = False
            await self.sheets._turn()
        # Only a button has a place for it.
        self.passing += [toast] if toast and tapped is not None else []
        self.hear()

    def hear(self) -> None:
        """Everything that was said since the last time, and how many orders there are by now."""
        before = self.last_row
        for row in reading(self.desk.database).fetch(SAID, before):
            self.last_row, body = row["id"], json.loads(row["body"])
            if body.get("closes"):
                # It would stand after every answer; the closing of questions has a test of its own.
                continue
            if (colleague := row["chat_id"] == COLLEAGUE) and not self.colleague_is_here:
                continue
            message = Message(body["html"], tuple(tuple(Button(*button) for button in line) for line in body["rows"]))
            data = {b.text: b.data for line in message.rows for b in line}
            rows = tuple(tuple(b.text for b in line) for line in message.rows)
            changes = row["edits"] or row["message_id"]
            codes = tuple(map(html.unescape, CODE.findall(message.html)))
            file = files.get(reading(self.desk.database), body["file"]) if "file" in body else None
            text = "\n".join([as_read(message), *([] if file is None else dropping.as_lines(file))])
            shown = Shown(text, rows, data, colleague, changed=changes is not None, codes=codes)
            self.heard.append(shown)
            self.chat[changes or row["id"]] = shown
        with writing(self.desk.database) as tx:
            tx.execute(TAKEN, before)
        given = [int(row["reference"]) for row in reading(self.desk.database).fetch("SELECT reference FROM orders")]
        self.ids.go_on_from(max(given, default=1000))

    async def supplier_acts(self, step: script.Supplier) -> None:
        acts = {
            Ask.PRODUCT: self.look_up,
            Ask.ORDER: self.look_for,
            Ask.NUMBER: self.check,
            Ask.STATUS: lambda step: telling.tell_status(self, step),
            Ask.WATCH: lambda step: telling.be_watched(self, step),
            Ask.NONE: lambda step: telling.be_left_alone(self, step),
            Ask.CREATE: lambda step: sending.place(self, step),
            Ask.COMPARE: lambda step: sending.compare(self, step),
            Ask.ALONE: self.let_act,
            Ask.CATALOGUE: self.show_catalogue,
        }
        await acts[ask_of(step)](step)

    async def look_up(self, step: script.Supplier) -> None:
        assert self.waiting.look_ups, "nothing was asked of a supplier"
        key, request = self.waiting.look_ups.pop(0)
        simulator = self.simulators[request.account]
        assert isinstance(simulator, GuoGuoSimulator)
        assert (request.value.lower() in PRODUCTS) == (step.does != "does not have the product")
        if step.does == "does not show its products":
            simulator.product_fault = Fault.ERROR_BEFORE
        await self.look_ups._run(key, request)
        simulator.heal()

    async def show_catalogue(self, step: script.Supplier) -> None:
        del step
        for account, provider in self.providers.items():
            if isinstance(provider, ListsProducts):
                assert await self.catalogues.refresh(account), f"{account} has not shown it"

    async def let_act(self, step: script.Supplier) -> None:
        shops.act(self.simulators.values(), step)

    async def look_for(self, step: script.Supplier) -> None:
        """The one order whose outcome is unknown, or only inferred, when its time has come."""
        rows = reading(self.desk.database).fetch(
            "SELECT reference, account, look_at FROM orders WHERE outcome = 'unknown' OR inferred = 1"
        )
        assert len(rows) == 1, f"{len(rows)} orders may be asked for"
        (order,) = rows
        simulator = self.simulators[order["account"]]
        prepare_reading(simulator, step)
        await self.reconciler._look(order["reference"])
        simulator.heal()

    def account_of_check(self) -> str:
        """Which account's order the number is for that is to be checked next."""
        order = orders.get(reading(self.desk.database), self.waiting.checks[0][1].reference)
        assert order is not None
        return order.account

    async def check(self, step: script.Supplier) -> None:
        assert self.waiting.checks, "nothing was asked of a supplier"
        simulator = self.simulators[self.account_of_check()]
        prepare_reading(simulator, step)
        await self.reconciler._check(*self.waiting.checks.pop(0))
        simulator.heal()


def event_of(text: str) -> events.Event:
    command, _, rest = text.partition(" ")
    if not command.startswith("/"):
        return events.Answered(text)
    return commands.event_of(command[1:], rest) or events.CommandUnknown(command, rest)
