"""Everything that may happen in a conversation. What isn't in this table is illegal, and illegal changes nothing.

Two rules. Everything that affects which phase comes next lives here: each transition names the phases it may lead to,
and the engine holds it to that. And the table doesn't know what is being ordered: forms, accounts and words are
elsewhere, so that a new supplier never changes it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.conversation import browsing, decisions, editing, events, filling, information, outcomes, status
from bot.conversation.state import Phase
from bot.conversation.step import Step, Turn


@dataclass(frozen=True, slots=True)
class Transition:
    """What is done for an event in a phase, and the phases that it may lead to."""

    act: Callable[[Turn], Step]
    to: frozenset[Phase]


Row = Mapping[type[events.Event], Transition]


def _leads(act: Callable[[Turn], Step], *to: Phase) -> Transition:
    return Transition(act, frozenset(to))


P = Phase
# After an answer: the list it was in, the next open question (or one that became wrong), or the summary.
_NEXT: Final = (P.ASKING, P.LISTING, P.REVIEWING)
# The same where no list was just left.
_OPEN: Final = (P.ASKING, P.REVIEWING)
# What the naming of an order may have come upon; a look-up under way is waited for first.
_RESUMED: Final = tuple(phase for phase in P if phase is not P.CHECKING)

TELLING: Final[Mapping[type[events.Event], Callable[[Turn], Step]]] = MappingProxyType(
    {
        events.Started: information.welcome,
        events.HelpRequested: information.help_,
        events.LanguageRequested: information.languages,
        events.LanguageChosen: information.languages,
        events.StatusRequested: status.status,
        events.OrdersRequested: information.orders,
        events.UnknownRequested: decisions.unknown_orders,
        events.EvidenceRequested: decisions.show_evidence,
        events.Investigated: decisions.investigated,
        events.Postponed: decisions.tried_later,
        events.TriedAgain: decisions.tried_again,
        events.StopAsked: decisions.stop_trying,
        events.LookAsked: decisions.look_again,
        events.Decided: decisions.decide,
        events.NumberChecked: decisions.number_checked,
        events.StatusAnswered: status.answered,
        events.Progressed: status.progressed,
        events.SearchedElsewhere: status.searched,
        events.RefreshAsked: status.refresh,
        events.NoticesRequested: status.notices,
        events.BalanceRequested: information.read_balances,
        events.BalancesRead: information.balances,
    }
)
"""Events that leave every phase as it is: something is told, or asked of the workers."""

_HINTS: Final[Mapping[type[events.Event], Callable[[Turn], Step]]] = {
    events.SentOther: information.not_text,
    events.MessageEdited: information.edited,
    events.CommandUnknown: information.unknown_command,
}


def _anywhere(phase: Phase) -> dict[type[events.Event], Transition]:
    return {event: _leads(act, phase) for event, act in {**TELLING, **_HINTS}.items()}


def _with_draft(phase: Phase) -> dict[type[events.Event], Transition]:
    return _anywhere(phase) | {
        events.NumberAsked: _leads(decisions.ask_number, P.NAMING),
        events.OrderRequested: _leads(outcomes.open_draft, phase),
        events.Continued: _leads(filling.misfit, phase),
        events.StartedAnew: _leads(browsing.begun, P.IDLE, P.CHECKING, *_NEXT),
        events.Cancelled: _leads(editing.cancel, P.IDLE),
        events.CancelRequested: _leads(editing.cancel, P.IDLE),
        events.Settled: _leads(outcomes.settled_while_busy, phase),
        events.Reopened: _leads(outcomes.finish_first, phase),
        events.OrderedAgain: _leads(status.again_later, phase),
    }


TABLE: Final[Mapping[Phase, Row]] = MappingProxyType(
    {
        P.IDLE: _anywhere(P.IDLE)
        | {
            events.OrderRequested: _leads(browsing.begun, P.IDLE, P.CHECKING, *_NEXT),
            events.CancelRequested: _leads(information.nothing_open, P.IDLE),
            events.Settled: _leads(outcomes.settled_while_free, P.IDLE, *_OPEN),
            events.Reopened: _leads(outcomes.reopen, P.IDLE, *_OPEN),
            events.OrderedAgain: _leads(status.order_again, P.IDLE, *_OPEN),
            events.NumberAsked: _leads(decisions.ask_number, P.NAMING),
        },
        P.ASKING: _with_draft(P.ASKING)
        | {
            events.Answered: _leads(browsing.answered, P.CHECKING, *_NEXT),
            events.Chose: _leads(filling.choose, P.CHECKING, *_NEXT),
            events.Skipped: _leads(filling.skip, *_NEXT),
            events.UsedAnyway: _leads(filling.use_anyway, *_NEXT),
            events.Picked: _leads(browsing.pick, P.CHECKING, *_NEXT),
            events.CategoriesAsked: _leads(browsing.categories, P.ASKING),
            events.CategoryPicked: _leads(browsing.category, P.ASKING),
            events.Paged: _leads(browsing.turn_page, P.ASKING),
            events.WentBack: _leads(browsing.lead_out, P.IDLE, *_NEXT),
        },
        P.CHECKING: _with_draft(P.CHECKING)
        | {
            events.LookedUp: _leads(browsing.checked, P.CHECKING, *_NEXT),
            events.NumberAsked: _leads(decisions.ask_number_later, P.CHECKING),
            events.WentBack: _leads(filling.stop_checking, P.ASKING),
        },
        P.LISTING: _with_draft(P.LISTING)
        | {
            events.AddedAnother: _leads(editing.add_item, P.ASKING, P.LISTING),
            events.ChangeAsked: _leads(editing.change_item, P.PICKING_ITEM, P.PICKING_FIELD),
            events.RemoveAsked: _leads(editing.remove_item, P.PICKING_ITEM, P.ASKING),
            events.ListDone: _leads(editing.list_done, *_NEXT),
            events.WentBack: _leads(editing.back_from_list, *_OPEN),
        },
        P.PICKING_ITEM: _with_draft(P.PICKING_ITEM)
        | {
            events.ItemPicked: _leads(editing.pick_item, P.PICKING_ITEM, P.PICKING_FIELD, P.LISTING),
            events.Paged: _leads(editing.turn_page, P.PICKING_ITEM),
            events.WentBack: _leads(editing.back_to_list, P.LISTING),
        },
        P.PICKING_FIELD: _with_draft(P.PICKING_FIELD)
        | {
            events.FieldPicked: _leads(editing.pick_field, P.PICKING_FIELD, P.LISTING, P.ASKING),
            events.Paged: _leads(editing.turn_page, P.PICKING_FIELD),
            events.WentBack: _leads(editing.back_from_fields, P.PICKING_FIELD, *_NEXT),
        },
        P.REVIEWING: _with_draft(P.REVIEWING)
        | {
            events.EditAsked: _leads(editing.edit, P.PICKING_FIELD),
            events.Confirmed: _leads(editing.confirm, P.IDLE, *_OPEN),
            events.DuplicateFound: _leads(editing.ordered_before, P.REVIEWING),
        },
        # Whatever else happens here ends the naming, and then happens to what was under way before.
        P.NAMING: _anywhere(P.NAMING)
        | {
            events.Answered: _leads(decisions.number_given, P.NAMING),
            events.NumberChecked: _leads(decisions.number_checked, *_RESUMED),
            events.CancelRequested: _leads(decisions.give_up_number, *_RESUMED),
            events.NumberGivenUp: _leads(decisions.give_up_number, *_RESUMED),
            events.NumberAsked: _leads(decisions.ask_number, P.NAMING),
            events.Settled: _leads(outcomes.settled_while_busy, P.NAMING),
        },
    }
)
