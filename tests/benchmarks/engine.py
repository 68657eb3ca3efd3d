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
from tests.benchmarks.report import Goal, Run, Section, goals, markdown

SIZES: Final = (1, 10, 60)
HEADING: Final = "An answer in the engine"
MOST: Final = 1.5
"""Times as much as with one that an answer may cost with the most recipients."""
GIFTS: Final = Account("gifts", "Gifts", DamaijiaForm)
KNOWN: Final = Known({"gifts": GIFTS}, "d1", "1")
ORDER: Final = ("614", "1", "Please pack well", "taobao")
RECIPIENT: Final = ("王小明", "13800000000", "浙江省", "杭州市", "余杭区", "文一路1号", "2021020411023208")


def part(run: Run) -> list[Section]:
    """The answers about the last recipient."""
    figures = measured(SIZES, 5 if run.quick else 30)
    rows = [
        (f"{name}, {size} recipients", f"{seconds * 1e6:.0f}", f"{seconds / of_sizes[0]:.2f}")
        for name, of_sizes in figures.items()
        for size, seconds in zip(SIZES, of_sizes, strict=True)
    ]
    table = markdown(("", "µs of an answer", "ratio"), rows)
    answer = figures["answer"]
    aim = Goal(f"cost at {SIZES[-1]} recipients, times that at one", answer[-1] / answer[0], MOST)
    words = "A form for Damaijia; the middle of the answers about its last recipient, without storage and words."
    return [Section(HEADING, f"{words}\n\n{table}\n\n{goals([aim])}")]


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
