"""Addresses on which the bot listens and at which it is called, as the settings write them.

They are read the same way wherever one stands, so that what the settings took is what a listener opens.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_WRITTEN = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+)):(?P<port>[0-9]{1,5})")

_CALLED = re.compile(
    r"https?://(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@/-]*)?(?:\?[!-~]*)?"
)


@dataclass(frozen=True, slots=True)
class ListenAddress:
    """A host, which is a name or an address without brackets, and a port from 1 to 65535."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def listen_address(value: str) -> ListenAddress:
    """Read `127.0.0.1:9464`, `localhost:9464` or `[::1]:9464`. Raises ValueError, whose text says how it is written."""
    found = _WRITTEN.fullmatch(value)
    if found is None or not 1 <= int(found["port"]) <= 65535:  # noqa: PLR2004  the last port that there is
        raise ValueError("must be a host and a port, such as 127.0.0.1:9464 or [::1]:9464")
    if found["six"] is not None:
        try:
            ipaddress.IPv6Address(found["six"])
        except ValueError:
            raise ValueError("must have an IPv6 address between the brackets, such as [::1]:9464") from None
    return ListenAddress(found["six"] or found["name"], int(found["port"]))


def webhook_address(value: str) -> str:
    """Check the address at which Telegram calls the bot. Raises ValueError, whose text says how it is written."""
    found = _CALLED.fullmatch(value)
    try:
        parts = urlsplit(value)
        good = found is not None and bool(parts.hostname) and parts.port != 0 and "#" not in value
    except ValueError:
        good = False
    if not good:
        raise ValueError("must be an address such as https://bot.example.com/telegram, without a user, % and #")
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ValueError("must be https: on the way to another machine anybody could read and send updates")
    return value


def is_loopback(host: str) -> bool:
    """True for a host that is this machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
