"""The table of transitions: every event is answered in every phase, and what isn't in the table changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from bot.conversation import balance_events as m
from bot.conversation import catalogue_events as c
from bot.conversation import events as e
from bot.conversation import order_events as o
from bot.conversation import replies as r
from bot.conversation import status_events as s
from bot.conversation.diagram import diagram
from bot.conversation.pursuing import without_naming
from bot.conversation.state import Conversation, Phase
from bot.conversation.table import TABLE
from bot.conversation.views import Evidence, Freshness, OrderView
from providers.orders import Outcome
from tests.conversation.chat import Chat, listing, reviewing

ORDER = OrderView("1", "note", "note", {"text": "x"}, Outcome.PLACED, number="N-1")
UNKNOWN = OrderView("2", "note", "note", {"text": "x"}, Outcome.UNKNOWN, attempts=1)
KINDS = {
    kind
    for words in (e, o, c, s, m)
    for kind in vars(words).values()
    if isinstance(kind, type) and issubclass(kind, e.Event)
}
TAPS = sorted({kind for kind in KINDS if issubclass(kind, e.Tap)} - {e.Tap}, key=lambda kind: kind.__name__)
NUMBERED = (e.Chose, e.ItemPicked, e.FieldPicked, e.Paged)
PERSONS_AND_WORKERS: list[e.Event] = [
    e.Started(),
    e.HelpRequested(),
    e.LanguageRequested(),
    e.LanguageChosen("en"),
    e.OrderRequested(),
    e.StatusRequested("1"),
    e.OrdersRequested(),
    e.Answered("1"),
    e.SentOther(e.Medium.OTHER),
    e.MessageEdited(),
    e.CancelRequested(),
    e.CommandUnknown("/x"),
    e.TapUnreadable(),
    e.LookedUp("d", 0, e.LookUpResult.FAILED),
    e.Settled(ORDER),
    e.Reopened(ORDER),
    o.UnknownRequested(),
    o.EvidenceRequested(UNKNOWN, Evidence()),
    o.AlikeFound(None),
    o.Postponed(UNKNOWN, 5, 3),
    o.TriedAgain(UNKNOWN),
    o.StopAsked(UNKNOWN),
    o.Investigated(UNKNOWN, Evidence()),
    o.LookAsked(UNKNOWN),
    o.NumberAsked(UNKNOWN),
    o.NumberGivenUp(),
    o.Decided(UNKNOWN, o.Decision.NOT_PLACED),
    o.NumberChecked(UNKNOWN, "N-1", o.NumberCheck.AGREES),
    s.StatusAnswered(ORDER, Freshness.NOW),
    s.Progressed(ORDER, ORDER, tell=True),
    s.SearchedElsewhere("1"),
    s.RefreshAsked(ORDER),
    s.OrderedAgain(ORDER),
    s.NoticesRequested(),
    m.BalanceRequested(),
    m.BalancesRead(()),
]
SILENT = (e.LookedUp, o.NumberChecked, o.AlikeFound, m.BalanceRequested)
"""Events that may have nothing to say by themselves."""


def checking() -> Chat:
    chat = Chat()
    chat.order()
    chat.say("new", "P-1")
    return chat


def after(start: Callable[[], Chat], *taps: type[e.Tap]) -> Chat:
    chat = start()
    for tap in taps:
        chat.tap(tap)
    return chat


def two_items() -> Chat:
    chat = after(listing, e.AddedAnother)
    chat.say("A-2", "1")
    chat.skip()
    chat.tap(e.ChangeAsked)
    return chat


def naming() -> Chat:
    chat = listing()
    chat.send(o.NumberAsked(UNKNOWN))
    return chat


IN: dict[Phase, Callable[[], Chat]] = {
    Phase.IDLE: Chat,
    Phase.ASKING: lambda: after(listing, e.AddedAnother),
    Phase.CHECKING: checking,
    Phase.LISTING: listing,
    Phase.PICKING_ITEM: two_items,
    Phase.PICKING_FIELD: lambda: after(reviewing, e.EditAsked),
    Phase.REVIEWING: reviewing,
    Phase.NAMING: naming,
}


def fitting(kind: type[e.Tap], state: Conversation) -> e.Tap:
    draft = ("none", 0) if state.draft is None else (state.draft.id, state.draft.revision)
    return kind(*draft, *((0,) if kind in NUMBERED else ()))


def events_in(state: Conversation) -> list[e.Event]:
    return [*PERSONS_AND_WORKERS, *(fitting(kind, state) for kind in TAPS)]


def test_the_events_of_these_tests_are_all_there_are() -> None:
    assert {type(event) for event in events_in(Conversation())} | {e.Event, e.Tap} == KINDS


def test_the_table_has_every_phase_and_each_can_be_reached() -> None:
    assert set(TABLE) == set(Phase) == {start().phase for start in IN.values()}
    assert all(start().phase is phase for phase, start in IN.items())


@pytest.mark.parametrize(("phase", "number"), list(product(Phase, range(len(PERSONS_AND_WORKERS) + len(TAPS)))))
def test_every_event_is_answered_in_every_phase_and_an_illegal_one_changes_nothing(phase: Phase, number: int) -> None:
    chat = IN[phase]()
    before = chat.state
    event = events_in(before)[number]
    chat.send(event)
    assert chat.said or isinstance(event, SILENT)
    if type(event) in TABLE[phase]:
        return
    if phase is Phase.NAMING and not isinstance(event, e.TapUnreadable):
        # It ends the naming, and is answered as it would have been without it.
        other = Chat(state=without_naming(before))
        other.send(fitting_here(event, other.state))
        assert (chat.state.phase, chat.said) == (other.state.phase, other.said)
    else:
        assert chat.state == before
        assert len(chat.requests) == len(IN[phase]().requests)


def fitting_here(event: e.Event, state: Conversation) -> e.Event:
    return fitting(type(event), state) if isinstance(event, e.Tap) else event


@pytest.mark.parametrize(("phase", "kind"), list(product(Phase, TAPS)))
def test_a_stale_tap_changes_nothing_in_any_phase(phase: Phase, kind: type[e.Tap]) -> None:
    chat = IN[phase]()
    before = chat.state
    fits = fitting(kind, before)
    for stale in (replace(fits, draft="other"), replace(fits, revision=fits.revision + 1), replace(fits, revision=-1)):
        chat.send(stale)
        assert chat.state == before
        assert chat.said[0] == r.Stale()


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase not in {Phase.IDLE, Phase.NAMING}])
def test_where_we_stand_is_shown_again_in_any_phase(phase: Phase) -> None:
    chat = IN[phase]()
    chat.send(e.OrderRequested())
    chat.tap(e.Continued)
    shown = chat.said
    chat.send(e.TapUnreadable())
    assert chat.said == (r.Stale(), *shown)


def test_the_drawing_in_the_papers_is_the_table() -> None:
    drawn = Path(__file__).parents[2] / "docs" / "conversation.md"
    assert drawn.read_text("utf-8") == diagram()
