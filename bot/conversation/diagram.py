"""Draws the table of transitions for docs/conversation.md, so that the drawing can't differ from the program."""

import re

from bot.conversation.state import Phase
from bot.conversation.table import ASIDES, TABLE

HEADER = """# The conversation

Drawn from `bot/conversation/table.py` by `make diagram`; a test compares the two. What isn't here changes nothing and
shows where the conversation stands.

In every phase, without leaving it: {asides}.

```mermaid
stateDiagram-v2
    [*] --> idle
"""


def _words(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


def _node(phase: Phase) -> str:
    return phase.value.replace(" ", "_")


def diagram() -> str:
    """The page with the diagram and a table of every transition, as Markdown."""
    edges: dict[tuple[Phase, Phase], list[str]] = {}
    rows = []
    for phase, row in TABLE.items():
        for event, transition in row.items():
            if event in ASIDES:
                continue
            to = sorted(transition.to)
            rows.append(f"| {phase.value} | {_words(event.__name__)} | {', '.join(to)} |")
            for target in to:
                edges.setdefault((phase, target), []).append(_words(event.__name__))
    lines = [
        f"    {_node(a)} --> {_node(b)}: {', '.join(names)}" for (a, b), names in sorted(edges.items()) if a is not b
    ]
    header = HEADER.format(asides=", ".join(_words(event.__name__) for event in ASIDES))
    table = ["", "| phase | event | leads to |", "|---|---|---|", *rows]
    return header + "\n".join([*lines, "```", *table]) + "\n"


if __name__ == "__main__":
    print(diagram(), end="")  # noqa: T201  a program for `make diagram`
