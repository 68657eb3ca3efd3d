"""The promises of a supplier's class, and the optional abilities that some suppliers have.

The layers are base, base over HTTP, supplier; the sequence of sending is written once, above them.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import TracebackType
from typing import Any, ClassVar, Final, Generic, Protocol, Self, TypeVar, runtime_checkable
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from providers.allowance import one_reading
from providers.fields import Form
from providers.http import Http
from providers.login import utc_now
from providers.orders import Balance, Findings, Match, PlacedOrder, Progress, Sending, Status, same_word
from providers.products import Catalogue, Chosen, Facts
from providers.redaction import secrets_in


class AccountSettings(BaseModel):
    """The keys of every account in the settings file; a provider adds its own keys, secrets as `SecretStr`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    provider: str
    title: str = Field(default="", max_length=60)
    base_url: str
    timeout: float = Field(default=60, gt=0, le=600)
    """Seconds to wait for the answer to a create."""
    batch_limit: Decimal | None = Field(default=None, gt=0)
    """The most that orders confirmed at once may cost together, in the unit of the prices."""
    status_words: dict[str, Status] = Field(default_factory=dict)
    """The supplier's words for how far an order is, and what each means, where no document says it."""
    explained: ClassVar[frozenset[str]] = frozenset()
    """The words that the supplier's documents explain; no setting gives them another meaning."""

    @field_validator("status_words", mode="before")
    @classmethod
    def _as_we_write_them(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        ours = {word: same_word(said) if isinstance(said, str) else said for word, said in value.items()}
        for word, said in ours.items():
            if not isinstance(said, str) or said not in set(Status):
                # The key is the supplier's word; what stands in the wrong place is not quoted.
                raise ValueError(f"{str(word)[:40]!r} must mean one of: {', '.join(Status)}")
        return ours

    @field_validator("status_words")
    @classmethod
    def _unexplained(cls, value: dict[str, Status]) -> dict[str, Status]:
        words: dict[str, Status] = {}
        for word, meaning in value.items():
            same = same_word(word)
            if not same:
                raise ValueError("a word can't be empty")
            if same in cls.explained:
                raise ValueError(f"the supplier's documents say what {same!r} means; leave it out")
            if words.setdefault(same, meaning) != meaning:
                raise ValueError(f"{same!r} stands there twice; capitals make no other word")
        return words

    @field_validator("base_url")
    @classmethod
    def _absolute(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")) or not value.split("//", 1)[1].strip("/"):
            raise ValueError("must be an absolute address such as https://api.example.com")
        if "@" in value or "?" in value or "#" in value:
            # An address is no place for a secret: it is shown in faults and warnings.
            raise ValueError("must be an address without user name, password, query or fragment")
        return value.rstrip("/")


@dataclass(frozen=True, slots=True)
class Customer:
    """The customer that an account is at its supplier, beyond its name in the settings.

    `base_url` is normalised. `name` names the customer there, for people, and is no secret; where nothing does it is
    empty. `key` are the secrets that belong to it, in a fixed order, where the name alone doesn't do.
    """

    provider: str
    base_url: str
    name: str = ""
    key: tuple[str, ...] = field(default=(), repr=False)


def normalised(base_url: str) -> str:
    """An address as all its spellings: scheme and host in small letters, no port that goes without saying."""
    parts = urlsplit(base_url)
    try:
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return base_url
    host = f"[{host}]" if ":" in host else host
    said = "" if port is None or port == {"http": 80, "https": 443}.get(parts.scheme) else f":{port}"
    return f"{parts.scheme}://{host}{said}{parts.path.rstrip('/')}"


S = TypeVar("S", bound=AccountSettings)


class Provider(ABC, Generic[S]):
    """One configured account at a supplier. Create it with its settings, use it, close it."""

    name: ClassVar[str]
    title: ClassVar[str]
    called: ClassVar[tuple[str, ...]] = ()
    """The names by which the supplier goes in Chinese, in both kinds of characters."""
    settings_model: ClassVar[type[AccountSettings]]
    form: ClassVar[type[Form]]
    creates_at_once: int = 4
    """The most creates of one account that may be on the wire at the same time; 1 where they carry no reference of
    ours, by which they could be told apart afterwards: then it is the most of one customer, by whatever accounts."""
    knows_at_once: ClassVar[bool] = False
    """True when the supplier tells of an order by its number from the moment it was placed: its no counts at once."""
    idempotent_create: ClassVar[bool] = False
    """True when the supplier takes no second order under a reference of ours, so that sending it again is safe."""

    def __init__(self, settings: S, now: Callable[[], datetime] = utc_now) -> None:
        """`now` gives aware datetimes."""
        self.settings = settings
        self.now = now

    @property
    def watch_gap(self) -> float:
        """Seconds at least between two questions about orders that are watched, for a supplier with a limit."""
        return 0

    @abstractmethod
    async def place(self, form: Any, reference: str) -> PlacedOrder:
        """Send one create for `form` (an instance of `self.form`) under our `reference` (at most 15 decimal digits).

        Raises OrderRefused, ProviderUnavailable or AccessDenied when the order was certainly not placed, and
        OutcomeUnknown when nobody can tell. Any other exception counts as an unknown outcome.
        """

    def customer(self) -> Customer:
        """The customer that the settings mean; by all their secrets unless the supplier names its customers."""
        return Customer(self.name, normalised(self.settings.base_url), key=tuple(sorted(secrets_in(self.settings))))

    @abstractmethod
    async def aclose(self) -> None:
        """Give up all connections."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


READINGS: Final = ("look_up", "find_order", "read_order", "read_status", "list_products", "read_product", "balance")
"""Abilities that may read several answers, however many the supplier makes of them."""


class HttpProvider(Provider[S]):
    """A provider that speaks HTTP: it owns one `Http` for its account, whose readings share one room."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in READINGS:
            if name in vars(cls):
                setattr(cls, name, one_reading(vars(cls)[name]))

    def __init__(self, settings: S, now: Callable[[], datetime] = utc_now) -> None:
        super().__init__(settings, now)
        secrets = secrets_in(settings)
        self.http = Http(settings.base_url, timeout=settings.timeout, headers=self.headers(), secrets=secrets)

    def headers(self) -> Mapping[str, str]:
        """Headers of every request of this account."""
        return {}

    async def aclose(self) -> None:
        await self.http.aclose()


@runtime_checkable
class ChecksCredentials(Protocol):
    """The supplier has a harmless call that tells whether our credentials are accepted."""

    async def check_credentials(self) -> None:
        """Return when accepted. Raises AccessDenied, or ReadingFailed when that can't be seen."""


@runtime_checkable
class ChecksCatalogue(Protocol):
    """The supplier has a harmless call that tells whether what it sells can be read; orders don't depend on it."""

    async def check_catalogue(self) -> None:
        """Return when it can. Raises ReadingFailed, with the reason."""


@runtime_checkable
class LooksUpAnswers(Protocol):
    """The form has a `LookUp` field, and this finds what it asks for."""

    async def look_up(self, field: str, value: str) -> Mapping[str, Any]:
        """Return JSON-able facts for the field named by the marker's `into`.

        Raises OrderNotFound only when the whole catalogue was read and doesn't have it; any other ProviderError means
        that the reading failed and proves nothing.
        """


@runtime_checkable
class ReconcilesOrders(Protocol):
    """The supplier lists its orders, so that one whose answer was lost may be found again. It only reads."""

    async def find_order(self, form: Any, sending: Sending) -> Findings:
        """Look for what `place(form, sending.reference)` may have left there.

        Raises ProviderError when the lists could not be read, which proves nothing.
        """


@runtime_checkable
class ReadsOrders(Protocol):
    """The supplier tells about one order by its number. It only reads."""

    async def read_order(self, form: Any, sending: Sending, number: str) -> Match:
        """The order under `number`, compared with what `place(form, sending.reference)` sent.

        Raises OrderNotFound when the supplier answered that it has none; any other ProviderError means that the
        reading failed and proves nothing.
        """


@runtime_checkable
class ReadsBalance(Protocol):
    """The supplier tells what is left on the account. It only reads."""

    async def balance(self) -> Balance:
        """Raises ProviderError when it can't be read."""


@runtime_checkable
class ReadsStatus(Protocol):
    """The supplier tells how far an order is, by its number. It only reads."""

    final: ClassVar[frozenset[Status]]
    """Statuses after which nothing changes any more."""

    async def read_status(self, number: str) -> Progress:
        """The progress of the order under `number`, the supplier's order number as people use it.

        Raises OrderNotFound when the supplier answered that it has none; any other ProviderError means that the
        reading failed and proves nothing.
        """


@runtime_checkable
class ListsProducts(Protocol):
    """The supplier lists what it sells. It only reads."""

    async def list_products(self) -> Catalogue:
        """The whole catalogue, as far as it can be read. Raises ProviderError when nothing was read."""


@runtime_checkable
class ReadsProducts(Protocol):
    """The supplier tells about one product by its id, as it is now. It only reads."""

    async def read_product(self, chosen: Chosen) -> Facts:
        """The facts, as they are now, of a product that was chosen before, whose `facts` may say where to look for it.

        Raises OrderNotFound when the supplier certainly doesn't sell it any more; any other ProviderError means that
        the reading failed and proves nothing.
        """
