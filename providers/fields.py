"""The kinds of answers that forms are made of, and the few markers that pydantic has no word for.

How an answer is read stands in `providers.cleaning`. Each kind also says how two answers of it are compared, which
nobody sees, and what is asked about one before it is taken.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, EmailStr, Field
from pydantic_core import PydanticCustomError, PydanticKnownError

from providers.cleaning.compare import (
    compared_city,
    compared_district,
    compared_email,
    compared_id,
    compared_link,
    compared_phone,
    compared_province,
)
from providers.cleaning.doubts import Doubt, of_address, of_amount, of_count, of_email, of_link, of_name, of_phone
from providers.cleaning.numbers import MINUTES, PIECES, Meanings, amount_in, count_in, digits_of
from providers.cleaning.send import (
    at_ends,
    email,
    email_shaped,
    link,
    one_line,
    phone,
    plain,
    readable,
    visible,
    visible_or_empty,
    web_address,
    without_hidden,
)
from providers.products import Batches, Chosen

LONGEST_TEXT = 1000
_MUNICIPALITY = re.compile(r"(?:北京|上海|天津|重[庆慶])市?|(?:香港|澳[门門])(?:特[别別]行政[区區])?")
_MINUS = re.compile(r"- ?([^-].*)")


class Form(BaseModel):
    """One kind of order at one provider. Every field is a question, asked in the order of the class."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    priced_per_piece: ClassVar[bool] = True
    """True when the supplier's documents say that a listed price is for one piece."""
    delivers_in: ClassVar[frozenset[str]] = frozenset()
    """The regions (`cn`, `tw`) that parcels of such an order go to; empty where the documents leave it open."""
    amount_field: ClassVar[str] = ""
    """The question in which a person says what the order costs, asked again when a price changed; empty for none."""

    together: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Questions that one person's data answer, the first asked first, where they are no group of their own."""
    section_starts: ClassVar[frozenset[str]] = frozenset()
    """The fields that begin a section, the first field among them: staff are shown how many of these they have reached.

    A form without any counts its fields instead.
    """

    def chosen(self) -> tuple[Chosen, ...]:
        """The products of the order, in order; none where the form has no catalogue."""
        return ()

    def batches(self) -> Batches | None:
        """The runs that the order is delivered in; None for one delivery."""
        return None

    @classmethod
    def from_catalogue(cls, answers: Mapping[str, Any]) -> bool:  # noqa: ARG003  a form may tell by its answers
        """True when the ids asked for, as far as the answers tell, are those of the account's catalogue."""
        return True

    @classmethod
    def searched(cls, answers: Mapping[str, Any]) -> tuple[str, ...]:
        """The words that people look an order up by beside its number: who gets it, the link, products' titles and ids.

        All of it is personal, and goes when the order is pruned. Those of which an order has few come first, since only
        so many are kept.

        `answers` are a confirmed draft's, perhaps of an older form, or none at all.
        """
        return texts_at(answers)

    @classmethod
    def describe(cls, answers: Mapping[str, Any]) -> str:  # noqa: ARG003  a form says it by its answers
        """The order in one line that needs no language: `Tissues ×1 → 王小明, 李小红 +3 · 杭州市`; empty for unknown.

        `answers` are as for `searched`. Ask for it by `about_of`, as what stands in old answers is not known.
        """
        return ""

    @classmethod
    def recipients_of(cls, answers: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:  # noqa: ARG003  as above
        """Those who get a parcel each, in order, with their platform order numbers; none where an order is one parcel.

        `answers` are as for `searched`.
        """
        return ()


def about_of(form: type[BaseModel], answers: Any) -> str:
    """The order in one line by the answers of any age; empty where they don't tell."""
    if not issubclass(form, Form) or not isinstance(answers, Mapping):
        return ""
    try:
        return form.describe(answers)
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError):
        # It only repeats what was ordered: nothing may depend on it.
        return ""


