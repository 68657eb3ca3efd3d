"""The values that the example has where one's own belong: whoever forgets one is told so, and not by a supplier."""

from collections.abc import Iterator, Mapping

Location = tuple[int | str, ...]

STILL_THE_EXAMPLES = "is still the example's: put your own here"
EXAMPLE_TOKEN = "123456:ABC"  # noqa: S105  the example's
_EXAMPLES = frozenset({"...", "…", EXAMPLE_TOKEN})


def placeholders(value: object, location: Location = ()) -> Iterator[Location]:
    """The places in the tables of the settings at which a value is still the example's."""
    match value:
        case str() if value.strip() in _EXAMPLES:
            yield location
        case Mapping():
            for key, inner in value.items():
                yield from placeholders(inner, (*location, str(key)))
        case list():
            for number, inner in enumerate(value):
                yield from placeholders(inner, (*location, number))
        case _:
            pass


def is_of_the_example(host: str) -> bool:
    """True for a host that can't be anybody's: names that end so are kept for examples (RFC 2606)."""
    return host == "example" or host.endswith(".example")
