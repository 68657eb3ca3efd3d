"""Pinyin of Chinese titles, made by a process that lives as long as one list takes.

The dictionary of phrases takes 55 MB of memory, which the bot would hold for ever to use it for a second an hour. This
file is both sides: the bot imports it and calls `transcribe`, which runs it as a program that needs nothing of ours.
That program ends with its input, so it never outlives a bot that was killed.
"""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import Collection
from contextlib import suppress
from typing import Final

LONGEST: Final = 120.0
"""Seconds that the process may take: 100,000 titles take about 40."""
_SHOWN: Final = 200


class PinyinError(Exception):
    """The process failed, or took too long; its message is one line."""


async def transcribe(texts: Collection[str], longest: float = LONGEST) -> dict[str, str]:
    """Each text's pinyin in full and by initials, one space between them; empty for a text that has none.

    Raises PinyinError after `longest` seconds at the latest.
    """
    if not texts:
        return {}
    try:
        async with asyncio.timeout(longest):
            # In a thread: a long list must not hold up the chats.
            answers = await _answers(await asyncio.to_thread(_lines, texts))
        return await asyncio.to_thread(_by_text, texts, answers)
    except TimeoutError:
        raise PinyinError(f"not done after {longest:g} s") from None
    except (OSError, ValueError) as error:
        raise PinyinError(f"{type(error).__name__}: {error}") from error


def _lines(texts: Collection[str]) -> bytes:
    return "".join(json.dumps(text) + "\n" for text in texts).encode()


def _by_text(texts: Collection[str], answers: bytes) -> dict[str, str]:
    return dict(zip(texts, map(json.loads, answers.splitlines()), strict=True))


async def _answers(asked: bytes) -> bytes:
    # In a session of its own: Ctrl-C is for the bot, which ends this process in its own time. -P: what lies beside this
    # file is not to be taken for a library. Of the bot's files and sockets it inherits none.
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", __file__), stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True
    )
    try:
        out, err = await program.communicate(asked)
    finally:
        if program.returncode is None:
            with suppress(ProcessLookupError):
                program.kill()
            # Reads what is left: asyncio never sees the end of a process whose pipe is full.
            await program.communicate()
    if program.returncode:
        last = err.decode(errors="replace").strip().rpartition("\n")[2]
        raise PinyinError(f"ended with {program.returncode}: {last[:_SHOWN]}".rstrip(": "))
    return out


def main() -> None:
    """Answer JSON lines with JSON lines until the input ends."""
    # Chats go first, and nobody is left to be told when the bot has gone.
    os.nice(10)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  never in the bot's own process

    for line in sys.stdin.buffer:
        text = json.loads(line)
        full = lazy_pinyin(text, errors="ignore")
        initials = lazy_pinyin(text, style=Style.FIRST_LETTER, errors="ignore")
        sys.stdout.write(json.dumps(f"{''.join(full)} {''.join(initials)}" if full else "") + "\n")


if __name__ == "__main__":
    main()
