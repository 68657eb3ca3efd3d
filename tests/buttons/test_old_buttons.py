"""Buttons stand in chats for as long as their messages do: what older programs wrote on them means the same today."""

import pytest

from bot.buttons.data import read
from bot.conversation import events
from bot.conversation.events import Decision
from bot.conversation.views import Days, Direction, EvidenceView, Menu, Wanted

WRITTEN: dict[str, events.Event] = {
    "a:31f57cb5:5": events.AddedAnother("31f57cb5", 5),
    "again:1001": events.AgainTapped("1001"),
    "b:31f57cb5:0": events.WentBack("31f57cb5", 0),
    "c:31f57cb5:5": events.ChangeAsked("31f57cb5", 5),
    "d:31f57cb5:5": events.ListDone("31f57cb5", 5),
    "e:31f57cb5:8": events.EditAsked("31f57cb5", 8),
    "f:077669e1:4:0": events.FieldPicked("077669e1", 4, 0),
    "g:b719a4a3:4:4fd4b138ec": events.CategoryPicked("b719a4a3", 4, "4fd4b138ec"),
    "i:06f7337b:9:0": events.ItemPicked("06f7337b", 9, 0),
    "is:1001:1:#1001": events.DecisionTapped("1001", 1, Decision.FOUND, "#1001"),
    "l:31f57cb5:8": events.AllAsked("31f57cb5", 8),
    "q:31f57cb5:1": events.SearchAsked("31f57cb5", 1),
    "y:31f57cb5:6": events.Kept("31f57cb5", 6),
    "z:31f57cb5": events.Undone("31f57cb5"),
    "k:31f57cb5:8": events.Confirmed("31f57cb5", 8),
    "language:zh": events.LanguageChosen("zh"),
    "look:1001:1": events.LookTapped("1001", 1),
    "ls:-::-:-:0:<1003:": events.OrdersRequested(wanted=Wanted(beside="1003", turn=Direction.OLDER)),
    "ls:a:0u3e:d:w:2u:>1003:tea": events.OrdersRequested(
        wanted=Wanted(
            account="0u3e",
            state="awaiting payment",
            days=Days.WEEK,
            person=102,
            text="tea",
            beside="1003",
            turn=Direction.NEWER,
            menu=Menu.ACCOUNT,
        )
    ),
    "n:077669e1:3:guoguo": events.StartedAnew("077669e1", 3, "guoguo"),
    "n:077669e1:3:guoguo:9c07a89a-0994": events.StartedAnew("077669e1", 3, "guoguo", "9c07a89a-0994"),
    "name:1001:1": events.NameTapped("1001", 1),
    "notify:all": events.NoticesTapped("all"),
    "notplaced:1001:1": events.DecisionTapped("1001", 1, Decision.NOT_PLACED),
    "o:077669e1:3": events.Continued("077669e1", 3),
    "order:guoguo": events.OrderRequested("guoguo"),
    "p:5682734a:15:1": events.Paged("5682734a", 15, 1),
    "r:31f57cb5:5": events.RemoveAsked("31f57cb5", 5),
    "refresh:1001": events.RefreshTapped("1001"),
    "reopen:1002": events.ReopenTapped("1002"),
    "resend:1001:1": events.DecisionTapped("1001", 1, Decision.RESEND),
    "s:31f57cb5:6": events.Skipped("31f57cb5", 6),
    "show:1010": events.ShowTapped("1010"),
    "stop:1002:1": events.StopTapped("1002", 1),
    "t:31f57cb5:1": events.CategoriesAsked("31f57cb5", 1),
    "u:ce820535:2": events.UsedAnyway("ce820535", 2),
    "unknown:1001": events.EvidenceTapped("1001"),
    "unname": events.NumberGivenUp(),
    "v:31f57cb5:0:0": events.Chose("31f57cb5", 0, 0),
    "w:31f57cb5:1:188": events.Picked("31f57cb5", 1, "188"),
    "w:31f57cb5:1:a:b": events.Picked("31f57cb5", 1, "a:b"),
    "details:1001:1": events.EvidenceTurned("1001", 1, EvidenceView.DETAILS),
    "others:1001:1:0123abcd": events.DecisionTapped("1001", 1, Decision.NOT_PLACED, against="0123abcd"),
    "tell:1001:1": events.TellLaterTapped("1001", 1),
    "verdict:1001:1": events.EvidenceTurned("1001", 1, EvidenceView.VERDICT),
    "x:31f57cb5:0": events.Cancelled("31f57cb5", 0),
    "k:31f57cb5:x": events.TapUnreadable(),
    "is:1001:1:": events.TapUnreadable(),
}
"""One of each kind, collected from the messages of dialogues with the program of commit cac564b, and read by it."""


@pytest.mark.parametrize(("data", "event"), WRITTEN.items(), ids=WRITTEN.keys())
def test_what_an_old_button_carries_means_what_it_meant(data: str, event: events.Event) -> None:
    assert read(data) == event


STATES = {
    "a": "open",
    "b": "unknown",
    "c": "placed",
    "d": "awaiting payment",
    "e": "paid",
    "f": "no parcel accepted",
    "g": "shipped",
    "h": "completed",
    "i": "cancelled",
    "j": "refunding",
    "k": "refunded",
    "l": "not placed",
}


@pytest.mark.parametrize(("letter", "state"), STATES.items(), ids=STATES.keys())
def test_a_letter_of_an_old_list_is_still_that_of_its_word(letter: str, state: str) -> None:
    assert read(f"ls:-::{letter}:-:0::") == events.OrdersRequested(wanted=Wanted(state=state))
