"""The refresh of catalogues: lists of products are read anew in the background, so that no order waits for one."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import astuple, replace
from functools import partial
from typing import Any, Final

from bot.catalogue.finding import folded, group_key, may_be_chinese, pinyin_within, search_text
from bot.catalogue.pinyin import PinyinError, transcribe
from bot.clock import SECOND
from bot.monitoring.context import bind
from bot.workers.loop import Loop
from providers.base import ListsProducts, Provider
from providers.errors import ProviderError
from providers.products import Catalogue, Product, short_title
from storage import products
from storage.database import Database
from storage.products import Listing, Stored

log = logging.getLogger(__name__)
FIRST_PAUSE: Final = 60.0
"""Seconds after the first failure; twice as long after each further one, at most the usual time between two lists."""
LONGEST_READING: Final = 900.0
"""Seconds after which a list that is still being read is given up."""
KEPT: Final = 7 * 24 * 3600 * SECOND
"""Microseconds for which a product is kept that a list doesn't have which may lack some."""
MOST_PRODUCTS: Final = 10_000
"""Products of one list that are kept. Whatever is beyond them can be ordered by its id all the same."""
_PORTION: Final = 2000
"""Texts of which the pinyin is made at a time."""
_STEP: Final = 500
"""Products that are made ready at a time, in a thread."""

Transcribe = Callable[[Collection[str]], Awaitable[dict[str, str]]]
"""Like `transcribe`."""


class CatalogueRefresh:
    """One list per account that has one. A failed reading changes nothing but when it is tried again."""

    def __init__(
        self,
        database: Database,
        providers: Mapping[str, Provider[Any]],
        now: Callable[[], int],
        every: float,
        transcribe: Transcribe = transcribe,
    ) -> None:
        """`every`: seconds between two readings, 0 for none; `now` gives UTC microseconds."""
        self._database = database
        self._listing = {name: provider for name, provider in providers.items() if isinstance(provider, ListsProducts)}
        self._now = now
        self._every = every
        self._locks = {name: asyncio.Lock() for name in self._listing}
        self._wanted: set[str] = set()
        self._loops = {
            name: Loop(
                f"the products of {name} could not be kept",
                partial(self._turn, name),
                again=FIRST_PAUSE,
                after_a_fault=FIRST_PAUSE,
            )
            for name in self._listing
        }
        self._transcribe = transcribe
        # A list takes much memory while it is made ready, as do the processes, so there is one at a time.
        self._keeping = asyncio.Lock()

    def wake(self) -> None:
        """Read every list now."""
        for account in self._listing:
            self.want(account)

    def want(self, account: str) -> None:
        """Read the account's list now, if it has one: something in it was seen not to hold any more."""
        if account in self._listing:
            self._wanted.add(account)
            self._loops[account].wake()

    async def run(self) -> None:
        """Until cancelled; without an account that has a list, or when that is not wished, it only waits."""
        if self._every > 0:
            async with asyncio.TaskGroup() as group:
                for loop in self._loops.values():
                    group.create_task(loop.run())
                group.create_task(_forever())
        await _forever()

    async def _turn(self, account: str) -> float:
        """Read the list when it is due or wanted; seconds until it is due again."""
        bind(account=account)
        wanted = account in self._wanted
        self._wanted.discard(account)
        if wanted or await self._due_in(account) <= 0:
            await self.refresh(account)
        return max(1.0, await self._due_in(account))

    async def _due_in(self, account: str) -> float:
        """Seconds until the list is to be read again."""
        known = await self._database.read(products.listing, account)
        if known is None:
            return 0
        wait = min(self._every, FIRST_PAUSE * 2.0 ** min(known.failures - 1, 20)) if known.failures else self._every
        # A clock that was set back must not stop it for long.
        return min(wait, (known.tried_at - self._now()) / SECOND + wait)

    async def refresh(self, account: str) -> bool:
        """Read the account's list and keep it; whether that worked. Raises StorageError."""
        async with self._locks[account]:
            error, found = "", None
            began = self._now()
            try:
                async with asyncio.timeout(LONGEST_READING):
                    found = await self._listing[account].list_products()
            except ProviderError as failure:
                error = failure.code
                log.warning("the products of %s could not be read: %s", account, error)
            except TimeoutError:
                error = "too_slow"
                log.warning("the products of %s could not be read within %d s", account, LONGEST_READING)
            except Exception:
                error = "unforeseen"
                log.exception("the products of %s could not be read", account)
            await self._database.run(lambda tx: products.tried(tx, account, self._now(), error))
            if found is not None:
                async with self._keeping:
                    await self._keep_list(account, found, began)
            return found is not None

    async def _keep_list(self, account: str, found: Catalogue, read_at: int) -> None:
        known = await self._database.read(products.listing, account)
        assert known is not None  # noqa: S101  it was tried just now
        rows = await _ready(found.products)
        is_whole = found.whole and len(found.products) <= MOST_PRODUCTS
        if not is_whole:
            rows += (await self._missing(known, {row.id for row in rows}, read_at))[: MOST_PRODUCTS - len(rows)]
        pinyin, complete = await self._pinyin(known, rows)
        rows = await _searchable(rows, pinyin)
        # Without a digest a list is never taken for the same, so what it lacks is made up for with the next reading.
        digest = await asyncio.to_thread(_digest, rows) if complete else ""
        if digest and digest == known.digest:
            await self._database.run(lambda tx: products.confirm(tx, account, read_at, whole=is_whole))
            return
        await products.renew(
            self._database,
            account,
            rows,
            edition=max(self._now(), known.edition + 1),
            groups=json.dumps(_groups(rows), ensure_ascii=False),
            digest=digest,
            now=read_at,
            whole=is_whole,
        )

    async def _missing(self, known: Listing, ids: set[str], now: int) -> list[Stored]:
        """Products of the old list that the new one, which may lack some, doesn't have: they are kept for a while."""
        kept: list[Stored] = []
        for offset in range(0, known.size, _STEP):
            for row in await self._database.read(products.page, known.account, _STEP, offset):
                read_at = row.read_at or known.read_at
                if row.id not in ids and now - read_at < KEPT:
                    kept.append(replace(row, read_at=read_at))
        return kept

    async def _pinyin(self, known: Listing, rows: list[Stored]) -> tuple[dict[str, str], bool]:
        """The pinyin of all titles and categories by their folded text, and whether none of it is missing."""
        wanted: set[str] = set()
        for start in range(0, len(rows), _STEP):
            wanted |= await asyncio.to_thread(_chinese, rows[start : start + _STEP])
        found = await self._kept_pinyin(known) if wanted else {}
        try:
            for portion in _portions([text for text in wanted if text not in found]):
                found |= await self._transcribe(portion)
        except PinyinError as error:
            log.warning("not all products of %s can be found by pinyin for now: %s", known.account, error)
            return found, False
        return found, True

    async def _kept_pinyin(self, known: Listing) -> dict[str, str]:
        """The pinyin in the list that is kept; a title that has none there is left out when it may have lacked it."""
        found: dict[str, str] = {}
        for offset in range(0, known.size, _STEP):
            page = await self._database.read(products.page, known.account, _STEP, offset)
            found |= await asyncio.to_thread(_pinyin_of, page)
        return found if known.digest else {text: pinyin for text, pinyin in found.items() if pinyin}


