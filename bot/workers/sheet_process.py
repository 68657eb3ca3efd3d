"""A process that reads one file as a sheet, so that no file, however odd, costs the bot its memory or its life.

It gets the file's name and content, and answers with the sheet, or with the reason why it is none.
"""

import asyncio
import json
import resource
import signal
import sys
from asyncio.subprocess import PIPE
from contextlib import suppress
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from bot.reading.labels import Labels
from bot.sheets.headings import HeadingWords
from bot.sheets.read import read
from bot.sheets.sheet import Sheet, SheetFault, SheetRefusedError

LONGEST: Final = 30.0
"""Seconds that a file may take: one of 500 rows takes less than one."""
_MEMORY: Final = 1 << 30
"""Bytes of address space."""
_ROOT: Final = Path(__file__).parents[2]
_PROGRAM: Final = "import sys; sys.path.insert(0, sys.argv[1]); from bot.workers.sheet_process import main; main()"
_SHEET: Final = TypeAdapter(Sheet)


async def read_apart(content: bytes, name: str, titles: frozenset[str]) -> Sheet:
    """Read a file in a process of its own. `titles` are words that head columns. Raises SheetRefusedError."""
    asked = json.dumps({"name": name, "titles": sorted(titles)}).encode() + b"\n" + content
    try:
        async with asyncio.timeout(LONGEST):
            answer = json.loads(await _answer(asked))
    except (TimeoutError, OSError, ValueError) as error:
        raise SheetRefusedError(SheetFault.BROKEN) from error
    if "code" in answer:
        raise SheetRefusedError(SheetFault(answer["code"]), **answer["params"])
    return _SHEET.validate_python(answer)


async def _answer(asked: bytes) -> bytes:
    # In a session of its own: Ctrl-C is for the bot, which ends this process in its own time.
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-c", _PROGRAM, str(_ROOT)), stdin=PIPE, stdout=PIPE, start_new_session=True
    )
    try:
        out, _ = await program.communicate(asked)
    finally:
        if program.returncode is None:
            with suppress(ProcessLookupError):
                program.kill()
            await program.communicate()
    return out


def main() -> None:
    """Read one file from standard input, and print what is in it as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    asked = json.loads(sys.stdin.buffer.readline())
    words = HeadingWords(Labels({}), asked["titles"])
    try:
        sheet = read(sys.stdin.buffer.read(), asked["name"], words.is_heading)
        print(json.dumps(_SHEET.dump_python(sheet, mode="json")))  # noqa: T201  the answer
    except SheetRefusedError as error:
        print(json.dumps({"code": error.code, "params": error.params}))  # noqa: T201  the answer


if __name__ == "__main__":
    main()
