"""The normal form by which orders are compared, so that one like another of the last hour is recognised.

It is made of what is asked for and of nothing else, neither how that was typed nor in which order: what the catalogue
knew of a product, or how a link was shared, differs between two orders of the same things. The guard that uses it asks
and never refuses, so in doubt two orders are alike.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.conversation.questions import Plan, kind_marker, plans
from providers.cleaning import compared_answer
from providers.fields import Compared, Form, NotCompared, SameAsSkipped

LIKENESS_VERSION: Final = 4
"""Rises with every change of what is alike: the likeness is kept with orders, and other versions never meet."""


def likeness_of(finished: BaseModel) -> str:
    """The same 64 hexadecimal digits for orders that ask for the same, as long as `LIKENESS_VERSION` stays."""
    text = f"{LIKENESS_VERSION}:{type(finished).__name__}:{_text(_asked(finished))}"
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A field that is compared. `skipped` is an answer that means the same as none, None where there is no such."""

    plan: Plan
    by: Callable[[str], str]
    skipped: Any


@lru_cache(maxsize=256)
def _comparisons(model: type[BaseModel]) -> tuple[_Comparison, ...]:
    """The fields that say what is ordered: none that the catalogue filled in, nor the amount, which the items make."""
    follows = model.amount_field if issubclass(model, Form) else ""
    return tuple(
        _comparison(plan, model.model_fields[plan.name])
        for plan in plans(model)
        if plan.source is None and plan.name != follows and not kind_marker(model.model_fields[plan.name], NotCompared)
    )


def _comparison(plan: Plan, info: FieldInfo) -> _Comparison:
    compared, same = kind_marker(info, Compared), kind_marker(info, SameAsSkipped)
    by = str if plan.shape.choices else compared.by if compared else compared_answer
    return _Comparison(plan, by, same.answer if same else None)


def _asked(group: BaseModel) -> dict[str, Any]:
    """The answers of a group in their normal form, without what was skipped."""
    asked: dict[str, Any] = {}
    comparisons = _comparisons(type(group))
    skipped = {one.plan.name for one in comparisons if one.skipped is not None and _is_skipped(group, one)}
    off = _not_asked_without(group, skipped) if skipped else skipped
    for one in comparisons:
        value = getattr(group, one.plan.name)
        if one.plan.name not in off and (normal := _normal(value, one)) not in (None, "", {}, []):
            asked[one.plan.name] = normal
    return asked


def _is_skipped(group: BaseModel, one: _Comparison) -> bool:
    return bool(getattr(group, one.plan.name) == one.skipped)


def _not_asked_without(group: BaseModel, skipped: set[str]) -> set[str]:
    """The fields that were skipped, or might as well have been, and those that are only asked because they weren't."""
    known = group.model_dump(mode="json")
    without = known | dict.fromkeys(skipped)
    return skipped | {plan.name for plan in plans(type(group)) if plan.applies(known) and not plan.applies(without)}


def _normal(value: Any, one: _Comparison) -> Any:
    match value:
        case str():
            return one.by(value)
        case BaseModel():
            return _asked(value)
        case list() if one.plan.shape.kind == "list":
            return _counted(value)
        case _:
            return value


def _counted(items: list[BaseModel]) -> list[tuple[str, int]]:
    """The different items in whatever order, each with how many of it; one that asks for no number counts once."""
    counted: dict[str, int] = {}
    for item in items:
        asked = _asked(item)
        number = next((plan.name for plan in plans(type(item)) if plan.quantity and _is_whole(item, plan)), None)
        key = _text({name: value for name, value in asked.items() if name != number})
        counted[key] = 1 if number is None else counted.get(key, 0) + getattr(item, number)
    return sorted(counted.items())


def _is_whole(item: BaseModel, plan: Plan) -> bool:
    return isinstance(getattr(item, plan.name), int)


def _text(asked: Mapping[str, Any]) -> str:
    return json.dumps(asked, sort_keys=True, ensure_ascii=False, default=str)
