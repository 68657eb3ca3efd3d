"""Transitions that say something and leave the conversation where it is: help, languages, lists, balances, hints."""

import re
from typing import Any, Final

from bot.conversation.accounts import meant
from bot.conversation.answers import MISSING, get
from bot.conversation.commands import nearest, takes_text
from bot.conversation.events import (
    NOTICES,
    AllAsked,
    Answered,
    BalanceRequested,
    BalancesRead,
    CommandUnknown,
    CustomerTapped,
    Event,
    LanguageChosen,
    MessageEdited,
    Missed,
    NoticesRequested,
    NoticesTapped,
    OrdersRequested,
    SentOther,
    StatusRequested,
    Tap,
)
from bot.conversation.known import Known
from bot.conversation.parking import MOST, kept_shown, parked_as
from bot.conversation.prompts import all_shown, amount_at, current_prompt, filled_of, question_at
from bot.conversation.questions import is_listed, takes_any_words
from bot.conversation.replies import (
    BalancesShown,
    BatchShown,
    Closed,
    CommandMeant,
    CustomerNoted,
    HelpShown,
    Hint,
    HintCode,
    LanguagesOffered,
    NothingOpen,
    NoticesOffered,
    NotTaken,
    NotText,
    OrdersListed,
    Reply,
    Stale,
    StatusShown,
    Toast,
    ToastCode,
    Welcomed,
)
from bot.conversation.requests import (
    AskStatus,
    ChooseLanguage,
    ChooseNotices,
    KeepSearch,
    NoteCustomer,
    ReadBalances,
)
from bot.conversation.state import Conversation, Phase, Proposal, Sought
from bot.conversation.step import Step, Turn
from bot.conversation.views import Days, Freshness, Menu, OrderView, Wanted
from providers.cleaning import typed_number, with_marks_shown
from providers.orders import Outcome

NUMBER: Final = re.compile(r"#?(?:[0-9]{1,64}|(?=[^ ]*[0-9]{3})[0-9A-Za-z-]{3,64})")
"""The texts that are looked up when no question is open: digits, or letters and dashes around three digits or more."""


def welcome(turn: Turn[Event]) -> Step:
    return turn.stays(Welcomed())


def help_(turn: Turn[Event]) -> Step:
    return turn.stays(HelpShown())


def languages(turn: Turn[Event]) -> Step:
    return turn.stays(LanguagesOffered(""))


def language_chosen(turn: Turn[LanguageChosen]) -> Step:
    language = turn.event.language
    if not turn.known.has_language(language):
        return stale(turn)
    # What is open is shown anew: nobody answers a question in a language that they have just left.
    is_open = turn.state.draft is not None or turn.state.naming is not None
    current = (current_prompt(turn.state, turn.known),) if is_open else ()
    return turn.stays(LanguagesOffered(language), *current, requests=(ChooseLanguage(language),))


def customer_said(turn: Turn[CustomerTapped]) -> Step:
    """An admin's word on an account whose key is new: the settings alone can't tell."""
    event, known = turn.event, turn.known
    account = known.accounts.get(event.account)
    if account is None or not known.asks_customer(event.account, event.own):
        return stale(turn)
    request = NoteCustomer(event.account, event.own, event.same)
    return turn.stays(CustomerNoted(account.title, event.same), requests=(request,))


def nothing_open(turn: Turn[Event]) -> Step:
    return turn.stays(NothingOpen(parked=len(turn.known.parked())))


def stale(turn: Turn[Event]) -> Step:
    """A button of an earlier moment; with no draft open a word on the button is enough.

    A draft that was parked since says where it is.
    """
    if isinstance(turn.event, Tap) and (parked := parked_as(turn.known, turn.event.draft)) is not None:
        return with_standing(turn, kept_shown(turn.known, parked))
    current = (current_prompt(turn.state, turn.known),) if turn.state.draft is not None else ()
    return turn.stays(Stale(), *current)


def not_text(turn: Turn[SentOther]) -> Step:
    """A sticker or the like: what was expected, and where we stand; with nothing open, what can be done."""
    if turn.state.draft is None and turn.state.naming is None:
        return turn.stays(NothingOpen(turn.event.medium, len(turn.known.parked())))
    taps = turn.state.naming is None and turn.state.phase not in {Phase.ASKING, Phase.CHECKING}
    return with_standing(turn, NotText(turn.event.medium, turn.event.captioned, taps=taps))


def not_taken(turn: Turn[Answered], why: Missed) -> Step:
    """A text that answers nothing. The question stays as it stands: it is right above, or just coming."""
    about = replied_about(turn.known, turn.event)
    if about is not None:
        return show_status(turn, about)
    return turn.stays(NotTaken((*turn.event.before, turn.event.text), why))


