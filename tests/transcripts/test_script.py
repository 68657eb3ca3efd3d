"""Dialogues are read as they are meant, and a line that can't be is named."""

import pytest

from tests.transcripts.player import Player
from tests.transcripts.script import Drops, Edits, Later, Passing, Says, Sends, Shows, Supplier, Taps, parse

DIALOGUE = """
# For the reader.
you: /order
bot:
    Where?
    [GuoGuo] [Gifts & More]
    [A (b)]

you tap: A (b)
you tap again: A (b)
bot, in passing: Too late.
you: first
    second
you send: sticker
you edit: third
supplier: refuses the order (234)
supplier: takes the order
later: 5 seconds
later: 10 minutes
later: 2 days
colleague: /status 7
colleague tap: Which
bot to colleague:
    Order
    [Refresh]
bot changes the card:
    Placed
supplier: raises the price of Tea set (14)
"""


def test_a_dialogue_is_read_step_by_step() -> None:
    assert parse(DIALOGUE) == [
        Says(3, False, "/order"),
        Shows(4, False, "Where?", (("GuoGuo", "Gifts & More"), ("A (b)",))),
        Taps(9, False, "A (b)"),
        Taps(10, False, "A (b)", again=True),
        Passing(11, False, "Too late."),
        Says(12, False, "first\nsecond"),
        Sends(14, False, "sticker"),
        Edits(15, False, "third"),
        Supplier(16, False, "refuses the order", "234"),
        Supplier(17, False, "takes the order", ""),
        Later(18, False, 5),
        Later(19, False, 600),
        Later(20, False, 172800),
        Says(21, False, "/status 7", colleague=True),
        Taps(22, False, "Which", colleague=True),
        Shows(23, False, "Order", (("Refresh",),), colleague=True),
        Shows(26, False, "Placed", (), changed=True),
        Supplier(28, False, "raises the price of Tea set", "14"),
    ]


def test_repeated_lines_are_steps_with_their_number_in_them() -> None:
    steps = parse("repeat with n from 9 to 10:\n    you: a{n}\n    you tap: Skip\n")
    assert steps == [Says(2, True, "a9"), Taps(3, True, "Skip"), Says(2, True, "a10"), Taps(3, True, "Skip")]


NONSENSE = ["hello", "me: hello", "    indented", "you tap:Skip", "repeat with n from a to b:", "later: tomorrow"]


@pytest.mark.parametrize("text", NONSENSE)
def test_a_line_that_cannot_be_understood_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        parse(f"# title\n{text}")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("you: /cancel\nbot:\n    No order is open.\n", 2),
        ("you: /cancel\nbot:\n    No order is open. /order starts one.\n    [Back]\n", 2),
        ("you: /cancel\nyou: /cancel\n", 2),
        ("you tap: Confirm\n", 1),
        ("supplier: takes the order\n", 1),
        ("supplier: is asked for the order\n", 1),
        ("supplier: is asked about the number\n", 1),
        ("supplier: is asked for the status\n", 1),
        ("supplier: is watched\n", 1),
        ("supplier: is asked for its products\n", 1),
        ("supplier: cooks tea\n", 1),
        ("supplier: raises the price of Tea set (14)\n", 1),
        ("supplier: lowers the price of Tea set (2000)\n", 1),
        ("supplier: stops selling what nobody sells\n", 1),
        ("supplier: lowers the maximum of Tea set (3)\n", 1),
        ("you: /cancel\nbot changes the card:\n    No order is open. /order starts one.\n", 2),
        ("colleague: /cancel\nbot:\n    No order is open. /order starts one.\n", 2),
        ("colleague: /cancel\nbot to colleague:\n    Something else.\n", 2),
        ("bot to colleague:\n    Something.\n", 1),
    ],
)
async def test_a_dialogue_that_goes_otherwise_is_seen(text: str, line: int, player: Player) -> None:
    with pytest.raises(AssertionError, match=f"line {line}: "):
        await player.play(parse(text))


async def test_what_the_bot_says_at_the_end_is_not_overlooked(player: Player) -> None:
    with pytest.raises(AssertionError, match="at the end"):
        await player.play(parse("you: /cancel\n"))


WAYS = "    [New order] [Latest orders]\n"


async def test_a_colleague_has_a_chat_of_their_own(player: Player) -> None:
    await player.play(parse("colleague: /cancel\nbot to colleague:\n    No order is open. /order starts one.\n" + WAYS))
    with pytest.raises(AssertionError, match="no message has a button goods"):
        await player.play(parse("repeat with n from 1 to 1:\n    you: /order shop\ncolleague tap: goods\n"))


def test_a_sheet_is_its_name_and_its_rows() -> None:
    (step,) = parse("you drop: a.xlsx\n    收件人 | 手机\n    王小明 | \n    合计 | | 2\n")
    assert step == Drops(1, False, "a.xlsx", (("收件人", "手机"), ("王小明", ""), ("合计", "", "2")))
