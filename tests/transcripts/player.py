"""Plays dialogues through engine and words, with the real providers and the suppliers' simulators behind them.

What a person sends becomes an event, what the engine asks for is done when the dialogue says what the supplier does,
and every message is compared to the letter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.conversation import events as e
from bot.conversation import replies as r
from bot.conversation.answers import without_skipped
from bot.conversation.engine import Account, Context, advance
from bot.conversation.state import IDLE, Conversation, Phase
from bot.orders.journal import Result, failed, placed
from bot.words import buttons
from bot.words.render import toast
from providers.base import LooksUpAnswers, Provider
from providers.errors import OrderNotFound, ProviderError
from providers.simulators.base import Fault, Simulator
from providers.simulators.guoguo import GuoGuoSimulator
from tests.transcripts import script
from tests.words.reading import WORDS, as_read, said

FAULTS = {
    "refuses the order": Fault.REFUSE,
    "takes the order and drops the line": Fault.DROP_AFTER,
    "takes the order and answers with garbage": Fault.GARBAGE,
    "takes the order and answers without a number": Fault.NO_NUMBER,
    "answers with an error of its own": Fault.ERROR_BEFORE,
}
MEDIA = {"sticker": e.Medium.STICKER, "photo": e.Medium.PHOTO, "voice": e.Medium.VOICE, "file": e.Medium.FILE}


@dataclass(frozen=True, slots=True)
class Shown:
    text: str
    rows: script.Rows
    data: Mapping[str, str]


@dataclass
class Player:
    """One person's chat. `references` of orders are 1001, 1002 and so on; drafts are d1, d2 and so on."""

    providers: Mapping[str, Provider[Any]]
    simulators: Mapping[str, Simulator]
    state: Conversation = IDLE
    heard: list[Shown] = field(default_factory=list)
    passing: list[str] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    waiting: list[r.Request] = field(default_factory=list)
    journal: dict[str, e.OrderView] = field(default_factory=dict)
    drafts: int = 0
    last_tap: str = ""

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
                self.send(self.event_of(step.text))
            case script.Taps():
                self.last_tap = self.last_tap if step.again else self.data_of(step.label)
                self.send(self.tapped(self.last_tap))
            case script.Sends():
                self.send(e.SentOther(MEDIA[step.what]))
            case script.Edits():
                self.send(e.MessageEdited())
            case script.Supplier():
                await self.supplier_acts(step)
            case script.Shows():
                assert self.heard, f"the bot said nothing instead of:\n{step.text}"
                message = self.heard.pop(0)
                assert (message.text, message.rows) == (step.text, step.rows)
            case script.Passing():
                assert self.passing == [step.text]
                self.passing = []

    def event_of(self, text: str) -> e.Event:
        command, _, rest = text.partition(" ")
        match command:
            case "/order":
                return e.OrderRequested(rest)
            case "/status":
                return self.status_of(rest)
            case "/cancel":
                return e.CancelRequested()
            case _ if command.startswith("/"):
                return e.CommandUnknown(command)
            case _ if text.isdigit() and self.state.phase is not Phase.ASKING:
                return self.status_of(text)
            case _:
                return e.Answered(text)

    def status_of(self, query: str) -> e.StatusRequested:
        found = [order for order in self.journal.values() if query in (order.reference, order.number)]
        return e.StatusRequested(query, tuple(found))

    def data_of(self, label: str) -> str:
        found = next((message.data[label] for message in reversed(self.shown) if label in message.data), None)
        assert found is not None, f"no message has a button {label}"
        return found

    def tapped(self, data: str) -> e.Event:
        event = buttons.read(data)
        if isinstance(event, buttons.ReopenTapped):
            return e.Reopened(self.journal[event.reference])
        return event

    def send(self, event: e.Event) -> None:
        self.drafts += 1
        accounts = {name: Account(name, p.settings.title or p.title, p.form) for name, p in self.providers.items()}
        step = advance(self.state, event, Context(accounts, f"d{self.drafts}", str(1001 + len(self.journal))))
        # As the desk stores it between two events.
        self.state = Conversation.model_validate_json(step.state.model_dump_json())
        for request in step.requests:
            self.waiting.append(request)
            if isinstance(request, r.PlaceOrder):
                provider = self.providers[request.account].name
                order = e.OrderView(request.reference, request.account, provider, request.answers)
                self.journal[request.reference] = order
        for reply in step.replies:
            if isinstance(reply, r.Stale):
                self.passing.append(toast(WORDS))
            for message in said(reply, self.state):
                data = {b.text: b.data for row in message.rows for b in row}
                rows = tuple(tuple(b.text for b in row) for row in message.rows)
                self.heard.append(Shown(as_read(message), rows, data))
        self.shown += self.heard

    async def supplier_acts(self, step: script.Supplier) -> None:
        assert self.waiting, "nothing was asked of a supplier"
        request = self.waiting.pop(0)
        if isinstance(request, r.LookUpAnswer):
            await self.look_up(request, step)
        else:
            await self.place(request, step)

    async def look_up(self, request: r.LookUpAnswer, step: script.Supplier) -> None:
        provider, simulator = self.providers[request.account], self.simulators[request.account]
        assert isinstance(provider, LooksUpAnswers)
        result, facts = e.LookUpResult.FOUND, {}
        if step.does == "does not show its products":
            assert isinstance(simulator, GuoGuoSimulator)
            simulator.product_fault = Fault.ERROR_BEFORE
        try:
            facts = dict(await provider.look_up(request.into, request.value))
        except OrderNotFound:
            result = e.LookUpResult.NOT_FOUND
        except ProviderError:
            result = e.LookUpResult.FAILED
        simulator.heal()
        words = {"has the product": "found", "does not have the product": "not found"}
        assert words.get(step.does, "failed") == result
        self.send(e.LookedUp(request.draft, request.revision, result, facts))

    async def place(self, request: r.PlaceOrder, step: script.Supplier) -> None:
        provider, simulator = self.providers[request.account], self.simulators[request.account]
        taken = len(simulator.ledger)
        if step.does in FAULTS:
            simulator.fail(FAULTS[step.does], code=step.detail)
        port = int(simulator.url.rpartition(":")[2])
        if step.does == "cannot be reached":
            await simulator.stop()
        form = provider.form.model_validate(without_skipped(request.answers))
        try:
            result = placed(await provider.place(form, request.reference))
        except ProviderError as error:
            result = failed(error)
        if step.does == "cannot be reached":
            await simulator.start(port=port)
        assert (len(simulator.ledger) > taken) == step.does.startswith("takes the order")
        self.settle(request.reference, result)

    def settle(self, reference: str, result: Result) -> None:
        order = replace(
            self.journal[reference],
            outcome=result.outcome,
            number=result.number or "",
            status=result.status,
            supplier_status=result.supplier_status,
            remarks=result.remarks,
            code=result.code,
            params=result.params,
            said=result.said,
            fields=result.fields,
        )
        self.journal[reference] = order
        self.send(e.Settled(order))
