"""The table of transitions: every event is answered in every phase, and what isn't in the table changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from bot.conversation import events, replies
from bot.conversation.diagram import diagram
from bot.conversation.state import Conversation, Phase
from bot.conversation.table import TABLE
from bot.conversation.views import Evidence, Freshness, OrderView
from providers.orders import Outcome
from tests.conversation.chat import Chat, listing, reviewing

ORDER = OrderView("1", "note", "note", {"text": "x"}, Outcome.PLACED, number="N-1")
UNKNOWN = OrderView("2", "note", "note", {"text": "x"}, Outcome.UNKNOWN, attempts=1)
TAPS_OF_ORDERS = (events.OrderTapped, events.NoticesTapped)
"""The desk makes other events of them."""
KINDS = {
    kind
    for kind in vars(events).values()
    if isinstance(kind, type) and issubclass(kind, events.Event) and not issubclass(kind, TAPS_OF_ORDERS)
}
TAPS = sorted({kind for kind in KINDS if issubclass(kind, events.Tap)} - {events.Tap}, key=lambda kind: kind.__name__)
NUMBERED = (events.Chose, events.ItemPicked, events.FieldPicked, events.Paged)
PERSONS_AND_WORKERS: list[events.Event] = [
    events.Started(),
    events.HelpRequested(),
    events.LanguageRequested(),
    events.LanguageChosen("en"),
    events.OrderRequested(),
    events.StatusRequested("1"),
    events.OrdersRequested(),
    events.Answered("1"),
    events.SentOther(events.Medium.OTHER),
    events.MessageEdited(),
    events.CancelRequested(),
    events.CommandUnknown("/x"),
    events.TapUnreadable(),
    events.LookedUp("d", 0, events.LookUpResult.FAILED),
    events.Settled(ORDER),
    events.Reopened(ORDER),
    events.UnknownRequested(),
    events.EvidenceRequested(UNKNOWN, Evidence()),
    events.DuplicateFound(None),
    events.Postponed(UNKNOWN, 5, 3),
    events.TriedAgain(UNKNOWN),
    events.StopAsked(UNKNOWN),
    events.Investigated(UNKNOWN, Evidence()),
    events.LookAsked(UNKNOWN),
    events.NumberAsked(UNKNOWN),
    events.NumberGivenUp(),
    events.Decided(UNKNOWN, events.Decision.NOT_PLACED),
    events.NumberChecked(UNKNOWN, "N-1", events.NumberCheck.AGREES),
    events.StatusAnswered(ORDER, Freshness.NOW),
    events.Progressed(ORDER, ORDER, tell=True),
    events.SearchedElsewhere("1"),
    events.RefreshAsked(ORDER),
    events.OrderedAgain(ORDER),
    events.NoticesRequested(),
    events.BalanceRequested(),
    events.BalancesRead(()),
]
SILENT = (events.LookedUp, events.NumberChecked, events.DuplicateFound, events.BalanceRequested)
"""Events that may have nothing to say by themselves."""


def checking() -> Chat:
    chat = Chat()
    chat.order()
    chat.say("new", "P-1")
    return chat


def after(start: Callable[[], Chat], *taps: type[events.Tap]) -> Chat:
    chat = start()
    for tap in taps:
        chat.tap(tap)
    return chat


def two_items() -> Chat:
    chat = after(listing, events.AddedAnother)
    chat.say("A-2", "1")
    chat.skip()
    chat.tap(events.ChangeAsked)
    return chat


def naming() -> Chat:
    chat = listing()
    chat.send(events.NumberAsked(UNKNOWN))
    return chat


IN: dict[Phase, Callable[[], Chat]] = {
    Phase.IDLE: Chat,
    Phase.ASKING: lambda: after(listing, events.AddedAnother),
    Phase.CHECKING: checking,
    Phase.LISTING: listing,
    Phase.PICKING_ITEM: two_items,
    Phase.PICKING_FIELD: lambda: after(reviewing, events.EditAsked),
    Phase.REVIEWING: reviewing,
    Phase.NAMING: naming,
}


def fitting(kind: type[events.Tap], state: Conversation) -> events.Tap:
    draft = ("none", 0) if state.draft is None else (state.draft.id, state.draft.revision)
    return kind(*draft, *((0,) if kind in NUMBERED else ()))


def events_in(state: Conversation) -> list[events.Event]:
    return [*PERSONS_AND_WORKERS, *(fitting(kind, state) for kind in TAPS)]


def test_the_events_of_these_tests_are_all_there_are() -> None:
    assert {type(event) for event in events_in(Conversation())} | {events.Event, events.Tap} == KINDS


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
    if phase is Phase.NAMING and not isinstance(event, events.TapUnreadable):
        # It ends the naming, and is answered as it would have been without it.
        other = Chat(state=before.without_naming())
        other.send(fitting_here(event, other.state))
        assert (chat.state.phase, chat.said) == (other.state.phase, other.said)
    else:
        assert chat.state == before
        assert len(chat.requests) == len(IN[phase]().requests)


def fitting_here(event: events.Event, state: Conversation) -> events.Event:
    return fitting(type(event), state) if isinstance(event, events.Tap) else event


@pytest.mark.parametrize(("phase", "kind"), list(product(Phase, TAPS)))
def test_a_stale_tap_changes_nothing_in_any_phase(phase: Phase, kind: type[events.Tap]) -> None:
    chat = IN[phase]()
    before = chat.state
    fits = fitting(kind, before)
    for stale in (replace(fits, draft="other"), replace(fits, revision=fits.revision + 1), replace(fits, revision=-1)):
        chat.send(stale)
        assert chat.state == before
        assert chat.said[0] == replies.Stale()


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase not in {Phase.IDLE, Phase.NAMING}])
def test_where_we_stand_is_shown_again_in_any_phase(phase: Phase) -> None:
    chat = IN[phase]()
    chat.send(events.OrderRequested())
    chat.tap(events.Continued)
    shown = chat.said
    chat.send(events.TapUnreadable())
    assert chat.said == (replies.Stale(), *shown)


def test_the_drawing_in_the_papers_is_the_table() -> None:
    drawn = Path(__file__).parents[2] / "docs" / "conversation.md"
    assert drawn.read_text("utf-8") == diagram()
