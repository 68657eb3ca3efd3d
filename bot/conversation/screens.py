"""The replies that a person has before them, with their buttons, and the question about the draft that is in the way.

Each button has a typed twin, so the words on the screen are compared with what is typed.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.conversation.known import Account, Known
from bot.conversation.parking import is_blank, kept_shown, line_of, parked_as
from bot.conversation.prompts import current_prompt, fields_offered, filled_of, items_offered, parts
from bot.conversation.replies import Choices, DraftCancelled, DraftOpen, Reply
from bot.conversation.state import Anew, Conversation, Draft, Phase


def draft_open(account: Account, draft: Draft, known: Known) -> DraftOpen:
    """The question whether the open draft goes on, or makes room for the order that was asked for meanwhile."""
    wanted = draft.anew or Anew()
    drops = parked_as(known, wanted.drops)
    oldest = None if drops is None else line_of(known, drops.draft, drops.at)
    return DraftOpen(
        account.title, wanted.account, len(parts(account, filled_of(account, draft))), wanted.answer, oldest
    )


def on_screen(state: Conversation, known: Known) -> tuple[Reply, ...]:
    """The replies whose buttons a person has before them and can type the words of."""
    try:
        shown: list[Reply] = [current_prompt(state, known)]
    except LookupError:
        return ()
    draft = state.draft
    if (draft is None or is_blank(draft)) and state.cancelled is not None:
        shown.append(DraftCancelled("", state.cancelled.draft.id))
    if draft is not None and draft.anew is not None and state.naming is None and draft.account in known.accounts:
        # The question above it waits until that is known: its buttons' words are no answer either.
        return (draft_open(known.accounts[draft.account], draft, known),)
    if draft is None and (parked := known.parked()):
        shown.append(kept_shown(known, parked[0]))
    elif (aside := parked_as(known, state.aside)) is not None:
        shown.append(kept_shown(known, aside))
    return tuple(shown)


def beyond(state: Conversation, known: Known) -> tuple[Reply, ...]:
    """The entries of an open menu that are on other pages, and the fields behind Edit: their names can be typed too."""
    draft = state.draft
    account = None if draft is None else known.accounts.get(draft.account)
    if draft is None or account is None or state.naming is not None:
        return ()
    if state.phase is Phase.PICKING_ITEM:
        return _pages_of(items_offered, account, draft)
    return _pages_of(fields_offered, account, draft) if state.phase in {Phase.PICKING_FIELD, Phase.REVIEWING} else ()


def _pages_of(menu: Callable[[Account, Draft], Choices], account: Account, draft: Draft) -> tuple[Choices, ...]:
    """Every page of a menu, without the buttons that turn them."""
    pages = [menu(account, draft.model_copy(update={"page": page})) for page in range(menu(account, draft).pages)]
    return tuple(replace(one, page=0, pages=1) for one in pages)
