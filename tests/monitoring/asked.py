"""The bot's listener, asked as whoever watches it does."""

import socket
from dataclasses import dataclass

import aiohttp


@dataclass(frozen=True, slots=True)
class Told:
    status: int
    text: str


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


async def ask(port: int, path: str, method: str = "GET", host: str = "127.0.0.1") -> Told:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"http://{host}:{port}{path}") as response,
    ):
        return Told(response.status, await response.text())
