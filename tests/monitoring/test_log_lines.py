"""A line of the log tells which account, order and update it is about, in both forms, and no more than before."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.monitoring.context import about, bind, bound
from providers.simulators.base import Fault
from tests.end_to_end.config import as_toml
from tests.end_to_end.dialogues import CITIESOCIAL, GUOGUO, confirm, fill_in, order
from tests.end_to_end.house import world
from tests.end_to_end.program import running
from tests.privacy.test_written import break_down

ROOT = Path(__file__).parents[2]
TOKEN = "123456:AAH-canary_0123456789abcdefghijkl"


def logged(form: str, code: str) -> str:
    start = (
        "import logging\nfrom bot.logs import start_logging\nfrom bot.monitoring.context import about, bind\n"
        f"start_logging({form!r})\nlog = logging.getLogger('bot')\n"
    )
    done = subprocess.run([sys.executable, "-c", start + code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr


def test_a_console_line_ends_in_what_it_is_about() -> None:
    told = logged(
        "console", "bind(update=7)\nwith about(account='shop', reference='123'): log.info('hello')\nlog.info('x')"
    )
    first, second = told.splitlines()
    assert first.endswith("Z INFO bot: hello [account=shop reference=123]")
    assert second.endswith("Z INFO bot: x [update=7]")


def test_a_json_line_is_one_object_with_the_same_in_it() -> None:
    first_line = "with about(account='shop', reference='123'): log.warning('hello %s', '王')\n"
    told = logged("json", first_line + r"log.info('two\nlines')")
    first, second = map(json.loads, told.splitlines())
    time = first.pop("time")
    assert first == {"level": "warning", "logger": "bot", "event": "hello 王", "account": "shop", "reference": "123"}
    assert len(time) == len("2026-11-26T08:15:02.114Z")
    assert len(told.splitlines()) == 2
    assert "account" not in second


def test_json_hides_what_the_console_hides_and_keeps_a_trace_in_its_line() -> None:
    told = logged(
        "json",
        f"try:\n    raise OSError('https://api.telegram.org/bot{TOKEN}/getMe')\n"
        f"except OSError:\n    log.exception('failed at {TOKEN}')\n"
        "try:\n    {}['canary name']\nexcept KeyError:\n    log.exception('it failed')",
    )
    assert "canary" not in told
    first, second = map(json.loads, told.splitlines())
    assert first["trace"].endswith("OSError: https://api.telegram.org/bot<token>/getMe")
    assert 'File "<string>", line' in second["trace"]


async def test_a_task_is_about_what_began_it_and_changes_nothing_for_others() -> None:
    async def deeper() -> dict[str, str]:
        bind(account="shop")
        return dict(bound())

    bind(update=1)
    with about(reference="123"):
        begun = asyncio.create_task(deeper())
        assert bound() == {"reference": "123"}
    assert await begun == {"account": "shop", "reference": "123"}
    assert bound() == {"update": "1"}
    bind(reference="")
    assert bound() == {"update": "1"}


@pytest.mark.parametrize("form", ["json", "console"])
async def test_the_running_bot_names_the_order_and_the_update(tmp_path: Path, form: str) -> None:
    async with world(tmp_path) as house:
        house.config_file.write_text(as_toml(house.settings() | {"logs": {"format": form}}), encoding="utf-8")
        async with running(house.config_file) as program:
            await house.telegram.wait_for_call("getUpdates", timeout=20)
            await order(house, GUOGUO)
            await house.reads("Placed")
            await fill_in(house, CITIESOCIAL)
            house.telegram.fail("sendMessage", "error", 1, status=502)
            house.citiesocial.fail(Fault.DROP_AFTER)
            reference = await confirm(house, CITIESOCIAL)
            await house.reads("Please check an order")
            break_down(house)
            house.say("/orders")
            await house.reads("Something went wrong")
            await house.all_said()
            assert await program.stop() == 0, program.log.read_text()
        lines = program.log.read_text().splitlines()
        if form == "console":
            assert any(" waits (" in line and line.endswith(f"[reference={reference}]") for line in lines)
            assert any("was put aside [update=" in line for line in lines)
            return
        told = [json.loads(line) for line in lines]
        assert any(" waits (" in one["event"] and one.get("reference") == reference for one in told)
        aside = [one for one in told if one["event"].endswith("was put aside")]
        assert [one["event"] for one in aside] == [f"update {one['update']} was put aside" for one in aside]
        assert len(aside) == 1
        assert any("trace" in one and one.get("update") == aside[0]["update"] for one in told)
