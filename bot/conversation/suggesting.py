"""Answers that other answers suggest. Whatever stands in those, a suggestion is a convenience and stops nothing."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.conversation.answers import get, without_skipped
from bot.conversation.questions import field_at, marker, model_at, plans
from bot.conversation.state import Answers, Path
from providers.fields import Suggested


def suggestion(form: type[BaseModel], answers: Answers, path: Path) -> str | None:
    """What the answers so far suggest for the question at `path`; None for nothing."""
    marked = marker(field_at(form, path), Suggested)
    if marked is None:
        return None
    known = get(answers, path[:-1])
    if not isinstance(known, Mapping):
        return None
    group = model_at(form, path[:-1])
    try:
        return marked.answer({**known, **_as_read(group, known)})
    except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError):
        # Something that is not finished or can't be read by itself: nothing follows from it yet.
        return None


def _as_read(model: type[BaseModel], known: Mapping[str, Any]) -> dict[str, Any]:
    """The lists of a group with their items' answers as they will be sent: 2000 for `2,000`; still as text."""
    return {
        plan.name: [_item(plan.shape.model, item) for item in known[plan.name]]
        for plan in plans(model)
        if plan.shape.kind == "list" and plan.shape.model is not None and isinstance(known.get(plan.name), list)
    }


def _item(model: type[BaseModel], item: Any) -> Any:
    try:
        read = model.model_validate(without_skipped(item)).model_dump(mode="json")
    except ValidationError:
        return item
    return {key: str(read[key]) if isinstance(value, str) else value for key, value in item.items()}
