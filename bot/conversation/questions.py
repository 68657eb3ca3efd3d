"""Turns a pydantic model into the questions to ask, in order. Nothing but the model declares a question."""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from annotated_types import MaxLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.conversation.state import Answers, Path
from providers.fields import AskWhen, Found, LookUp


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form.

    `skips` is where None is put when it is skipped: at the question itself, or at the optional group or list that it
    opens; None means that it can't be skipped. `into` is where the answer of its look-up goes.
    """

    path: Path
    title: str
    description: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    skips: Path | None = None
    into: Path | None = None


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


def applies(field: FieldInfo, known: Mapping[str, Any]) -> bool:
    """Whether a field of a group belongs to the order at all, given the other answers of the group."""
    ask = marker(field, AskWhen)
    return ask is None or ask.condition(known)


def longest(field: FieldInfo) -> int | None:
    """How many items a list field takes at most; None: no limit."""
    limit = marker(field, MaxLen)
    return limit.max_length if limit else None


def questions(form: type[BaseModel], answers: Answers) -> list[Question]:
    """Every question that the order has as far as the answers tell, answered or not, in the order of asking."""
    return list(_walk(form, answers, ()))


def _walk(model: type[BaseModel], known: Mapping[str, Any], at: Path) -> Iterator[Question]:
    for name, field in model.model_fields.items():
        if marker(field, Found) or not applies(field, known):
            continue
        path = (*at, name)
        form = shape(field)
        value = known.get(name)
        if form.model is None:
            yield _question(field, path, form.choices)
            continue
        groups: list[tuple[Path, Mapping[str, Any]]]
        if form.kind == "list":
            groups = [((*path, i), item) for i, item in enumerate(value or [{}])]
        else:
            groups = [(path, value or {})]
        inner = [question for where, group in groups for question in _walk(form.model, group, where)]
        if not field.is_required():
            # An optional group or list is skipped at its first question; until that is answered, it is one question.
            # A list of several can't be lost at once.
            first = replace(inner[0], skips=path if len(groups) == 1 else None)
            inner = [first, *inner[1:]] if value else [first]
        yield from inner


def _question(field: FieldInfo, path: Path, choices: tuple[str, ...]) -> Question:
    ask, looked_up = marker(field, AskWhen), marker(field, LookUp)
    skippable = ask.skippable if ask else not field.is_required()
    return Question(
        path=path,
        title=field.title or str(path[-1]),
        description=field.description or "",
        example=str(field.examples[0]) if field.examples else "",
        choices=choices,
        skips=path if skippable else None,
        into=(*path[:-1], looked_up.into) if looked_up else None,
    )


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
