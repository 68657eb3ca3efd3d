"""Transitions of `/people`: the address book is looked through, and somebody in it is forgotten, or known again.

Forgetting is one tap, with an Undo for as long as the person's last order is there; orders themselves keep what they
were sent with until they are pruned.
"""

from typing import Final

from bot.conversation.events import PeopleRequested, PersonForgotten, PersonRemembered, PersonTapped
from bot.conversation.replies import ForgottenShown, PeopleListed, PersonGone, PersonShown
from bot.conversation.requests import ForgetPerson, RememberPerson
from bot.conversation.step import Step, Turn
from providers.cleaning import trimmed

PAGE: Final = 8
"""People of a page."""
MOST_PAGES: Final = 50


def requested(turn: Turn[PeopleRequested]) -> Step:
    """A page of everybody, those used last first, or of those whom a text fits."""
    text, page = trimmed(turn.event.text), min(max(turn.event.page, 0), MOST_PAGES - 1)
    found = turn.known.people_listed(text, (page + 1) * PAGE + 1)
    if page * PAGE >= len(found):
        page = max(0, (len(found) - 1) // PAGE)
    shown = found[page * PAGE : (page + 1) * PAGE]
    more = len(found) > (page + 1) * PAGE and page + 1 < MOST_PAGES
    return turn.stays(PeopleListed(shown, text, page, more=more))


def show(turn: Turn[PersonTapped]) -> Step:
    person = turn.known.person(turn.event.id)
    return turn.stays(PersonGone() if person is None else PersonShown(person, turn.event.text))


def forget(turn: Turn[PersonForgotten]) -> Step:
    person = turn.known.person(turn.event.id)
    if person is None:
        return turn.stays(PersonGone())
    return turn.stays(ForgottenShown(person.id, person.name, person.is_final), requests=(ForgetPerson(person.id),))


def remember(turn: Turn[PersonRemembered]) -> Step:
    """Undo: as the person's last order has them; where that is gone nothing is left to remember."""
    person = turn.known.person(turn.event.id) or turn.known.forgotten_person(turn.event.id)
    if person is None:
        return turn.stays(PersonGone())
    return turn.stays(PersonShown(person), requests=(RememberPerson(person.id),))
