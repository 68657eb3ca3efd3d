"""The words by which people may name a form's questions and choices, in every language that there are words in.

What is read out of a pasted text is no longer in one language: it was written by a customer, a colleague, a shop.
"""

from collections.abc import Iterator
from functools import lru_cache

from pydantic import BaseModel

from bot.conversation.questions import plans
from bot.words.catalogue import catalogues


@lru_cache(maxsize=64)
def titles_of(form: type[BaseModel]) -> dict[str, str]:
    """The titles of a form's questions in all languages, each with its English one."""
    return {words.text(title): title for title, _ in _questions(form) for words in catalogues().values()}


@lru_cache(maxsize=64)
def choices_of(form: type[BaseModel]) -> dict[str, tuple[str, ...]]:
    """The words for each choice of a form, in all languages."""
    found: dict[str, tuple[str, ...]] = {}
    for _, choices in _questions(form):
        for choice in choices:
            said = (words.find(f"choice.{choice}") for words in catalogues().values())
            found[choice] = tuple(dict.fromkeys(word for word in said if word))
    return found


def _questions(form: type[BaseModel]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The title and the choices of every question."""
    for plan in plans(form):
        if plan.shape.model is not None:
            yield from _questions(plan.shape.model)
        elif plan.source is None:
            yield plan.title, plan.shape.choices
