"""GuoGuo: one create, one catalogue, ways to find an order again, and a harmless call that tells whether the key works.

Source: the pages Create Ch02 Default Order, List Products, Get Organization, Authentication.
"""

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import ConfigDict, Field, SecretStr, field_validator

from providers.base import AccountSettings, HttpProvider
from providers.errors import AccessDenied, OutcomeUnknown, ProviderUnavailable
from providers.guoguo.answer import DENIED, UNAUTHORIZED, read_created, said, text
from providers.guoguo.catalogue import find_product
from providers.guoguo.credit import read_balance
from providers.guoguo.form import DefaultOrder
from providers.guoguo.search import Search, find_order, read_order
from providers.orders import Balance, Findings, Match, PlacedOrder, Sending

CREATE = "/platform/order/ch2/default"
ORGANIZATION = "/platform/organization"
DISABLED = "organization_disable"
SERVER_ERRORS = 500


class GuoGuoSettings(AccountSettings):
    """`api_key` is the private key that GuoGuo's customer service issues."""

    model_config = ConfigDict(hide_input_in_errors=True)

    base_url: str = "https://api.guo-guo.com"
    api_key: SecretStr
    balance_floor: Decimal | None = Field(default=None, ge=0)
    """Points below which the admins are told."""

    @field_validator("api_key")
    @classmethod
    def _fits_a_header(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value()
        if not (key.isascii() and key.isprintable() and key.strip() == key != ""):
            raise ValueError("must be plain characters without spaces around them")
        return value


class GuoGuo(HttpProvider[GuoGuoSettings]):
    """Orders of Ch02 Default products."""

    name: ClassVar[str] = "guoguo"
    title: ClassVar[str] = "GuoGuo"
    settings_model: ClassVar[type[AccountSettings]] = GuoGuoSettings
    form: ClassVar[type[DefaultOrder]] = DefaultOrder
    # Orders carry no reference of ours: two at once could not be told apart afterwards.
    creates_at_once: ClassVar[int] = 1
    longest_look_up: float = 5.0
    """Seconds for reading the whole catalogue; somebody is waiting for the next question."""
    longest_search: float = 30.0
    """Seconds for finding an order again; nobody waits for it, but other orders of the account may have to."""

    def headers(self) -> Mapping[str, str]:
        return {"x-api-key": self.settings.api_key.get_secret_value()}

    async def place(self, form: DefaultOrder, reference: str) -> PlacedOrder:  # noqa: ARG002  GuoGuo has no place for it
        body = order_body(form)
        return read_created(await self.http.create(CREATE, body), body)

    async def look_up(self, field: str, value: str) -> Mapping[str, Any]:
        """Facts of a product as the form's `Product` has them; `field` is always `product`.

        Raises OrderNotFound only when the whole list was read; AccessDenied or ProviderUnavailable otherwise.
        """
        if field != "product":
            raise LookupError(f"GuoGuo has no look-up of {field}")
        try:
            async with asyncio.timeout(self.longest_look_up):
                product = await find_product(self.http, value)
        except TimeoutError:
            raise ProviderUnavailable("catalogue_not_read") from None
        return product.model_dump(mode="json")

    async def find_order(self, form: DefaultOrder, sending: Sending) -> Findings:
        return await find_order(Search(self.http, self.now, self.longest_search), form, sending)

    async def read_order(self, form: DefaultOrder, sending: Sending, number: str) -> Match:
        return await read_order(Search(self.http, self.now, self.longest_search), form, sending, number)

    async def balance(self) -> Balance:
        """The credit points left."""
        return await read_balance(self.http)

    async def check_credentials(self) -> None:
        """Ask for our organisation, which changes nothing; a disabled one counts as denied."""
        answer = await self.http.read("GET", ORGANIZATION)
        body = answer.json_object()
        code = text(body.get("result_code"))
        if answer.status == UNAUTHORIZED or code in {DENIED, DISABLED}:
            raise AccessDenied(DISABLED if code == DISABLED else DENIED, said=said(body))
        if answer.status >= SERVER_ERRORS:
            raise ProviderUnavailable("http_status", params={"status": str(answer.status)})
        if not text(body.get("organization_id")):
            raise OutcomeUnknown("strange_answer", said=said(body) or answer.text())


def order_body(form: DefaultOrder) -> dict[str, Any]:
    """The documented keys of a create; what was skipped is left out."""
    asked = {
        "quantity": form.quantity,
        "runs": form.runs,
        "interval_minutes": form.interval_minutes if form.runs is not None else None,
        "link": form.link,
        "username": form.username,
        "product_id": form.product_id,
    }
    return {key: value for key, value in asked.items() if value is not None}
