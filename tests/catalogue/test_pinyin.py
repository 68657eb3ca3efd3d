"""A process of its own makes the pinyin; it takes nothing of the bot along, and ends with it."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.catalogue.pinyin import PinyinError, transcribe
from tests.bench import until
from tests.commands.program import ROOT, python

MANY = [f"维达超韧抽纸整箱家用 {n}" for n in range(20_000)]
"""Enough for several seconds."""
LONG = """
import asyncio, sys
from bot.catalogue.pinyin import transcribe
from tests.catalogue.test_pinyin import MANY
lock = open(sys.argv[1], "a")
print("begun", flush=True)
asyncio.run(transcribe(MANY))
"""


def children(parent: int) -> list[int]:
    """Processes that `parent` has started, or that were started by what it left behind."""
    found = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(child) for child in found.read_text("ascii").split()] if found.exists() else []


def programs(parent: int) -> list[int]:
    """Those of its children that make pinyin."""
    return [child for child in children(parent) if b"pinyin.py" in Path(f"/proc/{child}/cmdline").read_bytes()]


def held_by(process: int) -> dict[str, str]:
    """Numbers of its open files, and what they are."""
    return {link.name: str(link.readlink()) for link in Path(f"/proc/{process}/fd").iterdir()}


def has_ended(process: int) -> bool:
    """An orphan that nobody has reaped yet has ended too."""
    stat = Path(f"/proc/{process}/stat")
    return not stat.exists() or stat.read_text("ascii").rpartition(")")[2].split()[0] == "Z"


async def test_a_text_has_its_pinyin_in_full_and_by_initials() -> None:
    texts = ["维达 纸巾", "银行 tea\n行走", "café", "\ud800", "tea"]
    assert await transcribe(texts) == {
        "维达 纸巾": "weidazhijin wdzj",
        "银行 tea\n行走": "yinhangxingzou yhxz",
        "café": "",
        "\ud800": "",
        "tea": "",
    }


async def test_nothing_is_started_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere")
    assert await transcribe([]) == {}


@pytest.mark.parametrize(
    ("interpreter", "said"),
    [("/nowhere", "FileNotFoundError: .*"), ("/bin/false", "ended with 1"), ("/bin/true", "ValueError: .*")],
)
async def test_a_process_that_fails_is_an_error_of_one_line(
    monkeypatch: pytest.MonkeyPatch, interpreter: str, said: str
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", interpreter)
        with pytest.raises(PinyinError, match=f"^{said}$"):
            await transcribe(["茶"])
    assert await transcribe(["茶"]) == {"茶": "cha c"}


async def test_a_process_that_takes_too_long_is_ended() -> None:
    with pytest.raises(PinyinError, match=r"^not done after 0\.5 s$"):
        await transcribe(MANY, longest=0.5)
    assert programs(os.getpid()) == []
    assert await transcribe(["茶"]) == {"茶": "cha c"}


async def test_it_ends_when_nobody_waits_for_it_any_more() -> None:
    waiting = asyncio.create_task(transcribe(MANY))

    async def begun() -> bool:
        return bool(programs(os.getpid()))

    await until(begun)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert programs(os.getpid()) == []


async def test_it_holds_no_file_of_the_bot_and_ends_soon_after_it_was_killed(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", LONG, str(lock)), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert bot.stdout is not None
    await bot.stdout.readline()

    async def loaded() -> bool:
        return bool(programs(bot.pid))

    await until(loaded)
    (program,) = children(bot.pid)
    held = held_by(program)
    assert str(lock) not in held.values()
    assert {name for name, what in held.items() if what.startswith(("socket:", "pipe:"))} == {"0", "1", "2"}
    assert os.getsid(program) != os.getsid(bot.pid)

    bot.send_signal(signal.SIGKILL)
    await bot.wait()

    async def ended() -> bool:
        return has_ended(program)

    await until(ended)


async def test_the_bot_itself_never_loads_the_dictionary(tmp_path: Path) -> None:
    loads = "import sys, {}; print('pypinyin' in sys.modules)"
    done = await python("-c", loads.format("bot.__main__, bot.app"), cwd=tmp_path)
    assert (done.out, done.err) == ("False\n", "")
    done = await python("-c", loads.format("pypinyin"), cwd=tmp_path)
    assert (done.out, done.err) == ("True\n", "")
