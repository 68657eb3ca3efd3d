"""The menus of commands: by Telegram's two letters, and each person's own in the language that they have chosen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.conversation.requests import ChooseLanguage
from bot.conversation.state import ConversationKey
from bot.sandbox.standin import StandIn
from bot.staff.access import Staff
from bot.staff.groups import Groups
from bot.telegram import menus as menus_module
from bot.telegram.client import connect
from bot.telegram.menus import Menus, menus
from bot.words.catalogue import Catalogue
from storage import people
from storage.database import Database
from storage.opening import open_database
from tests.bench import until
from tests.end_to_end.house import ADMIN, COLLEAGUE
from tests.storage.direct import writing
from tests.storage.template import lay

TOKEN = "123456:a_token_that_no_log_may_hold"
SAID = {"en": "Place an order", "zh-hant": "下單", "zh-hans": "下单"}


@dataclass
class Place:
    telegram: StandIn
    database: Database
    menus: Menus

    def shown(self, who: int, telegram_language: str = "en") -> str:
        """The description of `/order` in a person's menu."""
        return next(
            (one["description"] for one in self.telegram.commands(telegram_language, who) if one["command"] == "order"),
            "",
        )

    def chooses(self, who: int, language: str) -> None:
        with writing(self.database) as tx:
            people.remember(tx, who, "Somebody", "", 0)
            people.set_language(tx, who, language)
        self.menus.follow(ConversationKey(who, who), ChooseLanguage(language))


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    await lay(tmp_path / "orderbot.db")
    database = await open_database(f"sqlite:///{tmp_path / 'orderbot.db'}")
    async with StandIn(token=TOKEN) as telegram:
        telegram.add_person(ADMIN, started=True)
        telegram.add_person(COLLEAGUE, started=True)
        client = connect(TOKEN, telegram.url)
        staff = Staff(frozenset({ADMIN, COLLEAGUE}), Groups())
        yield Place(telegram, database, Menus(client, database, staff, "en"))
        await client.shutdown()
    await database.close()


@asynccontextmanager
async def running(place: Place) -> AsyncIterator[None]:
    task = asyncio.create_task(place.menus.run())
    await until(lambda: place.shown(0, "zh") == SAID["zh-hans"])
    yield
    task.cancel()


async def test_every_command_is_in_the_menu(place: Place) -> None:
    async with running(place):
        names = [entry["command"] for entry in place.telegram.commands("en")]
    assert names == [
        *("order", "sheet", "drafts", "status", "orders", "people", "unknown", "balance"),
        *("notify", "cancel", "language", "help"),
    ]


@pytest.mark.parametrize("chosen", ["zh-hant", "zh-hans"])
async def test_a_menu_follows_the_language_that_was_chosen_in_the_chat(place: Place, chosen: str) -> None:
    async with running(place):
        place.chooses(ADMIN, chosen)
        await until(lambda: place.shown(ADMIN) == SAID[chosen])
        assert (place.shown(COLLEAGUE), place.shown(0)) == (SAID["en"], SAID["en"])
        place.chooses(ADMIN, "en")
        await until(lambda: place.shown(ADMIN) == SAID["en"])
        # Whatever Telegram itself is set to.
        assert place.shown(ADMIN, "zh-hans") == SAID["en"]


async def test_of_several_choices_the_last_one_counts(place: Place) -> None:
    for language in ("zh-hans", "en", "zh-hant"):
        place.chooses(ADMIN, language)
    async with running(place):
        await until(lambda: place.shown(ADMIN) == SAID["zh-hant"])
        assert [given for name, given in place.telegram.calls if name == "setMyCommands" and "scope" in given][1:] == []


async def test_at_start_everybody_on_the_staff_has_the_menu_in_the_own_language(place: Place) -> None:
    with writing(place.database) as tx:
        people.remember(tx, ADMIN, "Mei", "zh-TW", 0)
        people.remember(tx, COLLEAGUE, "Lin", "zh-hans", 0)
        people.set_language(tx, COLLEAGUE, "en")
        people.remember(tx, 777, "Stranger", "zh-TW", 0)
    async with running(place):
        await until(lambda: place.shown(ADMIN, "zh-TW") == SAID["zh-hant"])
        await until(lambda: place.shown(COLLEAGUE, "zh-hans") == SAID["en"])
        assert place.shown(777, "zh-TW") == SAID["zh-hans"]


async def test_a_menu_that_can_not_be_set_is_a_warning_and_the_next_choice_is_carried_out(
    place: Place, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(menus_module, "pause", lambda _: 0)
    async with running(place):
        place.telegram.fail("setMyCommands", "error", times=menus_module.ATTEMPTS)
        place.chooses(ADMIN, "zh-hant")
        await until(lambda: caplog.text.count("the menu of commands could not be set") == menus_module.ATTEMPTS)
        assert place.shown(ADMIN) == SAID["en"]
        place.chooses(ADMIN, "zh-hans")
        await until(lambda: place.shown(ADMIN) == SAID["zh-hans"])


async def test_who_is_new_gets_the_menu_in_their_kind_of_chinese_by_and_by(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(menus_module, "EVERY", 0.01)
    async with running(place):
        assert place.shown(ADMIN, "zh-TW") == SAID["zh-hans"]
        with writing(place.database) as tx:
            people.remember(tx, ADMIN, "Mei", "zh-TW", 0)
        await until(lambda: place.shown(ADMIN, "zh-TW") == SAID["zh-hant"])


async def test_a_menu_is_tried_again_after_a_moment(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menus_module, "pause", lambda _: 0)
    async with running(place):
        place.telegram.fail("setMyCommands", "error")
        place.chooses(ADMIN, "zh-hant")
        await until(lambda: place.shown(ADMIN) == SAID["zh-hant"])


@pytest.mark.parametrize(
    ("language", "chinese"), [("en", "zh-hans"), ("de", "zh-hans"), ("zh-hans", "zh-hans"), ("zh-hant", "zh-hant")]
)
def test_a_menu_has_two_letters_or_is_for_all_others_and_both_kinds_of_chinese_share_one(
    language: str, chinese: str
) -> None:
    known = {code: Catalogue(code, {}) for code in ("en", "zh-hant", "zh-hans", "fil", "de")}
    found = {code: words.language for code, words in menus(known, language).items()}
    assert found == {"": language, "en": "en", "zh": chinese, "de": "de"}
