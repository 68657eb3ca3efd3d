"""The settings: one TOML file and the environment, which wins. Nothing else in the house looks at either of them.

Every key with its default is listed in docs/settings.md.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StrictInt,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from bot.settings.addresses import ListenAddress, listen_address, webhook_address
from bot.settings.faults import SettingsError, fault_lines
from bot.settings.placeholders import Location, placeholders
from bot.settings.sources import Environment, read_environment, read_file, with_overrides
from bot.words.catalogue import catalogues
from bot.words.languages import ENGLISH, language_of
from providers.base import AccountSettings
from providers.registry import names, provider_class

DEFAULT_FILE = Path("orderbot.toml")
C = TypeVar("C", bound=Collection[Any])
T = TypeVar("T")

_HOUR = 3600
_CENTURY = 100 * 365 * 86400.0
_TELEGRAMS_OWN: Final = {
    777000: "posts of channels come under it",
    1087968824: "admins who write anonymously come under it",
    136817688: "whoever writes in a channel's name comes under it",
}
"""User ids under which anybody may write, and why."""


def _known_language(value: str) -> str:
    """In our spelling: `zh-TW` is `zh-hant`."""
    if (language := language_of(value)) not in catalogues():
        raise ValueError(f"is no language that we have; there are {', '.join(catalogues())}")
    return language


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):  # OSError: a folder of zones, such as America
        raise ValueError("is not the name of a time zone, such as Asia/Taipei") from None
    return value


def _bot_token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", value.get_secret_value()):
        raise ValueError("must look like 123456:ABC, as BotFather gave it")
    return value


def _origin(value: str) -> str:
    origin = value.removesuffix("/")
    try:
        parts = urlsplit(origin)
        parts.port  # noqa: B018  an impossible port is only noticed when it is read
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        good = False
    if not (good and re.fullmatch(r"https?://[^\s/?#@\\]+", origin)):
        raise ValueError("must be an address without a path, such as https://api.telegram.org")
    return origin


def _webhook_secret(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
        raise ValueError("must have 1 to 256 of A-Z, a-z, 0-9, _ and -, which is all that Telegram takes")
    return value


def _storage_address(value: str) -> str:
    if value.partition(":")[0].lower() in {"postgresql", "postgres"}:
        return _server_address(value)
    path = value.removeprefix("sqlite:///")
    if path in {value, "", ":memory:"} or "?" in path or not path.isprintable():
        raise ValueError("must name a file, such as sqlite:///orderbot.db or sqlite:////data/orderbot.db")
    return value


def _server_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  an impossible port is only noticed when it is read
        good = len(parts.path) > 1 and value.isprintable() and " " not in value
    except ValueError:
        good = False
    if not good:
        raise ValueError(
            "must look like postgresql://user:password@host/database, "
            "with what is no letter or digit of the password written as %40 and so on"
        )
    return value


def _listened_at(value: str) -> str:
    return str(listen_address(value))


def _account_name(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]{1,32}", value) or "__" in value:
        raise ValueError("an account's name has 1 to 32 of a-z, 0-9 and _, and no two _ in a row")
    return value


def _known_provider(value: str) -> str:
    if value not in names():
        raise ValueError(f"is not a provider; there are {', '.join(names())}")
    return value


def _at_most_a_century(seconds: float) -> float:
    """Any number is taken, but the time that it leads to has to be a date; nobody waits that long anyway."""
    return min(seconds, _CENTURY)


def _none_or_an_hour(seconds: float) -> float:
    if 0 < seconds < _HOUR:
        raise ValueError("must be 0, for never, or at least 3600")
    return seconds


def _folder(value: str) -> str:
    if not value or not value.isprintable():
        raise ValueError("must name a folder, such as backups or /data/backups")
    return value


def _a_persons(user_id: int) -> int:
    if user_id in _TELEGRAMS_OWN:
        raise ValueError(f"is an id of Telegram's own and no person's: {_TELEGRAMS_OWN[user_id]}")
    return user_id


def _not_empty(value: C) -> C:
    if not value:
        raise ValueError("must not be empty")
    return value


class SettingsTable(BaseModel):
    """A table of the file: a key that isn't ours is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class _WithProvider(BaseModel):
    provider: Annotated[str, AfterValidator(_known_provider)]


def _by_provider(value: object) -> object:
    """Read each account with its provider's own model: only the provider knows what is in it."""
    if not isinstance(value, dict):
        return value
    return provider_class(_WithProvider.model_validate(value).provider).settings_model.model_validate(value)


