"""A shop that runs on AnqiCMS (安企CMS).

Sources: its pages on creating an order, the list and the detail of orders and of documents (its word for products
too), logging in, and common headers.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, SecretStr, model_validator

from providers.anqicms.access import read_check, read_login
from providers.anqicms.answer import GUEST, STATUSES, text
from providers.anqicms.catalogue import asked_for, check_open, goods, products_in, read_archive, read_archives
from providers.anqicms.create import booked_under, order_body, read_created
from providers.anqicms.echo import check_echo
from providers.anqicms.form import AnqicmsForm, Goods
from providers.anqicms.matching import (
    Sent,
    agreed,
    candidates,
    compared,
    evidence_in,
    findings,
    is_absence,
    with_total_shown,
)
from providers.anqicms.orders import PAGE_SIZE, Listed, Page, numbers_on, read_detail, read_orders, read_page
from providers.anqicms.pace import Pace
from providers.anqicms.status import FINAL, progress
from providers.base import AccountSettings, Customer, HttpProvider
from providers.errors import NOT_REACHED, NOT_READ, NoAnswer, OrderNotFound, ReadingFailed
from providers.http import Answer, reading_until
from providers.login import Login, checked_token, usable_token, utc_now
from providers.orders import Findings, Match, PlacedOrder, Progress, Sending, Status
from providers.products import Catalogue, Chosen

CREATE = "/api/order/create"
LOGIN = "/api/login"
ORDERS = "/api/orders"
DETAIL = "/api/order/detail"
MOST_LOGINS = 3
"""Times that one order is asked for anew because the token was renewed meanwhile."""

T = TypeVar("T")


class AnqicmsSettings(AccountSettings):
    """An account: a token, or what it takes to get one. A shop that asks for a captcha needs the token."""

    model_config = ConfigDict(hide_input_in_errors=True)

    explained: ClassVar[frozenset[str]] = frozenset(STATUSES)
    token: Annotated[SecretStr, AfterValidator(checked_token)] | None = None
    user_name: Annotated[str, Field(min_length=1)] | None = None
    password: Annotated[SecretStr, Field(min_length=1)] | None = None
    currency: str = Field(default="CNY", pattern=r"^[A-Z]{3}$")
    """The shop's amounts carry no currency of their own."""
    module_id: Annotated[int, Field(ge=1)] | None = None
    """The shop's module of products. Without it and categories, whatever has a price counts as a product."""
    category_ids: tuple[Annotated[int, Field(ge=1)], ...] = ()
    """The shop's categories of products, whose child categories belong to them; none for all."""
    remark_marker: bool = False
    """Puts our reference into the remark, by which a person and we can find the order again.

    With any remark a shop of several sellers books the order under none of them: nobody gets the seller's share, and
    it doesn't refuse to take the goods of two in one order.
    """
    reads_in_5_minutes: int = Field(default=80, ge=10, le=100_000)
    """The most times that we ask; a shop's limiter, where it is on, takes 100 requests, orders and logins included."""

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        given = (self.token is not None, self.user_name is not None, self.password is not None)
        if given not in {(True, False, False), (False, True, True)}:
            raise ValueError("needs either token, or user_name and password")
        return self


