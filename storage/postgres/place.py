"""A replica's place on a database, as one session sees to it: its lock, its row, its signals. Plain functions.

The session belongs to one thread (`storage.postgres.membership`). Its small transactions are run again where another
was in their way, and what is lost with a connection is taken anew by `come_back`.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import psycopg

from storage import replicas
from storage.errors import AlreadyStored, StorageError
from storage.migrate import lacking
from storage.postgres import lock
from storage.postgres.address import Address
from storage.postgres.connection import LostError, RerunError, Session, UnreachableError, told
from storage.postgres.transaction import SIGNALS, PostgresTransaction, transaction
from storage.replicas import Replica

T = TypeVar("T")

OTHERS_START: Final = 60.0
"""Seconds to wait while another replica is getting the database ready."""
_NOW: Final = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"
_RENEW: Final = f"UPDATE replicas SET until = {_NOW} + $2 WHERE name = $1"  # noqa: S608  a constant of ours
_TIME: Final = f"SELECT {_NOW} AS now"
_RECORD: Final = "SELECT CAST(to_regclass('migrations') AS TEXT) AS name"
_PARTINGS: Final = "orderbot_replicas"
_LISTEN: Final = (f"LISTEN {SIGNALS}", f"LISTEN {_PARTINGS}")
_PART: Final = f"SELECT pg_notify('{_PARTINGS}', '')"
_PUBLISH: Final = f"SELECT pg_notify('{SIGNALS}', text) FROM unnest(CAST($1 AS TEXT[])) AS text"  # noqa: S608  as above
_RERUNS: Final = 50
_MICROSECONDS: Final = 1_000_000


class PlaceLostError(StorageError):
    """The place is another's, or was given up for this replica: it is to end."""


class _Obstacle(Exception):  # noqa: N818  it is waited for
    """A reason why there is no place just now, which may pass within some seconds."""

    def __init__(self, seconds: float, error: StorageError) -> None:
        super().__init__(str(error))
        self.seconds = seconds
        self.error = error


