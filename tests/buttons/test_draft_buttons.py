"""What buttons carry: written and read back, within 64 bytes, and never trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import draft_buttons, order_buttons
from bot.buttons.data import choose_language, command, order_with, read
from bot.conversation import events
from bot.conversation.views import EvidenceView

DRAFT, REVISION = "0123abcd", 10**9
"""As long as drafts' ids are, and more changes than anybody makes."""
NUMBERED = (events.Chose, events.ItemPicked, events.FieldPicked, events.Paged)
KINDS = [
    kind
    for kind in vars(events).values()
    if isinstance(kind, type) and issubclass(kind, events.Tap) and kind is not events.Tap
]
ARGUMENTS = dict.fromkeys(NUMBERED, (10**9,)) | {events.Picked: ("p:1",), events.CategoryPicked: ("0a1b2c3d4e",)}
ARGUMENTS |= {events.EarlierPicked: ("0a1b2c3d",)}
TAPS = [kind(DRAFT, REVISION, *ARGUMENTS.get(kind, ())) for kind in KINDS]
TAPS += [kind(DRAFT, REVISION, "a" * 32) for kind in (events.StartedAnew, events.KeptForLater)]


@pytest.mark.parametrize("event", TAPS, ids=lambda event: type(event).__name__)
def test_every_tap_is_read_back_as_it_was_written(event: events.Tap) -> None:
    data = draft_buttons.tap(event)
    assert len(data.encode()) <= 64
    assert read(data) == event


@pytest.mark.parametrize(
    ("data", "event"),
    [
        (order_with("a" * 32), events.OrderRequested("a" * 32)),
        (order_buttons.reopen("1" * 15), events.ReopenTapped("1" * 15)),
        (order_buttons.show("1" * 15), events.ShowTapped("1" * 15)),
        (order_buttons.parcels("1" * 15, 40), events.ParcelsTapped("1" * 15, 40)),
        (draft_buttons.undo(DRAFT), events.Undone(DRAFT)),
        (draft_buttons.pick(DRAFT), events.DraftPicked(DRAFT)),
        (draft_buttons.remove(DRAFT), events.DraftRemoved(DRAFT)),
        (draft_buttons.removing(), events.DraftsRequested(removing=True)),
        (command("drafts"), events.DraftsRequested()),
        (choose_language("zh_Hant_TW"), events.LanguageChosen("zh_Hant_TW")),
        (order_buttons.show_evidence("1" * 15), events.EvidenceTapped("1" * 15)),
        *(
            (order_buttons.evidence("1" * 15, 99, view), events.EvidenceTurned("1" * 15, 99, view))
            for view in EvidenceView
        ),
        (order_buttons.tell_later("1" * 15, 99), events.TellLaterTapped("1" * 15, 99)),
        (
            order_buttons.not_placed_in_spite_of("1" * 15, 10**8, "0123abcd"),
            events.DecisionTapped("1" * 15, 10**8, events.Decision.NOT_PLACED, against="0123abcd"),
        ),
        (order_buttons.stop("1" * 15, 99), events.StopTapped("1" * 15, 99)),
        (order_buttons.look("1" * 15, 99), events.LookTapped("1" * 15, 99)),
        (order_buttons.name_number("1" * 15, 99), events.NameTapped("1" * 15, 99)),
        (order_buttons.GIVE_UP_NUMBER, events.NumberGivenUp()),
        (
            order_buttons.decided("1" * 15, 99, events.Decision.NOT_PLACED),
            events.DecisionTapped("1" * 15, 99, events.Decision.NOT_PLACED),
        ),
        (
            order_buttons.decided("1" * 15, 99, events.Decision.RESEND),
            events.DecisionTapped("1" * 15, 99, events.Decision.RESEND),
        ),
        (
            order_buttons.number_is("1" * 15, 99, "a:" + "b" * 38),
            events.DecisionTapped("1" * 15, 99, events.Decision.FOUND, "a:" + "b" * 38),
        ),
    ],
)
def test_buttons_of_no_draft_are_read_back_as_they_were_written(data: str, event: events.Event) -> None:
    assert len(data.encode()) <= 64
    assert read(data) == event


@pytest.mark.parametrize(
    "data",
    [
        *("", ":", "::", ":::", "s", "s:", "s::", "s:d", "s:d:", "s::1", "s:d:-1", "s:d:1.0", "s:d:1e3", "s:d:+1"),
        *("s:d:1:", "s:d:1:0", "v:d:1", "v:d:1:", "v:d:1:-1", "v:d:1:x", "v:d:1:1:1", "n:d:1", "n:d:1:a:"),
        *("1:d:1", "z:", "z:d:1"),
        *(
            "S:d:1",
            " s:d:1",
            "s:d:１",
            "s:d:²",
            "s:d:" + "9" * 60,
            "order:",
            "reopen:",
            "language:",
        ),
        *("look:1", "look::1", "look:1:x", "look:1:1:1", "is:1:1", "is:1:1:", "unknown:", "unname:1", "stop:1:-1"),
        "show:",
        *("order:a:b", "\x00", "\ud800", "<b>", "x" * 5000),
    ],
)
def test_data_that_was_never_written_here_is_unreadable(data: str) -> None:
    assert read(data) == events.TapUnreadable()


@given(st.text(max_size=64))
def test_no_data_breaks_the_reading(data: str) -> None:
    assert isinstance(read(data), events.Event)


@given(st.sampled_from("sbxuacrdekovifpn"), st.text(":0123456789abc-", max_size=20))
def test_data_close_to_ours_is_read_to_the_letter_or_not_at_all(verb: str, rest: str) -> None:
    event = read(f"{verb}:{rest}")
    if isinstance(event, events.Tap):
        again = draft_buttons.tap(event)
        assert read(again) == event
    else:
        assert event == events.TapUnreadable()


def test_an_event_that_no_button_has_cannot_be_written() -> None:
    with pytest.raises(KeyError):
        draft_buttons.tap(events.Tap(DRAFT, REVISION))


def test_a_number_that_no_button_can_carry_has_none() -> None:
    assert order_buttons.number_is("1" * 15, 10, "9" * 42) is not None
    assert order_buttons.number_is("1" * 15, 10, "9" * 43) is None
    assert order_buttons.number_is("1" * 15, 1, "單" * 15) is None
