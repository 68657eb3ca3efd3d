"""A shop that runs on AnqiCMS (安企CMS). Sources: its pages on creating an order, logging in and common headers."""

from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, SecretStr, model_validator

from providers.anqicms.answer import read_check, read_created, read_login
from providers.anqicms.form import AnqicmsForm
from providers.anqicms.request import order_body
from providers.base import AccountSettings, HttpProvider
from providers.http import Answer
from providers.login import Login, checked_token, usable_token
from providers.orders import PlacedOrder

CREATE = "/api/order/create"
LOGIN = "/api/login"
ORDERS = "/api/orders"


class AnqicmsSettings(AccountSettings):
    """An account: a token, or what it takes to get one. A shop that asks for a captcha needs the token."""

    model_config = ConfigDict(hide_input_in_errors=True)

    token: Annotated[SecretStr, AfterValidator(checked_token)] | None = None
    user_name: Annotated[str, Field(min_length=1)] | None = None
    password: Annotated[SecretStr, Field(min_length=1)] | None = None
    currency: str = Field(default="CNY", pattern=r"^[A-Z]{3}$")
    """The shop's amounts carry no currency of their own."""
    remark_marker: bool = False
    """Whether our reference goes into the remark, where a person can find the order by it."""

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        given = (self.token is not None, self.user_name is not None, self.password is not None)
        if given not in {(True, False, False), (False, True, True)}:
            raise ValueError("needs either token, or user_name and password")
        return self


class Anqicms(HttpProvider[AnqicmsSettings]):
    name = "anqicms"
    title = "AnqiCMS"
    settings_model = AnqicmsSettings
    form = AnqicmsForm

    def __init__(self, settings: AnqicmsSettings) -> None:
        super().__init__(settings)
        self._login = Login(settings.token, self._log_in)
        self._user_id: int | None = None

    async def place(self, form: AnqicmsForm, reference: str) -> PlacedOrder:
        """See `Provider.place`."""
        body = order_body(form, marker=reference if self.settings.remark_marker else "")

        async def create(token: str) -> PlacedOrder:
            answer = await self.http.create(CREATE, body, {"Token": token})
            self._keep_renewed(token, answer)
            return read_created(answer, self.settings.currency, self._user_id)

        return await self._login.send(create)

    async def check_credentials(self) -> None:
        """See `ChecksCredentials`: a page of one of our own orders."""

        async def check(token: str) -> None:
            page = {"current": "1", "pageSize": "1"}
            answer = await self.http.read("GET", ORDERS, params=page, headers={"Token": token})
            self._keep_renewed(token, answer)
            read_check(answer)

        await self._login.send(check)

    def _keep_renewed(self, used: str, answer: Answer) -> None:
        """A shop renews a token that is about to expire by a header of any answer."""
        self._login.replace(used, usable_token(answer.headers.get("update-token")))

    async def _log_in(self) -> str:
        name, password = self.settings.user_name, self.settings.password
        assert password is not None  # noqa: S101  the settings have the one way in or the other
        body = {"platform": "website", "user_name": name, "password": password.get_secret_value()}
        logged_in = read_login(await self.http.read("POST", LOGIN, body=body))
        self._user_id = logged_in.user_id
        return logged_in.token
