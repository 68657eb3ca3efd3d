"""The faults of a row, by codes; words are made of them elsewhere, and all of a row's are told at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from providers.products import Path


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing that keeps a row from being ordered.

    `code` is one of these, or that of a problem with an answer as in `bot.conversation.questions.Problem`, or a mark of
    a cell as in `bot.sheets.sheet.Mark`:

    - `hidden`: whoever sent the sheet doesn't see this row;
    - `missing`: nothing in the row answers a question that has to be answered;
    - `unsure`: the cell may mean several things, `options` where they are known;
    - `unread`: a part of the cell has no meaning that is known;
    - `no_place`: the order has no such question with its other answers;
    - `other_region`: the address is where the supplier doesn't deliver.

    `path` is the question, `column` the place of the column in the sheet, `said` the cell as far as it is about it.
    """

    code: str
    path: Path = ()
    column: int | None = None
    said: str = ""
    options: tuple[str, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)
