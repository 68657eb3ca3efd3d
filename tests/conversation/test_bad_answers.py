"""The shared list of bad answers, played at every kind of field of the real forms.

For each kind it is written down which of them are accepted, and as what; everything else is refused, in the form that
other tools rely on, and a good answer then goes on.
"""

from typing import Any

import pytest

from bot.buttons.data import read
from bot.conversation import events, replies
from providers.cleaning import plain, trimmed
from tests.bad_answers import BAD_ANSWERS
from tests.conversation.kinds import KINDS, Kind
from tests.words.reading import WORDS, as_read, labels, said

NUMBERS: dict[str, Any] = {
    "right-to-left marks": 123,
    "right-to-left isolates": 12,
    "an invisible mark in a number": 12,
    "leading noughts": 7,
    "a thousands comma": 1000,
    "a full-width thousands comma": 1000,
    "full-width digits": 12,
    "a ZIP of four digits": 1005,
    "a ZIP of six digits": 100581,
}
IN_WORDS = {"a Chinese number": 12}
PHONES = {"a phone of nine digits": 91234567}

AS_TYPED = {
    name: text
    for name, text in BAD_ANSWERS
    if name
    in {
        "an overflow of 64 bits",
        "thirty digits",
        "nought",
        "an underscore",
        "a decimal",
        "an exponent",
        "hexadecimal",
        "leading noughts",
        "not a number",
        "infinity",
        "true",
        "None",
        "a ZIP of four digits",
        "a ZIP of six digits",
        "a ZIP with letters",
        "a phone of nine digits",
        "a phone of eleven digits",
        "another choice",
    }
}
"""Names that an account may have, odd as they are."""
ACCEPTED: dict[str, dict[str, Any]] = {
    "integer": NUMBERS | IN_WORDS,
    "amount": NUMBERS | IN_WORDS | PHONES | {"nought": 0, "a decimal": 10},
    "number as id": NUMBERS | PHONES | {"a phone of eleven digits": 9123456789},
    "UUID as id": {},
    "e-mail": {"a name with an address": "ann@example.com"},
    "Postcode": {"right-to-left marks": "123", "leading noughts": "007", "a ZIP of six digits": "100"},
    "phone of ten digits": {},
    "URL": {"a link without a scheme": "https://example.com/x"},
    "username": {
        "right-to-left marks": "123",
        "right-to-left isolates": "12",
        "an invisible mark in a number": "12",
        "full-width digits": "12",
        "a Roman number": "XII",
        "no user": "example.com",
        **AS_TYPED,
    },
    "choice": {},
    "choice that can be skipped": {"empty": ""},
}
"""Of kinds that accept little: the names of accepted answers, and what is sent for them."""

NOTHING = {
    "zero-width marks only",
    "soft hyphens only",
    "a Hangul filler",
    "tags only",
    "a variation selector",
    "an accent without a letter",
    "an empty Braille pattern",
    "empty",
    "a space",
    "line breaks only",
    "an ideographic space",
    "a no-break space",
}
TOO_LONG = {"5,000 characters", "5,000 digits"}
UNREADABLE = {"a lone surrogate", "lone surrogates in a word"}
CONTROLS = {"U+0000", "U+0000 inside", "a control character", "a tab inside", "a line separator"}
HIDDEN = {"an invisible mark in a number"}
LINES = {"two lines", "a link with a line break"}
REFUSED: dict[str, set[str]] = {
    "text": NOTHING | TOO_LONG | UNREADABLE | CONTROLS | LINES | HIDDEN,
    "long text": NOTHING | TOO_LONG | UNREADABLE | HIDDEN | {"U+0000", "U+0000 inside", "a control character"},
    "any id": NOTHING | TOO_LONG | UNREADABLE | CONTROLS | LINES | {"an id in braces", "an id with a letter too many"},
}
"""Of kinds that accept much: the names of refused answers."""

DOUBTED: dict[str, set[str]] = {
    "text": {
        "an overflow of 64 bits",
        "thirty digits",
        "a phone of nine digits",
        "a phone of eleven digits",
        "a masked phone",
        "a name with an address",
        "two addresses",
        "an address with a space",
    },
    "e-mail": {"two addresses"},
    "URL": {"a link with a space", "a link with a line break"},
}
"""Of kinds whose answers may mean something else: the names of those that are asked about."""

# What these take is theirs to judge; that nothing breaks and nothing is lost is looked at all the same.
OPEN = {"phone of any length", "mobile, perhaps masked"}
EACH = [pytest.param(name, text, id=name) for name, text in BAD_ANSWERS]


def test_there_are_enough_of_them_and_each_kind_has_its_verdicts() -> None:
    names = [name for name, _ in BAD_ANSWERS]
    assert len(set(names)) == len(names) >= 40
    assert ACCEPTED.keys() | REFUSED.keys() | OPEN == KINDS.keys()
    assert {name for verdicts in ACCEPTED.values() for name in verdicts} <= set(names)
    assert {name for verdicts in REFUSED.values() for name in verdicts} <= set(names)


