"""A form as far as it is filled in: its questions, what is wrong with the answers, the finished form.

Made once for the same answers and kept, for the whole form and for every item in it, so that the cost of an answer
doesn't grow with the number of items: those that an answer didn't touch are the same objects as before, and one that
is complete goes to pydantic as the model instance that it was read as.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from operator import is_
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.conversation.answers import MISSING, get, is_answered, put, without_skipped
from bot.conversation.cached import cached_property
from bot.conversation.likeness import likeness_of
from bot.conversation.questions import Plan, Problem, Question, is_listed, plans
from bot.conversation.readings import read_alone, shown
from bot.conversation.state import Answers, Recent
from providers.fields import Form
from providers.products import Path

_FORMS_KEPT: Final = 256
_ITEMS_KEPT: Final = 512
"""Groups or items of one model that are kept at least: more are no faster with 200 chats, and cost 10 MB."""
_NOTHING: Final[Answers] = {}  # the answers of a group or an item that isn't there yet


class Section(NamedTuple):
    """The questions of one field: its own, or those of its group or of its items, each with its place.

    `opens`: only the first of them stands yet, for the whole optional group or list. `size` is how many they are.
    """

    plan: Plan
    parts: "Sequence[Filled]"
    opens: bool
    size: int


class Filled:
    """A form, a group or an item with its answers so far. Paths are those inside it."""

    def __init__(self, form: type[BaseModel], answers: Mapping[str, Any]) -> None:
        self.form = form
        self.answers = answers

    @classmethod
    def of(cls, form: type[BaseModel], answers: Mapping[str, Any]) -> "Filled":
        """The one that was made for these very answers before, if it is still kept."""
        kept = _kept(form)
        found = kept.get(id(answers))
        # An id may be used again; the answers themselves are compared.
        if found is None or found.answers is not answers:
            found = cls(form, answers)
            kept.keep(id(answers), found)
        return found

    # Questions

    @cached_property
    def sections(self) -> Mapping[str, Section]:
        """The fields that are asked, as far as the answers decide it, in the order of asking."""
        single, always = _single(self.form)
        if always:
            return single
        known = self.answers
        return {
            plan.name: single.get(plan.name) or self._section(plan)
            for plan in plans(self.form)
            if plan.source is None and (plan.condition is None or plan.condition(known))
        }

    def _section(self, plan: Plan) -> Section:
        opens = not plan.required and not self.answers.get(plan.name)
        parts = self._parts_of(plan)
        return Section(plan, parts, opens, 1 if opens else sum([part.size for part in parts]))

    def _parts_of(self, plan: Plan) -> "Sequence[Filled]":
        """The group or the items of a field, at least one."""
        found = self._parts.get(plan.name)
        if found is None and plan.shape.model is not None:
            value = self.answers.get(plan.name)
            if plan.shape.kind == "list":
                found = _all_of(plan.shape.model, value or [_NOTHING])
            else:
                found = (Filled.of(plan.shape.model, value or _NOTHING),)
            self._parts[plan.name] = found
        return found or ()

    @cached_property
    def _parts(self) -> "dict[str, Sequence[Filled]]":
        return {}

    @cached_property
    def size(self) -> int:
        """The number of questions."""
        return sum(section.size for section in self.sections.values())

    @property
    def questions(self) -> Iterator[Question]:
        """Every question that the order has by these answers, answered or not, in the order of asking."""
        return (self.question(self.path_at(position)) for position in range(self.size))

    def question(self, path: Path) -> Question:
        """The question with that path. Raises LookupError when there is none."""
        plan, parts, opens, _ = self._section_of(path)
        if not parts:
            if len(path) != 1:
                raise LookupError(path)
            return plan.asks
        place, way = _place(plan, path, len(parts))
        inner = parts[place].question(path[len(way) :])
        skips = (*way, *inner.skips) if inner.skips else None
        # An optional group or list is skipped at its first question; until that is answered, it is one question.
        # A list of several can't be lost at once.
        if not plan.required and place == 0 and inner.path == parts[0].first:
            skips = way[:1] if len(parts) == 1 else None
        elif opens:
            raise LookupError(path)
        return Question(
            path,
            inner.title,
            inner.description,
            inner.example,
            inner.choices,
            skips,
            (*way, *inner.into) if inner.into else None,
            (*way, *inner.facts) if inner.facts else None,
        )

    def _section_of(self, path: Path) -> Section:
        section = self.sections.get(str(path[0])) if path else None
        if section is None:
            raise LookupError(path)
        return section

    @cached_property
    def first(self) -> Path:
        """The path of the first question."""
        return self.path_at(0)

    def path_at(self, position: int) -> Path:
        """The path of the question with that position, counted from 0."""
        for name, (plan, parts, opens, size) in self.sections.items():
            if position >= size:
                position -= size
                continue
            if not parts:
                return (name,)
            if opens:
                return (*_way(plan, 0), *parts[0].first)
            for place, part in enumerate(parts):
                if position < part.size:
                    return (*_way(plan, place), *part.path_at(position))
                position -= part.size
        raise LookupError(position)

    def position(self, path: Path) -> int:
        """The position of a question, counted from 0; of a group, a list or an item, that of its first one."""
        before = 0
        for name, (plan, parts, opens, size) in self.sections.items():
            if name != path[0]:
                before += size
                continue
            if len(path) == 1:
                return before
            if not parts:
                break
            place, way = _place(plan, path, len(parts))
            rest = path[len(way) :]
            if opens and parts[0].first[: len(rest)] != rest:
                break
            before += sum([part.size for part in parts[:place]])
            return before + parts[place].position(rest) if rest else before
        raise LookupError(path)

    def first_in(self, path: Path) -> Path:
        """The path of the first question of a field, a group, a list or an item."""
        return self.path_at(self.position(path))

    def last_in(self, path: Path) -> Path:
        """The path of the last question of a field, a group, a list or an item."""
        return self.path_at(self.position(path) + self._size_in(path) - 1)

    def _size_in(self, path: Path) -> int:
        plan, parts, opens, size = self._section_of(path)
        if opens or len(path) == 1:
            return size
        place, way = _place(plan, path, len(parts))
        rest, part = path[len(way) :], parts[place]
        return part._size_in(rest) if rest else part.size  # noqa: SLF001  its own kind

    def part(self, path: Path) -> "Filled":
        """The form itself, or the group or item with that path. Raises LookupError when there is none."""
        if not path:
            return self
        plan, parts, _, _ = self._section_of(path)
        if not parts:
            raise LookupError(path)
        place, way = _place(plan, path, len(parts))
        return parts[place].part(path[len(way) :])

    # Answers

    @cached_property
    def open(self) -> Path | None:
        """The path of the first question that is neither answered nor skipped; None: there is none."""
        for name, (plan, parts, opens, _) in self.sections.items():
            if not parts:
                if name not in self.answers or (plan.asks.into and not is_answered(plan.asks, self.answers)):
                    return (name,)
            elif opens:
                if self.answers.get(name, MISSING) is not None:
                    return (*_way(plan, 0), *parts[0].first)
            else:
                for place, part in enumerate(parts):
                    if part.open is not None:
                        return (*_way(plan, place), *part.open)
        return None

    def is_done(self, path: Path = ()) -> bool:
        """Check whether all questions of the form, or of the group or item with that path, are answered or skipped."""
        if not path:
            return self.open is None
        plan, parts, opens, _ = self._section_of(path)
        if opens:
            return self.answers.get(plan.name, MISSING) is None
        place, way = _place(plan, path, len(parts))
        return parts[place].is_done(path[len(way) :])

    @cached_property
    def pruned(self) -> Answers:
        """The answers without those that no longer belong to the order, because another answer has changed."""
        kept: Answers = {}
        for plan in plans(self.form):
            name = plan.name
            if name not in self.answers or not plan.applies(kept) or (plan.source or name) not in self.answers:
                continue
            value = self.answers[name]
            if plan.source is None and type(value) is not str:
                value = self._fitted(plan, value)
            elif plan.source is None and plan.shape.model is not None:
                continue
            if value is not MISSING:
                kept[name] = value
        # What is as it was stays the same object, so that what is known of it is found again.
        same = list(kept) == list(self.answers) and all(kept[name] is self.answers[name] for name in kept)
        return self.answers if same and isinstance(self.answers, dict) else kept

    def _fitted(self, plan: Plan, value: Any) -> Any:
        """An answer pruned inside, or MISSING when the form of today wants another shape there."""
        if value is None:
            return None
        if plan.shape.model is None:
            return MISSING if isinstance(value, (dict, list, Mapping)) else value
        if plan.shape.kind != "list":
            return Filled.of(plan.shape.model, value).pruned if isinstance(value, (dict, Mapping)) else MISSING
        if not isinstance(value, list):
            return MISSING
        if set(map(type, value)) != {dict}:
            return [Filled.of(plan.shape.model, item).pruned for item in value if isinstance(item, Mapping)]
        items = [part.pruned for part in self._parts_of(plan)]
        return value if all(map(is_, items, value)) else items

    # What pydantic says

    @cached_property
    def _seen(self) -> dict[str, Any]:
        """The answers as pydantic gets to see them."""
        seen: dict[str, Any] = {}
        for name, value in self.answers.items():
            if value is None:
                continue
            if type(value) is str:
                seen[name] = value
                continue
            section = self.sections.get(name)
            if section is None or not section.parts or not value:
                seen[name] = without_skipped(value)
            elif section.plan.shape.kind == "list":
                seen[name] = [part.read for part in section.parts]
            else:
                seen[name] = section.parts[0].read
        return seen

    @cached_property
    def read(self) -> BaseModel | dict[str, Any]:
        """A complete group as the instance that it was read as, which isn't checked again; else its answers."""
        return self._seen if self.open is not None or self.finished is None else self.finished

    @cached_property
    def _checked(self) -> tuple[BaseModel | None, Sequence[ErrorDetails]]:
        try:
            return self.form.model_validate(self._seen), ()
        except ValidationError as error:
            return None, error.errors(include_url=False, include_input=False)

    @property
    def finished(self) -> BaseModel | None:
        """The finished form, when nothing keeps it from being one."""
        return self._checked[0]

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything wrong with the answers given so far; what was not asked yet is not missed."""
        found = ((error, self._asked_at(error["loc"], answered=True)) for error in self._checked[1])
        return tuple(Problem.of(error, path) for error, path in found if path)

    @cached_property
    def faults(self) -> tuple[Problem, ...]:
        """The problems that keep it from being finished; one of the whole order has the path `()`."""
        return tuple(Problem.of(error, self._to_mend(error["loc"])) for error in self._checked[1])

    def problem_at(self, path: Path) -> Problem | None:
        """The first problem of one question's answer."""
        return next((problem for problem in self.problems if problem.path == path), None)

    def refuses(self, path: Path) -> bool:
        """Check whether anything below a path can't be read."""
        return any(error["loc"][: len(path)] == path for error in self._checked[1])

    def _to_mend(self, where: Path) -> Path:
        """The question at which an error is mended; that of a whole list or group is mended at its first one."""
        if not where:
            return ()
        path = self._asked_at(where, answered=False)
        if path is not None:
            return path
        try:
            return self.first_in(where)
        except LookupError:
            return ()

    def _asked_at(self, where: Path, *, answered: bool) -> Path | None:
        """The question that an error lies in."""
        section = self.sections.get(str(where[0])) if where else None
        if section is None:
            return None
        plan, parts, opens, _ = section
        if not parts:
            return (plan.name,) if plan.name in self.answers or not answered else None
        try:
            place, way = _place(plan, where, len(parts))
        except LookupError:
            return None
        inner = parts[place]._asked_at(where[len(way) :], answered=answered)  # noqa: SLF001  its own kind
        if inner is None or (opens and inner != parts[0].first):
            return None
        return (*way, *inner)

    @cached_property
    def sent(self) -> Mapping[str, Any]:
        """Single answers as they will be sent: digits read, spaces trimmed; as typed where one can't be read yet."""
        finished, single = self.finished, set(_single(self.form)[0])
        if finished is not None:
            return finished.model_dump(mode="json", include=single)
        return {
            name: read_alone(self.form, name, value) if name in single and type(value) is str else value
            for name, value in self.answers.items()
        }

    @cached_property
    def shown(self) -> Mapping[str, str]:
        """The same as text: numbers with their thousands apart, and marks that nobody would see made visible."""
        grouped = {plan.name for plan in plans(self.form) if plan.grouped}
        return {name: shown(value, grouped=name in grouped) for name, value in self.sent.items()}

    @cached_property
    def likeness(self) -> str:
        """The likeness of the finished form; empty while it isn't."""
        return "" if self.finished is None else likeness_of(self.finished)

    # What else follows from the answers

    @property
    def is_listed(self) -> bool:
        """Check whether what is asked for is in the account's catalogue at all."""
        return is_listed(self.form, self.answers)

    def plan_at(self, path: Path) -> Plan:
        """The field of one question."""
        return self.part(path[:-1]).sections[str(path[-1])].plan

    def takes(self, path: Path, answer: str) -> bool:
        """Check whether an answer to one question would be taken beside the others."""
        return Filled(self.form, put(dict(self.answers), path, answer)).problem_at(path) is None

    def is_ruled(self, path: Path) -> bool:
        """Check whether anything but the question's own type decides about its answer."""
        plan, parts, _, _ = self._section_of(path)
        if plan.ruled or not parts:
            return plan.ruled
        place, way = _place(plan, path, len(parts))
        return parts[place].is_ruled(path[len(way) :])

    def suggestion(self, path: Path) -> str | None:
        """The answer that the others suggest for a question; None for none.

        Whatever stands in those, a suggestion is a convenience and stops nothing.
        """
        known = get(self.answers, path[:-1])
        if not isinstance(known, Mapping):
            return None
        return self.part(path[:-1])._suggests(str(path[-1]))  # noqa: SLF001  its own kind

    def _suggests(self, name: str) -> str | None:
        suggests = self._section_of((name,)).plan.suggests if name in self.sections else None
        if suggests is None:
            return None
        lists = {
            field: [part._as_text for part in section.parts]  # noqa: SLF001  its own kind
            for field, section in self.sections.items()
            if section.plan.shape.kind == "list" and self.answers.get(field)
        }
        try:
            return suggests({**self.answers, **lists})
        except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError):
            # Something that is not finished or can't be read by itself: nothing follows from it yet.
            return None

    @cached_property
    def _as_text(self) -> Mapping[str, Any]:
        """The answers of an item as they will be sent: 2000 for `2,000`; still as text."""
        if self.finished is None:
            return self.answers
        read = self.finished.model_dump(mode="json")
        return {key: str(read[key]) if isinstance(value, str) else value for key, value in self.answers.items()}

    @cached_property
    def line(self) -> str:
        """An item or group on one line, as it will be sent."""
        text, titles = "", []
        for name, (plan, parts, _, _) in self.sections.items():
            if value := "" if parts else self.shown.get(name, ""):
                text += plan.joint + value if text else value
            titles.append(self.title_at(plan))
        # Ids say nothing to people: what is known of the product ends the line.
        return " · ".join(filter(None, [text, *titles]))

    def title_at(self, plan: Plan) -> str:
        """The title of the product that is answered at one of its fields, as far as that is known."""
        facts = self.answers.get(plan.facts) if plan.facts is not None else None
        return str(facts.get("title") or "") if isinstance(facts, dict) else ""


