"""The questions that a pydantic model declares, read once per model. Nothing but the model declares a question."""

import hashlib
import inspect
import json
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from annotated_types import MaxLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from providers.cleaning.doubts import Doubt
from providers.fields import (
    Again,
    AnyWords,
    AskWhen,
    Doubtful,
    Form,
    Found,
    Grouped,
    InCatalogue,
    LookUp,
    Suggested,
    Times,
)
from providers.products import Path

_QUANTITY = "quantity"
"""The end of the titles of questions for a quantity, which are the same for ever."""
_WORDS = frozenset({"title", "description", "examples"})
"""The keys of a JSON schema that only tell people something."""
_NAMED = frozenset({"properties", "$defs"})
"""Those whose own keys are names."""


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
class Problem:
    """Something wrong with an answer: where, pydantic's error type or a form's own code, and its sentence's gaps."""

    path: Path
    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, error: ErrorDetails, path: Path) -> "Problem":
        """The problem at a question that one of pydantic's errors is."""
        params = {key: str(value) for key, value in (error.get("ctx") or {}).items()}
        # Pydantic has no error type of its own for e-mail addresses.
        code = "email" if error["type"] == "value_error" and "reason" in params else error["type"]
        return cls(path, code, params)


@dataclass(frozen=True, slots=True)
class Shape:
    """The kind of a field: one value, a group (a nested model), or a list of groups."""

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
    return Shape("value", None, tuple(choice for choice in _choices(annotation) if choice != field.default))


def _bare(annotation: Any) -> Any:
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, types.UnionType):
            inner = [one for one in get_args(annotation) if one is not type(None)]
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
    return next((mark for mark in field.metadata if isinstance(mark, kind)), None)


def kind_marker(field: FieldInfo, kind: type[M]) -> M | None:
    """The same, also of the kind of answer that the field is made of; of several the outermost."""
    found = [mark for mark in (*_marks_in(field.annotation), *field.metadata) if isinstance(mark, kind)]
    return found[-1] if found else None


@lru_cache(maxsize=2048)
def takes_any_words(form: type[BaseModel], path: Path) -> bool:
    """True of a question whose answer may say anything."""
    return kind_marker(field_at(form, path), AnyWords) is not None


def may_be_again(form: type[BaseModel], path: Path, text: str) -> bool:
    """True of an answer that is likely meant, though it is the one before once more."""
    again = kind_marker(field_at(form, path), Again)
    return again is not None and again.of(text)


def _marks_in(annotation: Any) -> Iterator[Any]:
    inner = get_args(annotation)
    if get_origin(annotation) is Annotated:
        yield from _marks_in(inner[0])
        yield from inner[1:]
    else:
        for one in inner:
            yield from _marks_in(one)


def longest(field: FieldInfo) -> int | None:
    """The most items that a list field takes; None: no limit."""
    limit = marker(field, MaxLen)
    return limit.max_length if limit else None


@dataclass(frozen=True, slots=True)
class Plan:
    """A field of a `model`, read once per model: a big order walks through it for every item.

    `asks` is its question, with paths as they are inside the model. `source` is the field whose answer fills this one,
    which is then never asked. `into` is the field for the supplier's look-up alone, `facts` for the catalogue's too;
    both as names. `joint` is what stands before its value on an item's line. `quantity`: it asks for how many.
    `ruled`: a rule of the model may refuse its answer because of other answers. `doubts` says what else an answer may
    mean. `grouped`: it is shown as a number, its thousands apart. `examples` are all that the field has.
    """

    model: type[BaseModel]
    name: str
    title: str
    shape: Shape
    required: bool
    condition: Callable[[Mapping[str, Any]], bool] | None
    source: str | None
    asks: Question
    facts: str | None
    suggests: Callable[[Mapping[str, Any]], str | None] | None
    joint: str
    quantity: bool
    ruled: bool
    doubts: Callable[[str], Doubt | None] | None = None
    grouped: bool = False
    examples: tuple[str, ...] = ()

    def applies(self, known: Mapping[str, Any]) -> bool:
        """Check whether the field belongs to the order at all, given the other answers of its group."""
        return self.condition is None or self.condition(known)


