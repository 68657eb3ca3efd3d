"""What goes into one step of the conversation and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from bot.conversation.events import Event
from bot.conversation.replies import Reply
from bot.conversation.requests import Request
from bot.conversation.state import Conversation, Draft, Phase
from bot.conversation.views import OrderView
from providers.orders import Status


@dataclass(frozen=True, slots=True)
class Account:
    """A configured supplier as the conversation sees it: its name in the settings, its button, its form.

    `reconciles`: it can be asked for an order whose answer was lost. `idempotent_create`: it takes no second order
    under a reference.
    `reads_status`: it can be asked how far an order is, until that is one of the statuses `final`.
    `reads_balance`: what is left there can be read; below `balance_floor` the admins are told.
    """

    name: str
    title: str
    form: type[BaseModel]
    reconciles: bool = False
    idempotent_create: bool = False
    reads_status: bool = False
    final: frozenset[Status] = frozenset()
    reads_balance: bool = False
    balance_floor: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a step may use beside state and event. Ids come from outside, fresh for each event, used or not.

    `now` is in UTC microseconds, only to tell how old something is; 0 when that doesn't matter.
    """

    accounts: Mapping[str, Account]
    draft_id: str
    reference: str
    now: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """The new state, what to say, and what workers are to do once all this is committed."""

    state: Conversation
    replies: tuple[Reply, ...] = ()
    requests: tuple[Request, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One event meeting one state: what a transition gets."""

    state: Conversation
    event: Event
    context: Context

    @property
    def draft(self) -> Draft:
        """The open draft; the table uses this only in phases that have one."""
        if self.state.draft is None:
            raise LookupError("no draft is open")
        return self.state.draft

    @property
    def account(self) -> Account:
        return self.context.accounts[self.draft.account]

    @property
    def form(self) -> type[BaseModel]:
        return self.account.form

    def title_of(self, order: OrderView) -> str:
        """What the button of an order's account says, or the account's name when it is no longer in the settings."""
        account = self.context.accounts.get(order.account)
        return account.title if account else order.account

    def to(self, phase: Phase, *replies: Reply, requests: tuple[Request, ...] = (), **changes: Any) -> Step:
        """A step to a phase with the draft changed; whatever only concerned the last question is forgotten."""
        forgotten: dict[str, Any] = {"doubted": None, "page": 0, "alike": None, "browse": None}
        draft = self.draft.model_copy(update=forgotten | changes | {"revision": self.draft.revision + 1})
        return Step(Conversation(phase=phase, draft=draft), replies, requests)
