"""The seats at the chat page: who does what is done there, and in which chat.

A person has one in their private chat with the bot, and may have another one in a group.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.sandbox.people import People


@dataclass(frozen=True, slots=True)
class Seat:
    """A person in the private chat, or in the `group` with this (negative) id."""

    person: int
    group: int | None = None

    @property
    def chat(self) -> int:
        """The chat's id, by which the page names the seat."""
        return self.person if self.group is None else self.group


YOU: Final = 111111111
"""The Telegram user id of whoever sits at the page first."""
CHEN: Final = 222222222
LIN: Final = 333333333
STRANGER: Final = 444444444
"""Not on the staff."""
GROUP: Final = -100000001
STAFF: Final = (YOU, CHEN, LIN)
LANGUAGES: Final[Mapping[int, str]] = MappingProxyType({CHEN: "zh-hant", LIN: "zh-hans"})
"""As their Telegram is set; that of the others is English."""
SEATS: Final = (*map(Seat, (*STAFF, STRANGER)), Seat(YOU, GROUP))
_NAMES: Final = {YOU: "Mei", CHEN: "小陳", LIN: "小林", STRANGER: "Stranger"}


def take_seats(people: People) -> None:
    """Have everybody there; only who writes first can be written to, as in Telegram."""
    for person, name in _NAMES.items():
        people.add_person(person, name, LANGUAGES.get(person, "en"), started=person in LANGUAGES)
    people.add_group(GROUP, "Group", STAFF)
