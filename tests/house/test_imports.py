"""The import table holds, and a tree that breaks it is seen to break it."""

import subprocess
import sys
from pathlib import Path

import pytest

from providers.registry import names
from tests.house.imports import (
    chain,
    circles,
    clock_and_dice,
    environment_reads,
    fan_out,
    modules,
    offences,
    same_class_names,
    suppliers,
    within,
)

ROOT = Path(__file__).parents[2]
NOT_IN_THE_ENGINE = ("telegram", "httpx", "aiosqlite", "sqlite3", "asyncio", "logging")


def tree(root: Path, **files: str) -> Path:
    """A small house: `bot__app="import telegram"` is the file bot/app.py."""
    for package in (
        "bot",
        "bot/conversation",
        "bot/settings",
        "bot/telegram",
        "providers",
        "providers/acme",
        "providers/zeta",
        "storage",
    ):
        (root / package).mkdir()
        (root / package / "__init__.py").touch()
    for name in ("orders", "errors", "base", "http"):
        (root / "providers" / f"{name}.py").touch()
    for name, source in files.items():
        (root / (name.replace("__", "/") + ".py")).write_text(source, "utf-8")
    return root


def test_nothing_imports_what_the_table_forbids() -> None:
    assert offences(ROOT) == []


def test_the_engine_has_no_clock_and_no_dice() -> None:
    assert clock_and_dice(ROOT) == []


def test_only_the_settings_read_the_environment() -> None:
    assert environment_reads(ROOT) == []


def test_the_package_of_providers_is_empty() -> None:
    """Discovery there would load every supplier with the first import of an order word."""
    assert (ROOT / "providers" / "__init__.py").read_text("utf-8").strip() == ""


def test_the_checks_see_the_whole_house() -> None:
    known = modules(ROOT)
    assert {"bot", "bot.conversation", "providers.orders", "storage"} <= known.keys()
    assert suppliers(ROOT) == sorted(f"providers.{name}" for name in names())


def loaded_by(statement: str, *, root: Path) -> set[str]:
    """Which of the modules that the engine must do without are loaded after `statement`, in a fresh interpreter."""
    wanted = set(NOT_IN_THE_ENGINE)
    code = f"{statement}\nimport sys\nprint(*({wanted!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_importing_the_engine_loads_nothing_that_talks_stores_or_waits() -> None:
    assert loaded_by("import bot.conversation.engine", root=ROOT) == set()


def test_a_fresh_interpreter_shows_what_an_import_loads() -> None:
    assert {"httpx", "asyncio"} <= loaded_by("import providers.http", root=ROOT)


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("providers__base", "import bot"),
        ("providers__base", "from storage import drafts"),
        ("storage__drafts", "from providers.orders import Outcome"),
        ("storage__drafts", "import pydantic"),
        ("storage__drafts", "from bot import desk"),
        ("bot__desk", "import tests.house"),
        ("bot__desk", "import telegram"),
        ("bot__desk", "from telegram.ext import Updater"),
        ("bot__desk", "import aiosqlite"),
        ("bot__desk", "import aiohttp.web"),
        ("bot__desk", "def late():\n    from pypinyin import lazy_pinyin"),
        ("bot__desk", "from providers import acme"),
        ("bot__desk", "def late():\n    import httpx"),
        ("bot__telegram__read", "import httpx"),
        ("bot__conversation__engine", "from providers import errors"),
        ("bot__conversation__engine", "from providers.base import Provider"),
        ("bot__conversation__engine", "from .. import desk"),
        ("bot__conversation__engine", "from ..desk import Desk"),
        ("bot__conversation__engine", "import httpx"),
        ("bot__conversation__engine", "import logging.config"),
        ("bot__conversation__engine", "from asyncio import sleep"),
        ("bot__conversation__engine", "from urllib import request"),
        ("bot__conversation__engine", "import os"),
        ("providers__acme__provider", "from providers.zeta import provider"),
        ("providers__acme__provider", "from ..zeta.provider import Zeta"),
        ("providers__acme__provider", "from providers import registry"),
        ("providers__acme__provider", "import httpx"),
        ("providers__http", "from providers.acme import provider"),
    ],
)
def test_a_forbidden_import_is_seen(tmp_path: Path, file: str, source: str) -> None:
    root = tree(tmp_path, bot__desk="", providers__registry="")
    assert offences(root) == []

    (root / (file.replace("__", "/") + ".py")).write_text(source, "utf-8")

    assert len(offences(root)) == 1


