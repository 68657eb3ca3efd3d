"""`orderbot check`: is everything in place, before people depend on it? It orders nothing and changes no order."""

import asyncio
import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import typer

from bot.commands.starting import FAILED, Config, database_of, end, finish, settings_from
from bot.settings.model import Settings
from bot.words.catalogue import catalogue_for
from providers.base import ChecksCatalogue, ChecksCredentials, Provider
from providers.errors import AccessDenied, ProviderError
from providers.registry import provider_class
from storage.errors import StorageError
from storage.migrate import pending
from storage.opening import examine

_CLEAR = "is http, so anybody on the way can read and change what is sent"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check: a line, and whether it is a fault."""

    line: str
    fault: bool = False


def check(config: Config = None) -> None:
    """Check the settings, the database and the credentials of each account.

    Good news on stdout, one line per fault on stderr and then exit code 1.
    """
    finish(_check(settings_from(config)))


async def _check(settings: Settings) -> None:
    accounts = asyncio.gather(*(_account(settings, name) for name in settings.accounts))
    findings = [Finding("settings: ok"), *warnings(settings), *await _database(settings)]
    findings += [finding for found in await accounts for finding in found]
    for finding in findings:
        if not finding.fault:
            typer.echo(finding.line)
    faults = [finding.line for finding in findings if finding.fault]
    if faults:
        end(FAILED, *faults)


def warnings(settings: Settings) -> Iterator[Finding]:
    """Addresses to which secrets and people's data go without encryption."""
    if in_clear(settings.telegram.api_url):
        yield Finding(f"warning: telegram.api_url {_CLEAR}: the bot's token and everything that staff and the bot say")
    for name, account in settings.accounts.items():
        if in_clear(account.base_url):
            yield Finding(f"warning: accounts.{name}.base_url {_CLEAR}: its credentials, and who gets what and where")


async def _database(settings: Settings) -> list[Finding]:
    try:
        async with database_of(settings) as database:
            await examine(settings.storage.url)
            missing = await pending(database)
    except StorageError as error:
        return [Finding(f"database: {error}", fault=True)]
    to_do = [Finding(f"database: to be migrated: {', '.join(missing)}")] if missing else []
    return [Finding("database: ok"), *to_do]


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
    words = catalogue_for(settings.language)
    provider, title = settings.accounts[name].provider, settings.title_of(name)
    last = "check.denied" if isinstance(error, AccessDenied) else "check.other"
    keys = (f"check.{error.code}", f"refusal.{provider}.{error.code}", last)
    sentences = [words.first(*keys, gaps=error.params | {"account": title})]
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
    if parts.scheme != "http" or host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True
