"""The Damaijia gift mall (大麦家商城, API v3): one account and its way in.

Sources: its pages 获取token, 获取快递列表, 获取商品列表, 创建订单, 订单查询 and 获取包裹列表.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, ConfigDict, Field, SecretStr, model_validator

from providers.base import AccountSettings, Customer, HttpProvider
from providers.cleaning import kept_number
from providers.damaijia.access import read_check, read_token
from providers.damaijia.catalogue import WAREHOUSES, list_products, not_read
from providers.damaijia.create import order_body, parcel_ids, read_created
from providers.damaijia.echo import check_echo
from providers.damaijia.form import DamaijiaForm
from providers.damaijia.matching import Sent, check, find
from providers.damaijia.orders import ORDERS, PARCELS, Ask, Row, made_in, parcels_of, read_list, read_rows
from providers.damaijia.status import LETTERS, read_status
from providers.errors import NOT_REACHED, NOT_READ, NoAnswer, ReadingFailed
from providers.http import reading_until
from providers.login import Login, checked_token, utc_now
from providers.orders import Findings, Match, PlacedOrder, Progress, Sending, Status
from providers.products import Catalogue

CREATE = "/vv/external/v1/order_create"
LOGIN = "/vv/external/user_login"


class DamaijiaSettings(AccountSettings):
    """An account: a token, or what it takes to get one."""

    model_config = ConfigDict(hide_input_in_errors=True)

    explained: ClassVar[frozenset[str]] = frozenset(LETTERS)
    base_url: str = "http://www.damaijia168.com"
    access_token: Annotated[SecretStr, AfterValidator(checked_token)] | None = None
    app_id: Annotated[SecretStr, Field(min_length=1)] | None = None
    app_secret: Annotated[SecretStr, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        given = (self.access_token is not None, self.app_id is not None, self.app_secret is not None)
        if given not in {(True, False, False), (False, True, True)}:
            raise ValueError("needs either access_token, or app_id and app_secret")
        return self


class Damaijia(HttpProvider[DamaijiaSettings]):
    name = "damaijia"
    title = "Damaijia"
    called = ("大麦家", "大麥家")
    settings_model = DamaijiaSettings
    form = DamaijiaForm
    idempotent_create = True
    longest_search: float = 30.0
    """Seconds for finding an order again; nobody waits for it, but other look-ups of the account may have to."""
    longest_status: float = 20.0
    """Seconds for the lists that tell how far an order is."""
    longest_listing: float = 300.0
    """Seconds for reading what all warehouses offer; nobody waits for it."""
    # No document knows a state after "shipped".
    final: ClassVar[frozenset[Status]] = frozenset({Status.SHIPPED, Status.CANCELLED, Status.NO_PARCEL_ACCEPTED})

    def __init__(self, settings: DamaijiaSettings, now: Callable[[], datetime] = utc_now) -> None:
        super().__init__(settings, now)
        self._login = Login(settings.access_token, self._log_in, now)

    def customer(self) -> Customer:
        """See `Provider.customer`: the app is the customer, whatever its secret; a token alone names nobody."""
        whole = super().customer()
        app_id = self.settings.app_id
        return whole if app_id is None else replace(whole, name="app_id", key=(app_id.get_secret_value(),))

    async def place(self, form: DamaijiaForm, reference: str) -> PlacedOrder:
        """See `Provider.place`. An order in which recipients were refused is placed, with a remark for each of them."""
        body = order_body(form, reference)
        names = {
            parcel: recipient.consignee
            for parcel, recipient in zip(parcel_ids(form, reference), form.recipients, strict=True)
        }

        async def create(token: str) -> PlacedOrder:
            answer = await self.http.create(CREATE, body, {"Authorization": token})
            return check_echo(read_created(answer, names), answer.json_object(), form, reference)

        return await self._login.send(create)

    async def check_credentials(self) -> None:
        """See `ChecksCredentials`: the list of warehouses needs the token and nothing else."""

        async def check(token: str) -> None:
            read_check(await self.http.read("GET", WAREHOUSES, headers={"Authorization": token}))

        await self._login.read(check)

    async def find_order(self, form: DamaijiaForm, sending: Sending) -> Findings:
        """See `ReconcilesOrders`. It asks for the parcels of the recipients' mobiles and for all orders of the time."""
        ask = self._ask_in_time(self.longest_search)
        parcels = await read_list(ask, PARCELS, parcels_of(form, sending))
        orders = await read_list(ask, ORDERS, [made_in(sending)])
        return find(Sent(form, sending), orders, parcels)

    async def read_order(self, form: DamaijiaForm, sending: Sending, number: str) -> Match:
        """See `ReadsOrders`. The first page of each list is enough to know the order by."""
        number = kept_number(number)
        ask = self._ask_in_time(self.longest_search)
        parcels = await read_list(ask, PARCELS, [{"order_sn": number}], most_pages=1)
        orders = await read_list(ask, ORDERS, [{"order_sn": number}], most_pages=1)
        return check(Sent(form, sending), number, orders, parcels)

    async def read_status(self, number: str) -> Progress:
        """See `ReadsStatus`. It asks for the order's parcels, and for those in each of the documented states."""
        return await read_status(self._ask_in_time(self.longest_status), number)

    async def list_products(self) -> Catalogue:
        """See `ListsProducts`. The gifts of all warehouses; their prices are not documented."""
        deadline = asyncio.get_running_loop().time() + self.longest_listing

        async def get(path: str, params: Mapping[str, str]) -> list[Row]:
            async def read(token: str) -> list[Row]:
                return read_rows(await self.http.read("GET", path, params=params, headers={"Authorization": token}))

            try:
                async with reading_until(deadline, "catalogue_not_read"):
                    return await self._login.read(read)
            except ReadingFailed as error:
                raise not_read(error) from None

        return await list_products(get, self.now())

    def _ask_in_time(self, seconds: float) -> Ask:
        """Asks until the time of one search is over. A list that was not read by then keeps what was read of it."""
        deadline = asyncio.get_running_loop().time() + seconds

        async def ask(path: str, body: Mapping[str, Any]) -> list[Row]:
            async with reading_until(deadline, "list_not_read"):
                return await self._ask(path, body)

        return ask

    async def _ask(self, path: str, body: Mapping[str, Any]) -> list[Row]:
        async def ask(token: str) -> list[Row]:
            return read_rows(await self.http.read("POST", path, body=body, headers={"Authorization": token}))

        try:
            return await self._login.read(ask)
        except ReadingFailed as error:
            if error.code not in (NOT_REACHED, NOT_READ):
                raise
            raise NoAnswer("list_not_reached", params=error.params) from None

    async def _log_in(self) -> str:
        app_id, app_secret = self.settings.app_id, self.settings.app_secret
        assert app_id is not None  # noqa: S101  the settings have the one way in or the other
        assert app_secret is not None  # noqa: S101  as above
        body = {"app_id": app_id.get_secret_value(), "app_secret": app_secret.get_secret_value()}
        return read_token(await self.http.read("POST", LOGIN, body=body))
