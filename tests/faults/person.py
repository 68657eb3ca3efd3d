"""What a person does when the bot has said what became of an order, who can look at the supplier's own pages."""

from bot.sandbox.chats import BOT, ChatMessage
from providers.orders import Outcome
from tests.end_to_end.dialogues import Dialogue, confirm
from tests.end_to_end.house import ADMIN, World

CHECK = "Please check an order"


def newest(house: World, start: str) -> ChatMessage | None:
    """The newest message that starts so, as it is now."""
    said = [message for message in house.telegram.messages(ADMIN) if message.sender == BOT]
    return next((message for message in reversed(said) if message.text.startswith(start)), None)


async def put_right(house: World, number: str, dialogue: Dialogue, outcome: Outcome) -> list[str]:
    """Do what the chat offers, truthfully, until the order is placed; what was done, one short text for each step.

    `number` is that of the order at the supplier, empty where it has none.
    """
    match outcome:
        case Outcome.PLACED:
            return []
        case Outcome.UNKNOWN if number:
            return await _find(house, number)
        case Outcome.UNKNOWN:
            opened = await _opens(house, "It was not placed")
            house.tap("It was not placed")
            await house.reads("Summary")
            return [f"{opened}`It was not placed`", *await _confirm(house, dialogue)]
        case _:
            return await _confirm(house, dialogue)


async def _opens(house: World, label: str) -> str:
    """Open the details unless the button is there already; the words for that."""
    evidence = newest(house, CHECK)
    if evidence is None or label not in evidence.labels:
        await house.opens(label)
        return "`Details`, "
    return ""


async def _find(house: World, number: str) -> list[str]:
    evidence = newest(house, CHECK)
    assert evidence is not None
    house.seen[ADMIN] = len(house.history[ADMIN])
    if f"It is {number}" in evidence.labels:
        house.tap(f"It is {number}")
        await house.reads("Placed")
        return ["`It is X`: Placed"]
    opened = await _opens(house, "Found it")
    house.tap("Found it")
    await house.reads("Order number")
    house.say(number)
    shown = await house.reads("P")
    if shown.text.startswith("Placed"):
        return [f"{opened}`Found it`, X: Placed"]
    house.tap("Record it")
    await house.reads("Placed")
    return [f"{opened}`Found it`, X, `Record it`: Placed"]


async def _confirm(house: World, dialogue: Dialogue) -> list[str]:
    """The draft stands again: answer what is asked, as before, and confirm."""
    does = []
    shown = house.history[ADMIN][-1]
    if "Confirm" not in shown.labels:
        title = shown.text.splitlines()[0].split(" · ")[0]
        asked = next(i for i, turn in enumerate(dialogue.turns) if turn.first.split(" · ")[0] == title)
        house.does(dialogue.turns[asked + 1].does)
        await house.reads("Summary")
        does.append(f"answers {title}")
    house.seen[ADMIN] = len(house.history[ADMIN])
    await confirm(house, dialogue)
    await house.reads("Placed")
    return [*does, "`Confirm`: Placed"]