@lru_cache(maxsize=256)
def plans(model: type[BaseModel]) -> tuple[Plan, ...]:
    """The fields of a model, in order."""
    fields = model.model_fields
    sources = {
        listed.into: name
        for name, info in fields.items()
        if (listed := marker(info, LookUp) or marker(info, InCatalogue)) is not None
    }
    return tuple(
        _plan(model, name, info, sources.get(name, name if marker(info, Found) else None))
        for name, info in fields.items()
    )


@lru_cache(maxsize=64)
def steps(form: type[BaseModel]) -> Mapping[str, int]:
    """The steps of a form, counted from 1, by field: the same whatever is answered.

    They are the sections that it names, so that the last one is full only near the end. Where it names none, each field
    is one, a list or a group too, and so are questions in a row that depend on other answers: nobody knows beforehand
    how many of them there will be.
    """
    starts = form.section_starts if issubclass(form, Form) else frozenset()
    found: dict[str, int] = {}
    last = 0
    depended = False
    for plan in plans(form):
        if plan.source is not None:
            continue
        depends = plan.condition is not None
        last += plan.name in starts if starts else not (depends and depended)
        depended = depends
        found[plan.name] = last
    return found


def _plan(model: type[BaseModel], name: str, info: FieldInfo, source: str | None) -> Plan:
    ask, looked_up, kind = marker(info, AskWhen), marker(info, LookUp), shape(info)
    listed = looked_up or marker(info, InCatalogue)
    suggested, multiplies = marker(info, Suggested), marker(info, Times) is not None
    title = info.title or name
    return Plan(
        model=model,
        name=name,
        title=title,
        shape=kind,
        required=info.is_required(),
        condition=ask.condition if ask else None,
        source=source,
        asks=Question(
            path=(name,),
            title=title,
            description=info.description or "",
            example=str(info.examples[0]) if info.examples else "",
            choices=kind.choices,
            skips=(name,) if (ask.skippable if ask else not info.is_required()) else None,
            into=(looked_up.into,) if looked_up else None,
            facts=(listed.into,) if listed else None,
        ),
        facts=listed.into if listed else None,
        suggests=suggested.answer if suggested else None,
        joint=" × " if multiplies else " · ",
        quantity=multiplies or title.lower().endswith(_QUANTITY),
        ruled=_is_ruled(model, name, info),
        doubts=doubtful.by if (doubtful := kind_marker(info, Doubtful)) is not None else None,
        grouped=kind_marker(info, Grouped) is not None,
        examples=tuple(str(example) for example in info.examples or ()),
    )


def _is_ruled(model: type[BaseModel], name: str, info: FieldInfo) -> bool:
    """Check whether more than the field's own type decides about its answer."""
    rules = model.__pydantic_decorators__
    refers = any({name, "*"} & set(rule.info.fields) for rule in rules.field_validators.values())
    return refers or bool(rules.model_validators) or _sees_others(info)


def _sees_others(info: FieldInfo) -> bool:
    """Check whether a validator in the field's own metadata gets to see the other answers, or may do so."""
    functions = [found for one in info.metadata if callable(found := getattr(one, "func", None))]
    try:
        return any(len(inspect.signature(function).parameters) > 1 for function in functions)
    except ValueError:
        return True


@lru_cache(maxsize=64)
def version(form: type[BaseModel]) -> str:
    """A short fingerprint of the names, kinds and limits of a form; drafts of another version are checked again.

    Its words don't count, so that a better sentence asks nobody anything again.
    """
    asked = _without_words(form.model_json_schema())
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:12]


def _without_words(schema: Any) -> Any:
    """A JSON schema without what it tells people; a field may be called as one of its words is."""
    if isinstance(schema, list):
        return [_without_words(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _without_words(one) for name, one in value.items()} if key in _NAMED else _without_words(value)
        for key, value in schema.items()
        if key not in _WORDS
    }


def is_listed(form: type[BaseModel], answers: Mapping[str, Any]) -> bool:
    """Check whether what the form asks for, with these answers, is in the account's catalogue at all."""
    return not issubclass(form, Form) or form.from_catalogue(answers)


@lru_cache(maxsize=2048)
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


def list_around(path: Path) -> Path | None:
    """The list that a path lies in; the innermost one."""
    for length in range(len(path) - 1, -1, -1):
        if isinstance(path[length], int):
            return path[:length]
    return None
