"""A connection to PostgreSQL that behaves as one to SQLite does: `$1`, dictionaries, whole numbers, durable commits.

Whoever uses it gets faults as one line each for the operator, sorted by what is to be done about them.
"""

import logging
from functools import cached_property
from typing import Any, Final

import psycopg
from psycopg import Connection, RawCursor
from psycopg.rows import DictRow, dict_row
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumper

from storage.errors import AlreadyStored, StorageError
from storage.postgres.address import Address
from storage.postgres.pipeline import Pipeline

# Its lines name the host again and again while a server is away; ours say it once.
logging.getLogger("psycopg.pool").setLevel(logging.ERROR)

OLDEST: Final = 130000
"""The oldest server that we ask what became of a commit: PostgreSQL 13."""
FORGOTTEN: Final = 60
"""Seconds after which the server ends a transaction in which nothing happens, and gives up its locks."""
_RERUN: Final = frozenset({"40001", "40P01"})
"""serialization_failure, deadlock_detected"""
_LOCKED: Final = "55P03"
"""lock_not_available: only turns are waited for with a limit."""
_KEY_EXISTS: Final = "23505"
_SAID: Final = {
    "53100": "cannot grow: the disk is full",
    "53200": "cannot be used: its server has no memory left",
    "53300": "takes no more connections",
    "25006": "is read-only",
    "25P02": "has undone the whole transaction after a fault",
    "57014": "took too long over a statement",
    "42501": "may not be used so by this user: permission denied",
    "28P01": "cannot be opened: user or password is wrong",
    "28000": "cannot be opened: this user may not",
    "3D000": "does not exist at its server",
}
# Statements are planned once, for any values: to plan each page of a million orders anew cost more than to read it, and
# there is an index that fits whatever is asked for.
_PREPARE: Final = """
SELECT set_config('plan_cache_mode', 'force_generic_plan', false),
    set_config('default_transaction_isolation', 'serializable', false),
    set_config('idle_in_transaction_session_timeout', $1, false),
    set_config('standard_conforming_strings', 'on', false),
    set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')
        THEN 'on' ELSE current_setting('synchronous_commit') END, false)
"""
_ENCODING: Final = "SELECT current_setting('server_encoding') AS encoding"


class Session(Connection[DictRow]):
    """A connection, and the way of the statements of its transactions."""

    @cached_property
    def statements(self) -> Pipeline:
        return Pipeline(self)


class LostError(StorageError):
    """The connection is gone, and with it the transaction."""


class UnreachableError(StorageError):
    """There is no connection to be had now."""


class RerunError(StorageError):
    """Another transaction was in the way. The whole unit of work is to be run again."""


class TurnError(RerunError):
    """Another process has the turn and doesn't get on.

    The whole unit of work is to be run again, without waiting for its turn.
    """


class BeyondChatsError(StorageError):
    """A unit of work changes more than it was expected to. It is to be run again, kept apart from all others."""


class LateError(StorageError):
    """A statement that nobody had waited for has failed. Whoever waits for each is told which one, and where."""


class _Whole(Int8Dumper):
    """One type for all numbers, so that a statement is prepared once; True and False are 1 and 0."""

    def dump(self, obj: Any) -> Any:
        return super().dump(int(obj))


def connect(address: Address) -> Session:
    """Raises StorageError, also for a server that we can't work with."""
    try:
        session = Session.connect(address.conninfo, autocommit=True, row_factory=dict_row)
    except psycopg.Error as error:
        raise unreachable(address, error) from error
    try:
        configure(session)
        _expect_suitable(session, address)
    except psycopg.Error as error:
        session.close()
        raise unreachable(address, error) from error
    except BaseException:
        session.close()
        raise
    return session


def configure(session: Session) -> None:
    """Make a new connection ours. Raises psycopg.Error."""
    session.cursor_factory = RawCursor
    session.prepare_threshold = 2
    session.adapters.register_dumper(int, _Whole)
    session.adapters.register_dumper(bool, _Whole)
    # With its type, where psycopg would leave that to the server, which can't tell it everywhere.
    session.adapters.register_dumper(str, StrDumper)
    session.execute(_PREPARE, [str(FORGOTTEN * 1000)])


def _expect_suitable(session: Session, address: Address) -> None:
    if session.info.server_version < OLDEST:
        raise StorageError(f"the database {address.shown} is on PostgreSQL older than 13")
    row = session.execute(_ENCODING).fetchone()
    if row is None or row["encoding"] != "UTF8":
        raise StorageError(
            f"the database {address.shown} cannot keep every character: make it with ENCODING 'UTF8' TEMPLATE template0"
        )


def unreachable(address: Address, error: Exception) -> UnreachableError:
    """A failure to connect in one line."""
    said = _SAID.get(getattr(error, "sqlstate", None) or "") or _by_its_words(str(error))
    if said is None:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        said = f"cannot be reached: {lines[0] if lines else type(error).__name__}"
    return UnreachableError(f"the database {address.shown} {said}")


def _by_its_words(text: str) -> str | None:
    """Say what is wrong where libpq passes no code on."""
    if "no password supplied" in text:
        return "cannot be opened: its server wants a password, as in postgresql://user:password@host/database"
    if "password authentication failed" in text:
        return _SAID["28P01"]
    if "does not exist" in text and "database" in text:
        return _SAID["3D000"]
    return None


def told(session: Session, address: Address, error: psycopg.Error) -> StorageError:
    """Sort a failed statement by what it means for the unit of work. Raises `error` itself if it is our fault."""
    state = error.sqlstate
    if session.closed or session.broken:
        return LostError(f"the connection to the database {address.shown} is lost")
    if state in _RERUN:
        return RerunError(f"the database {address.shown} is used by others at the same time")
    if state == _LOCKED:
        return TurnError(f"the database {address.shown} is held up by another process")
    if state == _KEY_EXISTS:
        return AlreadyStored(_primary(error))
    if state is None:
        raise error
    return StorageError(f"the database {address.shown} {_SAID.get(state) or f'refused a statement: {_primary(error)}'}")


def _primary(error: psycopg.Error) -> str:
    # The detail would repeat the values: people's addresses.
    return error.diag.message_primary or type(error).__name__
