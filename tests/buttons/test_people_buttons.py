"""The buttons of the address book say what they were made for, within Telegram's 64 bytes."""

import pytest

from bot.buttons import people_buttons
from bot.buttons.data import command, read
from bot.conversation import events

ID = "0123456789abcdef"


@pytest.mark.parametrize(
    ("data", "event"),
    [
        (people_buttons.page(0), events.PeopleRequested()),
        (people_buttons.page(12, "王:x"), events.PeopleRequested("王:x", 12)),
        (people_buttons.show(ID, "a:b"), events.PersonTapped(ID, "a:b")),
        (people_buttons.forget(ID), events.PersonForgotten(ID)),
        (people_buttons.remember(ID), events.PersonRemembered(ID)),
        (command("people", "王"), events.PeopleRequested("王")),
    ],
)
def test_a_button_means_what_it_was_made_for(data: str, event: events.Event) -> None:
    assert read(data) == event


def test_a_text_that_does_not_fit_is_left_out() -> None:
    assert people_buttons.page(7, "王" * 40) == people_buttons.page(7)
    assert people_buttons.show(ID, "王" * 40) == people_buttons.show(ID)


@pytest.mark.parametrize(
    "data", ["pl", "pl:", "pl:x:a", "pl:-1:", "pl:1234:", "pp:", "pf", f"pf:{ID}:x", f"pu:{'0' * 40}"]
)
def test_what_was_never_written_is_told_from_what_was(data: str) -> None:
    assert isinstance(read(data), events.TapUnreadable)
