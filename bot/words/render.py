"""From replies to messages: every kind of reply has its words in one table."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from bot.buttons.data import choose_language, fits
from bot.buttons.data import command as command_button
from bot.conversation.events import Missed
from bot.conversation.replies import (
    AccountGone,
    AccountsOffered,
    AllShown,
    Asked,
    BalancesShown,
    BatchRefused,
    BatchShown,
    CardShown,
    CheckingShown,
    Choices,
    Closed,
    CommandMeant,
    CustomerAsked,
    CustomerNoted,
    DraftCancelled,
    DraftKept,
    DraftOpen,
    DraftsListed,
    EmptySheet,
    EvidenceClosed,
    EvidenceShown,
    ForgottenShown,
    HelpShown,
    Hint,
    LanguagesOffered,
    Listed,
    NothingOpen,
    NoticesOffered,
    NotTaken,
    NotText,
    NumberChecking,
    NumberDoubted,
    NumberWanted,
    OrderNoticed,
    OrderNotKnown,
    OrdersFound,
    OrdersListed,
    OutcomeFound,
    OutcomeShown,
    ParcelsShown,
    PastedShown,
    PeopleListed,
    PersonGone,
    PersonShown,
    Reply,
    RetryingShown,
    RetryShown,
    SendingShown,
    SheetNotTaken,
    SheetReading,
    SheetReturned,
    SheetShown,
    Stale,
    StatusAsked,
    StatusShown,
    Summarised,
    Toast,
    ToastCode,
    TrayClosed,
    TrayFile,
    TrayShown,
    UnknownListed,
    Welcomed,
    WhichOrder,
)
from bot.conversation.state import Conversation
from bot.words import (
    accounts,
    balance,
    batches,
    drafts,
    evidence,
    filling,
    notices,
    order_list,
    orders,
    pasted,
    people,
    sheets,
    status,
    trays,
    unknown,
)
from bot.words.catalogue import Catalogue, catalogues
from bot.words.keys import Keys
from bot.words.message import Button, Message, Style, bold, code, escaped, narrowed, readable, shortened
from bot.words.orders import about_line
from providers.orders import Outcome

_TOLD: Final = 80
"""Columns of an account's title or the line about an order in a toast, which has at most 200 characters."""
_COMMANDS: Final = (
    *("order", "sheet", "drafts", "status", "orders", "people", "unknown", "balance"),
    *("notify", "cancel", "language", "help"),
)
_GIVES_UP: Final = ("cancel",)

_MISSED: Final = 60
"""Characters that are quoted of a text that was not taken."""
_MOST_MISSED: Final = 10

IN_PASSING: Final = (Stale, Toast)
"""Replies that no message is made of."""

_OF_A_DRAFT: Final[dict[type[Reply], Callable[[Catalogue, Any, Keys], Message | list[Message]]]] = {
    Asked: filling.asked,
    CheckingShown: filling.checking_shown,
    Listed: filling.listed,
    Choices: filling.choices,
    Summarised: filling.summarised,
    DraftOpen: drafts.draft_open,
    PastedShown: pasted.pasted_shown,
}


def commands(words: Catalogue) -> list[tuple[str, str]]:
    """The commands for Telegram's menu, each with what it does."""
    return [(command, words.say(f"command.{command}")) for command in _COMMANDS]


def _welcomed(words: Catalogue, _: Welcomed) -> Message:
    return Message(f"{bold(words.say('welcome.first'))}\n{escaped(words.say('welcome.text'))}")


def _help(words: Catalogue, _: HelpShown) -> Message:
    lines = [f"/{command} – {escaped(text)}" for command, text in commands(words)]
    return Message("\n".join([bold(words.say("help.first")), *lines, escaped(words.say("help.text"))]))


def _languages(words: Catalogue, reply: LanguagesOffered) -> Message:
    if reply.chosen:
        return Message(f"{escaped(words.say('language.chosen'))}\n{escaped(words.say('welcome.text'))}")
    found = [(Button(c.say("language.name"), choose_language(c.language)),) for c in catalogues().values()]
    return Message(bold(words.say("language.ask")), tuple(found))


def _nothing_open(words: Catalogue, reply: NothingOpen) -> Message:
    """The end of an order, or of no order at all, and the ways on from there."""
    unread = [escaped(words.say(f"nothing.{reply.medium}"))] if reply.medium is not None else []
    ways = (
        Button(words.say("button.new_order"), command_button("order")),
        Button(words.say("button.latest"), command_button("orders")),
    )
    kept = ((drafts.to_drafts(words),),) if reply.parked else ()
    return Message("\n".join([*unread, escaped(words.say("draft.none"))]), (ways, *kept))


def _not_text(words: Catalogue, reply: NotText) -> Message:
    kind = "caption" if reply.captioned else "tap" if reply.taps else reply.medium
    return Message(escaped(words.say(f"medium.{kind}")))


def _not_taken(words: Catalogue, reply: NotTaken) -> Message:
    texts = [code(shortened(text, _MISSED)) for text in dict.fromkeys(reply.texts)]
    ask = words.say(f"missed_one.{reply.why}") if len(texts) == 1 else words.say(f"missed_several.{reply.why}")
    left_out = max(0, len(texts) - _MOST_MISSED)
    quoted = [*texts[:_MOST_MISSED], *([escaped(words.say("list.more", n=left_out))] if left_out else [])]
    first = escaped(words.say("missed.first_twice" if reply.why is Missed.TWICE else "missed.first"))
    return Message("\n".join([words.labelled(first, " · ".join(quoted)), escaped(ask)]))


