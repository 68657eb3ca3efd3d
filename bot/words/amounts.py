"""Words for amounts: one form for each kind of unit, wherever an amount is said.

A price is told from a count by it. Suppliers name currencies, points, or nothing at all.
"""

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel.core import Locale, get_global
from babel.numbers import format_currency, format_decimal, get_currency_symbol

from bot.words.catalogue import Catalogue
from bot.words.message import shortened
from providers.orders import Money

_POINTS = "points"
_CURRENCY = re.compile("[A-Z]{3}")
_STATED = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)(?: ([A-Z]{3}|points))?")
"""An amount as it is kept in the journal: `380.00 CNY`."""
_LONGEST_UNIT = 10


def number(words: Catalogue, value: Decimal, least: int = 0) -> str:
    """A number as it is read in this language, with all its decimals and at `least` so many."""
    pattern = "#,##0" + _point(value, least)
    return str(format_decimal(value, pattern, locale=words.locale, decimal_quantization=False))


def money(words: Catalogue, amount: Money) -> str:
    """An amount with its unit; a plain number where the supplier names none."""
    value, unit = amount.amount, amount.unit
    if unit == _POINTS:
        return words.say("catalogue.points", n=value, points=number(words, value))
    if _CURRENCY.fullmatch(unit):
        return _in_currency(words.locale, value, unit)
    plain = number(words, value, 0 if _is_whole(value) else 2)
    return f"{plain} {shortened(unit, _LONGEST_UNIT)}" if unit else plain


def stated(words: Catalogue, text: str, unit: str = "") -> str:
    """An amount that is kept as text, with its own unit or else `unit`; anything else as it is."""
    found = _STATED.fullmatch(text)
    return text if found is None else money(words, Money(Decimal(found[1]), found[2] or unit))


def answered(words: Catalogue, text: str, unit: str) -> str:
    """An answer that may be an amount; anything else as it is."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    return money(words, Money(value, unit)) if value.is_finite() else text


@lru_cache(maxsize=1024)
def _in_currency(locale: Locale, value: Decimal, unit: str) -> str:
    """As this language writes it, whole amounts as they are paid in cash: NT$1,190, but ¥20.00."""
    digits, _, cash, _ = get_global("currency_fractions").get(unit, (2, 0, 2, 0))
    symbol = get_currency_symbol(unit, locale)
    if symbol == "$":
        # In one chat there may be shops of several countries.
        symbol = get_currency_symbol(unit, "en")
    decimals = _point(value, cash if _is_whole(value) else digits)
    pattern = f"'{symbol}'{' ' if symbol[-1:].isalpha() else ''}#,##0{decimals}"
    return str(format_currency(value, unit, pattern, locale, currency_digits=False, decimal_quantization=False))


def _point(value: Decimal, least: int) -> str:
    """The end of a pattern for all decimals of a number, and at `least` so many."""
    exponent = value.normalize().as_tuple().exponent
    decimals = max(least, -exponent if isinstance(exponent, int) else 0)
    return "." + "0" * decimals if decimals else ""


def _is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()
