"""The rows of a sheet as they will be sent, as a sheet: nothing of a batch goes out that couldn't be looked at.

Every question that any of the rows answers is a column; what follows from other answers stands there as if it had been
typed, and ids have the product's title beside them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.conversation.filled import Filled
from bot.conversation.state import Answers
from bot.sheets.write import listed
from providers.fields import Form
from providers.products import Path


@dataclass(frozen=True, slots=True)
class Previewed:
    """A row of a preview: its number in the file, its answers, and what is said of it besides, if anything."""

    number: int
    answers: Answers
    remark: str = ""


def preview(
    form: type[Form], rows: Sequence[Previewed], page: str, ends: tuple[str, str], text: Callable[[str], str]
) -> bytes:
    """The .xlsx file. `ends` head the columns of the row's number and of the remark; `text` gives a title's words."""
    said = [dict(_said(Filled.of(form, one.answers))) for one in rows]
    paths = _in_order([path for answers in said for path in answers], form, rows)
    headings = [ends[0], *(_heading(form, rows, path, text) for path in paths), ends[1]]
    table = [
        [str(one.number), *(answers.get(path, "") for path in paths), one.remark]
        for one, answers in zip(rows, said, strict=True)
    ]
    return listed(page, headings, table)


def _said(filled: Filled) -> Iterator[tuple[Path, str]]:
    """The answers as they are sent, by path; a product's title stands behind its id."""
    for question in filled.questions:
        part = filled.part(question.path[:-1])
        name = str(question.path[-1])
        plan = part.sections[name].plan
        shown = part.sent.get(name)
        text = "" if shown is None or isinstance(shown, dict | list) else str(shown)
        if text:
            yield question.path, f"{text} {part.title_at(plan)}".rstrip()


def _in_order(paths: Sequence[Path], form: type[Form], rows: Sequence[Previewed]) -> list[Path]:
    """The different paths in the order of asking, those of an item side by side."""
    places: dict[Path, int] = {}
    for one in rows:
        filled = Filled.of(form, one.answers)
        for place, question in enumerate(filled.questions):
            places[question.path] = max(places.get(question.path, 0), place)
    return sorted(dict.fromkeys(paths), key=lambda path: (places[path], str(path)))


def _heading(form: type[Form], rows: Sequence[Previewed], path: Path, text: Callable[[str], str]) -> str:
    """The title of a question; of a further item in a list with its number."""
    for one in rows:
        try:
            title = text(Filled.of(form, one.answers).question(path).title)
        except LookupError:
            continue
        item = next((step for step in path if isinstance(step, int)), 0)
        return f"{title} {item + 1}" if item else title
    return ""
