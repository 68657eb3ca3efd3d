"""Addresses on which the bot listens, as the settings write them.

They are read the same way wherever one stands, so that what the settings took is what a listener opens.
"""

import ipaddress
import re
from dataclasses import dataclass

_WRITTEN = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+)):(?P<port>[0-9]{1,5})")


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