class TelegramSettings(SettingsTable):
    """The way to Telegram. The last three keys are for `mode = "webhook"`."""

    token: Annotated[SecretStr, AfterValidator(_bot_token)]
    api_url: Annotated[str, AfterValidator(_origin)] = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: Annotated[str, AfterValidator(webhook_address)] | None = Field(None, validate_default=True)
    listen: Annotated[str, AfterValidator(_listened_at)] = "0.0.0.0:8080"
    webhook_secret: Annotated[SecretStr | None, AfterValidator(_webhook_secret)] = Field(None, validate_default=True)

    @field_validator("webhook_url", "webhook_secret")
    @classmethod
    def _needed_by_webhook(cls, value: T, info: ValidationInfo) -> T:
        if value is None and info.data.get("mode") == "webhook":
            raise ValueError('is missing: mode = "webhook" needs it')
        return value

    @property
    def address(self) -> ListenAddress:
        return listen_address(self.listen)


class StorageSettings(SettingsTable):
    """The file of SQLite's, with three slashes relative to where the program was started, with four absolute.

    Or a database of PostgreSQL's; then `url` may hold a password.
    """

    url: Annotated[str, AfterValidator(_storage_address), Field(repr=False)] = "sqlite:///orderbot.db"


class StaffSettings(SettingsTable):
    """`admins` are Telegram user ids; without any, nobody may order, and people are told theirs.

    `groups` are ids of group chats in which orders are shown; they are below 0.
    """

    admins: tuple[Annotated[StrictInt, Field(gt=0, lt=2**63), AfterValidator(_a_persons)], ...] = ()
    groups: tuple[Annotated[StrictInt, Field(lt=0, ge=-(2**63))], ...] = ()


class OrdersSettings(SettingsTable):
    """The patience with orders; times in seconds, `keep_days` in days."""

    retries: Annotated[StrictInt, Field(ge=0, le=10)] = 3
    retry_wait: Annotated[float, Field(ge=0.1, le=600)] = 5
    same_within: Annotated[float, Field(ge=0, le=30 * 86400)] = 3600
    lag: Annotated[float, Field(ge=0), AfterValidator(_at_most_a_century)] = 600
    absence: Annotated[float, Field(ge=30, le=86400)] = 120
    remind_every: Annotated[float, Field(ge=60, le=7 * 86400)] = 14400
    unreachable_after: Annotated[float, Field(ge=60, le=7 * 86400)] = 600
    unknown_after: Annotated[float, Field(ge=60, le=7 * 86400)] = 3600
    watch_gap: Annotated[float, Field(ge=0.1, le=600)] = 2
    batch_rows: Annotated[StrictInt, Field(ge=1, le=500)] = 500
    batch_faults: Annotated[StrictInt, Field(ge=1, le=500)] = 3
    grace: Annotated[float, Field(ge=0, le=600)] = 10
    keep_days: Annotated[StrictInt, Field(ge=1, le=36500)] = 365
    prune_every: Annotated[float, Field(ge=0, le=31 * 86400), AfterValidator(_none_or_an_hour)] = 0


class CatalogueSettings(SettingsTable):
    """`refresh_every`: seconds between two readings of what a supplier sells, 0 for none."""

    refresh_every: Annotated[float, Field(ge=0, le=7 * 86400)] = 3600


class BackupSettings(SettingsTable):
    """Copies of the database by schedule. Absent: off. `every` is in seconds, `keep` is how many copies stay."""

    every: Annotated[float, Field(ge=60, le=31 * 86400)] = 86400
    folder: Annotated[str, AfterValidator(_folder)] = "backups"
    keep: Annotated[StrictInt, Field(ge=1, le=1000)] = 7


class MetricsSettings(SettingsTable):
    """Absent: off."""

    listen: Annotated[str, AfterValidator(_listened_at)] = "127.0.0.1:9464"

    @property
    def address(self) -> ListenAddress:
        return listen_address(self.listen)


class LogsSettings(SettingsTable):
    """The form of the log's lines on stderr."""

    format: Literal["console", "json"] = "console"


class Settings(SettingsTable):
    """All settings, checked. Made by `load_settings`, or by `Settings.model_validate` without file and environment."""

    language: Annotated[str, AfterValidator(_known_language)] = ENGLISH
    timezone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    telegram: TelegramSettings
    storage: StorageSettings = StorageSettings()
    staff: StaffSettings = StaffSettings()
    accounts: Annotated[
        dict[Annotated[str, AfterValidator(_account_name)], Annotated[AccountSettings, BeforeValidator(_by_provider)]],
        AfterValidator(_not_empty),
    ]
    """By the account's name; each value is an instance of its provider's `settings_model`."""
    orders: OrdersSettings = OrdersSettings()
    catalogue: CatalogueSettings = CatalogueSettings()
    backup: BackupSettings | None = None
    metrics: MetricsSettings | None = None
    logs: LogsSettings = LogsSettings()

    @field_validator("accounts")
    @classmethod
    def _titles_differ(cls, accounts: dict[str, AccountSettings]) -> dict[str, AccountSettings]:
        seen: dict[str, str] = {}
        for name in accounts:
            look = " ".join(_title(accounts, name).split()).casefold()
            if look in seen:
                raise ValueError(f"{seen[look]} and {name} have the same title; give one of them another")
            seen[look] = name
        return accounts

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def fingerprint(self, program: str) -> str:
        """A mark of a program with these settings: replicas that have it in common decide alike.

        Where one listens, logs and is measured is its own. The token keys the mark, so that nothing can be guessed
        from it.
        """
        own: dict[str, Any] = {"telegram": {"listen"}, "metrics": True, "logs": True, "backup": True}
        told = json.dumps(_plain(self.model_dump(exclude=own)), sort_keys=True, default=str)
        key = self.telegram.token.get_secret_value().encode()
        return hmac.new(key, f"{program}\n{told}".encode(), hashlib.sha256).hexdigest()

    def title_of(self, name: str) -> str:
        """The text of the account's button. Raises KeyError for a name that is no account."""
        return _title(self.accounts, name)


