"""Notes in Prometheus' form. Each bot has a registry of its own, so that two in one process don't count together.

Every label's values are few: accounts and outcomes, kinds of updates, requests to suppliers without what is in them.
"""

import platform
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from bot.monitoring.figures import StoredFigures
from bot.monitoring.measures import Measures

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
_HANDLED: Final = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_DELIVERED: Final = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_REQUESTED: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60, 300)
_TRANSACTED: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5)
MOST_OPERATIONS: Final = 40
"""Requests of one account that are told apart, which is more than any supplier has; all others are `other`."""
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Moment:
    """The state of what is asked for only when somebody looks.

    `figures` are None where storage doesn't answer; `hears` is true where Telegram brings updates; `disk_free` is in
    bytes, where there is a disk to look at. `silence` are the seconds since Telegram was last heard, or since the
    start, and `unreachable` those for which suppliers have been out of reach, by account; 0 for one that is not.
    `leads` is true for the one of several replicas that leads, and None for a bot that is alone.
    """

    figures: StoredFigures | None
    hears: bool
    silence: float
    disk_free: int | None
    unreachable: Mapping[str, float]
    leads: bool | None = None


class Meters(Measures):
    """All metrics, and their text."""

    def __init__(
        self,
        *,
        accounts: Collection[str],
        kinds: Collection[str],
        outcomes: Collection[str],
        floors: Mapping[str, float],
        about: Mapping[str, str],
    ) -> None:
        """`floors`: the balances below which accounts are low. `about`: the labels of this program, such as version."""
        # A series beside each counter, of when it began, which nobody asks for.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library gives this one function no types
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        Gauge("orderbot_build_info", "This program; always 1.", list(about), registry=registry).labels(**about).set(1)
        updates = Counter(
            "orderbot_updates", "Updates from Telegram that were handled, by kind.", ["kind"], registry=registry
        )
        self._updates = {kind: updates.labels(kind) for kind in (*kinds, OTHER)}
        self._handled = Histogram(
            "orderbot_update_seconds",
            "Time from an update's arrival until what it changed was on the disk.",
            buckets=_HANDLED,
            registry=registry,
        )
        self._put_aside = Counter(
            "orderbot_updates_put_aside", "Updates that could not be handled and are kept aside.", registry=registry
        )
        self._delivered = Histogram(
            "orderbot_answer_seconds",
            "Time from when a message was written until Telegram took it.",
            buckets=_DELIVERED,
            registry=registry,
        )
        self._outcomes = Counter(
            "orderbot_outcomes",
            "Outcomes of orders as they were learnt: one that was unknown and then found counts as both.",
            ["account", "outcome"],
            registry=registry,
        )
        for account in accounts:
            for outcome in outcomes:
                self._outcomes.labels(account, outcome)
        self._requests = Counter(
            "orderbot_supplier_requests",
            "Requests to suppliers by account, operation and the class of the answer, or why there was none.",
            ["account", "operation", "result"],
            registry=registry,
        )
        self._request_seconds = Histogram(
            "orderbot_supplier_request_seconds",
            "Time until a supplier had answered, or until it was given up.",
            ["account", "operation"],
            buckets=_REQUESTED,
            registry=registry,
        )
        self._operations: dict[str, set[str]] = {}
        transacted = Histogram(
            "orderbot_storage_seconds",
            "Time from when a transaction was wanted until it had ended.",
            ["kind"],
            buckets=_TRANSACTED,
            registry=registry,
        )
        self._transacted = {kind: transacted.labels(kind) for kind in ("read", "write")}
        self._looked_at = _LookedAt(floors)
        registry.register(self._looked_at)

    def updates(self, kinds: Iterable[str], seconds: float) -> None:
        for kind in kinds:
            self._updates.get(kind, self._updates[OTHER]).inc()
            self._handled.observe(seconds)

    def put_aside(self) -> None:
        self._put_aside.inc()

    def delivered(self, seconds: float) -> None:
        self._delivered.observe(max(seconds, 0.0))

    def settled(self, account: str, outcome: str) -> None:
        self._outcomes.labels(account, outcome).inc()

    def requested(self, account: str, operation: str, result: str, seconds: float) -> None:
        known = self._operations.setdefault(account, set())
        if operation not in known:
            if len(known) < MOST_OPERATIONS:
                known.add(operation)
            else:
                operation = OTHER
        self._requests.labels(account, operation, result).inc()
        self._request_seconds.labels(account, operation).observe(seconds)

    def transacted(self, kind: str, seconds: float) -> None:
        self._transacted[kind].observe(seconds)

    def text(self, moment: Moment) -> str:
        """All metrics as they are, in the text form that Prometheus reads; its type is CONTENT_TYPE."""
        self._looked_at.moment = moment
        return generate_latest(self._registry).decode()


class _LookedAt(Collector):
    """The metrics of one moment; a series whose account has nothing to tell is not there."""

    moment: Moment | None = None

    def __init__(self, floors: Mapping[str, float]) -> None:
        self._floors = floors

    def collect(self) -> Iterator[Metric]:
        if self.moment is None:
            return
        moment, figures = self.moment, self.moment.figures
        yield _one("orderbot_storage_answers", "1 when storage told its figures, else 0.", figures is not None)
        yield _one("orderbot_telegram_ready", "1 when Telegram brings updates, as /readyz says, else 0.", moment.hears)
        yield _one("orderbot_telegram_silence_seconds", "Time since Telegram was last heard.", moment.silence)
        yield _by_account(
            "orderbot_supplier_unreachable_seconds",
            "Time for which a supplier has been out of reach; 0 when it is not known to be.",
            moment.unreachable,
        )
        yield _by_account("orderbot_balance_floor", "Balance below which an account is low.", self._floors)
        if moment.disk_free is not None:
            yield _one("orderbot_disk_free_bytes", "Room left on the disk of the database.", moment.disk_free)
        if moment.leads is not None:
            yield _one("orderbot_leads", "1 for the one of several replicas that leads, else 0.", moment.leads)
        if figures is None:
            return
        if moment.leads is not None:
            yield _one("orderbot_replicas", "Replicas that share the database and live.", figures.replicas)
        unknown = figures.unknown.items()
        yield _by_account(
            "orderbot_unknown_orders",
            "Orders whose outcome nobody knows.",
            {account: one.count for account, one in unknown},
        )
        yield _by_account(
            "orderbot_unknown_oldest_seconds",
            "Time for which the first of them has been so; 0 without any.",
            {account: one.oldest for account, one in unknown},
        )
        yield _one("orderbot_outbox_messages", "Messages that Telegram has not taken yet.", figures.messages)
        yield _one(
            "orderbot_outbox_oldest_seconds", "Time since the first of them was written.", figures.oldest_message
        )
        yield _by_account(
            "orderbot_catalogue_age_seconds", "Time since a list of products was read.", figures.catalogue_ages
        )
        yield _by_account("orderbot_balance", "Balance as it was last read.", figures.balances)


def _one(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=float(value))


def _by_account(name: str, about: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, about, labels=["account"])
    for account, value in values.items():
        family.add_metric([account], value)
    return family


def about_program() -> dict[str, str]:
    """The labels of this program, wherever it runs."""
    try:
        found = version("orderbot")
    except PackageNotFoundError:
        found = "not installed"
    return {"version": found, "python": platform.python_version()}
