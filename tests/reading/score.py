"""Scores a corpus of texts: the share of expected answers that are read rightly, and those that are wrong unmarked.

`python -m tests.reading.score FILE` prints both; a wrong answer that nobody is asked about may be ordered.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.conversation.questions import field_at
from bot.reading.read_answers import ReadAnswer, ReadOrder, as_sent
from providers.registry import provider_class
from tests.reading.goods import reader_of

Key = tuple[str, int]


@dataclass(slots=True)
class Score:
    """`right` of `expected` answers; `unmarked` are the wrong ones that are said to be sure, one line each.

    `asked` are right ones that a person is asked about without need: whoever is asked too often no longer looks.
    """

    expected: int = 0
    right: int = 0
    marked: list[str] = field(default_factory=list)
    unmarked: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    beside: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, list[int]] = field(default_factory=dict)

    @property
    def share(self) -> float:
        return self.right / self.expected if self.expected else 1.0


def entries(path: Path) -> Iterator[Mapping[str, Any]]:
    """The entries of a corpus file: JSON lines."""
    return (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())


def score(path: Path) -> Score:
    """The score of a corpus."""
    found = Score()
    for entry in entries(path):
        _score_one(entry, found)
    return found


def _score_one(entry: Mapping[str, Any], found: Score) -> None:
    account = str(entry["account"])
    read = reader_of(account).read(str(entry["text"]))
    kind = found.kinds.setdefault(str(entry.get("kind", account)), [0, 0])
    text = repr(entry["text"])[:90]
    wanted = [] if entry.get("refused") else entry["orders"]
    got = [_answers(account, order) for order in read.orders]
    if entry.get("refused"):
        _count(found, kind, bool(read.refused), f"{text}: not refused", sure=bool(got))
    elif not wanted or read.refused is not None:
        fine = not got and not wanted
        _count(found, kind, fine, f"{text}: {len(got)} orders, refused {read.refused}", sure=bool(got))
    for place, order in enumerate(wanted):
        _score_order(account, order, got[place] if place < len(got) else {}, found, kind, f"{text}: {place + 1}")
    found.unmarked += [f"{text}: an order too many" for _ in got[len(wanted) :]]
    repeats = [*entry.get("repeats", []), *[None] * len(wanted)][: len(wanted)]
    if [one.repeats for one in read.orders][: len(wanted)] != repeats[: len(got)]:
        found.unmarked.append(f"{text}: repeats {[order.repeats for order in read.orders]}, not {repeats}")


def _score_order(
    account: str,
    order: Sequence[Mapping[str, Any]],
    got: Mapping[Key, ReadAnswer],
    found: Score,
    kind: list[int],
    text: str,
) -> None:
    left = dict(got)
    for one in order:
        key = (str(one["title"]), int(one.get("item", 0)))
        answer = left.pop(key, None)
        value = None if answer is None else sent(account, answer)
        fine = value == str(one["value"])
        where = f"{text} {key[0]} {key[1]}: {value!r}, not {one['value']!r}"
        _count(found, kind, fine, where, sure=answer is not None and answer.sure)
        if fine and answer is not None and one.get("sure") is False and answer.sure:
            found.unmarked.append(f"{where} is doubtful")
        if fine and answer is not None and one.get("sure", True) and not answer.sure:
            found.asked.append(f"{where}: {answer.doubt}")
    for (title, item), extra in left.items():
        found.beside[title] += 1
        if extra.sure:
            found.unmarked.append(f"{text} {title} {item}: {extra.answer!r}, not expected")


def _count(found: Score, kind: list[int], right: bool, where: str, *, sure: bool) -> None:  # noqa: FBT001  the point of it
    found.expected += 1
    found.right += right
    kind[0] += right
    kind[1] += 1
    if not right:
        (found.unmarked if sure else found.marked).append(where)


def _answers(account: str, order: ReadOrder) -> dict[Key, ReadAnswer]:
    form = provider_class(account).form
    return {
        (str(field_at(form, one.path).title), next((s + 1 for s in one.path if isinstance(s, int)), 0)): one
        for one in order.answers
    }


def sent(account: str, answer: ReadAnswer) -> str:
    """An answer as it would be sent to an account's supplier."""
    return as_sent(provider_class(account).form, answer)


def report(found: Score, name: str, *, by_kind: bool) -> Iterator[str]:
    """The lines that tell a score: by kind, or each answer that is wrong."""
    yield (
        f"{name}: {found.right} of {found.expected} right ({found.share:.1%}), {len(found.unmarked)} wrong unmarked, "
        f"{len(found.asked)} asked without need"
    )
    if by_kind:
        yield from (f"  {kind}: {right} of {of}" for kind, (right, of) in sorted(found.kinds.items()))
    else:
        yield from (f"  {line}" for line in (*found.marked, "asked without need:", *found.asked))
        yield from (f"  {line}" for line in ("wrong and unmarked:", *found.unmarked))


if __name__ == "__main__":
    file = Path(sys.argv[1])
    sys.stdout.write("\n".join(report(score(file), file.name, by_kind="--kinds" in sys.argv)) + "\n")