@lru_cache(maxsize=64)
def _kept(form: type[BaseModel]) -> Recent[int, Filled]:
    return Recent(_FORMS_KEPT if issubclass(form, Form) else _ITEMS_KEPT)


def _all_of(model: type[BaseModel], items: Sequence[Mapping[str, Any]]) -> Sequence[Filled]:
    """The same as `Filled.of` for each: what an answer costs with many items is mostly this."""
    newest = _kept(model).newest
    found = [newest.get(id(item)) for item in items]
    return [
        one if one is not None and one.answers is item else Filled.of(model, item)
        for one, item in zip(found, items, strict=True)
    ]


def _way(plan: Plan, place: int) -> Path:
    return (plan.name, place) if plan.shape.kind == "list" else (plan.name,)


def _place(plan: Plan, path: Path, count: int) -> tuple[int, Path]:
    """The part of a section that a path leads into, and the way there. Raises LookupError when it leads to none."""
    if plan.shape.kind != "list":
        return 0, path[:1]
    place = path[1] if len(path) > 1 else None
    if not isinstance(place, int) or not 0 <= place < count:
        raise LookupError(path)
    return place, path[:2]


@lru_cache(maxsize=256)
def _single(model: type[BaseModel]) -> tuple[Mapping[str, Section], bool]:
    """The fields that are neither groups nor lists, and whether they are all that is ever asked, and always."""
    asked = [plan for plan in plans(model) if plan.source is None]
    single = {plan.name: Section(plan, (), opens=False, size=1) for plan in asked if plan.shape.model is None}
    return single, len(single) == len(asked) and all(plan.condition is None for plan in asked)


def with_facts(form: type[BaseModel], answers: Answers, path: Path, facts: Mapping[str, Any] | None) -> Answers:
    """The answers with what is known of one; facts that the form can't read count as unknown."""
    known = put(answers, path, None if facts is None else dict(facts))
    unreadable = facts is not None and Filled.of(form, known).refuses(path)
    return put(answers, path, None) if unreadable else known
