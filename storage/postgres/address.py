"""The address of a PostgreSQL database, as libpq reads it, and the name that people are told instead.

An address may carry a password, so it is never shown, not in part either: what is shown is made of its harmless pieces.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Conninfo

from storage.errors import StorageError

CONNECT_TIMEOUT = 10
"""Seconds to wait for an answer of each host that the address names; libpq's own default is for ever."""
_LONGEST_NAME = 40
_OURS: dict[str, Any] = {
    "application_name": "orderbot",
    "client_encoding": "utf8",
    "connect_timeout": CONNECT_TIMEOUT,
    # A server that vanished without a word is noticed within a minute.
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


@dataclass(frozen=True, slots=True)
class Address:
    """`conninfo` is what libpq takes, `shown` is fit for a log: the database's name and its host."""

    conninfo: str
    shown: str


def address_of(url: str) -> Address:
    """Read `postgresql://user:password@host:port/database?option=value`. Raises StorageError."""
    try:
        # The standard library refuses what libpq would misread, such as a port that is no number.
        parts = urlsplit(url)
        parts.port  # noqa: B018  it is only noticed when it is read
        _expect_known(parts.query)
        given = conninfo_to_dict("postgresql" + url[url.index(":") :])
    except (ProgrammingError, ValueError):
        raise StorageError(
            "the storage address cannot be read: it must look like postgresql://user:password@host/database, "
            "with what is no letter or digit of the password written as %40 and so on"
        ) from None
    if not given.get("dbname"):
        raise StorageError("the storage address must name a database, as in postgresql://user:password@host/database")
    host = given.get("host") or given.get("hostaddr")
    shown = f"{given['dbname']} at {host}" if host else str(given["dbname"])
    return Address(make_conninfo(**_OURS | given), shown)


def _expect_known(options: str) -> None:
    """Raises StorageError for an option that libpq doesn't know."""
    # It reads `ssl=true`, as other clients write it, as `sslmode=require`.
    known = {option.keyword.decode() for option in Conninfo.get_defaults()} | {"ssl"}
    for name, _ in parse_qsl(options, keep_blank_values=True):
        if name not in known:
            shown = name if name.isidentifier() and len(name) <= _LONGEST_NAME else "of that name"
            raise StorageError(f"the storage address has an option {shown} that libpq does not know, unlike sslmode")
