"""Times an answer in the engine alone, with few and with many recipients in the draft: it should cost the same."""

from collections.abc import Sequence
from statistics import median
from time import perf_counter
from typing import Final

from bot.conversation import events as e
from bot.conversation.engine import Account, Context, advance
from bot.conversation.state import IDLE, Conversation
from providers.damaijia.form import DamaijiaForm
from tests.benchmarks.report import Goal, Run, Section, goals, markdown

HEADING: Final = "An answer in the engine"
SIZES: Final = (1, 10, 60)
MOST: Final = 1.5
_GIFT: Final = ("614", "1", "Please pack well")
_RECIPIENT: Final = ("王小明", "13800000000", "浙江省", "杭州市", "余杭区", "文一路1号", "2021020411023208")
_REPEATS: Final = 25


def part(run: Run) -> list[Section]:
    """The answers about the last recipient."""
    figures = measured(SIZES, 5 if run.quick else _REPEATS)
    first = figures[SIZES[0]]
    rows = [(str(size), f"{figures[size] * 1000:.3f}", f"{figures[size] / first:.2f}") for size in SIZES]
    table = markdown(("recipients", "ms of an answer", "ratio"), rows)
    aim = Goal(f"cost at {SIZES[-1]} recipients, times that at one", figures[SIZES[-1]] / first, MOST)
    words = "A form for Damaijia; the middle of the answers about its last recipient, without storage and words."
    return [Section(HEADING, f"{words}\n\n{table}\n\n{goals([aim])}")]


def measured(sizes: Sequence[int] = SIZES, repeats: int = _REPEATS) -> dict[int, float]:
    """Seconds of an answer by the number of recipients."""
    context = Context({"gifts": Account("gifts", "Damaijia", DamaijiaForm)}, "d1", "1001")
    found = {}
    for size in sizes:
        state = _at_recipient(size, context)
        taken: list[float] = []
        for text in _RECIPIENT:
            event = e.Answered(text)
            for _ in range(repeats):
                began = perf_counter()
                step = advance(state, event, context)
                taken.append(perf_counter() - began)
            assert step.state != state
            state = step.state
        found[size] = median(taken)
    return found


def _at_recipient(number: int, context: Context) -> Conversation:
    """The question for the name of the n-th recipient."""
    state = advance(IDLE, e.OrderRequested("gifts"), context).state
    for text in (*_GIFT, "taobao"):
        state = advance(state, e.Answered(text), context).state
    for _ in range(number - 1):
        for text in _RECIPIENT:
            state = advance(state, e.Answered(text), context).state
        assert state.draft is not None
        state = advance(state, e.AddedAnother(state.draft.id, state.draft.revision), context).state
    return state
