"""A supplier that sends the costliest answers again and again: the bot stays small, and answers people meanwhile."""

import asyncio
import gzip
import re
import zlib
from functools import cache
from pathlib import Path

from providers.http import LARGEST_ANSWER
from tests.end_to_end.house import world
from tests.end_to_end.program import running
from tests.providers.stranger import answering, http_answer

MOST_MEMORY = 300
"""MB that the bot ever takes; one answer to a create took two thousand."""
AT_ONCE = 2.0
"""Seconds for an answer to a person."""
ROUNDS = 2


@cache
def bomb() -> bytes:
    """Four gigabytes of nothing, in gzip."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    first, block = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH), b"\x00" * (16 * 1024 * 1024)
    # After a full flush nothing refers to what was before, so a part may be repeated.
    return first + 256 * (packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH))


def costly() -> list[bytes]:
    return [
        http_answer(200, gzip.compress(bomb()), "Content-Encoding: gzip, gzip"),
        http_answer(200, bomb(), "Content-Encoding: gzip"),
        http_answer(200, b"\\" * 120_000),
        http_answer(200, b"%" * (2 * 1024 * 1024)),
        http_answer(200, b'"' + b"%41&a" * (LARGEST_ANSWER // 5 - 1) + b'"'),
        http_answer(200, b"[" * LARGEST_ANSWER),
        http_answer(200, b"[" + b"{},[]," * (LARGEST_ANSWER // 6 - 1) + b"[]]"),
    ]


def most_memory(process: int) -> int:
    """The most that a process has ever taken, in MB."""
    told = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text(encoding="utf-8"))
    assert told
    return int(told[1]) // 1024


async def test_costly_answers_take_little_memory_and_hold_up_nobody(tmp_path: Path) -> None:
    answers = costly()
    async with world(tmp_path) as house, answering(*answers * ROUNDS) as stranger:
        accounts = {account: {"base_url": stranger.url} for account in house.suppliers}
        async with running(house.config(**accounts)) as program:
            house.say("/help")
            await house.reads("What I can do")
            for turn in range(len(answers) * ROUNDS):
                house.say(f"/status {100 + turn}")
                await asyncio.sleep(0.1)
                house.say("/help")
                async with asyncio.timeout(AT_ONCE):
                    await house.reads("What I can do")
            assert stranger.requests >= len(answers) * ROUNDS
            assert most_memory(program.process.pid) < MOST_MEMORY
            assert await program.stop() == 0, program.log.read_text()

        async with running(house.config()) as program:
            # The same program takes an honest answer afterwards.
            house.say("/status 100")
            await house.reads("Not found · 100")
            assert await program.stop() == 0, program.log.read_text()