def texts_at(answers: Any, *paths: str) -> tuple[str, ...]:
    """The texts at dotted paths, those that are there; a path goes into every item of a list."""
    found: list[str] = []
    for path in paths:
        name, _, rest = path.partition(".")
        inner = answers.get(name) if isinstance(answers, Mapping) else None
        for value in inner if isinstance(inner, list) else [inner]:
            if rest:
                found += texts_at(value, rest)
            elif isinstance(value, str) and value.strip():
                found.append(value)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class AskWhen:
    """Marks a field that is asked only when `condition(known)` holds; `known` are the answers of the same group.

    Such a field has a default for when it is not asked; `skippable` says whether a person may take the default too.
    """

    condition: Callable[[Mapping[str, Any]], bool]
    skippable: bool = False


@dataclass(frozen=True, slots=True)
class LookUp:
    """Marks a field whose answer is looked up at the supplier right after it was given.

    What is found is stored as the answer of the field `into`, which is marked `Found` and comes right after it.
    `None` there means that the look-up failed or that the person insisted on the answer. When it failed, what the
    catalogue knew before stands in for it, but for the facts named in `fresh`.
    """

    into: str
    fresh: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InCatalogue:
    """Marks a field whose answer can be picked from the account's catalogue as we keep it; any other may be typed.

    What the catalogue knows of the answer (`providers.products.Facts` of the provider's kind) is stored as the answer
    of the field `into`, which is marked `Found` and comes right after it; `None` there means that nothing is known.
    The supplier isn't asked. A `LookUp` field, for which it is asked, can be picked from the catalogue too.
    """

    into: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """Marks a field for which the answers so far suggest an answer, offered as a button; None for no suggestion.

    `answer(known)` gets the answers of the same group.
    """

    answer: Callable[[Mapping[str, Any]], str | None]


@dataclass(frozen=True, slots=True)
class Found:
    """Marks a field that is never asked: the answer of a look-up, or what the catalogue knows of an answer."""


@dataclass(frozen=True, slots=True)
class Times:
    """Marks a number of pieces: in the short form of an item it multiplies what stands before it, as in `188 × 2`."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """Marks a number that is read as one, its thousands apart, and not as a name."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Marks a kind of answer that may mean something else; `by` gets it as typed and says so, or None for no doubt.

    The person is asked before such an answer is taken. The outermost one counts where kinds are built on each other.
    """

    by: Callable[[str], Doubt | None]


@dataclass(frozen=True, slots=True)
class AnyWords:
    """Marks a kind of answer that may say anything, such as a note: whatever stands in it, it is one answer."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Marks a kind of answer by the form in which two of them are compared; text without it is compared as text.

    The last one counts where kinds are built on each other. What gives the empty text counts as not answered.
    """

    by: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Again:
    """Marks a kind of answer that may be the one before once more, and is meant then, where `of` says so of it."""

    of: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class NotCompared:
    """Marks a field that says nothing of what is ordered: two orders that differ in it alone ask for the same."""


class Part(Enum):
    """The part of an order that an answer is, as people name it in a text of their own."""

    NAME = "name"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    SALUTATION = "salutation"
    PHONE = "phone"
    EMAIL = "email"
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    POSTCODE = "postcode"
    ORDER_NUMBER = "order_number"
    NOTE = "note"
    LINK = "link"
    USERNAME = "username"
    AMOUNT = "amount"
    PRODUCT = "product"
    QUANTITY = "quantity"
    RUNS = "runs"
    INTERVAL = "interval"


@dataclass(frozen=True, slots=True)
class Holds:
    """Marks an answer by its part of an order, so that it is found in a text; the outermost one counts."""

    part: Part


@dataclass(frozen=True, slots=True)
class OfSender:
    """Marks a group that is about who sends the parcel: found in a text only where it is called so."""


@dataclass(frozen=True, slots=True)
class SameAsSkipped:
    """Marks a field that can be skipped and for which `answer` means the same."""

    answer: Any


def is_municipality(text: str) -> bool:
    """Check for a city that is a province too, so that both questions have one answer."""
    return _MUNICIPALITY.fullmatch(text.strip()) is not None


def _id_number(value: object) -> object:
    value = plain(value)
    if not isinstance(value, str):
        return value
    number = digits_of(value)
    if number is None:
        raise PydanticCustomError("digits_only", "not digits only")
    return number


def _meaning(value: object, read: Callable[[object], Meanings]) -> object:
    """The one number that a text means. One that may mean two is asked about before it gets here."""
    if not isinstance(value, str):
        return value
    found = read(value)
    if found.sure:
        return found.numbers[0]
    minus = _MINUS.fullmatch(str(plain(value)))
    if minus is not None and (below := read(minus[1])).sure:
        # A number all the same: each field's own bound says how small one may be.
        return -below.numbers[0]
    raise PydanticKnownError("int_parsing")


def _pieces(value: object) -> object:
    return _meaning(value, lambda text: count_in(text, PIECES.items()))


def _minutes(value: object) -> object:
    return _meaning(value, lambda text: count_in(text, MINUTES.items()))


def _amount(value: object) -> object:
    return _meaning(value, amount_in)


def _uuid(value: str) -> str:
    try:
        return str(UUID(value)) if re.fullmatch(r"[0-9A-Fa-f-]{36}", value) else _not_a_uuid()
    except ValueError:
        return _not_a_uuid()


def _not_a_uuid() -> str:
    raise PydanticCustomError("uuid", "not an id of the form 8-4-4-4-12")


WholeNumber = Annotated[int, BeforeValidator(_id_number)]
"""A number that names something: digits, thousands commas allowed where they are right."""

Count = Annotated[int, BeforeValidator(_pieces), Grouped(), Doubtful(lambda text: of_count(text, PIECES.items()))]
"""A number of something, in any spelling that means only one; bounds are the field's own `ge` and `le`."""

