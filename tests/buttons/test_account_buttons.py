"""The buttons about accounts carry their answer within 64 bytes, and what was never written there is not believed."""

import pytest

from bot.buttons.account_buttons import customer
from bot.buttons.data import read
from bot.conversation import events

OWN = "0123456789abcdef"


@pytest.mark.parametrize("same", [True, False])
def test_an_answer_about_an_account_is_read_back(same: bool) -> None:  # noqa: FBT001  a table
    data = customer("a" * 32, OWN, same=same)
    assert len(data.encode()) <= 64
    assert read(data) == events.CustomerTapped("a" * 32, OWN, same)


@pytest.mark.parametrize("data", ["samekey", "samekey:", "samekey:guoguo", "samekey:guoguo:", f"samekey::{OWN}"])
def test_an_answer_that_lacks_a_part_is_unreadable(data: str) -> None:
    assert read(data) == events.TapUnreadable()
    assert read(customer("guoguo", OWN, same=True)) == events.CustomerTapped("guoguo", OWN, same=True)
