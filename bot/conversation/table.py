"""The table of all that may happen in a conversation. A pair that isn't in it is illegal, and illegal changes nothing.

Two rules. Everything that affects which phase comes next lives here: each transition names the phases it may lead to,
and the engine holds it to that. And the table doesn't know what is being ordered: forms, accounts and words are
elsewhere, so that a new supplier never changes it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeVar

from bot.conversation import (
    address_list,
    batches,
    browsing,
    decisions,
    drafts,
    editing,
    events,
    filling,
    information,
    outcomes,
    pasting,
    recalling,
    repeating,
    restoring,
    sheets,
    status,
    trays,
)
from bot.conversation.events import Event
from bot.conversation.state import Phase
from bot.conversation.step import Step, Turn


@dataclass(frozen=True, slots=True)
class Transition:
    """The answer to an event in a phase, and the phases that it may lead to."""

    act: Callable[[Turn[Any]], Step]
    to: frozenset[Phase]


E = TypeVar("E", bound=Event)
F = TypeVar("F", bound=Event)
Row = Mapping[type[Event], Transition]


def _on(event: type[E], act: Callable[[Turn[E]], Step], *to: Phase) -> Row:
    """One entry; the event has to be one that the transition takes."""
    return {event: Transition(act, frozenset(to))}


def _either(*answers: Callable[[Turn[F]], Step | None]) -> Callable[[Turn[F]], Step]:
    """The first of several answers that has one; the last has one for whatever comes."""

    def act(turn: Turn[F]) -> Step:
        step = next(filter(None, (one(turn) for one in answers)), None)
        if step is None:
            raise LookupError(type(turn.event).__name__)
        return step

    return act


def _row(*entries: Row) -> Row:
    """A phase's entries; of two for one event the later one holds."""
    return MappingProxyType({event: transition for entry in entries for event, transition in entry.items()})


_TYPED: Final = _either(status.as_number, trays.begun_anywhere, pasting.begun_anywhere, information.untaken)
FOR_ANOTHER: Final = drafts.for_another(trays.begun_likeliest, pasting.begun_anywhere)
_HELD: Final = pasting.answered(FOR_ANOTHER)
_AT_LIST: Final = _either(
    *(drafts.choose_first, status.as_number, trays.answered, _HELD, FOR_ANOTHER, information.untaken)
)
_AT_BUTTONS: Final = _either(drafts.choose_first, status.as_number, FOR_ANOTHER, information.untaken)
_LEFT: Final = _either(trays.left, restoring.cancel)
_BEGUN: Final = _either(trays.begun, pasting.begun, browsing.begun)
_CHANGED: Final = repeating.change_again(trays.begun_with)
_SHEET_READ: Final = sheets.read(trays.of_sheet)
_IN_A_TRAY: Final = trays.tapped(batches.confirmed)
# After an answer: the list it was in, the next open question (or one that became wrong), or the summary.
_NEXT: Final = (Phase.ASKING, Phase.LISTING, Phase.REVIEWING)
# The same where no list was just left.
_OPEN: Final = (Phase.ASKING, Phase.REVIEWING)
# What the naming of an order may have come upon; a look-up under way is waited for first.
_RESUMED: Final = tuple(phase for phase in Phase if phase is not Phase.CHECKING)


# Where a draft can stand.
_RESTORED: Final = tuple(phase for phase in Phase if phase not in {Phase.IDLE, Phase.NAMING})


