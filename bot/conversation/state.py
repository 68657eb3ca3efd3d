"""The memory of a conversation between two events. State is data: it goes to storage as JSON and comes back equal."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from providers.products import Path

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Keeps what was used lately: at least the `size` newest entries, at most twice as many."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.newest: dict[K, V] = {}
        self._old: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """The value of a key, which is the newest one then."""
        found = self.newest.get(key)
        if found is None and (found := self._old.get(key)) is not None:
            self.keep(key, found)
        return found

    def keep(self, key: K, value: V) -> None:
        """Take an entry in. The older half goes when the newer one is full."""
        if len(self.newest) >= self._size:
            self._old, self.newest = self.newest, {}
        self.newest[key] = value


Answers = dict[str, Any]
"""Answers as given: text as typed, None for skipped, nested dicts and lists. A missing key was not asked yet."""


class Phase(StrEnum):
    """The place where the conversation stands. `bot.conversation.table` says what may happen in each."""

    IDLE = "idle"
    ASKING = "asking"
    CHECKING = "checking"
    LISTING = "listing"
    PICKING_ITEM = "picking item"
    PICKING_FIELD = "picking field"
    REVIEWING = "reviewing"
    NAMING = "naming an order"


class Duplicate(BaseModel):
    """An order with the same answers that was confirmed not long ago; times in UTC microseconds.

    `outcome` is "inferred" when a list without it is all that says it was not placed, "decided" when a person is
    (`decided_by`), at `known_at`, "unknown" while nobody knows; empty for any other.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    reference: str
    number: str = ""
    person: str = ""
    confirmed_at: int = 0
    outcome: str = ""
    decided_by: str = ""
    known_at: int = 0


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
    """The part of the catalogue that is shown at a question: the finds of `query` or the category `group`, by its key.

    With neither it is the list of categories. `searching`: a word is waited for, and looked for whatever it looks like.
    `near`: nothing is what `query` says, and what is nearly that is shown.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    query: str = ""
    group: str = ""
    page: int = 0
    searching: bool = False
    near: bool = False


class Anew(BaseModel):
    """The order that was asked for while another one is open: its account and product, empty where none was named."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    account: str = ""
    answer: str = ""
    drops: str = ""
    """The draft that is kept longest, by its id, where it was said that it goes to make room."""


class Quoted(BaseModel):
    """The cost of an order by its supplier's own word in a refusal: the answer to give, and the likeness it is for."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    amount: str
    likeness: str


class Proposed(BaseModel):
    """An answer that a text holds, as it would be typed.

    `sure`: it can mean nothing else; otherwise `options` are what it may mean, the likeliest first. `derived`: it
    stands nowhere in the text and follows from another answer of it, so that it replaces none that was given.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    path: Path
    answer: str
    sure: bool = True
    options: tuple[str, ...] = ()
    derived: bool = False


class Proposal(BaseModel):
    """The answers of one order that a text holds, in the form's order, and the parts of the text that were not read.

    Of several orders each has `beside` it what stands among its answers; `unread` is what belongs to none of them.
    Items of lists count from 0, as if none were there. `region` is where the whole text leads to, if that is somewhere
    that the account doesn't deliver to; nothing is taken of it then.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    fields: tuple[Proposed, ...] = ()
    unread: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    region: str = ""


class Pasted(BaseModel):
    """A text that answered several questions: what it held, and the answers and the question before it, for `Undo`.

    Without a question it changed an order that is repeated, of which `before` are the answers.
    `waits`: a product is looked up first, and the rest is put in and told when that is known.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    proposal: Proposal
    before: Answers = {}
    at: Path = ()
    waits: bool = True


