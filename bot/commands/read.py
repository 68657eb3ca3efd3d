"""`orderbot read`: shows which orders a text is read as, so that it can be tried and checked without ordering anything.

No supplier is asked. The products are those that the database has kept of the account's list, if there are any.
"""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import typer

from bot.catalogue.text_readers import kept_products
from bot.commands.starting import FAILED, NOT_BEGUN, Config, database_of, end, finish, settings_from
from bot.conversation.questions import field_at
from bot.reading.goods import Goods
from bot.reading.places import Places
from bot.reading.read_answers import TextRead, as_sent
from bot.reading.reader import TextReader
from bot.settings.model import Settings
from bot.words.catalogue import Catalogue, catalogue_for
from bot.words.spellings import choices_of, titles_of
from providers.fields import Form
from providers.products import Product
from providers.registry import provider_class
from storage.migrate import pending
from storage.opening import is_there


def read(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account that the text is for.")],
    *,
    lines: Annotated[
        bool, typer.Option("--lines", help='Read JSON lines {"text": ...}, and print one for each.')
    ] = False,
    config: Config = None,
) -> None:
    """Print which orders a text from standard input is read as, as JSON. Asks no supplier and orders nothing."""
    settings = settings_from(config)
    if account not in settings.accounts:
        end(NOT_BEGUN, f"there is no account {account}; there are {', '.join(settings.accounts)}")
    finish(_read(settings, account, as_lines=lines))


async def _read(settings: Settings, account: str, *, as_lines: bool) -> None:
    form = provider_class(settings.accounts[account].provider).form
    products = await _kept(settings, account)
    reader = TextReader(form, Places.load(), Goods(products), titles_of(form), choices_of(form))
    words, title = catalogue_for(settings.language), settings.title_of(account)

    def shown(text: str) -> dict[str, Any]:
        return _json(reader.read(text), form, lambda code, region: _reason(words, title, code, region))

    if not as_lines:
        _write(shown(sys.stdin.buffer.read().decode("utf-8", errors="replace")))
        return
    for number, line in enumerate(sys.stdin.buffer, 1):
        if line.strip():
            _write(shown(_text_in(line, number)))


async def _kept(settings: Settings, account: str) -> tuple[Product, ...]:
    """The account's products, as far as a database has any; none is made for it, and an older one is left as it is."""
    if not is_there(settings.storage.url):
        return ()
    async with database_of(settings) as database:
        return () if await pending(database) else await database.read(kept_products, account)


def _text_in(line: bytes, number: int) -> str:
    """The text of an input line, or the end of the command."""
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    text = found.get("text") if isinstance(found, dict) else None
    if not isinstance(text, str):
        end(FAILED, f'line {number} is not JSON of the form {{"text": "..."}}')
    return text


def _json(found: TextRead, form: type[Form], reason: Callable[[str, str], str]) -> dict[str, Any]:
    """The text read as the command promises to print it."""
    return {
        "orders": [
            {
                "fields": [
                    {
                        "title": str(field_at(form, one.path).title),
                        "item": next((step + 1 for step in one.path if isinstance(step, int)), 0),
                        "value": as_sent(form, one),
                        "sure": one.sure,
                        "span": None if one.span is None else list(one.span),
                    }
                    for one in order.answers
                ],
                "repeats": order.repeats,
            }
            for order in found.orders
        ],
        "refused": None if found.refused is None else reason(found.refused.code, found.refused.region),
    }


def _reason(words: Catalogue, account: str, code: str, region: str) -> str:
    return words.say(f"reading.{code}", account=account, region=words.say(f"region.{region}") if region else "")


def _write(told: dict[str, Any]) -> None:
    """One line of JSON in UTF-8, whatever the terminal's encoding is; what could steer a terminal is escaped."""
    line = json.dumps(told, ensure_ascii=False)
    sys.stdout.buffer.write(("".join(_escaped(line)) + "\n").encode())
    sys.stdout.buffer.flush()


def _escaped(line: str) -> Iterator[str]:
    return (one if one.isprintable() else json.dumps(one)[1:-1] for one in line)
