"""Orders at citiesocial: one create, nothing else that its public pages offer for an order, and what it sells.

Sources: the pages Create Order, Get Product Details and Get List of Products of a Collection. No page tells how far an
order is. How it authenticates isn't documented, so the headers of the settings are sent as given.
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, ConfigDict, Field, SecretStr, field_validator

from providers.base import AccountSettings, HttpProvider
from providers.citiesocial.catalogue import Get, list_products, read_product
from providers.citiesocial.create import order_body, read_created
from providers.citiesocial.echo import check_echo
from providers.citiesocial.form import CitiesocialOrder, Variant
from providers.errors import ReadingFailed
from providers.http import Answer, reading_until
from providers.orders import PlacedOrder
from providers.products import Catalogue, Chosen

# Without the last slash a server may redirect, which would turn the POST into a GET.
CREATE = "/orders/create/"
OURS = frozenset(
    {
        *("accept-encoding", "connection", "content-encoding", "content-length", "content-type", "expect", "host"),
        *("keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
    }
)
"""Lower-case names of headers that say how a request is written; a wrong one would break every order."""


def _id_as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


CollectionId = Annotated[str, BeforeValidator(_id_as_text), Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class CitiesocialSettings(AccountSettings):
    """`headers` go with every request; all their values are secrets.

    `collections` are the ids of those whose products are listed; no page tells which ones there are. `currency` is that
    of all prices and amounts, which carry none, and no page names it either.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    headers: dict[str, SecretStr] = Field(default_factory=dict)
    collections: tuple[CollectionId, ...] = ()
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")

    @field_validator("headers")
    @classmethod
    def _fit_http(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, secret in value.items():
            held = secret.get_secret_value()
            if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name):
                raise ValueError("a header's name must be letters, digits and dashes")
            if name.lower() in OURS:
                raise ValueError(f"{name} says how a request is written, and the bot writes it: leave it out")
            if not (held.isascii() and held.isprintable() and held.strip() == held != ""):
                raise ValueError(f"the value of {name} must be plain characters without spaces around them")
        return value


class Citiesocial(HttpProvider[CitiesocialSettings]):
    """Orders of variants, sent to one address."""

    longest_listing: float = 900.0
    """Seconds for reading all products one after the other; nobody waits for it."""
    longest_look_up: float = 10.0
    """Seconds for one product; somebody waits for the order to be sent."""

    name: ClassVar[str] = "citiesocial"
    title: ClassVar[str] = "citiesocial"
    settings_model: ClassVar[type[AccountSettings]] = CitiesocialSettings
    form: ClassVar[type[CitiesocialOrder]] = CitiesocialOrder

    def headers(self) -> Mapping[str, str]:
        return {name: value.get_secret_value() for name, value in self.settings.headers.items()}

    async def place(self, form: CitiesocialOrder, reference: str) -> PlacedOrder:
        answer = await self.http.create(CREATE, order_body(form, reference))
        placed = read_created(answer, form, self._currency)
        return check_echo(placed, answer.json_object(), form, reference)

    async def list_products(self) -> Catalogue:
        """See `ListsProducts`: the variants of the products in the configured collections, none without any."""
        get = self._get_within(self.longest_listing)
        return await list_products(get, self.settings.collections, self.now, self._currency)

    async def read_product(self, chosen: Chosen) -> Variant:
        """See `ReadsProducts`. Only a variant whose product is known can be read."""
        return await read_product(self._get_within(self.longest_look_up), chosen, self.now, self._currency)

    @property
    def _currency(self) -> str:
        return self.settings.currency or ""

    def _get_within(self, seconds: float) -> Get:
        deadline = asyncio.get_running_loop().time() + seconds

        async def get(path: str, params: Mapping[str, str]) -> Answer:
            try:
                async with reading_until(deadline, "catalogue_not_read"):
                    return await self.http.read("GET", path, params=params)
            except ReadingFailed:
                # The words for a create that never left would say here that nothing was sent.
                raise ReadingFailed("catalogue_not_read") from None

        return get
