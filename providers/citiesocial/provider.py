"""Orders at citiesocial: one create, and nothing else that its public pages offer for an order.

Source: the page Create Order. How it authenticates isn't documented, so the headers of the settings are sent as given.
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import ConfigDict, Field, SecretStr, field_validator

from providers.base import AccountSettings, HttpProvider
from providers.citiesocial.answer import read_created
from providers.citiesocial.form import CitiesocialOrder
from providers.orders import PlacedOrder

# Without the last slash a server may redirect, which would turn the POST into a GET.
CREATE = "/orders/create/"
OURS = frozenset(
    {
        *("accept-encoding", "connection", "content-encoding", "content-length", "content-type", "expect", "host"),
        *("keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
    }
)
"""Lower-case names of headers that say how a request is written; a wrong one would break every order."""


class CitiesocialSettings(AccountSettings):
    """`headers` go with every request; all their values are secrets."""

    model_config = ConfigDict(hide_input_in_errors=True)

    headers: dict[str, SecretStr] = Field(default_factory=dict)

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

    name: ClassVar[str] = "citiesocial"
    title: ClassVar[str] = "citiesocial"
    settings_model: ClassVar[type[AccountSettings]] = CitiesocialSettings
    form: ClassVar[type[CitiesocialOrder]] = CitiesocialOrder

    def headers(self) -> Mapping[str, str]:
        return {name: value.get_secret_value() for name, value in self.settings.headers.items()}

    async def place(self, form: CitiesocialOrder, reference: str) -> PlacedOrder:
        return read_created(await self.http.create(CREATE, order_body(form, reference)), form)


def order_body(form: CitiesocialOrder, reference: str) -> dict[str, Any]:
    """The documented body, every key of it; our reference is kept by the supplier and comes back in its answer."""
    return {
        "line_items": [{"variant_id": item.variant_id, "quantity": item.quantity} for item in form.items],
        "email": form.email,
        "shipping_address": {
            "first_name": form.first_name,
            "last_name": form.last_name,
            "title": form.title,
            "zip": form.zip,
            "city": form.city,
            "address1": form.address1,
            "address2": form.address2,
            "phone": form.phone,
        },
        "transaction_amount": form.transaction_amount,
        "channel_order_reference": reference,
    }
