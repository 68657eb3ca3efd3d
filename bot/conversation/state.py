"""What a conversation remembers between two events. State is data: it goes to storage as JSON and comes back equal."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Path = tuple[str | int, ...]
"""Where an answer lives in a form: field names, and positions inside lists."""


Answers = dict[str, Any]
"""Answers as given: text as typed, None for skipped, nested dicts and lists. A missing key was not asked yet."""


class Phase(StrEnum):
    """Where the conversation stands. `bot.conversation.table` says what may happen in each."""

    IDLE = "idle"
    ASKING = "asking"
    CHECKING = "checking"
    LISTING = "listing"
    PICKING_ITEM = "picking item"
    PICKING_FIELD = "picking field"
    REVIEWING = "reviewing"
    NAMING = "naming an order"


class Duplicate(BaseModel):
    """An order with the same answers that was confirmed not long ago; `confirmed_at` in UTC microseconds."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    reference: str
    number: str = ""
    person: str = ""
    confirmed_at: int = 0


class Naming(BaseModel):
    """The order of unknown outcome whose number is asked, and the phase that goes on afterwards.

    `number` is the one that is being compared with the supplier's order; empty while it is asked.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    reference: str
    attempts: int
    account: str
    resumes: Phase
    number: str = ""


class Browse(BaseModel):
    """What of the catalogue is shown at a question: the finds of `query` or the category `group`, by its key.

    With neither it is the list of categories.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    query: str = ""
    group: str = ""
    page: int = 0


class Draft(BaseModel):
    """A form being filled in by one person in one chat."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: str
    account: str
    form_version: str
    revision: int = 0
    """Rises with every change, so that a button of an earlier step is recognised."""
    answers: Answers = {}
    at: Path = ()
    """The question, list, item or group that the phase is about."""
    purpose: Literal["change", "remove"] = "change"
    """What an item is being picked for."""
    page: int = 0
    editing: bool = False
    """A field is being changed from the summary: afterwards, and by Back, the summary stands again."""
    before: Answers | None = None
    """While an answer is looked up: the answers as they were before it."""
    doubted: str | None = None
    """An answer that the supplier's catalogue doesn't have and that the person may insist on."""
    source: str | None = None
    """The reference of the order that this draft was re-opened from."""
    retry: Answers | None = None
    """The answers of a re-opened order that was not sent: confirmed unchanged, it keeps its reference."""
    browse: Browse | None = None
    """What of the catalogue is shown at the question; None for what is offered first."""
    wanted: str = ""
    """A product that the draft was opened for, offered first where one is asked."""
    alike: Duplicate | None = None
    """The order that the summary says was ordered before with the same answers."""


class Conversation(BaseModel):
    """The whole state of one person in one chat."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    phase: Phase = Phase.IDLE
    draft: Draft | None = None
    naming: Naming | None = None


IDLE = Conversation()


@dataclass(frozen=True, slots=True)
class ConversationKey:
    """One person in one chat, by Telegram's ids."""

    chat_id: int
    user_id: int
