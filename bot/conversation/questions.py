"""Turns a pydantic model into the questions to ask, in order. Nothing but the model declares a question."""

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from annotated_types import MaxLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.conversation.state import Answers, Path
from providers.fields import AskWhen, Form, Found, InCatalogue, LookUp


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form.

    `skips` is where None is put when it is skipped: at the question itself, or at the optional group or list that it
    opens; None means that it can't be skipped. `into` is where the answer of its look-up goes, `facts` where that or
    what the catalogue knows of the answer goes; None for a question that has no catalogue. `suggests` is an answer that
    the others suggest, put in when the question is shown.
    """

    path: Path
    title: str
    description: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    skips: Path | None = None
    into: Path | None = None
    facts: Path | None = None
    suggests: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """What a field is: one value, a group (a nested model), or a list of groups."""

    kind: Literal["value", "group", "list"]
    model: type[BaseModel] | None = None
    choices: tuple[str, ...] = ()


def shape(field: FieldInfo) -> Shape:
    """The shape of a model's field, seen through `Optional` and `Annotated`."""
    annotation = _bare(field.annotation)
    if get_origin(annotation) is list:
        item = _bare(get_args(annotation)[0])
        if isinstance(item, type) and issubclass(item, BaseModel):
            return Shape("list", item)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape("group", annotation)
    return Shape("value", None, tuple(c for c in _choices(annotation) if c != field.default))


def _bare(annotation: Any) -> Any:
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, types.UnionType):
            inner = [a for a in get_args(annotation) if a is not type(None)]
            if len(inner) != 1:
                return annotation
            annotation = inner[0]
        else:
            return annotation


def _choices(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(str(value) for value in get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(str(member.value) for member in annotation)
    return ()


M = TypeVar("M")


def marker(field: FieldInfo, kind: type[M]) -> M | None:
    """The field's marker of that kind, if it has one."""
    return next((m for m in field.metadata if isinstance(m, kind)), None)


def longest(field: FieldInfo) -> int | None:
    """How many items a list field takes at most; None: no limit."""
    limit = marker(field, MaxLen)
    return limit.max_length if limit else None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a model says of one field, read once per model: a big order walks through it for every item.

    `source` is the field whose answer fills this one, which is then never asked. `asks` is its question, without path.
    `into` is for the supplier's look-up alone, `facts` for the catalogue's too.
    """

    name: str
    shape: Shape
    required: bool
    condition: Callable[[Mapping[str, Any]], bool] | None
    skippable: bool
    into: str | None
    facts: str | None
    source: str | None
    asks: Question

    def applies(self, known: Mapping[str, Any]) -> bool:
        """Whether the field belongs to the order at all, given the other answers of its group."""
        return self.condition is None or self.condition(known)


@lru_cache(maxsize=256)
def plans(model: type[BaseModel]) -> tuple[Plan, ...]:
    """The fields of a model, in order."""
    fields = model.model_fields
    sources = {
        m.into: name
        for name, field in fields.items()
        if (m := marker(field, LookUp) or marker(field, InCatalogue)) is not None
    }
    return tuple(
        _plan(name, field, sources.get(name, name if marker(field, Found) else None)) for name, field in fields.items()
    )


def _plan(name: str, field: FieldInfo, source: str | None) -> Plan:
    ask, looked_up, form = marker(field, AskWhen), marker(field, LookUp), shape(field)
    listed = looked_up or marker(field, InCatalogue)
    return Plan(
        name=name,
        shape=form,
        required=field.is_required(),
        condition=ask.condition if ask else None,
        skippable=ask.skippable if ask else not field.is_required(),
        into=looked_up.into if looked_up else None,
        facts=listed.into if listed else None,
        source=source,
        asks=Question(
            path=(),
            title=field.title or name,
            description=field.description or "",
            example=str(field.examples[0]) if field.examples else "",
            choices=form.choices,
        ),
    )


def questions(form: type[BaseModel], answers: Answers) -> list[Question]:
    """Every question that the order has as far as the answers tell, answered or not, in the order of asking."""
    return list(_walk(form, answers, ()))


def is_listed(form: type[BaseModel], answers: Answers) -> bool:
    """Whether what the form asks for, with these answers, is in the account's catalogue at all."""
    return not issubclass(form, Form) or form.from_catalogue(answers)


def _walk(model: type[BaseModel], known: Mapping[str, Any], at: Path) -> Iterator[Question]:
    for plan in plans(model):
        if plan.source is not None or not plan.applies(known):
            continue
        path, value = (*at, plan.name), known.get(plan.name)
        if plan.shape.model is None:
            skips, into = path if plan.skippable else None, (*at, plan.into) if plan.into else None
            facts = (*at, plan.facts) if plan.facts else None
            asks = plan.asks
            yield Question(path, asks.title, asks.description, asks.example, asks.choices, skips, into, facts)
            continue
        groups: list[tuple[Path, Mapping[str, Any]]]
        if plan.shape.kind == "list":
            groups = [((*path, i), item) for i, item in enumerate(value or [{}])]
        else:
            groups = [(path, value or {})]
        inner = [question for where, group in groups for question in _walk(plan.shape.model, group, where)]
        if not plan.required:
            # An optional group or list is skipped at its first question; until that is answered, it is one question.
            # A list of several can't be lost at once.
            first = replace(inner[0], skips=path if len(groups) == 1 else None)
            inner = [first, *inner[1:]] if value else [first]
        yield from inner


def field_at(form: type[BaseModel], path: Path) -> FieldInfo:
    """The field that a path leads to; for an item of a list, the list's field. Raises KeyError when there is none."""
    model: type[BaseModel] | None = form
    field: FieldInfo | None = None
    for step in path:
        if isinstance(step, int):
            continue
        if model is None:
            raise KeyError(path)
        field = model.model_fields[step]
        model = shape(field).model
    if field is None:
        raise KeyError(path)
    return field


def model_at(form: type[BaseModel], path: Path) -> type[BaseModel]:
    """The model of a group or of a list's items; the form itself for `()`. Raises KeyError where the path has none."""
    model = shape(field_at(form, path)).model if path else form
    if model is None:
        raise KeyError(path)
    return model


def list_around(path: Path) -> Path | None:
    """The list that a path lies in; the innermost one."""
    for i in range(len(path) - 1, -1, -1):
        if isinstance(path[i], int):
            return path[:i]
    return None
