"""Putting answers where they belong and finding what is wrong with them. Answers are never changed in place."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.conversation.questions import Question, Shape, marker, plans, questions, shape
from bot.conversation.state import Answers, Path
from providers.fields import Found

MISSING: Final = object()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with an answer: where, pydantic's error type or a form's own code, and its sentence's gaps."""

    path: Path
    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=64)
def version(form: type[BaseModel]) -> str:
    """A short fingerprint of what a form asks and accepts; drafts of another version are checked again."""
    return hashlib.sha256(json.dumps(form.model_json_schema(), sort_keys=True).encode()).hexdigest()[:12]


def get(answers: Mapping[str, Any], path: Path) -> Any:
    """The answer at a path, or MISSING."""
    value: Any = answers
    for step in path:
        if isinstance(value, Mapping) and step in value:
            value = value[cast("str", step)]
        elif isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
            value = value[step]
        else:
            return MISSING
    return value


def put(answers: Answers, path: Path, value: Any) -> Answers:
    """The answers with one more or another one. Groups, lists and a list's next item come into being on the way."""
    return cast("Answers", _put(answers, path, value))


def _put(into: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        items = list(into or [])
        items[step : step + 1] = [_put(items[step] if step < len(items) else {}, rest, value)]
        return items
    group = dict(into or {})
    group[step] = _put(group.get(step), rest, value)
    return group


def drop(answers: Answers, path: Path) -> Answers:
    """The answers without the one at a path, as if it had not been asked."""
    parent = get(answers, path[:-1])
    if isinstance(parent, Mapping):
        left: Any = {key: value for key, value in parent.items() if key != path[-1]}
    elif isinstance(parent, list):
        left = [value for i, value in enumerate(parent) if i != path[-1]]
    else:
        return answers
    return put(answers, path[:-1], left)


def put_facts(form: type[BaseModel], answers: Answers, path: Path, facts: Mapping[str, Any] | None) -> Answers:
    """The answers with what is known of one; facts that the form can't read count as unknown."""
    known = put(answers, path, None if facts is None else dict(facts))
    unreadable = facts is not None and any(error["loc"][: len(path)] == path for error in _errors(form, known))
    return put(answers, path, None) if unreadable else known


def is_answered(question: Question, answers: Answers) -> bool:
    """Answered or skipped, and looked up where it has to be."""
    if question.skips is not None and get(answers, question.skips) is None:
        return True
    if question.into is not None and get(answers, question.into) is MISSING:
        return False
    return get(answers, question.path) is not MISSING


def pruned(form: type[BaseModel], answers: Mapping[str, Any]) -> Answers:
    """The answers without those that no longer belong to the order, because another answer has changed."""
    kept: Answers = {}
    for plan in plans(form):
        name = plan.name
        if name not in answers or not plan.applies(kept) or (plan.source or name) not in answers:
            continue
        value = _fitted(plan.shape, answers[name]) if plan.source is None else answers[name]
        if value is not MISSING:
            kept[name] = value
    return kept


def _fitted(form_of: Shape, value: Any) -> Any:
    """An answer pruned inside, or MISSING when the form of today wants another shape there."""
    if value is None:
        return None
    if form_of.model is None:
        return MISSING if isinstance(value, Mapping | list) else value
    if form_of.kind == "list":
        return (
            [pruned(form_of.model, i) for i in value if isinstance(i, Mapping)] if isinstance(value, list) else MISSING
        )
    return pruned(form_of.model, value) if isinstance(value, Mapping) else MISSING


def without_skipped(value: Any) -> Any:
    """What pydantic gets to see: a skipped answer is a missing key, so that its default holds."""
    if isinstance(value, Mapping):
        return {key: without_skipped(inner) for key, inner in value.items() if inner is not None}
    return [without_skipped(inner) for inner in value] if isinstance(value, list) else value


def problems(form: type[BaseModel], answers: Answers) -> list[Problem]:
    """What is wrong with the answers given so far; what was not asked yet is not missed."""
    answered = [q.path for q in questions(form, answers) if get(answers, q.path) is not MISSING]
    found = (_problem(error, answered) for error in _errors(form, answers))
    return [problem for problem in found if problem is not None and problem.path]


def completed(form: type[BaseModel], answers: Answers) -> tuple[BaseModel | None, list[Problem]]:
    """The finished form, or what keeps it from being one; a problem of the whole order has the path `()`."""
    try:
        return form.model_validate(without_skipped(answers)), []
    except ValidationError:
        answered = [q.path for q in questions(form, answers)]
        found = [_problem(error, answered) or _of_a_whole(error, answered) for error in _errors(form, answers)]
        return None, found


def fingerprint(finished: BaseModel) -> str:
    """The same for orders that ask for the same. What a look-up told of an answer is no part of it."""
    asked = finished.model_dump(mode="json", exclude=_found_in(type(finished)))
    text = json.dumps(asked, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{type(finished).__name__}:{text}".encode()).hexdigest()


def _found_in(model: type[BaseModel]) -> dict[str, Any]:
    """The `Found` fields of a model and of the groups and lists in it, as pydantic's `exclude` wants them."""
    found: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        form_of = shape(info)
        if marker(info, Found):
            found[name] = True
        elif form_of.model is not None and (inner := _found_in(form_of.model)):
            found[name] = {"__all__": inner} if form_of.kind == "list" else inner
    return found


def sent_answers(form: type[BaseModel], answers: Answers) -> Answers:
    """The answers as they will be sent (digits read, spaces trimmed) once the form is complete; until then as typed."""
    finished, _ = completed(form, answers)
    return answers if finished is None else finished.model_dump(mode="json")


def _errors(form: type[BaseModel], answers: Answers) -> list[ErrorDetails]:
    try:
        form.model_validate(without_skipped(answers))
    except ValidationError as error:
        return error.errors(include_url=False, include_input=False)
    return []


def _problem(error: ErrorDetails, answered: Sequence[Path]) -> Problem | None:
    where = error["loc"]
    path = next((p for p in answered if where[: len(p)] == p), None)
    if path is None and where:
        return None
    return _told(error, path or ())


def _of_a_whole(error: ErrorDetails, asked: Sequence[Path]) -> Problem:
    """A problem of a whole list or group is mended at its first question."""
    where = error["loc"]
    path = next((p for p in asked if p[: len(where)] == where), ())
    return _told(error, path)


def _told(error: ErrorDetails, path: Path) -> Problem:
    params = {key: str(value) for key, value in (error.get("ctx") or {}).items()}
    # Pydantic has no error type of its own for e-mail addresses.
    code = "email" if error["type"] == "value_error" and "reason" in params else error["type"]
    return Problem(path, code, params)
