"""The program as its users start it: a process of its own, in a folder and an environment of our choice."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from tests.end_to_end.started import start

ROOT = Path(__file__).parents[2]
TOKEN = "123456:CANARY-token"


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str


def settings(folder: Path, **changes: Any) -> dict[str, Any]:
    """Settings that are good, with tables replaced by `changes`."""
    return {
        "telegram": {"token": TOKEN},
        "storage": {"url": f"sqlite:///{folder / 'orders.db'}"},
        "staff": {"admins": [1]},
        "accounts": {"guoguo": {"provider": "guoguo", "api_key": "CANARY-key"}},
    } | changes


def toml(value: Any) -> str:
    """A value of TOML; tables are written inline."""
    match value:
        case dict():
            return "{" + ", ".join(f"{json.dumps(key)} = {toml(inner)}" for key, inner in value.items()) + "}"
        case list():
            return f"[{', '.join(map(toml, value))}]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def write(folder: Path, content: dict[str, Any], name: str = "orderbot.toml") -> Path:
    path = folder / name
    path.touch(0o600)
    path.write_text("".join(f"{json.dumps(key)} = {toml(value)}\n" for key, value in content.items()), "utf-8")
    return path


def clean() -> dict[str, str]:
    """Our environment without settings that a developer may have."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ORDERBOT_")}


async def python(*arguments: str, cwd: Path, given: bytes | None = None, **environment: str) -> Done:
    """Run the interpreter with the house on its path and no settings but those given; `given` on standard input."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=cwd,
        env=clean() | {"PYTHONPATH": str(ROOT)} | environment,
        stdin=None if given is None else asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(given)
    assert process.returncode is not None
    return Done(process.returncode, out.decode(), err.decode())


async def orderbot(*arguments: str, cwd: Path, **environment: str) -> Done:
    """Run the command line; what the interpreter reads when it starts needs one of its own."""
    if any(name.startswith("PYTHON") for name in environment):
        return await python("-m", "bot", *arguments, cwd=cwd, given=None, **environment)
    with TemporaryFile() as out, TemporaryFile() as err:
        process = await start(arguments, cwd=cwd, env=clean() | environment, stdout=out, stderr=err)
        code = await process.wait()
        return Done(code, _all_of(out), _all_of(err))


def _all_of(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()