def test_what_the_table_allows_is_no_offence(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        bot__app="import telegram\nfrom providers import registry\nfrom storage import drafts",
        bot__telegram__read="import aiohttp\nfrom telegram import Update",
        bot__conversation__engine="import enum\nimport pydantic\nfrom providers import orders\nfrom . import state",
        bot__conversation__state="from urllib.parse import quote",
        providers__http="import httpx",
        providers__registry="from providers.acme import provider",
        providers__acme__provider="import pydantic\nfrom providers import base\nfrom providers.acme import form",
        providers__acme__form="",
        storage__drafts="import aiosqlite\nimport sqlite3",
    )
    assert offences(root) == []


@pytest.mark.parametrize(
    "call", ["datetime.now()", "now()", "self.clock.time()", "uuid4()", "random.random()", "secrets.token_hex(4)"]
)
def test_a_clock_or_dice_in_the_engine_are_seen(tmp_path: Path, call: str) -> None:
    root = tree(tmp_path, bot__conversation__engine=f"value = {call}", bot__desk=f"value = {call}")
    assert [line.split()[0] for line in clock_and_dice(root)] == ["bot.conversation.engine:1"]


@pytest.mark.parametrize(
    "source", ["import os\nx = os.environ", "import os as o\no.getenv('A')", "from os import environ"]
)
def test_a_look_at_the_environment_is_seen(tmp_path: Path, source: str) -> None:
    root = tree(tmp_path, bot__settings__sources=source, bot__desk=source, bot__settings_of_old=source)
    assert [line.split(":")[0] for line in environment_reads(root)] == ["bot.desk", "bot.settings_of_old"]


def test_a_name_is_within_a_package_only_at_a_dot() -> None:
    assert within("bot.words.text", "bot.words")
    assert not within("bot.words", "bot.word")


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circles(ROOT) == []


def test_a_circle_is_seen(tmp_path: Path) -> None:
    root = tree(
        tmp_path, bot__a="from bot import b", bot__b="from bot import c", bot__c="def f():\n    from bot import a"
    )
    assert len(circles(root)) == 1


@pytest.mark.parametrize("room", ["journal", "catalogue", "conversation"])
@pytest.mark.parametrize("above", ["desk", "workers", "telegram", "words"])
def test_an_arrow_up_is_seen(tmp_path: Path, room: str, above: str) -> None:
    root = tree(tmp_path)
    for name in (room, above):
        (root / "bot" / name).mkdir(exist_ok=True)
        (root / "bot" / name / "__init__.py").touch()
    (root / "bot" / room / "a.py").write_text(f"from bot.{above} import x", "utf-8")
    assert len(offences(root)) == 1


def test_a_class_name_stands_for_one_thing() -> None:
    assert same_class_names(ROOT) == []


def test_two_classes_of_one_name_are_seen(tmp_path: Path) -> None:
    root = tree(tmp_path, bot__a="class Page: ...", providers__base="class Page: ...")
    assert same_class_names(root) == []

    (root / "bot/settings/model.py").write_text("def late():\n    class Page: ...", "utf-8")

    assert same_class_names(root) == ["Page is in bot.a and bot.settings.model"]


def test_little_is_below_the_desk_and_not_deep() -> None:
    _, *below = chain(ROOT, "bot.desk.desk")
    assert len(below) <= 8, " -> ".join(below)
    assert len(fan_out(ROOT, "bot.desk.desk")) <= 17


def test_a_chain_and_a_fan_are_seen(tmp_path: Path) -> None:
    root = tree(tmp_path, bot__a="from bot import b, c\nimport storage", bot__b="from bot import c", bot__c="import os")
    assert chain(root, "bot.a") == ["bot.a", "bot.b", "bot.c"]
    assert fan_out(root, "bot.a") == {"bot.b", "bot.c", "storage"}
