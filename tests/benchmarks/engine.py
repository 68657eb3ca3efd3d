"""The engine's cost of an answer, however many recipients an order of gifts has already."""

from collections.abc import Sequence
from statistics import median
from time import perf_counter
from typing import Final

from bot.conversation import events
from bot.conversation.engine import advance
from bot.conversation.known import Account, Known
from bot.conversation.state import IDLE, Conversation, loaded, stored
from providers.damaijia.form import DamaijiaForm

SIZES: Final = (1, 10, 60)
WORST: Final = 1.5
"""How many times as much an answer may cost with the most recipients."""
GIFTS: Final = Account("gifts", "Gifts", DamaijiaForm)
KNOWN: Final = Known({"gifts": GIFTS}, "d1", "1")
ORDER: Final = ("614", "1", "Please pack well", "taobao")
RECIPIENT: Final = ("王小明", "13800000000", "浙江省", "杭州市", "余杭区", "文一路1号", "2021020411023208")


def measured(sizes: Sequence[int] = SIZES, runs: int = 30) -> dict[str, tuple[float, ...]]:
    """Seconds of an answer in the last recipient, of one with its way into storage and back, by number of recipients.

    All of the recipient's questions are answered in a run; the middle run counts.
    """
    drafts = [at_recipient(size) for size in sizes]
    taken: dict[str, list[list[float]]] = {
        "answer": [[] for _ in sizes],
        "answer, stored and loaded": [[] for _ in sizes],
    }
    for _ in range(runs):
        # The same for one after the other: a busy machine is busy for all of them.
        for place, draft in enumerate(drafts):
            taken["answer"][place].append(_seconds(draft, keeping=False))
            taken["answer, stored and loaded"][place].append(_seconds(draft, keeping=True))
    return {name: tuple(median(of_size) for of_size in of_sizes) for name, of_sizes in taken.items()}


def at_recipient(number: int) -> Conversation:
    """An order in which so many recipients but one are complete, at the first question of that one."""
    state = advance(IDLE, events.OrderRequested("gifts"), KNOWN).state
    for text in (*ORDER, *RECIPIENT * (number - 1)):
        if state.draft is not None and state.phase == "listing":
            state = advance(state, events.AddedAnother(state.draft.id, state.draft.revision), KNOWN).state
        state = advance(state, events.Answered(text), KNOWN).state
    if number > 1 and state.draft is not None:
        state = advance(state, events.AddedAnother(state.draft.id, state.draft.revision), KNOWN).state
    return state


def _seconds(state: Conversation, *, keeping: bool) -> float:
    begun = perf_counter()
    for text in RECIPIENT:
        state = advance(state, events.Answered(text), KNOWN).state
        if keeping:
            state = loaded(stored(state))
    return (perf_counter() - begun) / len(RECIPIENT)


def main() -> None:
    for name, seconds in measured().items():
        cells = "".join(f"{one * 1e6:10.1f}" for one in seconds)
        print(f"{name:28}{cells}{seconds[-1] / seconds[0]:8.2f}")  # noqa: T201  a program


if __name__ == "__main__":
    main()
