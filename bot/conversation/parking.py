"""Drafts that are put aside for later, and how they are shown: in the list, and where one of them was tapped.

An answer costs nothing of them: they are read only where somebody asks for them.
"""

from typing import Final

from bot.conversation.filled import Filled
from bot.conversation.known import Known
from bot.conversation.questions import steps
from bot.conversation.replies import DraftKept, DraftLine, DraftsListed
from bot.conversation.requests import ParkDraft
from bot.conversation.state import Conversation, Draft, KeptDraft
from providers.fields import about_of

MOST: Final = 20
"""Drafts that one conversation keeps for later."""


def is_blank(draft: Draft) -> bool:
    """Check whether nothing would be lost with a draft."""
    return not draft.answers and not draft.wanted


def parking(kept: KeptDraft) -> ParkDraft:
    return ParkDraft(kept.draft.id, kept.model_dump_json(), kept.at)


def parked_as(known: Known, draft: str) -> KeptDraft | None:
    """The parked draft of an id; none has an empty one."""
    return next((one for one in known.parked() if one.draft.id == draft), None) if draft else None


def parked_from(known: Known, reference: str) -> KeptDraft | None:
    """The parked draft that an order was opened again as."""
    return next((one for one in known.parked() if one.draft.source == reference), None)


def line_of(known: Known, draft: Draft, at: int = 0) -> DraftLine:
    """A draft in few words; `at` is when it was parked."""
    account = known.accounts.get(draft.account)
    if account is None:
        return DraftLine(draft.id, draft.account, at=at)
    form, of_form = Filled.of(account.form, Filled.of(account.form, draft.answers).pruned), steps(account.form)
    most, about = max(of_form.values()), about_of(account.form, draft.answers)
    if form.open is None:
        return DraftLine(draft.id, account.title, about, step=most, steps=most, at=at)
    step = of_form[str(form.open[0])]
    return DraftLine(draft.id, account.title, about, form.question(form.open).title, step, most, at)


def kept_shown(known: Known, kept: KeptDraft, more: int | None = None) -> DraftKept:
    """The notice of a parked draft; there are `more` beside it, else as many as are kept now."""
    beside = len(known.parked()) - 1 if more is None else more
    return DraftKept(line_of(known, kept.draft, kept.at), beside)


def drafts_shown(
    known: Known,
    state: Conversation,
    drafts: tuple[KeptDraft, ...] | None = None,
    *,
    removing: bool = False,
    removed: KeptDraft | None = None,
) -> DraftsListed:
    """The list of drafts: the open one, and `drafts`, or those that are parked now."""
    is_open = state.draft
    lines = [] if is_open is None else [line_of(known, is_open)]
    lines += [line_of(known, one.draft, one.at) for one in (known.parked() if drafts is None else drafts)]
    gone = None if removed is None else line_of(known, removed.draft, removed.at)
    return DraftsListed(tuple(lines), removing and bool(lines), gone)