async def _ready(found: tuple[Product, ...]) -> list[Stored]:
    """Rows to be kept, each id once; they can't be searched yet."""
    by_id: dict[str, Product] = {}
    for product in found:
        by_id.setdefault(product.id, product)
    different = list(by_id.values())[:MOST_PRODUCTS]
    rows: list[Stored] = []
    for start in range(0, len(different), _STEP):
        rows += await asyncio.to_thread(_rows, different[start : start + _STEP])
    return rows


def _portions(texts: list[str]) -> Iterator[list[str]]:
    yield from (texts[start : start + _PORTION] for start in range(0, len(texts), _PORTION))


def _rows(found: Iterable[Product]) -> list[Stored]:
    rows = []
    for product in found:
        # When they were read is noted for all of them at once: else no list would be like the one before.
        facts = {key: value for key, value in product.facts.items() if key != "read_at"}
        group = short_title(product.group)
        rows.append(
            Stored(
                id=product.id,
                title=short_title(product.title),
                group_name=group,
                group_key=group_key(folded(group)),
                picture=product.picture,
                facts=json.dumps(facts, ensure_ascii=False),
                search="",
            )
        )
    return rows


def _chinese(rows: Iterable[Stored]) -> set[str]:
    return may_be_chinese(text for row in rows for text in (row.title, row.group_name))


def _pinyin_of(rows: Iterable[Stored]) -> dict[str, str]:
    return dict(pair for row in rows for pair in pinyin_within(row.title, row.group_name, row.search))


async def _searchable(rows: list[Stored], pinyin: Mapping[str, str]) -> list[Stored]:
    ready: list[Stored] = []
    for start in range(0, len(rows), _STEP):
        ready += await asyncio.to_thread(_with_search, rows[start : start + _STEP], pinyin)
    return ready


def _with_search(rows: Iterable[Stored], pinyin: Mapping[str, str]) -> list[Stored]:
    return [replace(row, search=search_text(row.title, row.group_name, pinyin)) for row in rows]


def _digest(rows: list[Stored]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        # Row by row: one long call would hold up every chat, in whatever thread it runs.
        digest.update(json.dumps(astuple(row)).encode())
    return digest.hexdigest()


def _groups(rows: list[Stored]) -> list[tuple[str, str, int]]:
    """Categories in the order of their first product: key, name, how many."""
    names: dict[str, str] = {}
    counts: dict[str, int] = {}
    for row in rows:
        if row.group_key:
            names.setdefault(row.group_key, row.group_name)
            counts[row.group_key] = counts.get(row.group_key, 0) + 1
    return [(key, name, counts[key]) for key, name in names.items()]


async def _forever() -> None:
    await asyncio.Event().wait()
