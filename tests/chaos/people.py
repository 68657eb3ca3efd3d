"""What staff do in the chat: they fill in, confirm, tap whatever they find, and never say what isn't so."""

import asyncio

from bot.buttons import tray_buttons
from bot.conversation.events import TrayAction
from bot.conversation.tray import Tray
from bot.sandbox.chats import BOT, ChatMessage
from providers.orders import Outcome
from storage import conversations, trays
from storage.orders import Order
from tests.chaos.books import Truth
from tests.chaos.drafts import recipe, token_of, tokens_in
from tests.chaos.stage import Stage

SAME_AGAIN = "The same was ordered before"
ONCE_MORE = "Ordered once more"
GO_ON = "batch:goon:"
DECISIONS = {"notplaced", "others", "is", "resend"}


class Staff:
    """Everybody who may order."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._drafts = 0
        self._tokens = 0
        self.updates: list[int] = []

    def token(self) -> str:
        """Content that nobody has ordered yet."""
        self._tokens += 1
        return f"c{self._tokens}x"

    async def fill_in(self, who: int, account: str, token: str) -> None:
        """Answer the last question; all before it are answered behind the bot's back, which takes no time."""
        self._drafts += 1
        made = recipe(account)
        state = made.state(account, f"{self._drafts:08x}").model_dump_json()
        # Not by waiting inside SQLite: that would stop the very loop that has to end its transaction first.
        while not self._stands(who, state):  # noqa: ASYNC110  a database rings no bell
            await asyncio.sleep(0.001)
        await self.says(who, made.answer(token))

    async def collects(self, who: int, account: str, tokens: list[str]) -> None:
        """A list of orders is before them, as of a paste; it comes into the database behind the bot's back."""
        self._drafts += 1
        tray = Tray(id=f"t{self._drafts:07x}", account=account, rows=tuple(map(recipe(account).row, tokens)))
        kept = (trays.KEEP, tray.id, who, who, tray.model_dump_json(), self.stage.clock())
        while not self.stage.books.journal.write(*kept):  # noqa: ASYNC110  a database rings no bell
            await asyncio.sleep(0.001)
        await self.says(who, "/help")
        if said := [one for one in self.stage.house.telegram.messages(who) if one.sender == BOT]:
            await self.taps(who, said[-1], tray_buttons.tap(tray.id, 0, TrayAction.UNDO))

    def _stands(self, who: int, state: str) -> bool:
        return self.stage.books.journal.write(conversations.SAVE, who, who, state, "", self.stage.clock())

    async def says(self, who: int, text: str) -> None:
        if not self.stage.house.telegram._chats.people[who].blocked:
            self.updates.append(self.stage.house.telegram.say(who, text))
            await self.stage.rest()

    def tap(self, who: int, message: ChatMessage, data: str) -> None:
        """A tap that is not waited for; old buttons are still on somebody's screen."""
        if SAME_AGAIN in message.text and data.startswith("k:"):
            token = token_of(message.text)
            for place in self.stage.books.places():
                self.stage.audit.knowingly[id(place), token] += 1
        if data.startswith("tray:ok") and ONCE_MORE in message.text:
            for token in tokens_in(message.text):
                for place in self.stage.books.places():
                    self.stage.audit.knowingly[id(place), token] += 1
        self.stage.audit.tapped(data)
        update = self.stage.house.telegram.tap(who, message.message_id, data, forged=True)
        if data.startswith(GO_ON):
            self.stage.audit.going_on[data.removeprefix(GO_ON)].add(update)
        self.updates.append(update)

    async def taps(self, who: int, message: ChatMessage, data: str, times: int = 1) -> None:
        for _ in range(times):
            self.tap(who, message, data)
        await self.stage.rest()

    def found(self, who: int, start: str) -> tuple[ChatMessage, str] | None:
        """The newest button whose data starts so, and its message."""
        for message in reversed(self.stage.house.telegram.messages(who)):
            for button in (button for row in message.buttons for button in row):
                if message.sender == BOT and button.data.startswith(start):
                    return message, button.data
        return None

    def ever_shown(self, who: int) -> list[tuple[ChatMessage, str]]:
        """All buttons that were ever on this person's screen."""
        here = {message.message_id for message in self.stage.house.telegram.messages(who)}
        return [
            (message, button.data)
            for message in self.stage.house.history[who]
            if message.message_id in here
            for row in message.buttons
            for button in row
        ]

    async def confirms(self, who: int, times: int = 1) -> None:
        if (found := self.found(who, "k:")) is not None:
            await self.taps(who, *found, times)

    def truth(self, order: Order) -> str | Truth:
        return self.stage.books.truth(order, in_flight=self.stage.is_asked(self.stage.books.place_of(order)))

    def is_honest(self, data: str) -> bool:
        """Whether a tap on this says nothing that isn't so, should it count."""
        verb, _, rest = data.partition(":")
        if verb not in {"notplaced", "others", "is"}:
            return True
        reference, attempts, *number = rest.split(":", 2)
        order = next((o for o in self.stage.books.journal.orders() if o.reference == reference), None)
        # A bot that is dead will find an order unknown under the attempt that was shown, at the latest when it lives.
        if order is None or str(order.attempts) != attempts or order.outcome not in {None, Outcome.UNKNOWN}:
            return True
        truth = self.truth(order)
        return [truth] == number if verb == "is" else truth is Truth.ABSENT

    async def evidence(self, who: int, order: Order) -> tuple[ChatMessage, str] | None:
        """The button that says an order was not placed, in the details about it, got by `/unknown` if need be.

        It is the one that insists on that, where the details have been asked about it once already.
        """
        of_it = f"{order.reference}:{order.attempts}"
        if self.found(who, f"details:{of_it}") is None and self.found(who, f"verdict:{of_it}") is None:
            await self.says(who, "/unknown")
            if (listed := self.found(who, f"unknown:{order.reference}")) is not None:
                await self.taps(who, *listed)
        if (more := self.found(who, f"details:{of_it}")) is not None:
            await self.taps(who, *more)
        return self.found(who, f"notplaced:{of_it}") or self.found(who, f"others:{of_it}")

    async def decides(self, who: int, order: Order) -> None:
        """The truth, when it can be told."""
        if (found := await self.evidence(who, order)) is None:
            return
        truth = self.truth(order)
        if truth is Truth.ABSENT:
            await self.taps(who, *found)
            if (insists := self.found(who, f"others:{order.reference}:{order.attempts}")) is not None:
                await self.taps(who, *insists)
        elif isinstance(truth, str):
            await self.names(who, order, truth, record=True)

    async def insists(self, who: int, order: Order) -> None:
        """Say that it was not placed, and once more when asked, whatever the supplier has."""
        if (found := await self.evidence(who, order)) is None:
            return
        if self.truth(order) is not Truth.ABSENT:
            self.stage.audit.misled.add(token_of(order.answers))
        await self.taps(who, *found)
        if (insists := self.found(who, f"others:{order.reference}:{order.attempts}")) is not None:
            await self.taps(who, *insists)

    async def names(self, who: int, order: Order, number: str, *, record: bool) -> None:
        """A number for an order; `record`: also against the bot's doubts."""
        of_it = f"{order.reference}:{order.attempts}"
        if record and (shown := self.found(who, f"is:{of_it}:{number}")) is not None:
            await self.taps(who, *shown)
            return
        if (asked := self.found(who, f"name:{of_it}")) is None:
            return
        await self.taps(who, *asked)
        await self.says(who, number)
        if record and (insists := self.found(who, f"is:{of_it}:{number}")) is not None:
            await self.taps(who, *insists)

    async def everybody_is_asked(self, who: int) -> None:
        """Decide whatever is open, and let all batches go on that wait for that."""
        for one in sorted(self.stage.staff):
            for message in list(self.stage.house.telegram.messages(one)):
                for data in [button.data for row in message.buttons for button in row]:
                    if data.startswith(GO_ON) and self.stage.alive:
                        await self.taps(one, message, data)
        for order in self.stage.books.journal.orders():
            if order.outcome == Outcome.UNKNOWN and self.stage.alive:
                await self.decides(who, order)
