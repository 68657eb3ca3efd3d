"""Reads typed text as the button that stands on the screen, or as the command that its words are.

On some phones the buttons of old messages go dead, and many people type anyway: each button has its typed twin, in
every language that we have. The screen is put into words once more and read back, so no button has to be listed here.
"""

from collections.abc import Callable, Sequence
from functools import cache

from bot.buttons.data import read
from bot.catalogue.finding import is_search
from bot.conversation import commands, events
from bot.conversation.accounts import is_named, meant
from bot.conversation.information import batch_shown
from bot.conversation.known import Known
from bot.conversation.numbers import numbers_in
from bot.conversation.prompts import question_at
from bot.conversation.replies import Reply
from bot.conversation.screens import beyond, on_screen
from bot.conversation.state import Conversation, Phase
from bot.conversation.tray_rows import tray_dropped, tray_open
from bot.reading.characters import simplified
from bot.words.catalogue import Catalogue, catalogues
from bot.words.message import Button, Message
from bot.words.render import render
from providers.cleaning import compared_text, typed_number, without_marks

Filling = Callable[[tuple[Reply, ...]], tuple[Reply, ...]]

_LONGEST = 80
"""Characters of a text that may be a button's."""
_LABELS = "button."
"""The beginning of the keys of all labels that are the same wherever they stand."""
_MOVING_ON = ("skip", "done", "confirm", "edit", "change", "remove", "add_another", "keep", "continue", "undo")
"""The labels that nobody means as an answer, whichever of them stand at a question."""
_OF_CARDS = (
    *("refresh", "again", "reopen", "all_parcels", "look_into", "details"),
    *("look_again", "found_it", "not_placed", "resend", "stop"),
)
"""The labels of the buttons below orders; nobody means them as a command."""
_SYNONYMS = "also."
"""What stands before the key of a label for the other words that people have for it, parted by commas."""
_WORDS = "typed."
"""The beginning of the keys of the words for a command, in the order in which they are looked at."""
_BEHIND = " \t\n:：,，、/"
"""Characters that part a command's word from what it is about."""


def languages(own: Catalogue) -> tuple[Catalogue, ...]:
    """All languages, the reader's first: where two use one word for different buttons, theirs is meant."""
    return (own, *(other for code, other in catalogues().items() if code != own.language))


def button(
    known: Known, state: Conversation, text: str, spoken: Sequence[Catalogue], filled: Filling
) -> events.Event | None:
    """The tap on the button on the screen whose words the text is; None for any other text, or where two have them.

    `filled` puts into replies what their questions offer. The id of a product is that product, whatever another is
    called.
    """
    typed = compared_text(text[:_LONGEST])
    if not typed or len(text) > _LONGEST or (state.phase is Phase.ASKING and not _may_answer(known, state, text)):
        return None
    screen = filled(on_screen(state, known))
    if state.draft is None and state.naming is None and (batch := known.open_batch()):
        screen = (*batch_shown(known, batch), *screen)
    if (tray := tray_open(state, known)) is not None:
        screen = (*screen, tray)
    # What stands there comes before what is a page or a tap away.
    event = _tapped(screen, state, typed, spoken) or _tapped(beyond(state, known), state, typed, spoken)
    if event is None and (closed := tray_dropped(state, known)) is not None:
        event = _tapped((closed,), state, typed, spoken)
    return None if isinstance(event, events.Picked) and _is_product(known, state, text) else event


def _tapped(
    screen: Sequence[Reply], state: Conversation, typed: str, spoken: Sequence[Catalogue]
) -> events.Event | None:
    for words in spoken:
        messages = [message for reply in screen for message in render(words, reply, state)]
        found: set[str] = set().union(*(_named(words, message, typed) for message in messages))
        if len(found) == 1:
            return read(found.pop())
    return None


def replied(buttons: Sequence[tuple[str, str]], text: str) -> events.Event | None:
    """The tap that a reply to one of our messages is, by the words on one of its `buttons`; None for any other text.

    It may be in another language than the message. Buttons of a draft are left to the question that is open by now.
    """
    found = named_by(buttons, text)
    event = read(found.pop()) if len(found) == 1 else None
    if isinstance(event, events.RefreshTapped):
        # What comes of it stands on the card far above, so it is said here as well.
        return events.ShowTapped(event.reference)
    return None if isinstance(event, events.Tap | events.TapUnreadable) else event


def named_by(buttons: Sequence[tuple[str, str]], text: str) -> set[str]:
    """The data of those `buttons` of a message that a text names, in whatever language either is."""
    typed = compared_text(text[:_LONGEST]) if buttons and len(text) <= _LONGEST else ""
    if not typed:
        return set()
    message = Message("", tuple((Button(label, data),) for label, data in buttons))
    named = (_named(words, message, typed) for words in catalogues().values())
    return next(filter(None, named), None) or {data for label, data in buttons if label in _translated(typed)}


def is_card_word(text: str) -> bool:
    """Check whether a text is what a button below an order says, in any language and kind of characters."""
    return len(text) <= _LONGEST and simplified(compared_text(text)) in _labels_of(_OF_CARDS)


def is_tray(buttons: Sequence[tuple[str, str]]) -> bool:
    """Check whether these are the buttons of a tray."""
    return any(isinstance(read(data), events.TrayTapped) for _, data in buttons)


