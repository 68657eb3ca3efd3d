"""Single answers as they are read and shown, whatever the others say.

An order is read as a whole only once it is whole; on the way there a person is to see already what will be sent.
"""

from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from providers.cleaning import with_marks_shown


@lru_cache(maxsize=1024)
def read_alone(model: type[BaseModel], name: str, answer: str) -> Any:
    """An answer to one field as its own kind reads it, in its JSON form; as typed where that can't read it."""
    kind = _kind_of(model, name)
    try:
        return kind.dump_python(kind.validate_python(answer), mode="json")
    except ValidationError:
        return answer


@lru_cache(maxsize=1024)
def is_read(model: type[BaseModel], name: str, answer: str) -> bool:
    """Check whether the kind of a field takes an answer."""
    try:
        _kind_of(model, name).validate_python(answer)
    except ValidationError:
        return False
    return True


@lru_cache(maxsize=1024)
def _kind_of(model: type[BaseModel], name: str) -> TypeAdapter[Any]:
    info = model.model_fields[name]
    kind: Any = Annotated[info.annotation, info]
    return TypeAdapter(kind)


def shown(value: Any, *, grouped: bool = False) -> str:
    """A single answer as text, with marks that nobody would see made visible; empty for what was skipped or is none.

    `grouped`: it is a number whose thousands stand apart.
    """
    if value is None or isinstance(value, dict | list):
        return ""
    return f"{value:,}" if grouped and isinstance(value, int) else with_marks_shown(str(value))
