"""GuoGuo: creates of four kinds, its catalogue, orders by number or found again, the balance, and a check of the key.

Source: the create pages and the pages List Products, Get Organization, Authentication.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import ConfigDict, Field, SecretStr, field_validator

from providers.base import AccountSettings, HttpProvider
from providers.errors import AccessDenied, ReadingFailed
from providers.guoguo.answer import DENIED, UNAUTHORIZED, said, text
from providers.guoguo.catalogue import Shelf, find_product, read_catalogue
from providers.guoguo.create import order_body, read_created
from providers.guoguo.credit import read_balance
from providers.guoguo.echo import check_echo
from providers.guoguo.form import DefaultOrder, Product
from providers.guoguo.kinds import DOCUMENTED, PATHS, Kind
from providers.guoguo.orders import Search, find_order, read_order
from providers.guoguo.status import read_status
from providers.orders import Balance, Findings, Match, PlacedOrder, Progress, Sending, Status
from providers.products import Catalogue, Chosen

ORGANIZATION = "/platform/organization"
DISABLED = "organization_disable"
SERVER_ERRORS = 500


class GuoGuoSettings(AccountSettings):
    """`api_key` is the private key that GuoGuo's customer service issues.

    `kinds` tells for each product type, in lower case, which kind of order it takes; it adds to the documented ones.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    base_url: str = "https://api.guo-guo.com"
    api_key: SecretStr
    kinds: dict[str, Kind] = Field(default_factory=dict)
    balance_floor: Decimal | None = Field(default=None, ge=0)
    """Points below which the admins are told."""

    @field_validator("kinds")
    @classmethod
    def _in_lower_case(cls, value: dict[str, Kind]) -> dict[str, Kind]:
        return {product_type.strip().lower(): kind for product_type, kind in value.items()}

    @field_validator("api_key")
    @classmethod
    def _fits_a_header(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value()
        if not (key.isascii() and key.isprintable() and key.strip() == key != ""):
            raise ValueError("must be plain characters without spaces around them")
        return value


class GuoGuo(HttpProvider[GuoGuoSettings]):
    """Orders of channel 2 products."""

    name: ClassVar[str] = "guoguo"
    title: ClassVar[str] = "GuoGuo"
    called: ClassVar[tuple[str, ...]] = ("果果行銷", "果果行销")
    settings_model: ClassVar[type[AccountSettings]] = GuoGuoSettings
    form: ClassVar[type[DefaultOrder]] = DefaultOrder
    # Orders carry no reference of ours: two at once could not be told apart afterwards.
    creates_at_once = 1
    # No word of GuoGuo's is documented to be the last.
    final: ClassVar[frozenset[Status]] = frozenset()
    longest_look_up: float = 5.0
    """Seconds for reading the whole catalogue; somebody is waiting for the next question."""
    longest_reading: float = 15.0
    """Seconds for reading one product or one order as it is now."""
    longest_listing: float = 60.0
    """Seconds for listing the whole catalogue; nobody waits for it."""
    longest_search: float = 30.0
    """Seconds for finding an order again; nobody waits for it, but other orders of the account may have to."""

    def headers(self) -> Mapping[str, str]:
        return {"x-api-key": self.settings.api_key.get_secret_value()}

    async def place(self, form: DefaultOrder, reference: str) -> PlacedOrder:  # noqa: ARG002  GuoGuo has no place for it
        body, began = order_body(form), self.now()
        answer = await self.http.create(PATHS[form.order_kind], body)
        return check_echo(read_created(answer, body, form.order_kind), answer, form, began, self.now())

    async def look_up(self, field: str, value: str) -> Mapping[str, Any]:
        """Facts of a product as the form's `Product` has them; `field` is always `product`.

        Raises OrderNotFound only when the whole list was read; AccessDenied or ReadingFailed otherwise.
        """
        if field != "product":
            raise LookupError(f"GuoGuo has no look-up of {field}")
        return (await find_product(self._shelf(self.longest_look_up), value)).model_dump(mode="json")

    async def list_products(self) -> Catalogue:
        return await read_catalogue(self._shelf(self.longest_listing))

    async def read_product(self, chosen: Chosen) -> Product:
        return await find_product(self._shelf(self.longest_reading), chosen.id)

    async def read_status(self, number: str) -> Progress:
        return await read_status(Search(self.http, self.now, self.longest_reading), number)

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
            raise ReadingFailed("check_failed", params={"status": str(answer.status)})
        if not text(body.get("organization_id")):
            raise ReadingFailed("check_strange", said=said(body) or answer.text())

    def _shelf(self, seconds: float) -> Shelf:
        return Shelf(self.http, self.now, {**DOCUMENTED, **self.settings.kinds}, seconds)