class Place:
    """The place of the replica `name`; `lease` is in seconds, `pause` waits for some and may raise to end it all."""

    def __init__(
        self, address: Address, name: str, settings: str, lease: float, pause: Callable[[float], None]
    ) -> None:
        self._address = address
        self._name = name
        self._settings = settings
        self._lease = int(lease * _MICROSECONDS)
        self._pause = pause
        self._opened: Session | None = None
        self.slot = 0
        self.is_first = False

    @property
    def session(self) -> Session:
        """Raises LostError."""
        if self._opened is None:
            raise self._lost()
        return self._opened

    def take(self) -> None:
        """Be the first, and alone until `settle`, or one beside others. Raises StorageError."""
        self._connect()
        self._until_free(self._take)

    def settle(self) -> None:
        """Let others in beside the first, who leads. Raises StorageError."""
        if self._opened is None or self._opened.closed or not self._is_there():
            self.close()
            self._connect()
            self._until_free(self._take_alone)
        self._unit(self._become_first)
        self._locked(lock.takes_share)
        self._locked(lock.give_up_alone)

    def renew(self) -> list[Replica]:
        """Renew the lease; returns all replicas. Raises PlaceLostError when this one was buried, and StorageError."""
        if self._execute(_RENEW, self._name, self._lease).rowcount == 0:
            raise PlaceLostError(
                f"this replica was silent for too long: its place on the database {self._address.shown} is given up"
            )
        # No transaction of several statements: what is signalled meanwhile is heard at once.
        return replicas.read_rows(self._execute(replicas.PRESENT))

    def bury(self, dead: Sequence[Replica]) -> list[str]:
        """Forget those that didn't renew their leases since they were seen so; returns their names."""

        def work(tx: PostgresTransaction) -> list[str]:
            buried = [one.name for one in dead if replicas.bury(tx, one.name, one.until)]
            if buried:
                tx.fetch(_PART)
            return buried

        return self._unit(work)

    def begin_to_lead(self) -> None:
        """Lead, if nobody does; `renew` says what came of it."""
        self._unit(lambda tx: replicas.begin_to_lead(tx, self._name))

    def leave(self) -> None:
        """Go, and say so. Raises StorageError."""

        def work(tx: PostgresTransaction) -> None:
            if replicas.remove(tx, self._name):
                tx.fetch(_PART)

        self._unit(work)

    def come_back(self) -> bool:
        """Connect anew, and share the lock; False while the server can't be reached. Raises StorageError.

        The row is where it was, unless another has buried it: `renew` finds out.
        """
        self.close()
        try:
            self._connect()
            self._until_free(self._take_share)
        except (LostError, UnreachableError):
            return False
        return True

    def publish(self, texts: Sequence[str]) -> None:
        """Signal to all replicas."""
        self._execute(_PUBLISH, list(texts))

    def signals(self) -> tuple[list[str], bool]:
        """The signals that have come, and True when another has parted."""
        try:
            found = list(self.session.notifies(timeout=0))
        except psycopg.Error as error:
            raise told(self.session, self._address, error) from error
        return [one.payload for one in found if one.channel == SIGNALS], any(one.channel == _PARTINGS for one in found)

    def close(self) -> None:
        """Give up the connection, and the lock with it."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _connect(self) -> None:
        self._opened = lock.connect_to_hold(self._address)
        self._locked(lock.mark_as_replica)
        for statement in _LISTEN:
            self._execute(statement)

    def _until_free(self, attempt: Callable[[], None]) -> None:
        """Try until nothing is in the way, as long as each obstacle may take."""
        since: dict[str, float] = {}
        while True:
            try:
                attempt()
            except _Obstacle as obstacle:
                if time.monotonic() - since.setdefault(str(obstacle), time.monotonic()) >= obstacle.seconds:
                    raise obstacle.error from None
                # By chance: two that wait for each other are not to do so in step.
                self._pause(random.uniform(0.05, 0.2))  # noqa: S311  no secret: who goes first
            else:
                return

    def _take(self) -> None:
        if self._locked(lock.takes_alone):
            self.is_first = True
            return
        self._take_share()
        # Whoever got the database ready may have died over it.
        if self._locked(lock.takes_alone):
            self.is_first = True
            self._locked(lock.give_up_share)
            return
        try:
            self.slot = self._unit(self._join)
        except BaseException:
            if self._opened is not None and not self._opened.closed:
                self._locked(lock.give_up_share)
            raise

    def _take_alone(self) -> None:
        if not self._locked(lock.takes_alone):
            raise self._obstacle()

    def _take_share(self) -> None:
        if not self._locked(lock.takes_share):
            raise self._obstacle()

    def _obstacle(self) -> _Obstacle:
        if self._locked(lock.is_a_replicas):
            return _Obstacle(OTHERS_START, self._unready())
        return _Obstacle(lock.PATIENCE, self._locked(lambda session: lock.in_the_way(session, self._address)))

    def _unready(self) -> StorageError:
        return StorageError(f"another replica is still getting the database {self._address.shown} ready")

    def _join(self, tx: PostgresTransaction) -> int:
        """Add the row beside those of others; returns its slot."""
        shown = self._address.shown
        if tx.fetch(_RECORD)[0]["name"] is None or lacking(tx):
            earlier = f"the database {shown} is used by replicas of an earlier version: stop them first"
            raise _Obstacle(lock.PATIENCE, StorageError(earlier))
        others, now = replicas.present(tx), int(tx.fetch(_TIME)[0]["now"])
        if not others:
            raise _Obstacle(OTHERS_START, self._unready())
        if any(one.settings != self._settings for one in others if one.until > now):
            different = f"replicas with other settings, or of another version, are on the database {shown}"
            raise _Obstacle(lock.PATIENCE, StorageError(f"{different}: stop them first"))
        free = set(range(replicas.SLOTS)) - {one.slot for one in others}
        if not free:
            full = f"{replicas.SLOTS} replicas are on the database {shown}: there is no place for another"
            raise _Obstacle(lock.PATIENCE, StorageError(full))
        replicas.add(tx, self._name, min(free), now + self._lease, self._settings)
        return min(free)

    def _become_first(self, tx: PostgresTransaction) -> None:
        replicas.empty(tx, self._name)
        replicas.add(tx, self._name, self.slot, int(tx.fetch(_TIME)[0]["now"]) + self._lease, self._settings)
        replicas.begin_to_lead(tx, self._name)

    def _unit(self, work: Callable[[PostgresTransaction], T]) -> T:
        """Run `work` as one transaction, again where another was in its way. Raises StorageError."""
        for attempt in range(_RERUNS):
            try:
                with transaction(self.session, self._address) as tx:
                    result = work(tx)
                    tx.commit()
            except (RerunError, AlreadyStored):
                time.sleep(random.uniform(0, 0.002 * min(attempt + 1, 20)))  # noqa: S311  as above
            else:
                return result
        raise StorageError(f"the database {self._address.shown} is used by others at the same time")

    def _execute(self, sql: str, *args: str | int | list[str]) -> "psycopg.Cursor[psycopg.rows.DictRow]":
        """Run a statement that is a transaction of its own, again where another was in its way."""
        for attempt in range(_RERUNS):
            try:
                return self.session.execute(sql, args)
            except psycopg.Error as error:
                fault = told(self.session, self._address, error)
                if not isinstance(fault, RerunError):
                    raise fault from error
            time.sleep(random.uniform(0, 0.002 * min(attempt + 1, 20)))  # noqa: S311  as above
        raise StorageError(f"the database {self._address.shown} is used by others at the same time")

    def _locked(self, act: Callable[[Session], T]) -> T:
        """Do something with the lock. Raises StorageError."""
        try:
            return act(self.session)
        except psycopg.Error as error:
            raise told(self.session, self._address, error) from error

    def _is_there(self) -> bool:
        try:
            self._execute("SELECT 1")
        except LostError:
            return False
        return True

    def _lost(self) -> LostError:
        return LostError(f"the connection to the database {self._address.shown} is lost")