def _plain(value: Any) -> Any:
    """Reveal the secrets within a value."""
    match value:
        case SecretStr():
            return value.get_secret_value()
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case set() | frozenset():
            return sorted(map(str, value))
        case _:
            return value


def _title(accounts: Mapping[str, AccountSettings], name: str) -> str:
    """The account's own title, else its provider's, with the account's name where two buttons would look alike."""
    account = accounts[name]
    if own := account.title.strip():
        return own
    title = provider_class(account.provider).title
    untitled = [a for a in accounts.values() if a.provider == account.provider and not a.title.strip()]
    return f"{title} ({name})" if len(untitled) > 1 else title


def load_settings(path: Path | None) -> Settings:
    """Read the file and the environment.

    Without a `path` the file is the one that ORDERBOT_CONFIG names, else orderbot.toml, which may be missing when the
    environment has settings. Raises SettingsError.
    """
    environment = read_environment(Settings)
    table = with_overrides(_read(path or environment.config, environment), environment.settings)
    faults, examples = environment.faults, list(placeholders(table))
    try:
        settings = Settings.model_validate(table)
    except ValidationError as error:
        found = fault_lines(error, table, lambda where: _keys_of(where, table), examples)
        raise SettingsError([*faults, *found]) from None
    if faults or examples:
        raise SettingsError([*faults, *fault_lines(None, table, lambda _: (), examples)])
    return settings


def file_with_secrets(path: Path | None) -> Path | None:
    """The file that `load_settings` reads, if there is a secret in it; all may come from the environment instead.

    Raises SettingsError.
    """
    environment = read_environment(Settings)
    named = path or environment.config
    table = _read(named, environment)
    secret = any(_is_secret(where, table) for where in _places(table)) or _has_password(table)
    return named or DEFAULT_FILE if secret else None


def _read(named: Path | None, environment: Environment) -> dict[str, Any]:
    if named or DEFAULT_FILE.exists() or not environment.settings:
        return read_file(named or DEFAULT_FILE, hint="" if named else "; name another with --config")
    return {}


def _places(table: Mapping[str, Any], within: Location = ()) -> Iterator[Location]:
    """The places of the values of a table, however deep."""
    for key, value in table.items():
        where = (*within, key)
        if isinstance(value, Mapping):
            yield from _places(value, where)
        else:
            yield where


def _has_password(table: Mapping[str, Any]) -> bool:
    storage = table.get("storage")
    url = storage.get("url") if isinstance(storage, Mapping) else None
    return isinstance(url, str) and "@" in url and not url.startswith("sqlite:")


def _is_secret(where: Location, table: Mapping[str, Any]) -> bool:
    """True if the key there, or the table that it is in, has secrets as values."""
    model = _model_of(where[:2] if where[0] == "accounts" else where[:1], table)
    name = str(where[2] if where[0] == "accounts" and len(where) > 2 else where[-1])  # noqa: PLR2004  accounts, its name
    field = None if model is None else model.model_fields.get(name)
    return field is not None and _has_secrets(field.annotation)


def _has_secrets(annotation: Any) -> bool:
    return annotation is SecretStr or any(map(_has_secrets, get_args(annotation)))


def _keys_of(where: Location, table: Mapping[str, Any]) -> Collection[str]:
    """The keys that the table there may have; none for what is no table of ours."""
    model = _model_of(where, table)
    return () if model is None else model.model_fields


def _model_of(where: Location, table: Mapping[str, Any]) -> type[BaseModel] | None:
    match where:
        case ():
            return Settings
        case ("accounts", name):
            account = table["accounts"].get(name)
            provider = account.get("provider") if isinstance(account, Mapping) else None
            return provider_class(provider).settings_model if provider in names() else AccountSettings
        case (str() as name,) if name in Settings.model_fields:
            annotation = Settings.model_fields[name].annotation
            kinds = [kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type)]
            return next((kind for kind in kinds if issubclass(kind, SettingsTable)), None)
        case _:
            return None
