"""Words for the address book: the list of people, one of them, and what forgetting means."""

from typing import Final

from bot.buttons import people_buttons
from bot.buttons.data import command
from bot.conversation import replies
from bot.conversation.views import PersonView, in_short
from bot.words.catalogue import Catalogue
from bot.words.message import Button, Message, Style, bold, escaped, narrowed, readable, shortened

_WIDEST: Final = 42
"""How wide a person's button is, which has a row of its own."""
_NAME: Final = 60
_REST: Final = 400


def people_listed(words: Catalogue, reply: replies.PeopleListed) -> Message:
    """A button for each person, as they are called where they are asked for."""
    text = shortened(readable(reply.text).strip(), _NAME)
    first = bold(words.say("people.first"))
    if reply.text:
        first = f"{first} · {escaped(text)}"
    if not reply.people:
        none = words.say("people.nobody_fits", text=text) if reply.text else words.say("people.empty")
        way = ("button.people", people_buttons.page(0)) if reply.text else ("button.new_order", command("order"))
        return Message(f"{first}\n{escaped(none)}", ((Button(words.say(way[0]), way[1]),),))
    rows = [(Button(_label(one), people_buttons.show(one.id, reply.text)),) for one in reply.people]
    turn = []
    if reply.page > 0:
        turn.append(Button(words.say("button.page_before"), people_buttons.page(reply.page - 1, reply.text)))
    if reply.more:
        turn.append(Button(words.say("button.page_after"), people_buttons.page(reply.page + 1, reply.text)))
    return Message(f"{first}\n{escaped(words.say('people.hint'))}", (*rows, *((tuple(turn),) if turn else ())))


def _label(one: PersonView) -> str:
    told = " · ".join(filter(None, (one.name, in_short(one.phone), one.city)))
    return narrowed(readable(told), _WIDEST).strip() or "…"


def person_shown(words: Catalogue, reply: replies.PersonShown) -> Message:
    """All that the book has of a person, where it is from, and the way to have it forgotten."""
    one = reply.person
    lines = [bold(shortened(readable(one.name), _NAME))]
    lines += [escaped(shortened(readable(one.phone), _NAME))] if one.phone else []
    lines += [escaped(shortened(readable(" · ".join(one.rest)), _REST))] if one.rest else []
    gaps = {"account": shortened(one.account, _NAME), "at": words.spoken(one.used_at), "n": one.times}
    known = "people.of_sender" if one.of_sender else "people.of_recipient"
    lines.append(escaped(words.say("people.of_gone" if one.is_final else known, **gaps)))
    ways = (
        Button(words.say("button.forget"), people_buttons.forget(one.id), style=Style.DANGER),
        Button(words.say("button.people"), people_buttons.page(0, reply.text)),
    )
    return Message("\n".join(lines), (ways,))


def forgotten_shown(words: Catalogue, reply: replies.ForgottenShown) -> Message:
    first = bold(words.say("people.forgotten", name=shortened(readable(reply.name), _NAME)))
    undo = () if reply.is_final else (Button(words.say("button.undo"), people_buttons.remember(reply.id)),)
    ways = (*undo, Button(words.say("button.people"), people_buttons.page(0)))
    return Message(f"{first}\n{escaped(words.say('people.forgotten_text'))}", (ways,))


def person_gone(words: Catalogue, _: replies.PersonGone) -> Message:
    ways = ((Button(words.say("button.people"), people_buttons.page(0)),),)
    return Message(escaped(words.say("people.gone")), ways)
