"""The providers that there are. Each is loaded on first use, so that a broken one stops nobody who doesn't use it."""

from importlib import import_module
from typing import Any

from providers.base import Provider

_PLACES = {
    "anqicms": ("providers.anqicms.provider", "Anqicms"),
    "citiesocial": ("providers.citiesocial.provider", "Citiesocial"),
    "damaijia": ("providers.damaijia.provider", "Damaijia"),
    "guoguo": ("providers.guoguo.provider", "GuoGuo"),
}


def names() -> tuple[str, ...]:
    """The words that `provider = "..."` may have in the settings."""
    return tuple(_PLACES)


def provider_class(name: str) -> type[Provider[Any]]:
    """The class of a provider. Raises LookupError naming the known ones; an error while importing it comes as it is."""
    if name not in _PLACES:
        raise LookupError(f"there is no such provider; there are {', '.join(_PLACES)}")
    module, attribute = _PLACES[name]
    found: type[Provider[Any]] = getattr(import_module(module), attribute)
    return found