class RowOf(BaseModel):
    """The row of a tray that a draft is: it goes back there. `direct`: as soon as it is complete."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    tray: str
    n: int
    of: int = 0
    direct: bool = False


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
    """The use of the item that is being picked."""
    page: int = 0
    editing: bool = False
    """A field is being changed from the summary: afterwards, and by Back, the summary stands again."""
    before: Answers | None = None
    """While an answer is looked up: the answers as they were before it."""
    doubted: str | None = None
    """An answer that the person may insist on: it may mean something else, or the supplier's catalogue lacks it."""
    source: str | None = None
    """The reference of the order that this draft was re-opened from."""
    retry: Answers | None = None
    """The answers of a re-opened order that was not sent: confirmed unchanged, it keeps its reference."""
    browse: Browse | None = None
    """The part of the catalogue that is shown at the question; None for what is offered first."""
    wanted: str = ""
    """A product that the draft was opened for, offered first where one is asked."""
    anew: Anew | None = None
    """The order that it was asked about to make room for; it is the same moment of the draft still."""
    alike: Duplicate | None = None
    """The order that the summary says was ordered before with the same answers."""
    pasted: Pasted | None = None
    """The text that answered several questions at once, until something else is answered."""
    unsure: tuple[Proposed, ...] = ()
    """The answers of pasted texts that may mean something else: they are offered where they are asked."""
    brief: bool = False
    """A whole text was pasted: questions that can be skipped and that it did not answer are skipped by themselves."""
    sought: str = ""
    """The text that people of the address book are looked for by at the question; it can be used as it is."""
    quoted: Quoted | None = None
    """The sum that the supplier named when it refused the order, for as long as the same is ordered."""
    row: RowOf | None = None
    """The row of a tray that it is; None for an order of its own."""
    again: str = ""
    """The reference of the order that this draft repeats, with or without a change."""
    refused: str = ""
    """The product that the supplier refused, by its id: it is neither offered nor kept, but can be typed."""


class KeptDraft(BaseModel):
    """A draft that isn't open, and the phase that it was in; `at` is when it was put aside, in UTC microseconds.

    `parked`: of one that was dropped, that it was parked before and not open.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    phase: Phase
    draft: Draft
    at: int = 0
    parked: bool = False


class Sought(BaseModel):
    """The list of orders that a search is for: what it was narrowed to before, as in `views.Wanted`."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    account: str = ""
    state: str = ""
    days: str = ""
    person: int = 0


class Conversation(BaseModel):
    """The whole state of one person in one chat."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    phase: Phase = Phase.IDLE
    draft: Draft | None = None
    naming: Naming | None = None
    said: str = ""
    """The text that an order may be for several accounts of, until one of them is tapped or something else happens."""
    search: Sought | None = None
    """The list of orders in which the next text is looked for; None where none waits for it."""
    cancelled: KeptDraft | None = None
    """Kept whatever comes after, until it is undone or another draft is cancelled."""
    aside: str = ""
    """The draft that was parked to make room for another, by its id: it is offered once that one is done."""

    def put_aside(self, now: int) -> KeptDraft | None:
        """The open draft as it is kept, without what only this moment was about; None where there is none."""
        if self.draft is None:
            return None
        phase = self.phase if self.naming is None else self.naming.resumes
        draft = self.draft.model_copy(update={"anew": None})
        return KeptDraft(phase=phase, draft=draft, at=now)

    @property
    def place(self) -> str:
        """The question or menu that is open, by a word that changes with it; empty for none.

        A question that is asked once more, after a bad answer for instance, is still the same; a menu or summary is
        another one after every change, as it shows something else then.
        """
        if self.naming is not None:
            return f"{self.naming.reference} {self.naming.attempts}"
        if self.draft is None:
            return ""
        if self.phase is Phase.ASKING:
            return f"{self.draft.id} {'/'.join(map(str, self.draft.at))}"
        return f"{self.draft.id} {self.draft.revision}"

    def named(self) -> Naming:
        """The order that is being named; the table uses this only where one is."""
        if self.naming is None:
            raise LookupError("no order is being named")
        return self.naming

    def without_naming(self) -> "Conversation":
        """The state that goes on after the naming of an order."""
        return self.model_copy(update={"phase": self.named().resumes, "naming": None})

    def in_naming(self, naming: Naming) -> "Conversation":
        """This state, to go on with when the order is named."""
        resumes = naming.model_copy(update={"resumes": self.phase})
        return self.model_copy(update={"phase": Phase.NAMING, "naming": resumes})


IDLE = Conversation()

_LONGEST_KEPT: Final = 32_768
"""Characters; a longer state is rare, and read anew."""
_loaded: Final[Recent[str, Conversation]] = Recent(256)


def loaded(text: str) -> Conversation:
    """The state that was stored. Raises pydantic's ValidationError for what is none.

    A chat's next event gets the very objects that its last one left: what is known of its answers is found again.
    """
    found = _loaded.get(text)
    if found is None:
        found = Conversation.model_validate_json(text)
        _keep(text, found)
    return found


def stored(state: Conversation) -> str:
    """The JSON text of a state, to be read again by `loaded`."""
    text = state.model_dump_json()
    _keep(text, state)
    return text


def _keep(text: str, state: Conversation) -> None:
    if len(text) <= _LONGEST_KEPT:
        _loaded.keep(text, state)


@dataclass(frozen=True, slots=True)
class ConversationKey:
    """One person in one chat, by Telegram's ids."""

    chat_id: int
    user_id: int
