import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import typer

from bot.clock import Clock
from bot.sandbox.launcher import launch, sandbox
from bot.sandbox.seats import YOU
from bot.settings.model import Settings
from tests.commands.program import ROOT, orderbot

PATIENCE = 20


@asynccontextmanager
async def program(cwd: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "sandbox", "--port", "0"),
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "TMPDIR": str(cwd)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def page_of(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    found = re.fullmatch(r"Chat page: (http://127\.0\.0\.1:[0-9]+/)\n", line)
    assert found, line
    return found[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_sandbox_says_where_its_page_is_and_stops_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    async with program(tmp_path) as process:
        async with httpx.AsyncClient(base_url=await page_of(process), trust_env=False) as client:
            assert "<title>Order bot" in (await client.get("/")).text
            state = (await client.get("/page/state")).json()
            assert [supplier["name"] for supplier in state["suppliers"]] == [
                "guoguo",
                "citiesocial",
                "damaijia",
                "anqicms",
            ]
            assert {"command": "order", "description": "Place an order"} in state["commands"]
        process.send_signal(number)
        out, err = await process.communicate()
        assert (process.returncode, out) == (0, b"")
        assert b"Traceback" not in err
        assert os.listdir(tmp_path) == []  # noqa: PTH208  pathlib's own way is refused in async code


async def test_a_taken_port_is_one_line_and_the_sandbox_starts_on_another(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = await orderbot("sandbox", "--port", str(port), cwd=tmp_path)
    assert (done.code, done.out, done.err) == (1, "", f"port {port} is taken: choose another with --port\n")
    async with program(tmp_path) as process:
        await page_of(process)


async def test_a_bot_that_fails_ends_the_sandbox_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    async def failing(_settings: Settings, _clock: Clock) -> None:
        await asyncio.sleep(0)
        raise RuntimeError("no more paper")

    with pytest.raises(typer.Exit) as ended:
        await launch(0, failing)
    assert ended.value.exit_code == 1
    assert capsys.readouterr() == ("", "The bot has stopped, and the sandbox with it: no more paper\n")
    async with sandbox(0) as running:
        running.standin.say(YOU, "/start")
        await running.standin.wait_for(YOU, lambda messages: len(messages) > 1, PATIENCE)


async def test_started_over_it_is_where_it_was_and_remembers_nothing(tmp_path: Path) -> None:
    async with program(tmp_path) as process:
        async with httpx.AsyncClient(base_url=await page_of(process), trust_env=False) as client:
            await client.post("/page/say", json={"text": "/start"})
            await client.post("/page/clock", json={"seconds": 3600})

            async def messages() -> int | None:
                try:
                    return len((await client.get("/page/state")).json()["messages"])
                except httpx.TransportError:
                    return None

            while await messages() != 2:  # noqa: ASYNC110  the page is asked as a browser asks it
                await asyncio.sleep(0.05)
            assert (await client.post("/page/anew", json={})).status_code == 204
            while await messages() != 0:  # noqa: ASYNC110  as above
                await asyncio.sleep(0.05)
            await client.post("/page/say", json={"text": "/start"})
            while await messages() != 2:  # noqa: ASYNC110  as above
                await asyncio.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        out, err = await process.communicate()
        assert (process.returncode, out) == (0, b"")
        assert b"Traceback" not in err
