"""Everything that may happen in a conversation. What isn't in this table is illegal, and illegal changes nothing.

Two rules. Everything that affects which phase comes next lives here: each transition names the phases it may lead to,
and the engine holds it to that. And the table doesn't know what is being ordered: forms, accounts and words are
elsewhere, so that a new supplier never changes it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.conversation import balance_events as m
from bot.conversation import balances, browsing, editing, filling, pursuing, status, telling
from bot.conversation import catalogue_events as c
from bot.conversation import events as e
from bot.conversation import order_events as o
from bot.conversation import status_events as s
from bot.conversation.state import Phase
from bot.conversation.step import Step, Turn


@dataclass(frozen=True, slots=True)
class Transition:
    """What is done for an event in a phase, and the phases that it may lead to."""

    act: Callable[[Turn], Step]
    to: frozenset[Phase]


Row = Mapping[type[e.Event], Transition]


def _leads(act: Callable[[Turn], Step], *to: Phase) -> Transition:
    return Transition(act, frozenset(to))


P = Phase
# After an answer: the list it was in, the next open question (or one that became wrong), or the summary.
_NEXT: Final = (P.ASKING, P.LISTING, P.REVIEWING)
# The same where no list was just left.
_OPEN: Final = (P.ASKING, P.REVIEWING)
# What the naming of an order may have come upon; a look-up under way is waited for first.
_RESUMED: Final = tuple(phase for phase in P if phase is not P.CHECKING)

TELLING: Final[Mapping[type[e.Event], Callable[[Turn], Step]]] = MappingProxyType(
    {
        e.Started: telling.welcome,
        e.HelpRequested: telling.help_,
        e.LanguageRequested: telling.languages,
        e.LanguageChosen: telling.languages,
        e.StatusRequested: status.status,
        e.OrdersRequested: telling.orders,
        o.UnknownRequested: pursuing.unknown_orders,
        o.EvidenceRequested: pursuing.show_evidence,
        o.Investigated: pursuing.investigated,
        o.Postponed: pursuing.tried_later,
        o.TriedAgain: pursuing.tried_again,
        o.StopAsked: pursuing.stop_trying,
        o.LookAsked: pursuing.look_again,
        o.Decided: pursuing.decide,
        o.NumberChecked: pursuing.number_checked,
        s.StatusAnswered: status.answered,
        s.Progressed: status.progressed,
        s.SearchedElsewhere: status.searched,
        s.RefreshAsked: status.refresh,
        s.NoticesRequested: status.notices,
        m.BalanceRequested: balances.ask,
        m.BalancesRead: balances.show,
    }
)
"""Events that leave every phase as it is: something is told, or asked of the workers."""

_HINTS: Final[Mapping[type[e.Event], Callable[[Turn], Step]]] = {
    e.SentOther: telling.not_text,
    e.MessageEdited: telling.edited,
    e.CommandUnknown: telling.unknown_command,
}


def _anywhere(phase: Phase) -> dict[type[e.Event], Transition]:
    return {event: _leads(act, phase) for event, act in {**TELLING, **_HINTS}.items()}


def _with_draft(phase: Phase) -> dict[type[e.Event], Transition]:
    return _anywhere(phase) | {
        o.NumberAsked: _leads(pursuing.ask_number, P.NAMING),
        e.OrderRequested: _leads(telling.open_draft, phase),
        e.Continued: _leads(filling.misfit, phase),
        e.StartedAnew: _leads(browsing.begun, P.IDLE, P.CHECKING, *_NEXT),
        e.Cancelled: _leads(editing.cancel, P.IDLE),
        e.CancelRequested: _leads(editing.cancel, P.IDLE),
        e.Settled: _leads(telling.settled_while_busy, phase),
        e.Reopened: _leads(telling.finish_first, phase),
        s.OrderedAgain: _leads(status.again_later, phase),
    }


TABLE: Final[Mapping[Phase, Row]] = MappingProxyType(
    {
        P.IDLE: _anywhere(P.IDLE)
        | {
            e.OrderRequested: _leads(browsing.begun, P.IDLE, P.CHECKING, *_NEXT),
            e.CancelRequested: _leads(telling.nothing_open, P.IDLE),
            e.Settled: _leads(telling.settled_while_free, P.IDLE, *_OPEN),
            e.Reopened: _leads(telling.reopen, P.IDLE, *_OPEN),
            s.OrderedAgain: _leads(status.order_again, P.IDLE, *_OPEN),
            o.NumberAsked: _leads(pursuing.ask_number, P.NAMING),
        },
        P.ASKING: _with_draft(P.ASKING)
        | {
            e.Answered: _leads(browsing.answered, P.CHECKING, *_NEXT),
            e.Chose: _leads(filling.choose, P.CHECKING, *_NEXT),
            e.Skipped: _leads(filling.skip, *_NEXT),
            e.UsedAnyway: _leads(filling.use_anyway, *_NEXT),
            c.Picked: _leads(browsing.pick, P.CHECKING, *_NEXT),
            c.CategoriesAsked: _leads(browsing.categories, P.ASKING),
            c.CategoryPicked: _leads(browsing.category, P.ASKING),
            e.Paged: _leads(browsing.turn_page, P.ASKING),
            e.WentBack: _leads(browsing.lead_out, P.IDLE, *_NEXT),
        },
        P.CHECKING: _with_draft(P.CHECKING)
        | {
            e.LookedUp: _leads(browsing.checked, P.CHECKING, *_NEXT),
            o.NumberAsked: _leads(pursuing.ask_number_later, P.CHECKING),
            e.WentBack: _leads(filling.stop_checking, P.ASKING),
        },
        P.LISTING: _with_draft(P.LISTING)
        | {
            e.AddedAnother: _leads(editing.add_item, P.ASKING, P.LISTING),
            e.ChangeAsked: _leads(editing.change_item, P.PICKING_ITEM, P.PICKING_FIELD),
            e.RemoveAsked: _leads(editing.remove_item, P.PICKING_ITEM, P.ASKING),
            e.ListDone: _leads(editing.list_done, *_NEXT),
            e.WentBack: _leads(editing.back_from_list, *_OPEN),
        },
        P.PICKING_ITEM: _with_draft(P.PICKING_ITEM)
        | {
            e.ItemPicked: _leads(editing.pick_item, P.PICKING_ITEM, P.PICKING_FIELD, P.LISTING),
            e.Paged: _leads(editing.turn_page, P.PICKING_ITEM),
            e.WentBack: _leads(editing.back_to_list, P.LISTING),
        },
        P.PICKING_FIELD: _with_draft(P.PICKING_FIELD)
        | {
            e.FieldPicked: _leads(editing.pick_field, P.PICKING_FIELD, P.LISTING, P.ASKING),
            e.Paged: _leads(editing.turn_page, P.PICKING_FIELD),
            e.WentBack: _leads(editing.back_from_fields, P.PICKING_FIELD, *_NEXT),
        },
        P.REVIEWING: _with_draft(P.REVIEWING)
        | {
            e.EditAsked: _leads(editing.edit, P.PICKING_FIELD),
            e.Confirmed: _leads(editing.confirm, P.IDLE, *_OPEN),
            o.AlikeFound: _leads(editing.ordered_before, P.REVIEWING),
        },
        # Whatever else happens here ends the naming, and then happens to what was under way before.
        P.NAMING: _anywhere(P.NAMING)
        | {
            e.Answered: _leads(pursuing.number_given, P.NAMING),
            o.NumberChecked: _leads(pursuing.number_checked, *_RESUMED),
            e.CancelRequested: _leads(pursuing.give_up_number, *_RESUMED),
            o.NumberGivenUp: _leads(pursuing.give_up_number, *_RESUMED),
            o.NumberAsked: _leads(pursuing.ask_number, P.NAMING),
            e.Settled: _leads(telling.settled_while_busy, P.NAMING),
        },
    }
)