@cache
def _labels_by_key() -> dict[str, tuple[str, ...]]:
    """The words of every label in all languages."""
    found: dict[str, tuple[str, ...]] = {}
    for words in catalogues().values():
        for key, label in words.beginning(_LABELS).items():
            found[key] = (*found.get(key, ()), label)
    return found


def _translated(typed: str) -> frozenset[str]:
    """The words, in all languages, of the labels that a text is one of, in either kind of characters."""
    wanted, found = simplified(typed), set[str]()
    for labels in _labels_by_key().values():
        if any(simplified(compared_text(label)) == wanted for label in labels):
            found.update(labels)
    return frozenset(found)


def is_button_word(text: str) -> bool:
    """Check whether a text is what a button says that moves an order on, in any language and kind of characters."""
    return len(text) <= _LONGEST and simplified(compared_text(text)) in _labels_of(_MOVING_ON)


@cache
def _labels_of(keys: tuple[str, ...]) -> frozenset[str]:
    said = (words.say(f"{_LABELS}{key}") for words in catalogues().values() for key in keys)
    return frozenset(simplified(compared_text(label)) for label in said)


def _is_product(known: Known, state: Conversation, text: str) -> bool:
    return state.draft is not None and known.facts(state.draft.account, text) is not None


def _may_answer(known: Known, state: Conversation, text: str) -> bool:
    """Check whether a text may be on a question's buttons: most answers are not, and needn't be compared with them."""
    if compared_text(text) in _labels() or state.draft is None or state.draft.account not in known.accounts:
        return True
    try:
        question = question_at(known.accounts[state.draft.account], state.draft)
    except LookupError:
        return False
    return bool(question.choices) or (question.facts is not None and is_search(text))


@cache
def _labels() -> frozenset[str]:
    labels = (compared_text(label) for words in catalogues().values() for label in words.beginning(_LABELS).values())
    return frozenset(labels).union(*(also for words in catalogues().values() for also in _synonyms(words).values()))


@cache
def _synonyms(words: Catalogue) -> dict[str, frozenset[str]]:
    """The other words for a button by its label, both as they are compared."""
    found: dict[str, frozenset[str]] = {}
    for key, several in words.beginning(f"{_SYNONYMS}{_LABELS}").items():
        label = compared_text(words.say(key.removeprefix(_SYNONYMS)))
        # One label may be that of two buttons.
        found[label] = found.get(label, frozenset()) | frozenset(map(compared_text, several.split(",")))
    return found


def _named(words: Catalogue, message: Message, typed: str) -> set[str]:
    """The data of the buttons of a message that a text names; a button's own words come before those for others."""
    buttons = [(one, compared_text(one.text)) for row in message.rows for one in row if one.data]
    also = _synonyms(words)
    own = {one.data for one, label in buttons if typed == label or typed in map(compared_text, one.typed)}
    return own or {one.data for one, label in buttons if typed in also.get(label, ())}


def command(known: Known, text: str, spoken: Sequence[Catalogue]) -> events.Event | None:
    """The command that a text says in plain words, or by the name of an account alone; None for any other text."""
    plain = without_marks(text).strip().removeprefix("/").removeprefix("／").strip()
    if not plain or len(plain.splitlines()) > 1 or is_card_word(plain):
        return None
    if (account := is_named(known.accounts, plain)) is not None:
        return events.OrderRequested(account.name)
    first = _first(plain)
    for words in spoken:
        for name, word in _said(words).get(first, ()):
            behind = _behind(plain, word)
            if behind is None and name == "order" and plain.startswith(word):
                # Chinese parts no words, and what names an account is nothing else: 下单大麦家.
                account = is_named(known.accounts, plain[len(word) :])
                behind = None if account is None else account.name
            if behind is not None and (not behind or commands.takes_text(name)):
                return _of(known, name, behind)
    return None


@cache
def _said(words: Catalogue) -> dict[str, list[tuple[str, str]]]:
    """The words for commands by their first character, the longest first, each with the command's name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for key, several in words.beginning(_WORDS).items():
        for word in map(str.strip, several.split(",")):
            found.setdefault(_first(word), []).append((key.removeprefix(_WORDS), word))
    return {first: sorted(those, key=lambda one: -len(one[1])) for first, those in found.items()}


def _first(text: str) -> str:
    return typed_number(text[:1]).casefold()


def _behind(text: str, word: str) -> str | None:
    """The text behind a word that it begins with; None where it doesn't."""
    head, rest = text[: len(word)], text[len(word) :]
    if typed_number(head).casefold() != word.casefold():
        return None
    # Behind a Chinese word digits and letters need no space: 查單123.
    parted = not rest or rest[0] in _BEHIND or (not word.isascii() and (rest[0].isascii() or rest[0] == "＃"))
    return rest.strip(_BEHIND) if parted else None


def _of(known: Known, name: str, rest: str) -> events.Event | None:
    """`order damai` begins one, `order 1207` asks for the one that there is."""
    if name == "order" and rest and (numbers := numbers_in(rest)):
        wanted, *more = rest.split(maxsplit=1)
        is_ours = any(known.named(number) for number in numbers)
        if is_ours or meant(known.accounts, wanted, "".join(more)).account is None:
            return events.StatusRequested(rest)
    return commands.event_of(name, rest)
