"""The queries that GuoGuo's lists understand: what the page OData Query documents, and nothing else."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LARGEST_PAGE = 100

_OPTIONS = frozenset({"$top", "$skip", "$filter", "$orderby"})
_CONTAINS = re.compile(
    r"contains\((?:cast\((?P<cast>\w+),\s*Edm\.String\)|(?P<plain>\w+)),\s*'(?P<text>(?:[^']|'')*)'\)"
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that a list can be asked by: `filters` gives the row's key for each filter's name.

    `uncast` are the keys that are no strings, which contains() only takes after cast(). `sorts` are the sortable keys.
    """

    filters: Mapping[str, str]
    uncast: frozenset[str]
    sorts: frozenset[str]


def page(rows: Sequence[dict[str, Any]], columns: Columns, options: Mapping[str, str]) -> dict[str, Any]:
    """The answer of a list with `rows` to the query `options`. Raises ValueError with the OData error text."""
    unknown = set(options) - _OPTIONS
    if unknown:
        raise ValueError(f"The query option {min(unknown)} is not supported.")
    found = _matching(rows, columns, options["$filter"]) if "$filter" in options else list(rows)
    if "$orderby" in options:
        found = _sorted(found, columns, options["$orderby"])
    skip = _number("$skip", options.get("$skip", "0"), 0, None)
    top = _number("$top", options.get("$top", str(LARGEST_PAGE)), 1, LARGEST_PAGE)
    return {"value": found[skip : skip + top], "@odata.count": len(found)}


def _number(option: str, text: str, least: int, most: int | None) -> int:
    value = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1
    if value < least or (most is not None and value > most):
        raise ValueError(f"Invalid value '{text}' for {option}.")
    return value


def _matching(rows: Sequence[dict[str, Any]], columns: Columns, text: str) -> list[dict[str, Any]]:
    found = _CONTAINS.fullmatch(text.strip())
    column = columns.filters.get((found["cast"] or found["plain"]) if found else "")
    if found is None or column is None:
        raise ValueError(f"The $filter '{text}' is not supported.")
    if not found["cast"] and column in columns.uncast:
        raise ValueError("contains() needs a string; use cast().")
    wanted = found["text"].replace("''", "'")
    return [row for row in rows if wanted in str(row[column])]


def _sorted(rows: list[dict[str, Any]], columns: Columns, text: str) -> list[dict[str, Any]]:
    found = re.fullmatch(r"(\w+)(?: (asc|desc))?", text.strip())
    if found is None or found[1] not in columns.sorts:
        raise ValueError(f"The $orderby '{text}' is not supported.")
    return sorted(rows, key=lambda row: row[found[1]], reverse=found[2] == "desc")