def _asides(phase: Phase) -> Row:
    """Events that leave every phase as it is: something is said, or asked of the workers."""
    return _row(
        _on(events.Started, information.welcome, phase),
        _on(events.HelpRequested, information.help_, phase),
        _on(events.LanguageRequested, information.languages, phase),
        _on(events.LanguageChosen, information.language_chosen, phase),
        _on(events.StatusRequested, status.status, phase),
        _on(events.OrdersRequested, information.orders, phase),
        _on(events.DraftsRequested, drafts.requested, phase),
        _on(events.PeopleRequested, address_list.requested, phase),
        _on(events.PersonTapped, address_list.show, phase),
        _on(events.PersonForgotten, address_list.forget, phase),
        _on(events.PersonRemembered, address_list.remember, phase),
        _on(events.UnknownRequested, decisions.unknown_orders, phase),
        _on(events.EvidenceTapped, decisions.show_evidence, phase),
        _on(events.EvidenceTurned, decisions.turn_evidence, phase),
        _on(events.TellLaterTapped, decisions.tell_later, phase),
        _on(events.Investigated, decisions.investigated, phase),
        _on(events.Postponed, decisions.tried_later, phase),
        _on(events.TriedAgain, decisions.tried_again, phase),
        _on(events.StopTapped, decisions.stop_trying, phase),
        _on(events.LookTapped, decisions.look_again, phase),
        _on(events.DecisionTapped, decisions.decide, phase),
        _on(events.NumberChecked, decisions.number_checked, phase),
        _on(events.StatusAnswered, status.answered, phase),
        _on(events.Progressed, status.progressed, phase),
        _on(events.SearchedElsewhere, status.searched, phase),
        _on(events.ShowTapped, status.show, phase),
        _on(events.ParcelsTapped, status.parcels, phase),
        _on(events.RefreshTapped, status.refresh, phase),
        _on(events.NoticesRequested, information.notices, phase),
        _on(events.NoticesTapped, information.notices_chosen, phase),
        _on(events.CustomerTapped, information.customer_said, phase),
        _on(events.BatchConfirmed, batches.confirmed, phase),
        _on(events.BatchTapped, batches.steered, phase),
        _on(events.BatchMoved, batches.moved, phase),
        _on(events.SheetRequested, sheets.requested, phase),
        _on(events.SheetSent, sheets.sent, phase),
        _on(events.SheetRead, _SHEET_READ, phase),
        _on(events.SheetNotRead, sheets.not_read, phase),
        _on(events.SheetTapped, sheets.tapped, phase),
        _on(events.BalanceRequested, information.read_balances, phase),
        _on(events.BalancesRead, information.balances, phase),
    )


ASIDES: Final = tuple(_asides(Phase.IDLE))


def _anywhere(phase: Phase) -> Row:
    return _row(
        _asides(phase),
        _on(events.Answered, status.typed, phase),
        _on(events.SentOther, information.not_text, phase),
        _on(events.MessageEdited, information.edited, phase),
        _on(events.CommandUnknown, information.unknown_command, phase),
    )


def _with_draft(phase: Phase) -> Row:
    return _row(
        _anywhere(phase),
        _on(events.Answered, _AT_BUTTONS, phase, Phase.IDLE, Phase.CHECKING, *_NEXT),
        _on(events.NameTapped, decisions.ask_number, Phase.NAMING, phase),
        _on(events.OrderRequested, drafts.open_draft, phase),
        _on(events.Continued, filling.misfit, phase),
        _on(events.StartedAnew, drafts.instead(_BEGUN), Phase.IDLE, Phase.CHECKING, *_NEXT),
        _on(events.KeptForLater, drafts.beside(_BEGUN), phase, Phase.IDLE, Phase.CHECKING, *_NEXT),
        _on(events.DraftPicked, drafts.pick, *_RESTORED),
        _on(events.DraftRemoved, drafts.remove, phase, Phase.IDLE),
        _on(events.Cancelled, _LEFT, Phase.IDLE),
        _on(events.CancelRequested, _LEFT, Phase.IDLE),
        _on(events.TrayTapped, _IN_A_TRAY, phase, Phase.IDLE, Phase.CHECKING, *_OPEN),
        _on(events.Undone, restoring.undo, *_RESTORED),
        _on(events.PasteUndone, pasting.undo, phase, Phase.ASKING, Phase.LISTING, Phase.REVIEWING),
        _on(events.Settled, outcomes.settled_while_busy, phase),
        _on(events.ReopenTapped, outcomes.reopen_beside, *_RESTORED),
        _on(events.AgainTapped, repeating.order_again, phase, *_OPEN),
        _on(events.ChangeReplied, _CHANGED, phase, Phase.CHECKING, *_OPEN),
    )