class Anqicms(HttpProvider[AnqicmsSettings]):
    name = "anqicms"
    title = "AnqiCMS"
    called = ("安企CMS",)
    settings_model = AnqicmsSettings
    form = AnqicmsForm
    final: ClassVar[frozenset[Status]] = FINAL
    # The shop's detail of an order reads the row that its create wrote.
    knows_at_once: ClassVar[bool] = True
    longest_search: float = 30.0
    """Seconds for finding an order again, and for reading all that the shop publishes to see that a product is gone."""
    second_look_after: float = 3.0
    """Seconds between the two readings that have to agree that an order is not there."""

    def __init__(self, settings: AnqicmsSettings, now: Callable[[], datetime] = utc_now) -> None:
        """`now` gives aware datetimes."""
        super().__init__(settings, now)
        if not settings.remark_marker:
            # Two at once could not be told apart afterwards.
            self.creates_at_once = 1
        self._login = Login(settings.token, self._log_in, now)
        self._pace = Pace(settings.reads_in_5_minutes)
        self._user_id: int | None = None
        self._started = now()

    def customer(self) -> Customer:
        """See `Provider.customer`: the user, whatever their password; a token alone names nobody."""
        whole, user = super().customer(), self.settings.user_name
        return whole if user is None else replace(whole, name=user, key=())

    @property
    def watch_gap(self) -> float:
        """See `Provider.watch_gap`."""
        return self._pace.watch_gap

    async def place(self, form: AnqicmsForm, reference: str) -> PlacedOrder:
        """See `Provider.place`."""
        body = order_body(form, marker=reference if self.settings.remark_marker else "")

        async def create(token: str) -> PlacedOrder:
            began = self.now()
            answer = await self.http.create(CREATE, body, {"Token": token})
            self._pace.heed(answer)
            self._keep_renewed(token, answer)
            placed = read_created(answer, self.settings.currency, self._user_id)
            booked = booked_under(answer)
            if booked == GUEST:
                # The shop no longer knew us by this token, and took the order as a stranger's.
                self._login.doubt(token)
            elif self._user_id is None:
                # A token that is given says nothing of whose it is.
                self._user_id = booked
            placed = check_echo(placed, answer, form, str(body.get("remark", "")), began, self.now())
            return with_total_shown(placed, form, self.settings.currency)

        return await self._login.send(create)

    async def check_credentials(self) -> None:
        """See `ChecksCredentials`: a page of one of our own orders."""
        await self._read(ORDERS, {"current": "1", "pageSize": "1"}, read_check)

    async def check_catalogue(self) -> None:
        """See `ChecksCatalogue`: a shop's public interface is closed until somebody opens it in its office."""
        await check_open(self._public)

    async def find_order(self, form: AnqicmsForm, sending: Sending) -> Findings:
        """See `ReconcilesOrders`: the shop's list of our account's orders, back to the sending's horizon.

        An order with our marker is certain; without the marker whatever agrees is evidence. The list is complete only
        while the token is the one of the sending: under a token that has expired since, a shop that serves guests may
        have booked the order under nobody, and then no list of ours shows it.
        """
        deadline = asyncio.get_running_loop().time() + self.longest_search
        first, found = await self._search(form, sending, deadline)
        if not is_absence(found):
            return found
        # A database in trouble has been seen to show less than there is, and for a moment only.
        async with reading_until(deadline, "list_not_read"):
            await asyncio.sleep(self.second_look_after)
        then, found = await self._search(form, sending, deadline)
        return agreed(first, then, found, sending, self.now())

    async def _search(self, form: AnqicmsForm, sending: Sending, deadline: float) -> tuple[Listed, Findings]:
        async def detail(number: str) -> Mapping[str, Any] | None:
            async with reading_until(deadline, "list_not_read"):
                return (await self._detail(number))[0]

        async def page(current: int) -> Page:
            return (await self._page(current))[0]

        async with reading_until(deadline, "list_not_read"):
            listed = await read_orders(page, sending.horizon, self.now)
        sent = self._sent(form, sending)
        # The settings of an earlier run may have had no marker.
        exact = self.settings.remark_marker and self._started <= sending.since
        found = candidates(listed, sent, self.now(), exact=exact)
        certain = any(match.certain for match in found.marked)
        evidence = () if certain else await evidence_in(found.unmarked, sent, self.now(), detail)
        # Asked last: any of the readings may have logged in anew.
        return listed, findings(found, evidence, known_then=self._login.in_use_since(sending.since))

    async def read_order(self, form: AnqicmsForm, sending: Sending, number: str) -> Match:
        """See `ReadsOrders`."""
        return compared(await self._order(number), self._sent(form, sending), self.now())

    async def read_status(self, number: str) -> Progress:
        """See `ReadsStatus`."""
        return progress(await self._order(number), self.settings.currency, self._user_id, self.now())

    async def _order(self, number: str) -> Mapping[str, Any]:
        number = number.strip()
        for _ in range(MOST_LOGINS):
            order, asked_as = await self._detail(number)
            if order is not None:
                if text(order.get("order_id")) != number:
                    raise ReadingFailed("order_not_read")
                return order
            # -1 is the word for an unknown number, for somebody else's, for a token that has expired and for a
            # database that fails. So the shop has to show that it can read orders of ours just now before its no is
            # believed, and to the same token: the detail is the one reading of orders that asks nobody to log in.
            page, shown_to = await self._page(1)
            if shown_to != asked_as:
                continue
            if (listed := numbers_on(page)) and number not in listed:
                raise OrderNotFound("order_not_found", params={"number": number})
            break
        raise ReadingFailed("order_not_read")

    async def list_products(self) -> Catalogue:
        """See `ListsProducts`: what is published in the configured module and categories.

        Where none is configured, articles come in the same list, so only what has a price is taken for a product.
        """
        module, categories = self.settings.module_id, self.settings.category_ids
        archives = await read_archives(self._public_patiently, asked_for(module, categories))
        priced = module is None and not categories
        return products_in(archives, module, only_priced=priced, currency=self.settings.currency, now=self.now())

    async def read_product(self, chosen: Chosen) -> Goods:
        """See `ReadsProducts`."""
        deadline = asyncio.get_running_loop().time() + self.longest_search
        async with reading_until(deadline, "products_not_read"):
            archive = await read_archive(self._public, chosen.id)
            if archive is not None:
                return goods(archive, self.settings.currency, self.now())
            # -1 is the word for an unknown id, for an interface that the site keeps closed, and for a database that
            # fails. So the whole list, which is all that is published, has to show that it is gone.
            archives = await read_archives(self._public, {})
        if not archives.whole or int(chosen.id) in archives.rows:
            raise ReadingFailed("products_not_read")
        raise OrderNotFound("product_not_found", params={"product": chosen.id})

    def _sent(self, form: AnqicmsForm, sending: Sending) -> Sent:
        return Sent(form, sending, self.settings.currency, self._user_id)

    async def _page(self, current: int) -> tuple[Page, str]:
        return await self._look(ORDERS, {"current": str(current), "pageSize": str(PAGE_SIZE)}, read_page)

    async def _detail(self, number: str) -> tuple[Mapping[str, Any] | None, str]:
        return await self._look(DETAIL, {"order_id": number}, read_detail)

    async def _look(self, path: str, params: Mapping[str, str], read: Callable[[Answer], T]) -> tuple[T, str]:
        try:
            return await self._read(path, params, read)
        except ReadingFailed as error:
            if error.code not in (NOT_REACHED, NOT_READ):
                raise
            raise NoAnswer("orders_not_reached", params=error.params) from None

    async def _read(self, path: str, params: Mapping[str, str], read: Callable[[Answer], T]) -> tuple[T, str]:
        """The answer as `read` gives it, and the token to which it was given."""

        async def once(token: str) -> tuple[T, str]:
            await self._pace.turn()
            answer = await self.http.read("GET", path, params=params, headers={"Token": token})
            self._pace.heed(answer)
            self._keep_renewed(token, answer)
            return read(answer), token

        return await self._login.read(once)

    async def _public(self, path: str, params: Mapping[str, str], *, patient: bool = False) -> Answer:
        """An answer to somebody who isn't signed in."""
        await self._pace.turn(patient=patient)
        answer = await self.http.read("GET", path, params=params)
        self._pace.heed(answer)
        return answer

    async def _public_patiently(self, path: str, params: Mapping[str, str]) -> Answer:
        return await self._public(path, params, patient=True)

    def _keep_renewed(self, used: str, answer: Answer) -> None:
        """A shop renews a token that is about to expire by a header of any answer."""
        self._login.replace(used, usable_token(answer.headers.get("update-token")))

    async def _log_in(self) -> str:
        name, password = self.settings.user_name, self.settings.password
        assert password is not None  # noqa: S101  the settings have the one way in or the other
        body = {"platform": "website", "user_name": name, "password": password.get_secret_value()}
        logged_in = read_login(await self.http.read("POST", LOGIN, body=body))
        self._user_id = logged_in.user_id or self._user_id
        return logged_in.token