def played(kind: Kind, text: str) -> None:
    """A bad answer is refused in the form that is promised, and a good one then goes on."""
    chat = kind.reached()
    asked, before = chat.reply(replies.Asked), chat.state
    (shown,) = said(asked, before)
    chat.say(text)
    (refusal,) = said(chat.reply(replies.Asked), chat.state)
    first, second, *rest = as_read(refusal).split("\n")
    assert second.startswith("Not accepted: ")
    if chat.reply(replies.Asked).sent:
        assert rest.pop(0).startswith("You sent: ")
    assert "…" not in second, "every gap of the sentence is filled"
    assert WORDS.say("validation.other") not in second
    assert [first, *rest] == as_read(shown).split("\n")
    assert labels(refusal) == labels(shown)
    assert chat.state == before
    chat.say(kind.good)
    assert chat.state != before


@pytest.mark.parametrize(("name", "text"), EACH)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in OPEN])
def test_a_bad_answer_is_refused_or_sent_as_written_down(kind: str, name: str, text: str) -> None:
    field = KINDS[kind]
    accepted = name in ACCEPTED[kind] if kind in ACCEPTED else name not in REFUSED[kind]
    if not accepted and name not in DOUBTED.get(kind, ()):
        played(field, text)
        return
    chat = field.reached()
    before = chat.state
    chat.say(text)
    assert chat.state != before
    if name in DOUBTED.get(kind, ()):
        assert (chat.asked, chat.reply(replies.Asked).insist) == (field.title, accepted)
        chat.tap(events.UsedAnyway)
        if not accepted:
            assert before.draft is not None
            assert chat.draft.at == before.draft.at
            return
    assert chat.draft.at != before.draft.at if before.draft else False
    if kind in ACCEPTED:
        assert field.value(text) == ACCEPTED[kind][name]
    else:
        assert field.value(text) == (plain(text) if kind == "any id" else trimmed(text))


@pytest.mark.parametrize(("name", "text"), EACH)
@pytest.mark.parametrize("kind", sorted(OPEN))
def test_what_a_supplier_is_to_judge_breaks_nothing(kind: str, name: str, text: str) -> None:
    chat = KINDS[kind].reached()
    before = chat.state
    chat.say(text)
    if chat.state == before:
        played(KINDS[kind], text)
    elif chat.draft.doubted is not None:
        assert chat.problem in {"phone_with_words", "phone_length"}
        chat.tap(events.UsedAnyway)
        assert chat.draft.at != (before.draft and before.draft.at)
    else:
        assert 5 <= len(KINDS[kind].value(text)) <= 32, name


@pytest.mark.parametrize("kind", ["text", "long text", "any id", *sorted(OPEN)])
def test_the_longest_answer_that_is_told_of_is_taken(kind: str) -> None:
    chat = KINDS[kind].reached()
    before = chat.state
    chat.say("1" * 5000)
    problem = chat.reply(replies.Asked).problem
    assert problem is not None
    longest = int(problem.params["max_length"])
    chat.say("1" * (longest + 1))
    assert chat.state == before
    chat.say("1" * longest)
    if chat.draft.doubted is not None:
        chat.tap(events.UsedAnyway)
    assert chat.draft.at != (before.draft and before.draft.at)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "event", [*map(events.SentOther, events.Medium), events.MessageEdited(), events.CommandUnknown("/x" * 2000)]
)
def test_what_is_no_text_is_met_with_the_same_question(kind: str, event: events.Event) -> None:
    chat = KINDS[kind].reached()
    asked, before = chat.reply(replies.Asked), chat.state
    chat.send(event)
    assert chat.reply(replies.Asked) == asked
    assert chat.state == before
    for reply in chat.said:
        said(reply, chat.state)
    chat.say(KINDS[kind].good)
    assert chat.state != before


@pytest.mark.parametrize("kind", KINDS)
def test_a_forged_or_stale_button_is_met_with_the_same_question(kind: str) -> None:
    chat = KINDS[kind].reached()
    asked, before = chat.reply(replies.Asked), chat.state
    draft, revision = chat.draft.id, chat.draft.revision
    stale = [f"{verb}:{draft}:{revision - 1}" for verb in "sbxuacrdeko"]
    stale += [f"{verb}:{draft}:{revision - 1}:0" for verb in "vifpn"]
    misfit = [f"{verb}:{draft}:{revision}" for verb in "acrdek"]
    misfit += [f"{verb}:{draft}:{revision}:0" for verb in "ifp"] + [f"v:{draft}:{revision}:99"]
    garbage = ["", ":", "::", "s", f"s:{draft}", f"s:{draft}:x", f"s:{draft}:{revision}:1", f"v:{draft}:{revision}"]
    garbage += [f"v:{draft}:{revision}:-1", f"z:{draft}:{revision}", "\x00", "\ud800", "s:" + "x" * 60, "９:１:１"]
    for data in [*stale, *misfit, *garbage]:
        chat.send(read(data))
        assert chat.reply(replies.Asked) == asked, data
        assert chat.state == before
    chat.say(KINDS[kind].good)
    assert chat.state != before