def _hint(words: Catalogue, reply: Hint) -> Message:
    gaps = {key: shortened(value, 60) for key, value in reply.params.items()}
    if "region" in gaps:
        gaps["region"] = words.say(f"region.{gaps['region']}")
    return Message("\n".join([escaped(words.say(f"hint.{reply.code}", **gaps)), *about_line(reply.about)]))


def _command_meant(words: Catalogue, reply: CommandMeant) -> Message:
    """Its button does what the command does; what gives something up is only named, so that no old button does it."""
    text = words.say("command.meant", command=shortened(reply.command, 60), name=f"/{reply.name}")
    if reply.name in _GIVES_UP:
        return Message(escaped(text))
    rest = reply.rest if fits(command_button(reply.name, reply.rest)) else ""
    button = Button(f"/{reply.name} {rest}".strip(), command_button(reply.name, rest), style=Style.PRIMARY)
    return Message(escaped(text), ((button,),))


_PLAIN: Final[dict[type[Reply], Callable[[Catalogue, Any], Message | list[Message]]]] = {
    Welcomed: _welcomed,
    HelpShown: _help,
    LanguagesOffered: _languages,
    NotText: _not_text,
    NotTaken: _not_taken,
    Hint: _hint,
    CommandMeant: _command_meant,
    NothingOpen: _nothing_open,
    AccountGone: lambda words, reply: Message(escaped(words.say("draft.account_gone", account=reply.account))),
    DraftCancelled: drafts.draft_cancelled,
    DraftKept: drafts.draft_kept,
    DraftsListed: drafts.drafts_listed,
    AccountsOffered: filling.accounts_offered,
    Closed: filling.closed,
    AllShown: filling.all_shown,
    SendingShown: orders.sending_shown,
    OutcomeShown: lambda words, reply: (
        status.placed_shown(words, reply)
        if reply.order.outcome is Outcome.PLACED
        else orders.outcome_shown(words, reply)
    ),
    RetryShown: unknown.retry_shown,
    RetryingShown: unknown.retrying_shown,
    EvidenceShown: evidence.evidence_shown,
    EvidenceClosed: unknown.evidence_closed,
    OutcomeFound: unknown.outcome_found,
    UnknownListed: unknown.unknown_listed,
    NumberWanted: unknown.number_wanted,
    NumberChecking: unknown.number_checking,
    NumberDoubted: unknown.number_doubted,
    StatusShown: status.status_shown,
    ParcelsShown: status.parcels_shown,
    CardShown: status.card_shown,
    WhichOrder: status.which_order,
    NoticesOffered: notices.notices_offered,
    StatusAsked: lambda words, _: orders.status_asked(words),
    OrdersFound: status.orders_found,
    OrderNoticed: status.order_noticed,
    OrderNotKnown: status.order_not_known,
    OrdersListed: order_list.orders_listed,
    BalancesShown: balance.balances_shown,
    PeopleListed: people.people_listed,
    PersonShown: people.person_shown,
    ForgottenShown: people.forgotten_shown,
    PersonGone: people.person_gone,
    EmptySheet: sheets.empty_sheet,
    SheetReading: sheets.sheet_reading,
    SheetNotTaken: sheets.sheet_not_taken,
    SheetShown: sheets.sheet_shown,
    SheetReturned: sheets.sheet_returned,
    TrayFile: sheets.tray_file,
    BatchShown: batches.batch_shown,
    BatchRefused: batches.batch_refused,
    TrayShown: trays.tray_shown,
    TrayClosed: trays.tray_closed,
    CustomerAsked: accounts.customer_asked,
    CustomerNoted: accounts.customer_noted,
}


def render(words: Catalogue, reply: Reply, state: Conversation) -> list[Message]:
    """The messages of a reply, in order; `state` is the one after the step, whose draft the buttons belong to.

    Raises KeyError for a reply without words: a mistake that a test finds.
    """
    if type(reply) in _PLAIN:
        found = _PLAIN[type(reply)](words, reply)
        return found if isinstance(found, list) else [found]
    if state.draft is None:
        raise KeyError(type(reply))
    told = _OF_A_DRAFT[type(reply)](words, reply, Keys(words, state.draft))
    return told if isinstance(told, list) else [told]


def toast(words: Catalogue, replies: Sequence[Reply]) -> str:
    """The answer that a tapped button shows by itself, if anything; at most 200 characters."""
    for reply in replies:
        if isinstance(reply, IN_PASSING):
            if isinstance(reply, Stale):
                # With something open, that is said below.
                return words.say("toast.stale_open" if len(replies) > 1 else "toast.stale")
            key = f"toast.{reply.code}" if reply.account or reply.code is not ToastCode.ASKING else "toast.asking_all"
            told = words.say(key, at=words.clock(reply.at, 0), account=shortened(reply.account, _TOLD))
            return "\n".join(filter(None, [told, narrowed(readable(reply.about).strip(), _TOLD)]))
    return ""
