"""A property that is worked out once for each object.

`functools.cached_property` holds a lock for all objects of a class until Python 3.12: two properties that need each
other, read in the loop's thread and in the database's, could wait for one another for ever. Here two threads at once
work it out twice, which for what never changes does no harm.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class cached_property(Generic[T]):  # noqa: N801  named as the one that it stands for
    """Made of a method without arguments; the objects need a `__dict__`."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "cached_property[T]": ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> "T | cached_property[T]":
        if instance is None:
            return self
        # Without __set__, what is in the object's own dictionary is found before this is asked again.
        value = instance.__dict__[self._name] = self._make(instance)
        return value
