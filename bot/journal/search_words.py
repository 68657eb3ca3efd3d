"""Writes down the words that an order is found by beside its number, when it is confirmed.

A form says which they are, as only it knows which of its answers name a person or a thing.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from bot.conversation.requests import PlaceOrder
from providers.fields import Form
from storage import words
from storage.database import Transaction


def personal_words(form: type[BaseModel], answers: Mapping[str, Any]) -> tuple[str, ...]:
    return form.searched(answers) if issubclass(form, Form) else ()


def keep_words(tx: Transaction, form: type[BaseModel], request: PlaceOrder) -> None:
    """A confirmed order is found by its reference and by what its form says; its number is added once it is known."""
    words.keep(tx, request.reference, [request.reference], personal_words(form, request.answers))
