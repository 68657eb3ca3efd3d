"""`orderbot run` and `orderbot sandbox` as processes: they begin, and end when they are told to or must."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from bot.sandbox.chats import BOT
from bot.sandbox.standin import StandIn
from providers.simulators.anqicms.simulator import AnqiCmsSimulator
from tests.commands.program import ROOT, orderbot, settings, write
from tests.commands.running import up


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_bot_runs_until_it_is_told_to_stop_and_logs_no_token(tmp_path: Path, number: signal.Signals) -> None:
    async with StandIn() as telegram:
        path = write(tmp_path, settings(tmp_path, telegram={"token": telegram.token, "api_url": telegram.url}))
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", "--config", str(path)),
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        await telegram.wait_for_call("getUpdates", timeout=20)
        running.send_signal(number)
        out, err = await running.communicate()
    assert (running.returncode, out) == (0, b"")
    assert b"Traceback" not in err
    assert telegram.token.encode() not in err


async def test_a_token_that_telegram_does_not_accept_ends_it_in_one_line(tmp_path: Path) -> None:
    async with StandIn() as telegram:
        write(tmp_path, settings(tmp_path, telegram={"token": "1:CANARY", "api_url": telegram.url}))
        done = await orderbot("run", cwd=tmp_path)
    assert (done.code, done.out) == (1, "")
    assert done.err == "telegram.token: Telegram does not accept this token\n"


async def test_the_sandbox_says_that_its_port_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = await orderbot("sandbox", "--port", str(port), cwd=tmp_path)
    assert (done.code, done.out) == (1, "")
    assert done.err == f"port {port} is taken: choose another with --port\n"


async def test_without_anybody_who_may_order_it_runs_and_tells_whoever_writes_in_private_their_id(
    tmp_path: Path,
) -> None:
    async with StandIn() as telegram, AnqiCmsSimulator() as shop:
        telegram.add_person(333, "Newcomer")
        content = settings(tmp_path, telegram={"token": telegram.token, "api_url": telegram.url}, staff={})
        content["accounts"] = {"shop": shop.account()}
        content["catalogue"] = {"refresh_every": 0}
        path = write(tmp_path, content)
        async with up(path, telegram) as program:
            await program.writes("nobody may order yet")
            telegram.say(333, "/order")
            await telegram.wait_for(333, lambda said: any("333" in one.text for one in said if one.sender == BOT), 20)
            assert await program.stop() == 0
        assert (len(shop.received), len(telegram.messages(333))) == (0, 2)
        write(tmp_path, content | {"staff": {"admins": [333]}})
        async with up(path, telegram) as program:
            telegram.say(333, "/order")
            await telegram.wait_for(333, lambda said: any("AnqiCMS" in one.labels for one in said), 20)
            assert await program.stop() == 0