def untaken(turn: Turn[Answered]) -> Step:
    """A text that answers nothing where only buttons do: it is said so, and below it where we stand.

    The words of an order's button are said to want the message that is meant, where it isn't clear which that is.
    """
    if turn.state.draft is None and turn.known.is_card_word(turn.event.text):
        return turn.stays(Hint(HintCode.WHICH_MESSAGE, {"text": with_marks_shown(turn.event.text)}))
    if turn.state.draft is None or not turn.event.text.strip():
        return turn.stays(current_prompt(turn.state, turn.known))
    return with_standing(turn, Hint(HintCode.NOT_TAKEN, {"text": with_marks_shown(turn.event.text)}))


def edited(turn: Turn[MessageEdited]) -> Step:
    """An edited message is no answer: people edit what was answered long ago."""
    return with_standing(turn, Hint(HintCode.EDITED))


def unknown_command(turn: Turn[CommandUnknown]) -> Step:
    """The nearest command is offered, and never done by itself."""
    event = turn.event
    typed = event.command.lstrip("/")
    if (spaced := _with_space(turn.known, typed, event.rest)) is not None:
        return with_standing(turn, CommandMeant(event.command, *spaced))
    if (name := nearest(typed)) != "":
        return with_standing(turn, CommandMeant(event.command, name, event.rest if takes_text(name) else ""))
    return with_standing(turn, Hint(HintCode.UNKNOWN_COMMAND, {"command": event.command}))


def with_standing(turn: Turn[Any], reply: Reply) -> Step:
    """A notice, and below it the question or menu that still waits, if any."""
    is_open = turn.state.draft is not None or turn.state.naming is not None
    current = (current_prompt(turn.state, turn.known),) if is_open else ()
    return turn.stays(reply, *current)


def show_all(turn: Turn[AllAsked]) -> Step:
    """Every item, and below them the list or the summary again, whose buttons go on as they were."""
    shown, current = all_shown(turn.account, turn.draft), current_prompt(turn.state, turn.known)
    return turn.stays(shown, current) if shown.blocks else turn.stays(current)


def orders(turn: Turn[OrdersRequested]) -> Step:
    """A page of the journal; a filter that is no longer offered makes the button an old one."""
    page = turn.known.page(turn.event.wanted)
    if page is None:
        return stale(turn)
    found = tuple((order, turn.known.title_of(order)) for order in page.orders)
    accounts = tuple((name, account.title) for name, account in turn.known.accounts.items())
    # At a question the next text is its answer.
    waits = page.wanted.menu is Menu.SEARCH and turn.state.draft is None and turn.state.naming is None
    state = turn.state.model_copy(update={"search": _sought(page.wanted)}) if waits else turn.state
    kept = (KeepSearch(page.wanted.text),) if page.wanted.text else ()
    return Step(state, (OrdersListed(found, page.wanted, page.listing, accounts, waits=waits),), kept)


def searched_for(state: Conversation, text: str) -> OrdersRequested | None:
    """The list of orders that a text is to be looked for in, where one waits for it."""
    sought = state.search
    if sought is None or len(text.strip().splitlines()) != 1:
        return None
    days = next((days for days in Days if days == sought.days), Days.ANY)
    return OrdersRequested(Wanted(sought.account, sought.state, days, sought.person, text.strip()))


def _sought(wanted: Wanted) -> Sought:
    return Sought(account=wanted.account, state=wanted.state, days=wanted.days, person=wanted.person)


def notices(turn: Turn[NoticesRequested]) -> Step:
    return turn.stays(NoticesOffered(turn.known.notices()))


def notices_chosen(turn: Turn[NoticesTapped]) -> Step:
    chosen = turn.event.chosen
    if chosen not in NOTICES:
        return stale(turn)
    return turn.stays(NoticesOffered(chosen, changed=True), requests=(ChooseNotices(chosen),))


def replied_about(known: Known, event: Answered | StatusRequested) -> OrderView | None:
    """The order whose message was replied to, by its reference; other numbers in it may be anything.

    None for a reply that is a number itself: that one is meant.
    """
    if isinstance(event, Answered) and NUMBER.fullmatch(tidy(event.text)):
        return None
    return next((order for name in event.replied if (order := known.order(name)) is not None), None)


def held_at(turn: Turn[Answered]) -> tuple[Proposal, ...]:
    """The orders that a text at a question or a list holds; none where it answers whatever it says."""
    browse = turn.draft.browse
    if replied_about(turn.known, turn.event) is not None or (browse is not None and browse.searching):
        return ()
    if takes_any_words(turn.form, turn.draft.at):
        # A note may say anything.
        return ()
    return turn.known.proposals(turn.account.name, turn.event.text, begun=True)


def tidy(text: str) -> str:
    """An order number as people paste it, in the form in which it is looked up."""
    return typed_number(text)


def show_status(turn: Turn[Event], order: OrderView, *, on_card: bool = False, listed: Wanted | None = None) -> Step:
    """An order as it is now: its supplier is asked where it can be; else the journal answers, and says so.

    `listed` is the list that it was opened from.
    """
    if turn.known.reads_status(order):
        asking = Toast(ToastCode.ASKING, about=order.about, account=turn.known.title_of(order))
        return turn.stays(asking, requests=(AskStatus(order.reference, on_card, listed),))
    placed = order.outcome is Outcome.PLACED and order.account in turn.known.accounts
    freshness = Freshness.SILENT if placed else Freshness.KNOWN
    return turn.stays(status_shown(turn.known, order, freshness, listed))


