"""What the buttons of lists carry: all of what is wanted, within 64 bytes, and never trusted."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import list_buttons
from bot.buttons.data import read
from bot.buttons.list_buttons import MOST_TEXT, account_code, account_of
from bot.conversation import events
from bot.conversation.views import EVERYTHING, STATES, Days, Direction, Menu, Wanted

WANTED = st.builds(
    Wanted,
    account=st.just(""),
    state=st.sampled_from(["", *STATES]),
    days=st.sampled_from(Days),
    person=st.integers(0, 2**63 - 1),
    text=st.text(max_size=MOST_TEXT).filter(lambda text: "\ud800" not in text and len(text.encode()) <= MOST_TEXT),
    beside=st.sampled_from(["1001", "9" * 15]),
    turn=st.sampled_from(Direction),
    menu=st.sampled_from(Menu),
)


@given(WANTED.filter(lambda wanted: wanted.text.isprintable()))
def test_everything_that_is_wanted_is_read_back(wanted: Wanted) -> None:
    data = list_buttons.show(wanted)
    assert len(data.encode()) <= 64
    assert read(data) == events.OrdersRequested(wanted=wanted)


@given(WANTED.filter(lambda wanted: wanted.text.isprintable()))
def test_an_order_of_a_list_is_read_back_with_the_way_to_its_page(wanted: Wanted) -> None:
    data = list_buttons.show_order(wanted, "9" * 15)
    assert len(data.encode()) <= 64
    page = replace(wanted, turn=Direction.AT, beside="9" * 15, menu=Menu.NONE)
    assert read(data) == events.ShowTapped("9" * 15, page)


def test_an_account_is_carried_by_a_code_however_long_its_name_is() -> None:
    names = ["guoguo", "shop", "a" * 32]
    data = list_buttons.show(Wanted(account="a" * 32))
    event = read(data)
    assert isinstance(event, events.OrdersRequested)
    assert account_of(event.wanted.account, names) == "a" * 32
    assert account_of(event.wanted.account, names[:2]) is None
    assert len({account_code(name) for name in names}) == 3


def test_every_state_of_an_order_has_a_letter_of_its_own() -> None:
    assert len({list_buttons.show(Wanted(state=state)) for state in ("", *STATES)}) == len(STATES) + 1


def test_what_was_looked_for_may_hold_anything() -> None:
    wanted = Wanted(text="a:b::c")
    assert read(list_buttons.show(wanted)) == events.OrdersRequested(wanted=wanted)


@given(WANTED, st.sampled_from(["x" * (MOST_TEXT + 1), "單" * 100, "a:b" * 1000]))
def test_of_a_long_text_the_mark_is_carried_that_stands_for_it(wanted: Wanted, text: str) -> None:
    long = replace(wanted, text=text)
    meant = replace(wanted, text="", mark=list_buttons.mark_of(text))
    assert len(list_buttons.show(long).encode()) <= 64
    assert read(list_buttons.show(long)) == events.OrdersRequested(wanted=meant)
    page = replace(meant, turn=Direction.AT, beside="9" * 15, menu=Menu.NONE)
    assert len(list_buttons.show_order(long, "9" * 15).encode()) <= 64
    assert read(list_buttons.show_order(long, "9" * 15)) == events.ShowTapped("9" * 15, page)


def test_a_text_that_is_too_long_is_noticed() -> None:
    assert list_buttons.fits("x" * MOST_TEXT)
    assert not list_buttons.fits("x" * (MOST_TEXT + 1))
    assert not list_buttons.fits("單" * MOST_TEXT)


@pytest.mark.parametrize(
    "data",
    [
        *("ls", "ls:", "ls:-::-:-:0:", "ls:?::-:-:0::", "ls:-:abc:-:-:0::", "ls:-:ABCD:-:-:0::", "ls:-::?:-:0::"),
        *("ls:-::-:?:0::", "ls:-::-:-:-1::", "ls:-::-:-:::", "ls:-::-:-:0:12:", "ls:-::-:-:0:<x:", "ls:-::-:-:0:<:"),
        *("ls:-::-:-:zzzzzzzzzzzzzz::", "ls:-::-:-:0:<1234567890123456:", "ls:o::-:-:0::", "ls:o::-:-:0:=x:"),
        *("lt:-::-:-:0::", "lt:-::-:-:0::A", "lt:-::-:-:0::a b", "lt:-::-:-:0::12345678901234"),
    ],
)
def test_data_that_was_never_written_here_is_unreadable(data: str) -> None:
    assert read(data) == events.TapUnreadable()


def test_the_newest_of_all_orders_is_what_orders_shows() -> None:
    assert read(list_buttons.show(EVERYTHING)) == events.OrdersRequested()
