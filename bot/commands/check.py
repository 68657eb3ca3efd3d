"""`orderbot check`: is everything in place, before people depend on it? It orders nothing and changes no order."""

import asyncio
import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.commands.starting import FAILED, Config, database_of, end, finish, settings_from
from bot.commands.terminal import show
from bot.commands.unreached import reason
from bot.settings.addresses import is_loopback
from bot.settings.faults import one_line
from bot.settings.model import Settings, file_with_secrets
from bot.settings.placeholders import STILL_THE_EXAMPLES, is_of_the_example
from bot.words.catalogue import catalogue_for
from bot.words.languages import ENGLISH
from providers.base import AccountSettings, ChecksCatalogue, ChecksCredentials, Provider
from providers.errors import AccessDenied, ProviderError
from providers.orders import is_explained, same_word
from providers.registry import provider_class
from storage import status_words
from storage.database import Reader
from storage.errors import StorageError
from storage.migrate import pending
from storage.opening import examine, readable_by_others

if TYPE_CHECKING:
    from bot.telegram.registration import WebhookState

_NOBODY = (
    "staff.admins: nobody may order yet: run the bot, write to it in private, and put the id that it answers with here"
)
_MOST_WORDS, _SHOWN_WORDS, _LONGEST_WORD = 1000, 10, 60
_LONGEST_ERROR: Final = 200
_LAST_SECOND: Final = 2**32
_CLEAR = "is http, so anybody on the way can read and change what is sent"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check: a line, and whether it is a fault."""

    line: str
    fault: bool = False


def check(config: Config = None) -> None:
    """Check the settings, the database, the bot's token, and the credentials of each account.

    Good news and warnings on stdout, one line per fault on stderr and then exit code 1.
    """
    settings = settings_from(config)
    finish(_check(settings, file_with_secrets(config)))


async def _check(settings: Settings, file: Path | None) -> None:
    # Before the database is opened: that makes files.
    rights = [*open_files(file, "holds secrets"), *_open_database(settings)]
    accounts = asyncio.gather(_telegram(settings), *(_account(settings, name) for name in settings.accounts))
    findings = [
        Finding("settings: ok"),
        *staffing(settings),
        *warnings(settings),
        *rights,
        *await _database(settings),
        *(finding for found in await accounts for finding in found),
    ]
    for finding in findings:
        if not finding.fault:
            show(finding.line)
    faults = [finding.line for finding in findings if finding.fault]
    if faults:
        end(FAILED, *faults)


def staffing(settings: Settings) -> Iterator[Finding]:
    """A fault where nobody may order; the bot runs all the same, so that people can learn their ids."""
    if not settings.staff.admins:
        yield Finding(_NOBODY, fault=True)


def open_files(file: Path | None, holds: str) -> Iterator[Finding]:
    """A warning about a file that others than its owner can read, and should not since it `holds` something."""
    if file is not None and file.stat().st_mode & 0o077:
        yield Finding(f"warning: {file} {holds} and others than its owner can read it: {_closing([file])}")


def _open_database(settings: Settings) -> Iterator[Finding]:
    try:
        files = readable_by_others(settings.storage.url)
    except StorageError:
        return  # what is wrong with it is said by the check of the database
    if files:
        said = "hold people's names and addresses and others than their owner can read them"
        yield Finding(f"warning: the database's files {said} until the bot starts, or: {_closing(files)}")


def _closing(files: Sequence[Path]) -> str:
    return shlex.join(["chmod", "600", *map(str, files)])


def warnings(settings: Settings) -> Iterator[Finding]:
    """Addresses that can't be meant, and those to which secrets and people's data go without encryption."""
    if in_clear(settings.telegram.api_url):
        yield Finding(f"warning: telegram.api_url {_CLEAR}: the bot's token and everything that staff and the bot say")
    for name, account in settings.accounts.items():
        if is_of_the_example(urlsplit(account.base_url).hostname or ""):
            yield Finding(f"accounts.{name}.base_url: {STILL_THE_EXAMPLES}", fault=True)
        if in_clear(account.base_url):
            yield Finding(f"warning: accounts.{name}.base_url {_CLEAR}: its credentials, and who gets what and where")


async def _database(settings: Settings) -> list[Finding]:
    try:
        async with database_of(settings) as database:
            await examine(settings.storage.url)
            missing = await pending(database)
            words = [] if missing else await database.read(lambda reader: [*unnamed_words(reader, settings.accounts)])
    except StorageError as error:
        return [Finding(f"database: {error}", fault=True)]
    to_do = [Finding(f"database: to be migrated: {', '.join(missing)}")] if missing else []
    return [Finding("database: ok"), *to_do, *words]


def unnamed_words(reader: Reader, accounts: Mapping[str, AccountSettings]) -> Iterator[Finding]:
    """The words for how far orders are that neither the suppliers' documents nor the settings explain."""
    for name, account in accounts.items():
        found = [one.word for one in status_words.of_account(reader, name, _MOST_WORDS)]
        # Those of an older database are noted whether they are explained or not.
        unexplained = [word for word in found if not is_explained(word, account.explained)]
        words = [quoted(word) for word in unexplained if same_word(word) not in account.status_words]
        if words:
            named = ", ".join(words[:_SHOWN_WORDS]) + (" and others" if len(words) > _SHOWN_WORDS else "")
            example = f'accounts.{name}.status_words = {{ {words[0]} = "completed" }}'
            yield Finding(
                f"{name}: orders have words that nobody explains: {named}; each can be named, such as {example}"
            )


