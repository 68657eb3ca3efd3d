"""Writes a dialogue anew from what the bot says now, so that a change of words is reviewed as a diff.

What people and suppliers do stays as it is written, comments and empty lines too; only the bot's lines change. A button
that is called otherwise now is tapped under its new name: it is the one in the same place of the same message.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tests.transcripts import script
from tests.transcripts.player import Player, Shown

_INDENT = "    "
_CHANGES = "bot changes the card"


async def rewritten(text: str, player: Player) -> str:
    """The dialogue as it goes now. Raises AssertionError naming the line after which it can't go on."""
    page = _Page(text.splitlines())
    renamed: dict[tuple[bool, str], str] = {}
    for action, said in _turns(script.parse(text)):
        does = _with_present_names(action, renamed, page)
        player.heard, player.passing = [], []
        try:
            await player.do(does)
        except AssertionError as error:
            raise AssertionError(f"line {action.line}: {error}") from error
        last = action
        for step in said:
            _write(step, player, renamed, page)
            last = step
        if not action.quiet:
            page.add(last.line, [*map(_passing, player.passing), *map(_shown, player.heard)])
    return page.text


def _turns(steps: list[script.Step]) -> Iterator[tuple[script.Step, list[script.Shows | script.Passing]]]:
    """What is done, and what the bot said to it."""
    said: list[script.Shows | script.Passing] = []
    action: script.Step | None = None
    for step in steps:
        if isinstance(step, script.Shows | script.Passing):
            said.append(step)
            continue
        if action is not None:
            yield action, said
        action, said = step, []
    if action is not None:
        yield action, said


def _with_present_names(step: script.Step, renamed: dict[tuple[bool, str], str], page: "_Page") -> script.Step:
    if not isinstance(step, script.Taps):
        return step
    label = renamed.get((step.colleague, step.label), step.label)
    if label != step.label:
        page.relabel(step.line, step.label, label)
    return replace(step, label=label)


def _write(
    step: script.Shows | script.Passing, player: Player, renamed: dict[tuple[bool, str], str], page: "_Page"
) -> None:
    """Put what the bot said in the place of what it used to say there."""
    if isinstance(step, script.Passing):
        page.put(step.line, _passing(player.passing.pop(0)) if player.passing else None, same=False)
        return
    shown = next((message for message in player.heard if message.colleague == step.colleague), None)
    if shown is None:
        page.put(step.line, None, same=False)
        return
    player.heard.remove(shown)
    if [len(row) for row in shown.rows] == [len(row) for row in step.rows]:
        for old, new in zip(step.rows, shown.rows, strict=True):
            renamed.update({(step.colleague, was): label for was, label in zip(old, new, strict=True)})
    # A message that stood there before may be written as any other one.
    shown = replace(shown, changed=shown.changed and step.changed)
    same = (shown.text, shown.rows, shown.changed) == (step.text, step.rows, step.changed)
    page.put(step.line, _shown(shown), same=same)


def _passing(toast: str) -> list[str]:
    first, *more = toast.splitlines()
    return [f"bot, in passing: {first}", *(f"{_INDENT}{line}" for line in more)]


def _shown(message: Shown) -> list[str]:
    head = "bot to colleague" if message.colleague else _CHANGES if message.changed else "bot"
    rows = (" ".join(f"[{label}]" for label in row) for row in message.rows)
    return [f"{head}:", *(f"{_INDENT}{line}" for line in (*message.text.splitlines(), *rows))]


@dataclass
class _Page:
    """The lines of a file, counted from 1, and what comes in the place of some of them."""

    lines: list[str]
    instead: dict[int, list[str]] = field(default_factory=dict)
    after: dict[int, list[str]] = field(default_factory=dict)

    def put(self, line: int, new: list[str] | None, *, same: bool) -> None:
        """In the place of the block that begins here; nothing for None."""
        end = self._end(line)
        if same or new == self.lines[line - 1 : end]:
            return
        self.instead |= {at: [] for at in range(line, end + 1)}
        self.instead[line] = new or []

    def add(self, line: int, blocks: list[list[str]]) -> None:
        """After the block that begins here."""
        self.after[self._end(line)] = [new for block in blocks for new in block]

    def relabel(self, line: int, was: str, label: str) -> None:
        self.instead[line] = [self.lines[line - 1].removesuffix(was) + label]

    @property
    def text(self) -> str:
        numbered = enumerate(self.lines, 1)
        kept = [new for at, line in numbered for new in (*self.instead.get(at, [line]), *self.after.get(at, []))]
        return "".join(f"{line}\n" for line in kept)

    def _end(self, line: int) -> int:
        """The last line of a block: its last indented one."""
        end = line
        for at, text in enumerate(self.lines[line:], line + 1):
            if text.startswith(_INDENT):
                end = at
            elif text.strip() and not text.startswith("#"):
                break
        return end