Minutes = Annotated[int, BeforeValidator(_minutes), Grouped(), Doubtful(lambda text: of_count(text, MINUTES.items()))]
"""The same of minutes; hours are told in minutes."""

WholeAmount = Annotated[int, BeforeValidator(_amount), Doubtful(of_amount), Holds(Part.AMOUNT)]
"""An amount without fractions."""

Lines = Annotated[
    str, BeforeValidator(at_ends), AfterValidator(readable), AfterValidator(visible), AfterValidator(without_hidden)
]
"""Text that may have several lines, without what nobody sees at its ends, and otherwise sent as typed.

Each form adds its own longest, and only one: of two bounds the wider one would be told.
"""

Note = Annotated[Lines, AnyWords(), Holds(Part.NOTE)]
"""Lines of any words; each form adds its own longest."""

LongText = Annotated[Note, Field(max_length=LONGEST_TEXT)]
"""Lines whose longest is not documented: remarks."""

Line = Annotated[Lines, AfterValidator(one_line)]
"""Text of one line; each form adds its own longest."""

Text = Annotated[Line, Field(max_length=LONGEST_TEXT)]
"""A line whose longest is not documented."""

ProvinceLine = Annotated[Line, Compared(compared_province), Holds(Part.PROVINCE)]
CityLine = Annotated[Line, Again(is_municipality), Compared(compared_city), Holds(Part.CITY)]
DistrictLine = Annotated[Line, Compared(compared_district), Holds(Part.DISTRICT)]
"""The three levels of a division; a form that asks for two has Taiwan's, where a county or city is the first.

Each form adds its own longest.
"""

Province = Annotated[ProvinceLine, Field(max_length=LONGEST_TEXT)]
City = Annotated[CityLine, Field(max_length=LONGEST_TEXT)]
District = Annotated[DistrictLine, Field(max_length=LONGEST_TEXT)]
"""The same where their longest is not documented."""

NameLine = Annotated[Line, Doubtful(of_name), Holds(Part.NAME)]
"""The name of somebody; each form adds its own longest."""

Name = Annotated[NameLine, Field(max_length=LONGEST_TEXT)]
"""A name whose longest is not documented."""

AddressLine = Annotated[Line, Doubtful(of_address), Holds(Part.STREET)]
"""A street and house number; each form adds its own longest."""

Address = Annotated[AddressLine, Field(max_length=LONGEST_TEXT)]
"""A street and house number whose longest is not documented."""

