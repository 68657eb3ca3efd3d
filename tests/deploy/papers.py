"""Commands as papers for operators write them: blocks of shell to be run in order, and commands amid the text.

A comment that no reader sees says what has to be so before a block (`first: the bot is stopped`), or why one can't be
run by a test (`not run: needs Docker`). A block of `text` right after one of shell is what it prints, `...` for any
words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_NOTE = re.compile(r"\s*<!-- (?P<kind>first|not run): (?P<text>.+) -->")
_FENCE = re.compile(r"(?P<indent>\s*)```(?P<language>\w*)")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of shell; `line` is where it starts, `says` the lines that its output has among others, in order."""

    line: int
    text: str
    section: str = ""
    first: tuple[str, ...] = ()
    not_run: str = ""
    says: tuple[str, ...] = ()


def blocks(paper: str) -> list[Block]:
    """The blocks of shell in order. Raises ValueError for a comment that belongs to none."""
    found: list[Block] = []
    notes: dict[str, list[str]] = {}
    follows = False
    section = ""
    for number, language, text in _pieces(paper):
        if language == "sh":
            found.append(
                Block(number, text, section, tuple(notes.pop("first", ())), " ".join(notes.pop("not run", ())))
            )
        elif language == "text" and follows:
            found[-1] = replace(found[-1], says=tuple(text.splitlines()))
        elif language == "note":
            note = _NOTE.fullmatch(text)
            if note is not None:
                notes.setdefault(note["kind"], []).append(note["text"])
                continue
        elif text.startswith("## "):
            section = text.removeprefix("## ")
        if notes:
            raise ValueError(f"line {number}: no block of shell follows: {notes}")
        follows = language == "sh"
    return found


def _pieces(paper: str) -> Iterator[tuple[int, str, str]]:
    """Line, language and text of each block, comments as `note` and all other lines as `words`; no empty lines."""
    lines = iter(enumerate(paper.splitlines(), 1))
    for number, line in lines:
        fence = _FENCE.fullmatch(line)
        if fence is not None:
            inside: list[str] = []
            for _, inner in lines:
                if inner.strip() == "```":
                    break
                inside.append(inner.removeprefix(fence["indent"]))
            yield number, fence["language"], "\n".join(inside)
        elif line.strip():
            yield number, "note" if _NOTE.fullmatch(line) else "words", line


def unsaid(output: str, says: tuple[str, ...]) -> list[str]:
    """The lines of `says` that the output doesn't have, or has in another order."""
    lines = iter(output.splitlines())
    return [line for line in says if not any(_pattern(line).fullmatch(one) for one in lines)]


def _pattern(line: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in line.split("...")))


def commands(paper: str) -> list[list[str]]:
    """Every command of the paper, in blocks and amid the text, as words; those of a pipe or a list are several."""
    inline = re.findall(r"`([^`\n]+(?:\n[^`\n]+)?)`", re.sub(r"(?ms)^\s*```.*?^\s*```", "", paper))
    lines = [line for block in blocks(paper) for line in block.text.splitlines()]
    found = [part.split() for line in (*lines, *inline) for part in re.split(r"\$\(|\)\"|[|;]|&&", line)]
    return [_without_sudo(words) for words in found if words]


def _without_sudo(words: list[str]) -> list[str]:
    """A command as whoever may give it does, without who that is and without settings of its environment."""
    if words[0] == "sudo":
        words = words[3:] if words[1] == "-u" else words[1:]
    if words and words[0] == "env":
        words = [word for word in words[1:] if "=" not in word]
    return words