def quoted(word: str) -> str:
    """A supplier's word as it can be written into the settings, fit for a line."""
    return json.dumps(one_line(word[:_LONGEST_WORD]), ensure_ascii=False)


async def _telegram(settings: Settings) -> list[Finding]:
    # Only here: the other commands do without Telegram's library.
    from bot.telegram import introduction  # noqa: PLC0415  as above
    from bot.telegram.client import TelegramRefusedError  # noqa: PLC0415  as above

    words = catalogue_for(ENGLISH)
    try:
        token = settings.telegram.token.get_secret_value()
        name = await introduction.introduce(token, settings.telegram.api_url)
        found = [Finding(f"telegram: ok, the bot is @{name}")]
        if settings.telegram.mode == "webhook":
            state = await introduction.webhook_of(token, settings.telegram.api_url)
            found += webhook_findings(state, settings.telegram.webhook_url or "", settings.zone)
    except TelegramRefusedError as error:
        return [Finding(str(error), fault=True)]
    except introduction.TelegramUnreachableError as error:
        key = "check.telegram.strange" if error.answered else "check.telegram.unreachable"
        return [Finding(f"telegram: {words.say(key, host=error.host, reason=reason(error, words))}", fault=True)]
    return found


def webhook_findings(state: "WebhookState", url: str, zone: ZoneInfo) -> Iterator[Finding]:
    """The webhook as Telegram has it, beside the one of the settings. Of another address only its host is told."""
    if not state.url:
        yield Finding("webhook: not set yet: the bot sets it when it starts")
    elif state.url == url:
        yield Finding(f"webhook: ok, updates that wait: {state.pending}")
    else:
        host = one_line(state.url.partition("//")[2].partition("/")[0].rpartition("@")[2])
        yield Finding(
            f"warning: webhook: it is set to another address, at {host}: the bot sets its own when it starts; only one"
            " program may use a token"
        )
    if state.error:
        at = datetime.fromtimestamp(min(state.error_at, _LAST_SECOND), zone)
        said = one_line(state.error[:_LONGEST_ERROR])
        yield Finding(f"warning: webhook: on {at:%Y-%m-%d at %H:%M:%S} Telegram could not bring an update: {said}")


async def _account(settings: Settings, name: str) -> list[Finding]:
    account = settings.accounts[name]
    try:
        async with provider_class(account.provider)(account) as provider:
            if not isinstance(provider, ChecksCredentials):
                return [Finding(f"{name}: credentials can't be checked")]
            await provider.check_credentials()
            return [Finding(f"{name}: ok"), *await _catalogue(settings, name, provider)]
    except ProviderError as error:
        return [Finding(f"{name}: {_sentence(settings, name, error)}", fault=True)]
    except Exception as error:  # noqa: BLE001  one account's surprise must not hide what was found about the others
        return [Finding(f"{name}: something unforeseen: {type(error).__name__}", fault=True)]


async def _catalogue(settings: Settings, name: str, provider: Provider[Any]) -> list[Finding]:
    if not isinstance(provider, ChecksCatalogue):
        return []
    try:
        await provider.check_catalogue()
    except ProviderError as error:
        # Orders go all the same, with products that are typed.
        return [Finding(f"warning: {name}: no catalogue: {_sentence(settings, name, error)}")]
    return []


def _sentence(settings: Settings, name: str, error: ProviderError) -> str:
    # The shared sentences `refusal.<code>` speak of an order that was or wasn't sent; here there is none.
    words = catalogue_for(ENGLISH)
    provider, title = settings.accounts[name].provider, settings.title_of(name)
    last = "check.denied" if isinstance(error, AccessDenied) else "check.other"
    keys = (f"check.{error.code}", f"refusal.{provider}.{error.code}", last)
    gaps = {"account": title, "host": urlsplit(settings.accounts[name].base_url).netloc, "reason": reason(error, words)}
    sentences = [words.first(*keys, gaps=error.params | gaps)]
    if error.said:
        sentences.append(words.say("refusal.said", account=title, said=error.said))
    return " ".join(" ".join(sentences).split())


def in_clear(address: str) -> bool:
    """True if what is sent to an address can be read on its way: http, and not to this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "http" and not is_loopback(host)
