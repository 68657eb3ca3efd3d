"""Any sequence of events, sensible or not, forged or late, on every form: nothing breaks, nothing is ordered twice."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.buttons import data
from bot.conversation import replies
from bot.conversation.events import (
    AddedAnother,
    Answered,
    CategoriesAsked,
    CategoryPicked,
    ChangeAsked,
    Chose,
    CommandUnknown,
    Confirmed,
    Continued,
    DraftPicked,
    DraftRemoved,
    DraftsRequested,
    EditAsked,
    Event,
    FieldPicked,
    HelpRequested,
    Investigated,
    ItemPicked,
    KeptForLater,
    LanguageRequested,
    ListDone,
    LookedUp,
    LookUpResult,
    Medium,
    MessageEdited,
    NumberCheck,
    NumberChecked,
    NumberGivenUp,
    OrderRequested,
    OrdersRequested,
    Paged,
    Picked,
    RemoveAsked,
    SentOther,
    Settled,
    Skipped,
    Started,
    StartedAnew,
    StatusRequested,
    TapUnreadable,
    Undone,
    UsedAnyway,
    WentBack,
)
from bot.conversation.known import Account
from bot.conversation.questions import shape
from bot.conversation.state import Phase, Proposal, Proposed
from bot.conversation.views import Candidate, Evidence, LookEnd, OrderView
from providers.anqicms.form import AnqicmsForm
from providers.citiesocial.form import CitiesocialOrder
from providers.damaijia.form import DamaijiaForm
from providers.guoguo.form import DefaultOrder
from providers.orders import Outcome, Remark
from tests.bad_answers import BAD_ANSWERS
from tests.conversation.chat import Chat
from tests.conversation.forms import TOY
from tests.conversation.goods import BASKET, CUP, FANS, GIFTS, TEA
from tests.words.reading import said

ACCOUNTS = [
    TOY,
    Account("guoguo", "GuoGuo", DefaultOrder, reads_status=True),
    Account("citiesocial", "citiesocial", CitiesocialOrder),
    Account("damaijia", "Damaijia <gifts>", DamaijiaForm),
    Account("anqicms", "Shop & Co", AnqicmsForm),
    GIFTS,
    FANS,
    BASKET,
]
KNOWN: tuple[dict[str, Any] | None, ...] = (TEA, CUP, None, {"minimum": "many"})
GOOD = ("王小明", "0912345678", "100", "5", "7", "https://example.com/p", "a@example.com", "x" * 900)
TEXTS = (*GOOD, *(text for _, text in BAD_ANSWERS))
TAPS = (Skipped, WentBack, UsedAnyway, AddedAnother, ChangeAsked, RemoveAsked, ListDone, EditAsked)
NUMBERED = (Chose, ItemPicked, FieldPicked, Paged)
OUTCOMES = tuple(Outcome)
FIELDS = ("", "quantity", "items.0.quantity", "recipients.0.mobile", "address", "parts.7.count", "most", "nothing")
FACTS: tuple[dict[str, Any], ...] = (
    {},
    {"category": "instagram_story"},
    {"category": "x", "minimum": 6, "title": "<b>"},
)
OTHERS = (
    Started(),
    HelpRequested(),
    LanguageRequested(),
    StatusRequested("1"),
    OrdersRequested(),
    SentOther(Medium.STICKER),
    MessageEdited(),
    CommandUnknown("/x"),
    TapUnreadable(),
    OrderRequested(),
)


class Walk:
    """A chat that is rendered after every step; `shown` are the data of all buttons ever shown."""

    def __init__(self, account: str) -> None:
        self.chat = Chat(ACCOUNTS)
        self.account = account
        self.shown: list[str] = []
        self.settled = 0
        self.views: dict[str, OrderView] = {}

    def do(self, kind: str, n: int) -> None:
        {
            "on": self.on,
            "button": self.button,
            "say": self.say,
            "forge": self.forge,
            "report": self.report,
            "pick": self.pick,
            "drafts": self.drafts,
            "reply": self.reply,
        }.get(kind, self.other)(n)

    def send(self, event: Event) -> None:
        asked = len(self.chat.placed)
        self.chat.send(event)
        written = self.chat.placed[asked:]
        self.knows(*self.views.values(), *(OrderView(one.reference, one.account, "", one.answers) for one in written))
        for reply in self.chat.said:
            for message in said(reply, self.chat.state):
                self.shown += [button.data for row in message.rows for button in row]
        drafts = [order.draft for order in self.chat.placed]
        assert len(set(drafts)) == len(drafts)
        references = [order.reference for order in self.chat.placed if not order.retry]
        assert len(set(references)) == len(references)

    def on(self, n: int) -> None:
        """What a sensible person does next."""
        draft = self.chat.state.draft
        if draft is None:
            self.send(NumberGivenUp() if self.chat.phase is Phase.NAMING else OrderRequested(self.account))
            return
        head = (draft.id, draft.revision)
        match self.chat.phase:
            case Phase.CHECKING:
                self.send(LookedUp(*head, LookUpResult.FOUND, FACTS[n % len(FACTS)]))
            case Phase.LISTING:
                self.send(ListDone(*head))
            case Phase.REVIEWING:
                self.send(Confirmed(*head))
            case Phase.ASKING:
                self._answer(head, n)
            case Phase.NAMING:
                self.send(NumberGivenUp())
            case _:
                self.send(WentBack(*head))

    def _answer(self, head: tuple[str, int], n: int) -> None:
        self.send(Continued(*head))
        question = self.chat.reply(replies.Asked).question
        if question.choices:
            self.send(Chose(*head, n % len(question.choices)))
        elif question.skips and n % 2:
            self.send(Skipped(*head))
        else:
            self.send(Answered(question.example or GOOD[n % len(GOOD)]))

    def button(self, n: int) -> None:
        """A tap on any button ever shown, newer ones first."""
        if self.shown:
            self.send(data.read(self.shown[-1 - n % len(self.shown)]))

    def knows(self, *orders: OrderView) -> None:
        """Put orders into the journal; where one has been ordered anew, it says so."""
        replaced = {placed.source: placed.reference for placed in self.chat.placed if placed.source}
        for order in orders:
            self.views[order.reference] = replace(order, replaced_by=replaced.get(order.reference, ""))
        self.chat.knows.order(*self.views.values())

    def say(self, n: int) -> None:
        self.send(Answered(TEXTS[n % len(TEXTS)]))

    def forge(self, n: int) -> None:
        draft = self.chat.state.draft
        head = (draft.id, draft.revision) if draft else ("none", 0)
        self.send(NUMBERED[n % 4](*head, (0, 1, 7, 10**9)[n // 4 % 4]) if n % 3 else TAPS[n // 3 % len(TAPS)](*head))

    def pick(self, n: int) -> None:
        """What can be done with a catalogue, whether the question has one or not."""
        draft = self.chat.state.draft
        head = (draft.id, draft.revision) if draft else ("none", 0)
        known = KNOWN[n % len(KNOWN)]
        self.chat.knows.matches[self.account, "tea"] = n % 3
        self.chat.knows.facts.pop((self.account, "614"), None)
        if known is not None:
            self.chat.knows.facts[self.account, "614"] = known
        events: tuple[Event, ...] = (
            Answered("tea"),
            Answered("614"),
            Picked(*head, "614"),
            CategoriesAsked(*head),
            CategoryPicked(*head, "abc"),
            OrderRequested(self.account, "614"),
        )
        self.send(events[n // 4 % len(events)])

    def drafts(self, n: int) -> None:
        """One draft is put aside for another, taken up again, or removed; all of them by ids that were there once."""
        draft, parked = self.chat.state.draft, self.chat.known.parked()
        head = (draft.id, draft.revision) if draft else ("none", 0)
        some = [kept.draft.id for kept in parked] + [head[0], "none"]
        events: tuple[Event, ...] = (
            KeptForLater(*head, self.account),
            KeptForLater(*head),
            StartedAnew(*head, self.account),
            DraftPicked(some[n // 8 % len(some)]),
            DraftPicked(place=n // 8 % 5),
            DraftRemoved(some[n // 8 % len(some)]),
            DraftsRequested(removing=n % 16 > 7),
            Undone(some[n // 8 % len(some)]),
        )
        self.send(events[n % len(events)])

    def reply(self, n: int) -> None:
        """A reply to the message of any order, with something that it has."""
        said, draft = ("3", "2,5", "99999", "a change"), self.chat.state.draft
        for account in self.chat.accounts.values():
            names = [name for name, field in account.form.model_fields.items() if field.annotation is not Any]
            fields = tuple(
                Proposed(path=(name,), answer=GOOD[(n + place) % len(GOOD)], sure=n % 5 > 0)
                for place, name in enumerate(names[n % 3 :: 4])
                if shape(account.form.model_fields[name]).kind == "value"
            )
            self.chat.knows.proposals[account.name, "a change"] = (Proposal(fields=fields),) * (1 + (n % 7 == 0))
        order = list(self.views)[n % len(self.views)] if self.views else "none"
        source = draft.source if draft is not None and draft.source and n % 2 else order
        self.send(Answered(said[n // 3 % len(said)], (source,)))

    def report(self, n: int) -> None:
        """What workers say: of a look-up, perhaps a late one, or of an order."""
        draft = self.chat.state.draft
        if draft and n % 2:
            result = tuple(LookUpResult)[n % 3]
            self.send(LookedUp(draft.id, draft.revision - n % 5 // 4, result, FACTS[n % len(FACTS)]))
        elif self.settled < len(self.chat.placed):
            order = self.chat.placed[self.settled]
            self.settled += 1
            fields = (FIELDS[n % len(FIELDS)],) if n % len(FIELDS) else ()
            facts: dict[str, Any] = {"said": TEXTS[n % len(TEXTS)], "number": f"N-{n}", "fields": fields}
            view = OrderView(order.reference, order.account, "", order.answers, OUTCOMES[n % 4], **facts)
            remarks = (Remark("recipient_refused", {"recipient": "<i>"}),) * (n % 3) if n % 4 == 0 else ()
            self.knows(replace(view, provider="damaijia", remarks=remarks, attempts=1))
            self.send(Settled(self.views[order.reference]))
        elif unknown := [view for view in self.views.values() if view.outcome is Outcome.UNKNOWN]:
            self.report_unknown(unknown[n % len(unknown)], n)

    def report_unknown(self, order: OrderView, n: int) -> None:
        """What look-ups find out about an order of unknown outcome, and what becomes of it in the end."""
        match n % 3:
            case 0:
                found = (Candidate(f"N-{n}", n, {"total": TEXTS[n % len(TEXTS)]}),)
                self.send(
                    Investigated(order, Evidence(1, 2, n, 3, LookEnd.FOUND, candidates=found), reminding=n % 2 > 0)
                )
            case 1:
                self.send(NumberChecked(order, f"N-{n}", tuple(NumberCheck)[n % len(NumberCheck)]))
            case _:
                outcome = (Outcome.PLACED, Outcome.NOT_SENT)[n % 2]
                self.knows(replace(order, outcome=outcome))
                self.send(Settled(self.views[order.reference], was_unknown=True))

    def other(self, n: int) -> None:
        self.send(OTHERS[n % len(OTHERS)])


KINDS = (
    "on",
    "on",
    "on",
    "on",
    "button",
    "button",
    "say",
    "forge",
    "report",
    "pick",
    "drafts",
    "drafts",
    "reply",
    "other",
)
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 10_000)), max_size=60)


@pytest.mark.parametrize("account", [account.name for account in ACCOUNTS])
@settings(max_examples=60, deadline=None, derandomize=True)
@given(sensible=st.integers(0, 40), steps=STEPS)
def test_nothing_breaks_whatever_happens(account: str, sensible: int, steps: list[tuple[str, int]]) -> None:
    walk = Walk(account)
    for n in range(sensible):
        walk.on(n)
    for kind, n in steps:
        walk.do(kind, n)


@pytest.mark.parametrize("account", [account.name for account in ACCOUNTS])
def test_a_sensible_person_gets_every_form_placed(account: str) -> None:
    """So that the walks above are known to reach the end."""
    walk = Walk(account)
    for _ in range(60):
        walk.on(2)
    assert walk.chat.placed


@pytest.mark.parametrize("account", [account.name for account in ACCOUNTS])
@settings(max_examples=20, deadline=None, derandomize=True)
@given(answers=st.lists(st.integers(0, 10_000), min_size=40, max_size=80))
def test_the_steps_never_go_back_while_answers_are_only_added(account: str, answers: list[int]) -> None:
    walk = Walk(account)
    before = replies.Progress()
    for n in answers:
        lists = walk.chat.phase is Phase.LISTING and walk.chat.said and n % 3 == 0
        draft = walk.chat.state.draft
        if lists and draft is not None and walk.chat.reply(replies.Listed).can_add:
            walk.send(AddedAnother(draft.id, draft.revision))
        else:
            walk.on(n)
        for reply in walk.chat.said:
            if isinstance(reply, replies.Asked) and reply.problem is None:
                assert (reply.progress.step, reply.progress.item) >= (before.step, before.item)
                assert before.steps in {0, reply.progress.steps}
                before = reply.progress
        if walk.chat.phase is Phase.REVIEWING:
            return