AnyId = Annotated[
    str,
    BeforeValidator(plain),
    AfterValidator(readable),
    AfterValidator(one_line),
    AfterValidator(visible),
    Compared(compared_id),
]
"""An id given by somebody else, of unknown form; each form adds its own shortest and longest."""

PlainId = Annotated[AnyId, Field(min_length=1, max_length=64)]
"""An id of which nothing is documented."""

Uuid = Annotated[str, BeforeValidator(plain), AfterValidator(_uuid), Compared(compared_id)]
"""A UUID in its usual spelling."""

Phone = Annotated[
    str,
    BeforeValidator(phone),
    AfterValidator(readable),
    AfterValidator(one_line),
    AfterValidator(visible_or_empty),
    Doubtful(of_phone),
    Compared(compared_phone),
    Holds(Part.PHONE),
]
"""A phone number with all that it has, an extension and masked digits too; each form adds its own length or pattern."""

Email = Annotated[
    EmailStr,
    BeforeValidator(email_shaped),
    BeforeValidator(email),
    Doubtful(of_email),
    Compared(compared_email),
    Holds(Part.EMAIL),
]
"""An e-mail address in the form that the standard allows; whether it exists is not asked."""

WebAddress = Annotated[
    str,
    Field(min_length=1, max_length=2048),
    BeforeValidator(link),
    AfterValidator(without_hidden),
    AfterValidator(web_address),
    Doubtful(of_link),
    Compared(compared_link),
    Holds(Part.LINK),
]
"""An absolute http or https address; one that lacks the scheme gets it, any other is sent as typed."""


# An order in one line

SHOWN_NAMES = 2
"""Products, recipients or cities that the line about an order names; the rest are counted."""
LONGEST_NAME = 40
LONGEST_TARGET = 60


def in_short(value: object, longest: int = LONGEST_NAME) -> str:
    """An answer on one line, its end left out where it is long; empty for none."""
    text = " ".join(str(value).split()) if isinstance(value, str | int) else ""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def pieces(value: object) -> str:
    """A number of pieces as `×1,000`; empty for what is none."""
    try:
        number = _pieces(value)
    except PydanticKnownError:
        return ""
    return f"×{number:,}" if isinstance(number, int) else ""


def product_in_short(answers: Any, product: str, facts: str, quantity: str) -> str:
    """A product by its title, or else its id, and how many; the rest are the names of its answers."""
    if not isinstance(answers, Mapping):
        return ""
    known = answers.get(facts)
    title = in_short(known.get("title")) if isinstance(known, Mapping) else ""
    name = title or in_short(_id_as_sent(answers.get(product)))
    return " ".join(filter(None, [name, pieces(answers.get(quantity))])) if name else ""


def _id_as_sent(value: object) -> object:
    """An id as typed, cleaned as on its way out: `1,234` is the number 1234."""
    bare = plain(value)
    number = digits_of(bare) if isinstance(bare, str) else None
    return bare if number is None else number


def named_in_short(names: Iterable[str]) -> str:
    """The first names and how many more there are: `王小明, 李小红 +3`."""
    found = [name for name in names if name]
    more = f" +{len(found) - SHOWN_NAMES}" if len(found) > SHOWN_NAMES else ""
    return ", ".join(found[:SHOWN_NAMES]) + more


def link_in_short(value: object) -> str:
    """An address without its scheme and `www.`, the middle left out where it is long."""
    text = re.sub(r"(?i)^https?://(?:www\.)?", "", in_short(value, LONGEST_TEXT))
    head = LONGEST_TARGET * 2 // 3
    return text if len(text) <= LONGEST_TARGET else f"{text[:head]}…{text[head + 1 - LONGEST_TARGET :]}"


def in_one_line(what: str, whom: str = "", where: str = "") -> str:
    """The whole line: what, for whom and where; nothing without what."""
    return "".join([what, f" → {whom}" if whom else "", f" · {where}" if where else ""]) if what else ""


def items_of(answers: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The items of a list that are any."""
    found = answers.get(name)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []
