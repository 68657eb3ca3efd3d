"""The table of transitions: every event is answered in every phase, and what isn't in the table changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from bot.conversation import events, replies
from bot.conversation.diagram import diagram
from bot.conversation.information import can_reopen
from bot.conversation.state import Conversation, Phase, Proposal, Proposed
from bot.conversation.table import TABLE
from bot.conversation.views import Evidence, EvidenceView, Freshness, OrderView, ProgressDetails
from providers.orders import Outcome, Parcel, ParcelState
from tests.conversation.chat import Chat, listing, reviewing

ORDER = OrderView("1", "note", "note", {"text": "x"}, Outcome.PLACED, number="N-1")
UNKNOWN = OrderView("2", "note", "note", {"text": "x"}, Outcome.UNKNOWN, attempts=1)
WAITING = OrderView("3", "note", "note", {"text": "x"}, attempts=1, waits=True)
NOT_SENT = OrderView("4", "note", "note", {"text": "x"}, Outcome.NOT_SENT, attempts=1)
BASES = {events.Event, events.Tap, events.OrderTapped}
KINDS = {kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, events.Event)}
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
    events.ChangeReplied("1", "y", (Proposal(fields=(Proposed(path=("text",), answer="y"),)),)),
    events.SentOther(events.Medium.OTHER),
    events.MessageEdited(),
    events.CancelRequested(),
    events.Undone("none"),
    events.DraftsRequested(),
    events.DraftPicked("none"),
    events.DraftRemoved("none"),
    events.CommandUnknown("/x"),
    events.TapUnreadable(),
    events.LookedUp("d", 0, events.LookUpResult.FAILED),
    events.Settled(ORDER),
    events.UnknownRequested(),
    events.Postponed(UNKNOWN, 5, 3),
    events.TriedAgain(UNKNOWN),
    events.Investigated(UNKNOWN, Evidence()),
    events.NumberGivenUp(),
    events.NumberChecked(UNKNOWN, "N-1", events.NumberCheck.AGREES),
    events.StatusAnswered(ORDER, Freshness.NOW),
    events.Progressed(ORDER),
    events.SearchedElsewhere("1"),
    events.NoticesRequested(),
    events.NoticesTapped("none"),
    events.CustomerTapped("note", "0f" * 8, same=True),
    events.BalanceRequested(),
    events.SheetRequested(),
    events.SheetSent("f", "orders.xlsx"),
    events.SheetRead("s"),
    events.SheetNotRead("s", "orders.xlsx", "broken"),
    events.SheetTapped("s", events.SheetVerb.TOLD),
    events.BalancesRead(()),
    events.BatchConfirmed("b", "note", "v", ()),
    events.BatchTapped("b", events.Steering.PAUSE),
    events.BatchMoved("b"),
    *(events.TrayTapped("t", 1, action) for action in events.TrayAction),
    events.PeopleRequested(),
    events.PersonTapped("p"),
    events.PersonForgotten("p"),
    events.PersonRemembered("p"),
]
OF_MANY = replace(ORDER, reference="5", details=ProgressDetails(parcels=(Parcel(ParcelState.SHIPPED),)))
FITTING: list[tuple[OrderView, events.OrderTapped]] = [
    (NOT_SENT, events.ReopenTapped("4")),
    (UNKNOWN, events.EvidenceTapped("2")),
    *((UNKNOWN, events.EvidenceTurned("2", 1, view)) for view in EvidenceView),
    (UNKNOWN, events.TellLaterTapped("2", 1)),
    (ORDER, events.RefreshTapped("1")),
    (ORDER, events.ShowTapped("1")),
    (OF_MANY, events.ParcelsTapped("5")),
    (ORDER, events.AgainTapped("1")),
    (WAITING, events.StopTapped("3", 1)),
    (UNKNOWN, events.LookTapped("2", 1)),
    (UNKNOWN, events.NameTapped("2", 1)),
    (UNKNOWN, events.DecisionTapped("2", 1, events.Decision.NOT_PLACED)),
]
OF_ORDERS = [tap for _, tap in FITTING]
SILENT = (events.LookedUp, events.NumberChecked, events.BalanceRequested, events.BatchMoved, events.SheetRead)
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
    chat.knows.order(UNKNOWN)
    chat.send(events.NameTapped("2", 1))
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
    return [*PERSONS_AND_WORKERS, *OF_ORDERS, *(fitting(kind, state) for kind in TAPS)]


def test_the_events_of_these_tests_are_all_there_are() -> None:
    assert {type(event) for event in events_in(Conversation())} | BASES == KINDS


def test_the_table_has_every_phase_and_each_can_be_reached() -> None:
    assert set(TABLE) == set(Phase) == {start().phase for start in IN.values()}
    assert all(start().phase is phase for phase, start in IN.items())


@pytest.mark.parametrize(("phase", "number"), list(product(Phase, range(len(events_in(Conversation()))))))
def test_every_event_is_answered_in_every_phase_and_an_illegal_one_changes_nothing(phase: Phase, number: int) -> None:
    chat = IN[phase]()
    chat.knows.order(*(order for order, _ in FITTING))
    before = chat.state
    event = events_in(before)[number]
    chat.send(event)
    assert chat.said or isinstance(event, SILENT)
    if type(event) in TABLE[phase]:
        return
    if phase is Phase.NAMING and not isinstance(event, events.TapUnreadable):
        # It ends the naming, and is answered as it would have been without it.
        other = Chat(state=before.without_naming())
        other.knows = replace(chat.knows, parked={})
        other.send(fitting_here(event, other.state))
        assert (chat.state.phase, chat.said) == (other.state.phase, other.said)
    else:
        assert chat.state == before
        assert len(chat.requests) == len(IN[phase]().requests)


@pytest.mark.parametrize(("phase", "tap"), list(product(Phase, OF_ORDERS)))
def test_a_button_of_an_order_that_the_journal_does_not_have_is_an_old_one(
    phase: Phase, tap: events.OrderTapped
) -> None:
    chat = IN[phase]()
    before, asked = chat.state, list(chat.requests)
    chat.knows.orders.clear()
    chat.send(tap)
    assert chat.said[0] == replies.Stale()
    assert len(chat.said) == (1 if before.draft is None else 2)
    assert (chat.state, chat.requests) == (before, asked)


NOW = (ORDER, UNKNOWN, WAITING, NOT_SENT)
UNFIT = [
    (replace(order, reference=tap.reference), tap)
    for fits, tap in FITTING
    for order in (*NOW, replace(fits, attempts=2), replace(fits, replaced_by="9"), replace(fits, pruned=True))
    if (
        (isinstance(tap, events.ReopenTapped) and (order.outcome != fits.outcome or order.replaced_by or order.pruned))
        or (isinstance(tap, events.EvidenceTapped | events.AgainTapped) and order.outcome != fits.outcome)
        or (hasattr(tap, "attempts") and (order.outcome, order.attempts) != (fits.outcome, 1))
    )
]


@pytest.mark.parametrize(("phase", "unfit"), list(product(Phase, UNFIT)))
def test_a_button_that_no_longer_fits_shows_the_order_as_it_is_and_changes_nothing(
    phase: Phase, unfit: tuple[OrderView, events.OrderTapped]
) -> None:
    order, tap = unfit
    chat = IN[phase]()
    before, asked = chat.state, list(chat.requests)
    chat.knows.order(order)
    chat.send(tap)
    freshness = Freshness.SILENT if order.outcome is Outcome.PLACED else Freshness.KNOWN
    again, reopenable = chat.known.repeats(order), can_reopen(chat.known, order)
    assert chat.said == (replies.StatusShown(order, "Notes", freshness, again=again, reopenable=reopenable),)
    assert (chat.state, chat.requests) == (before, asked)


@pytest.mark.parametrize("phase", Phase)
def test_the_button_of_somebody_elses_order_does_not_open_it(phase: Phase) -> None:
    chat = IN[phase]()
    before = chat.state
    chat.knows.order(NOT_SENT)
    chat.knows.others.add(NOT_SENT.reference)
    chat.send(events.ReopenTapped(NOT_SENT.reference))
    assert chat.said[0] == replies.Stale()
    assert chat.state == before


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
