"""One event meeting one state, and the step that comes out of it.

Transitions get them as one value, so that all of them have the same signature and the table can hold any.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from bot.conversation.events import Answered, Event
from bot.conversation.filled import Filled
from bot.conversation.known import Account, Known
from bot.conversation.replies import Reply
from bot.conversation.requests import Request
from bot.conversation.state import Conversation, Draft, Phase

E_co = TypeVar("E_co", bound=Event, covariant=True)


@dataclass(frozen=True, slots=True)
class Step:
    """The new state, what to say, and what workers are to do once all this is committed."""

    state: Conversation
    replies: tuple[Reply, ...] = ()
    requests: tuple[Request, ...] = ()

    def saying(self, *replies: Reply) -> "Step":
        """The same with more to say."""
        return replace(self, replies=(*self.replies, *replies))


@dataclass(frozen=True, slots=True)
class Turn(Generic[E_co]):
    """One event meeting one state: what a transition gets."""

    state: Conversation
    event: E_co
    known: Known

    @property
    def draft(self) -> Draft:
        """The open draft; the table uses this only in phases that have one."""
        return draft_of(self.state)

    @property
    def account(self) -> Account:
        return self.known.accounts[self.draft.account]

    @property
    def form(self) -> type[BaseModel]:
        return self.account.form

    @property
    def filled(self) -> Filled:
        """The open draft's form with its answers."""
        return Filled.of(self.form, self.draft.answers)

    def on(self, draft: Draft) -> "Turn[E_co]":
        """The same event, meeting another draft."""
        return replace(self, state=self.state.model_copy(update={"draft": draft}))

    def alone(self) -> "Turn[E_co]":
        """The same event, meeting no draft."""
        return replace(self, state=self.state.model_copy(update={"phase": Phase.IDLE, "draft": None, "naming": None}))

    def to(self, phase: Phase, **changes: Any) -> Step:
        """A step to a phase with the draft changed; whatever only concerned the last question is forgotten."""
        forgotten: dict[str, Any] = {
            "doubted": None,
            "page": 0,
            "alike": None,
            "browse": None,
            "anew": None,
            "pasted": None,
            "sought": "",
        }
        draft = self.draft.model_copy(update=forgotten | changes | {"revision": self.draft.revision + 1})
        return Step(self.state.model_copy(update={"phase": phase, "draft": draft, "naming": None}))

    def stays(self, *replies: Reply, requests: tuple[Request, ...] = ()) -> Step:
        """A step that leaves everything as it is."""
        return Step(self.state, replies, requests)


Typed = Callable[[Turn[Answered]], Step | None]
"""The step of a typed text; None for any other text than it is for."""


def draft_of(state: Conversation) -> Draft:
    """The open draft of a state that has one."""
    if state.draft is None:
        raise LookupError("no draft is open")
    return state.draft
