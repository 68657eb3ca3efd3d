"""An empty sheet for orders of one account: its questions as headings, what may be answered, and an example.

The example is known as one by the word in its first cell, and is never ordered.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.conversation.answers import put
from bot.conversation.filled import Filled, with_facts
from bot.conversation.questions import Question
from bot.reading.takes import Slot, Takes
from bot.sheets.book import Book, BookPage
from providers.fields import Form, Part
from providers.products import Path, Product

_ROWS: Final = 1000
"""Rows that have their lists."""
_PRODUCTS: Final = 2000
_ITEMS: Final = 2
"""Products in one row, where an order may have several."""
_MOST_ASKED: Final = 200


@dataclass(frozen=True, slots=True)
class TemplateWords:
    """The words of an empty sheet, in the language of who asked for it.

    `text` gives a title or description of a question in that language, `choice` the word for a choice.
    """

    page: str
    products: str
    product_headings: tuple[str, str]
    key: str
    key_note: str
    example: str
    text: Callable[[str], str]
    choice: Callable[[str], str]


def template(takes: Takes, products: Sequence[Product], words: TemplateWords) -> bytes:
    """The .xlsx file. `products` are those of the account's list, as far as it has one."""
    columns = list(_columns(takes, products))
    book = Book()
    page = book.page(words.page)
    listed = _products(book, products[:_PRODUCTS], words)
    page.write_optional(0, 0, words.key)
    page.note(0, 0, words.key_note)
    example = {0: words.example}
    for place, (slot, item, question, required) in enumerate(columns, 1):
        title = words.text(question.title)
        heading = f"{title} {item + 1}" if item else title
        if required:
            page.write(0, {place: heading}, heading=True)
        else:
            page.write_optional(0, place, heading)
        page.note(0, place, words.text(question.description))
        choices = tuple(_choice(slot, choice, words) for choice in question.choices if choice)
        if choices:
            page.offer(place, 1, _ROWS, choices)
        elif slot.part is Part.PRODUCT and listed:
            page.offer(place, 1, _ROWS, listed)
        if not item:
            example[place] = _example(slot, question, products, words)
    page.write(1, example)
    page.finish(len(columns) + 1, below=1)
    return book.done()


def _example(slot: Slot, question: Question, products: Sequence[Product], words: TemplateWords) -> str:
    if slot.part is Part.PRODUCT and products:
        return named(products[0])
    return _choice(slot, question.choices[0], words) if question.choices else question.example


def _choice(slot: Slot, choice: str, words: TemplateWords) -> str:
    """A choice in words that are known again; how to address somebody is in the supplier's own."""
    return choice if slot.part is not None else words.choice(choice)


def named(product: Product) -> str:
    """A product as the list names it: by its id, and its title for people."""
    return f"{product.id} {product.title}".strip()


def _products(book: Book, products: Sequence[Product], words: TemplateWords) -> str:
    """The page of products; returns its cells as a list wants them, empty where there are none."""
    if not products:
        return ""
    page: BookPage = book.page(words.products)
    page.write(0, words.product_headings, heading=True)
    for row, product in enumerate(products, 1):
        page.write(row, (named(product), product.group))
    page.finish(len(words.product_headings), below=1)
    quoted = page.name.replace("'", "''")
    return f"='{quoted}'!$A$2:$A${len(products) + 1}"


def _columns(takes: Takes, products: Sequence[Product]) -> Iterator[tuple[Slot, int, Question, bool]]:
    """The questions of an order as examples answer it, in order, each with the place in its list; True: has to be."""
    form = takes.form
    asked = dict(_asked(form, products[0] if products else None))
    slots = {slot.path: slot for slot in takes.titled}
    shown = [(slots[path], question) for path, question in asked.items() if path in slots]
    for slot, question in shown:
        yield slot, 0, question, question.skips is None and slot.plan.suggests is None
    goods = takes.order.get(Part.PRODUCT)
    for item in range(1, _ITEMS if takes.many_goods else 0):
        for slot, question in shown:
            if goods is not None and slot.is_listed and slot.path[0] == goods.path[0]:
                yield slot, item, question, False


def _asked(form: type[Form], product: Product | None) -> Iterator[tuple[Path, Question]]:
    """The questions of an order, each answered as its example says."""
    facts: Mapping[str, Any] | None = None if product is None else {"title": product.title, **product.facts}
    answers: dict[str, Any] = {}
    for _ in range(_MOST_ASKED):
        filled = Filled.of(form, answers)
        path = filled.open
        if path is None:
            return
        question = filled.question(path)
        yield path, question
        is_product = question.facts is not None and product is not None
        answer = (
            product.id if is_product and product is not None else question.example or next(iter(question.choices), "")
        )
        answers = put(answers, path, answer)
        if question.facts is not None:
            answers = with_facts(form, answers, question.facts, facts)