TABLE: Final[Mapping[Phase, Row]] = MappingProxyType(
    {
        Phase.IDLE: _row(
            _anywhere(Phase.IDLE),
            _on(events.Answered, _TYPED, Phase.IDLE, Phase.CHECKING, *_NEXT),
            _on(events.TrayTapped, _IN_A_TRAY, Phase.IDLE, Phase.CHECKING, *_OPEN),
            _on(events.OrderRequested, _BEGUN, Phase.IDLE, Phase.CHECKING, *_NEXT),
            _on(events.CancelRequested, trays.given_up, Phase.IDLE),
            _on(events.Undone, restoring.undo, Phase.IDLE, *_RESTORED),
            _on(events.Settled, outcomes.settled_while_free, Phase.IDLE, *_OPEN),
            _on(events.ReopenTapped, outcomes.reopen, Phase.IDLE, *_RESTORED),
            _on(events.DraftPicked, drafts.pick, Phase.IDLE, *_RESTORED),
            _on(events.DraftRemoved, drafts.remove, Phase.IDLE),
            _on(events.AgainTapped, repeating.order_again, Phase.IDLE, *_OPEN),
            _on(events.ChangeReplied, _CHANGED, Phase.IDLE, Phase.CHECKING, *_OPEN),
            _on(events.NameTapped, decisions.ask_number, Phase.NAMING, Phase.IDLE),
        ),
        Phase.ASKING: _row(
            _with_draft(Phase.ASKING),
            _on(
                events.Answered,
                _either(drafts.choose_first, recalling.answered, trays.answered, _HELD, browsing.answered),
                Phase.IDLE,
                Phase.CHECKING,
                *_NEXT,
            ),
            _on(events.Chose, filling.choose, Phase.CHECKING, *_NEXT),
            _on(events.Skipped, filling.skip, *_NEXT),
            _on(events.Kept, filling.keep, *_NEXT),
            _on(events.UsedAnyway, filling.use_anyway, *_NEXT),
            _on(events.EarlierPicked, recalling.pick, *_NEXT),
            _on(events.Picked, browsing.pick, Phase.CHECKING, *_NEXT),
            _on(events.SearchAsked, browsing.search, Phase.ASKING),
            _on(events.CategoriesAsked, browsing.categories, Phase.ASKING),
            _on(events.CategoryPicked, browsing.category, Phase.ASKING),
            _on(events.Paged, browsing.turn_page, Phase.ASKING),
            _on(events.WentBack, browsing.lead_out, Phase.IDLE, *_NEXT),
        ),
        Phase.CHECKING: _row(
            _with_draft(Phase.CHECKING),
            _on(events.Answered, status.busy, Phase.CHECKING),
            _on(events.LookedUp, filling.looked_up, Phase.CHECKING, *_NEXT),
            _on(events.NameTapped, decisions.ask_number_later, Phase.CHECKING),
            _on(events.WentBack, filling.stop_checking, Phase.ASKING),
        ),
        Phase.LISTING: _row(
            _with_draft(Phase.LISTING),
            _on(events.Answered, _AT_LIST, Phase.IDLE, Phase.CHECKING, *_NEXT),
            _on(events.AddedAnother, editing.add_item, Phase.ASKING, Phase.LISTING),
            _on(events.ChangeAsked, editing.change_item, Phase.PICKING_ITEM, Phase.PICKING_FIELD),
            _on(events.RemoveAsked, editing.remove_item, Phase.PICKING_ITEM, Phase.ASKING),
            _on(events.AllAsked, information.show_all, Phase.LISTING),
            _on(events.ListDone, editing.list_done, *_NEXT),
            _on(events.WentBack, editing.back_from_list, *_OPEN),
        ),
        Phase.PICKING_ITEM: _row(
            _with_draft(Phase.PICKING_ITEM),
            _on(events.ItemPicked, editing.pick_item, Phase.PICKING_ITEM, Phase.PICKING_FIELD, Phase.LISTING),
            _on(events.Paged, editing.turn_items, Phase.PICKING_ITEM),
            _on(events.WentBack, editing.back_to_list, Phase.LISTING),
        ),
        Phase.PICKING_FIELD: _row(
            _with_draft(Phase.PICKING_FIELD),
            _on(events.FieldPicked, editing.pick_field, Phase.PICKING_FIELD, Phase.LISTING, Phase.ASKING),
            _on(events.Paged, editing.turn_fields, Phase.PICKING_FIELD),
            _on(events.WentBack, editing.back_from_fields, Phase.PICKING_FIELD, *_NEXT),
        ),
        Phase.REVIEWING: _row(
            _with_draft(Phase.REVIEWING),
            _on(events.AllAsked, information.show_all, Phase.REVIEWING),
            _on(events.EditAsked, editing.edit, Phase.PICKING_FIELD),
            _on(
                events.FieldPicked,
                editing.pick_field,
                Phase.PICKING_FIELD,
                Phase.LISTING,
                Phase.ASKING,
                Phase.REVIEWING,
            ),
            _on(events.Chose, filling.use_suggested, *_OPEN),
            _on(events.Confirmed, _either(trays.put_back, editing.confirm), Phase.IDLE, *_OPEN),
        ),
        # Whatever else happens here ends the naming, and then happens to what was under way before.
        Phase.NAMING: _row(
            _anywhere(Phase.NAMING),
            _on(events.Answered, decisions.number_given, Phase.NAMING),
            _on(events.NumberChecked, decisions.number_checked, *_RESUMED),
            _on(events.CancelRequested, decisions.give_up_number, *_RESUMED),
            _on(events.NumberGivenUp, decisions.give_up_number, *_RESUMED),
            _on(events.NameTapped, decisions.ask_number, Phase.NAMING),
            _on(events.Settled, outcomes.settled_while_busy, Phase.NAMING),
            _on(events.DraftRemoved, drafts.remove, Phase.NAMING, Phase.IDLE),
        ),
    }
)
