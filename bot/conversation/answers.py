"""Answers put where they belong. They are never changed in place: what is known of an item stays known while it is."""

from collections.abc import Mapping
from typing import Any, Final, cast

from bot.conversation.questions import Question
from bot.conversation.state import Answers
from providers.products import Path

MISSING: Final = object()


def get(answers: Mapping[str, Any], path: Path) -> Any:
    """The answer at a path, or MISSING."""
    value: Any = answers
    for step in path:
        if isinstance(value, (dict, Mapping)) and step in value:
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
        if path[-1] not in parent:
            return answers
        left: Any = {key: value for key, value in parent.items() if key != path[-1]}
    elif isinstance(parent, list):
        left = [value for i, value in enumerate(parent) if i != path[-1]]
    else:
        return answers
    return put(answers, path[:-1], left)


def is_answered(question: Question, answers: Mapping[str, Any]) -> bool:
    """Answered or skipped, and looked up where it has to be."""
    if question.skips is not None and get(answers, question.skips) is None:
        return True
    if question.into is not None and get(answers, question.into) is MISSING:
        return False
    return get(answers, question.path) is not MISSING


def without_skipped(value: Any) -> Any:
    """Answers as pydantic gets to see them: a skipped one is a missing key, so that its default holds."""
    if isinstance(value, Mapping):
        return {key: without_skipped(inner) for key, inner in value.items() if inner is not None}
    return [without_skipped(inner) for inner in value] if isinstance(value, list) else value
