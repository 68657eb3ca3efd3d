"""`kill -9` around the commits of a whole paste: it is read, put right, confirmed and placed, each order once."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from itertools import chain, cycle, islice
from pathlib import Path

import pytest

from bot.sandbox.chats import BOT
from tests.end_to_end.config import as_toml
from tests.end_to_end.dying import Death, Kind, When
from tests.end_to_end.house import ADMIN, PATIENCE, World, world
from tests.end_to_end.nursing import Nursed, Nursing

ON_EACH_DATABASE = True

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROWS = 6
LINKS = [f"https://instagram.com/p/Cx{n}" for n in range(1, ROWS + 1)]
PASTE = "\n".join(f"likes instagram.com/p/Cx{n} 1k" for n in range(1, ROWS + 1))
READY, CONFIRM = f"{ROWS} orders ready", f"Confirm {ROWS} orders"
CLEAN = [
    {Death(Kind.UPDATE, When.BEFORE), Death(Kind.CLAIM, When.BEFORE)},
    {Death(Kind.UPDATE, When.AFTER), Death(Kind.SETTLE, When.AFTER)},
]
"""Lives of which none ends while an order is on the wire; every second one gets a commit further."""
ANY = [
    {Death(kind, When.BEFORE) for kind in (Kind.UPDATE, Kind.CLAIM, Kind.SETTLE, Kind.DELIVERY)},
    {Death(kind, When.AFTER) for kind in (Kind.UPDATE, Kind.CLAIM, Kind.SETTLE, Kind.DELIVERY)},
]
DELIVERIES = 10
"""Messages until whose delivery lives end anyhow; then time has to go by, as it does while somebody is there."""
UNSETTLED = "SELECT 1 FROM orders WHERE stage <> 'settled'"


@asynccontextmanager
async def stocked(folder: Path, nursing: Nursing) -> AsyncIterator[World]:
    """The house, whose bot has read what GuoGuo sells and is dead now."""
    async with world(folder) as house:
        settings = house.settings() | {"catalogue": {"refresh_every": 86400}}
        house.config_file.write_text(as_toml(settings), encoding="utf-8")
        bot = await nursing.start(house.config_file)
        await house.telegram.wait_for_call("getUpdates")
        await holds(lambda: bool(house.rows("SELECT 1 FROM catalogues WHERE account = 'guoguo' AND size > 0")))
        await bot.kill()
        yield house


@asynccontextmanager
async def lives(house: World, nursing: Nursing, deaths: Iterable[set[Death]]) -> AsyncIterator[list[int]]:
    """A bot that is started again whenever it has died, a last time with no death before it; how often it died."""
    died: list[int] = []
    started: list[Nursed] = []
    over = asyncio.Event()

    async def live() -> None:
        for next_deaths in chain(deaths, [set()]):
            if over.is_set():
                return
            started.append(await nursing.start(house.config_file, next_deaths))
            died.append(await asyncio.shield(started[-1].gone))

    living = asyncio.create_task(live())
    try:
        yield died
    finally:
        over.set()
        while not living.done():
            if started:
                await started[-1].kill()
            await asyncio.wait([living], timeout=0.1)
        await living


async def holds(so: Callable[[], bool]) -> None:
    """Wait for many lives, if need be: each of them takes as long as a start."""
    async with asyncio.timeout(4 * PATIENCE):
        while not so():  # noqa: ASYNC110  a database rings no bell
            await asyncio.sleep(0.05)


async def everything_is_done(house: World) -> None:
    await holds(lambda: bool(house.rows("SELECT 1 FROM orders")) and not house.rows(UNSETTLED))


def links(house: World) -> list[str]:
    return sorted(taken.body["link"] for taken in house.guoguo.ledger)


async def pasted(house: World) -> None:
    """The paste is on the screen, a row of it is opened and put back, and it is confirmed."""
    house.say(PASTE)
    await house.offers(CONFIRM)
    house.tap("2")
    await house.offers("Back to the list")
    # A message that came twice is one of an earlier moment: the newest one counts.
    before = house.telegram.messages(ADMIN)[-1].message_id
    house.tap("Back to the list")
    await house.until(
        lambda: any(CONFIRM in one.labels for one in house.telegram.messages(ADMIN) if one.message_id > before)
    )
    house.tap(CONFIRM)


async def test_killed_at_every_commit_a_paste_is_each_of_its_orders_once(tmp_path: Path, nursing: Nursing) -> None:
    async with stocked(tmp_path, nursing) as house:
        async with lives(house, nursing, cycle(CLEAN)) as died:
            await pasted(house)
            await everything_is_done(house)
        bot = await nursing.start(house.config_file)
        await house.card(f"All {ROWS} placed")
        assert links(house) == LINKS
        assert len(house.guoguo.received) == ROWS
        # Four things done, and a claim and an outcome of each row.
        assert len(died) >= 2 * 4 + 2 * ROWS - 2
        # Whatever is still on somebody's screen places nothing more.
        for message in [one for one in house.telegram.messages(ADMIN) if one.sender == BOT]:
            for button in (button for row in message.buttons for button in row):
                house.telegram.tap(ADMIN, message.message_id, button.data, forged=True)
        house.say("/help")
        await house.card("What I can do")
        await house.taken_in()
        assert len(house.rows("SELECT 1 FROM orders")) == ROWS
        assert links(house) == LINKS
        await bot.kill()


async def test_killed_while_orders_and_messages_are_on_the_wire_no_order_of_a_paste_is_placed_twice(
    tmp_path: Path, nursing: Nursing
) -> None:
    async with stocked(tmp_path, nursing) as house:
        async with lives(house, nursing, islice(cycle(ANY), 2 * DELIVERIES)):
            await pasted(house)
            await everything_is_done(house)
        bot = await nursing.start(house.config_file)
        outcomes = [outcome for (outcome,) in house.rows("SELECT outcome FROM orders")]
        assert len(outcomes) == ROWS
        assert set(outcomes) <= {"placed", "unknown"}
        placed = outcomes.count("placed")
        await house.card(f"All {ROWS} placed" if placed == ROWS else f"{placed} of {ROWS} placed")
        assert len(set(links(house))) == len(links(house))
        assert placed <= len(links(house)) <= ROWS
        numbers = {number for (number,) in house.rows("SELECT number FROM orders WHERE outcome = 'placed'")}
        assert numbers <= {taken.number for taken in house.guoguo.ledger}
        await bot.kill()


async def test_a_paste_that_comes_twice_and_a_confirm_in_every_way_are_one_order_each(
    tmp_path: Path, nursing: Nursing
) -> None:
    async with stocked(tmp_path, nursing) as house:
        bot = await nursing.start(house.config_file)
        # A bad line brings the text twice, and the tap.
        house.say(PASTE)
        house.say(PASTE)
        await house.taken_in()
        await house.all_said()
        assert house.history[ADMIN][-1].text.startswith(READY)
        house.tap(CONFIRM)
        house.telegram.tap_button(ADMIN, CONFIRM)
        house.say(CONFIRM)
        await everything_is_done(house)
        await house.card(f"All {ROWS} placed")
        house.say(CONFIRM)
        await house.taken_in()
        assert links(house) == LINKS
        assert len(house.rows("SELECT 1 FROM orders")) == ROWS
        await bot.kill()


async def test_a_paste_is_confirmed_by_its_words(tmp_path: Path, nursing: Nursing) -> None:
    async with stocked(tmp_path, nursing) as house:
        bot = await nursing.start(house.config_file)
        house.say(PASTE)
        await house.offers(CONFIRM)
        house.say(CONFIRM.lower())
        await everything_is_done(house)
        await house.card(f"All {ROWS} placed")
        assert links(house) == LINKS
        await bot.kill()


async def test_a_paste_whose_message_was_deleted_is_shown_once_more(tmp_path: Path, nursing: Nursing) -> None:
    async with stocked(tmp_path, nursing) as house:
        bot = await nursing.start(house.config_file)
        house.say(PASTE)
        await house.offers(CONFIRM)
        house.telegram.tap_button(ADMIN, "Drop all")
        await house.offers("Undo")
        await house.all_said()
        house.telegram.delete(ADMIN, (await house.card(f"{ROWS} orders dropped")).message_id)
        house.say("Undo")
        await house.offers(CONFIRM)
        house.tap(CONFIRM)
        await everything_is_done(house)
        await house.card(f"All {ROWS} placed")
        assert links(house) == LINKS
        await bot.kill()


async def test_a_paste_that_telegram_has_cut_in_two_and_forwards_one_by_one_are_one_list(
    tmp_path: Path, nursing: Nursing
) -> None:
    lines = PASTE.splitlines()
    async with stocked(tmp_path, nursing) as house:
        bot = await nursing.start(house.config_file)
        for part in ("\n".join(lines[:3]), "\n".join(lines[3:5]), lines[5]):
            house.say(part)
        await house.offers(CONFIRM)
        house.tap(CONFIRM)
        await everything_is_done(house)
        await house.card(f"All {ROWS} placed")
        assert links(house) == LINKS
        assert house.rows("SELECT size FROM batches") == [(ROWS,)]
        await bot.kill()
