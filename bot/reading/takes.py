"""The answers that a form can take out of a text, by the kinds of its fields.

Nothing is said here of any one supplier: a form whose fields have their kinds is read into from its first day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from pydantic import BaseModel

from bot.conversation.questions import Plan, kind_marker, longest, marker, plans
from providers.fields import Form, Holds, OfSender, Part
from providers.products import Path

OF_PERSON: Final = frozenset(
    {
        *(Part.NAME, Part.GIVEN_NAME, Part.FAMILY_NAME, Part.SALUTATION, Part.PHONE, Part.EMAIL, Part.PROVINCE),
        *(Part.CITY, Part.DISTRICT, Part.STREET, Part.POSTCODE, Part.ORDER_NUMBER),
    }
)
"""All that is said of somebody who gets a parcel."""
OF_SENDER: Final = OF_PERSON - {Part.ORDER_NUMBER, Part.EMAIL}


@dataclass(frozen=True, slots=True)
class Slot:
    """A question that a text may answer; `path` is that of the first item where it stands in a list."""

    path: Path
    model: type[BaseModel]
    plan: Plan
    part: Part | None
    of_sender: bool = False

    @property
    def is_listed(self) -> bool:
        return any(isinstance(step, int) for step in self.path)

    def at(self, place: int) -> Path:
        """The path in the list's item of that place, from 0."""
        return tuple(place if isinstance(step, int) else step for step in self.path)


@dataclass(frozen=True, slots=True)
class Takes:
    """The slots of a form by what they are. `most` is how many people an order has at most, None for no bound.

    `choices` are those with fixed answers, `titled` all of them, in the order of asking.
    """

    form: type[Form]
    person: Mapping[Part, Slot]
    sender: Mapping[Part, Slot]
    order: Mapping[Part, Slot]
    choices: tuple[Slot, ...]
    titled: tuple[Slot, ...]
    most: int | None
    delivers_in: frozenset[str]

    @property
    def has_people(self) -> bool:
        return Part.PHONE in self.person or Part.STREET in self.person

    def is_needless(self, path: Path, known: Mapping[str, Any]) -> bool:
        """True of an answer to a question that isn't asked with these answers, once the product is among them."""
        product = self.order.get(Part.PRODUCT)
        slot = next((one for one in self.titled if one.path == path and one.part is None), None)
        told = product is not None and product.path[0] in known
        return slot is not None and told and not slot.plan.applies(known)

    def slot(self, at: Path) -> Slot | None:
        """The slot of a question, in whichever item it is asked; None for one that takes no text."""
        first = tuple(0 if isinstance(step, int) else step for step in at)
        return next((one for one in self.titled if one.path == first), None)

    @property
    def many_people(self) -> bool:
        """True when one order has parcels for several people."""
        return self.has_people and next(iter(self.person.values())).is_listed

    @property
    def many_goods(self) -> bool:
        return Part.PRODUCT in self.order and self.order[Part.PRODUCT].is_listed


@lru_cache(maxsize=64)
def takes_of(form: type[Form]) -> Takes:
    """The slots of a form, read once per form."""
    slots = tuple(_slots(form, (), of_sender=False))
    person = {slot.part: slot for slot in reversed(slots) if slot.part in OF_PERSON and not slot.of_sender}
    whole = {slot.part: slot for slot in reversed(slots) if slot.part is not None and slot.part not in OF_PERSON}
    of_person = next((slot for slot in slots if slot.part in {Part.PHONE, Part.STREET} and not slot.of_sender), None)
    inside = of_person.path[:-1] if of_person else ()
    return Takes(
        form,
        {part: slot for part, slot in person.items() if part is not None and slot.path[:-1] == inside},
        {slot.part: slot for slot in slots if slot.of_sender and slot.part is not None},
        {part: slot for part, slot in whole.items() if part is not None},
        tuple(slot for slot in slots if slot.plan.shape.choices and slot.part is None),
        slots,
        longest(form.model_fields[str(inside[0])]) if inside and isinstance(inside[-1], int) else None,
        form.delivers_in,
    )


def _slots(model: type[BaseModel], way: Path, *, of_sender: bool) -> Iterator[Slot]:
    for plan in plans(model):
        info = model.model_fields[plan.name]
        if plan.source is not None:
            continue
        if plan.shape.model is not None:
            inner = (*way, plan.name, 0) if plan.shape.kind == "list" else (*way, plan.name)
            yield from _slots(plan.shape.model, inner, of_sender=of_sender or marker(info, OfSender) is not None)
            continue
        held = kind_marker(info, Holds)
        yield Slot((*way, plan.name), model, plan, held.part if held else _part_of(plan), of_sender)


def _part_of(plan: Plan) -> Part | None:
    """The part that a question says by more than its kind: it has a catalogue, or asks for how many of that."""
    if plan.facts is not None:
        return Part.PRODUCT
    return Part.QUANTITY if plan.quantity and plan.title.lower() == "quantity" else None