def status_shown(known: Known, order: OrderView, freshness: Freshness, listed: Wanted | None = None) -> StatusShown:
    return StatusShown(
        order,
        known.title_of(order),
        freshness,
        again=known.repeats(order),
        reopenable=can_reopen(known, order),
        earlier=known.attempts_before(order.reference),
        listed=listed,
    )


def can_reopen(known: Known, order: OrderView) -> bool:
    """Only who ordered may open an order again, and only while it has not been ordered anew."""
    own = known.reopens(order) and known.is_own(order.reference)
    return own and not order.replaced_by and not order.pruned


def read_balances(turn: Turn[BalanceRequested]) -> Step:
    return turn.stays(requests=(ReadBalances(),))


def balances(turn: Turn[BalancesRead]) -> Step:
    return turn.stays(BalancesShown(turn.event.found, turn.event.silent))


def _with_space(known: Known, typed: str, rest: str) -> tuple[str, str] | None:
    """The command and what stands behind it, where only the space between them was left out: /orderguoguo, /status1207.

    None for any other word.
    """
    for name in ("order", "status"):
        behind = " ".join(filter(None, [typed[len(name) :].lstrip("_-"), rest]))
        if typed.lower().startswith(name) and behind and typed[len(name) :]:
            is_meant = (
                meant(known.accounts, behind).account is not None if name == "order" else NUMBER.fullmatch(behind)
            )
            return (name, behind) if is_meant else None
    return None


def _picked(before: Conversation, after: Conversation, known: Known) -> Closed:
    """The reply that is left of a menu: what was picked from it, if anything."""
    draft, now = before.draft, after.draft
    account = None if draft is None else known.accounts.get(draft.account)
    if draft is None or now is None or account is None or now.id != draft.id:
        return Closed()
    step = now.at[len(draft.at)] if now.at[: len(draft.at)] == draft.at and len(now.at) > len(draft.at) else None
    if before.phase is Phase.PICKING_FIELD:
        sections = filled_of(account, draft).part(draft.at).sections
        return Closed(menu="edit", answer=sections[str(step)].plan.title if step in sections else "")
    if draft.purpose == "remove":
        old, new = get(draft.answers, draft.at), get(now.answers, draft.at)
        if isinstance(old, list) and isinstance(new, list) and len(new) < len(old):
            step = next((place for place, one in enumerate(new) if one != old[place]), len(new))
    return Closed(menu=draft.purpose, answer=str(step + 1) if isinstance(step, int) else "")


def closed(before: Conversation, after: Conversation, known: Known) -> Closed:
    """The reply that is left of a question, menu or summary once the conversation stands elsewhere."""
    draft, answers = before.draft, after.draft.answers if after.draft is not None else {}
    account = None if draft is None else known.accounts.get(draft.account)
    if before.naming is None and before.phase in {Phase.PICKING_FIELD, Phase.PICKING_ITEM}:
        return _picked(before, after, known)
    is_question = before.naming is None and before.phase in {Phase.ASKING, Phase.CHECKING}
    if draft is None or account is None or not is_question or after.draft is None or after.draft.id != draft.id:
        return Closed()
    if after.naming is None and after.phase in {Phase.ASKING, Phase.CHECKING} and after.draft.at == draft.at:
        # Asked once more, what stood there before is no answer to it; and one that is looked up stands below.
        return Closed()
    try:
        question, filled = question_at(account, draft), filled_of(account, after.draft)
        group = filled.part(draft.at[:-1])
    except LookupError:
        return Closed()
    value = get(answers, draft.at)
    if value is MISSING and question.skips is not None and get(answers, question.skips) is None:
        value = None
    if value is MISSING:
        return Closed()
    text, plan = group.shown.get(str(draft.at[-1]), ""), group.sections[str(draft.at[-1])].plan
    # An id says nothing to people, and while it is being looked up only the catalogue has its title.
    listed = question.facts is not None and is_listed(account.form, after.draft.answers)
    kept = known.facts(account.name, text) if listed and text else None
    title = group.title_at(plan) or str((kept or {}).get("title") or "")
    amount = amount_at(account, filled, draft.at, text)
    return Closed(question.title, title.strip() or text, is_choice=bool(question.choices), amount=amount)


def batch_shown(known: Known, batch: str, *, at_once: bool = False) -> tuple[Reply, ...]:
    """The message of a batch as it is now; nothing where there is none."""
    found = known.batch(batch)
    if found is None:
        return ()
    title = known.accounts[found.account].title if found.account in known.accounts else found.account
    return (BatchShown(found, title, at_once),)


def no_room(turn: Turn[Event], about: str = "") -> Step:
    """Another draft is open, and as many are kept for later as may be."""
    return with_standing(turn, Hint(HintCode.NO_ROOM, {"n": str(MOST)}, about=about))
