"""The supplier's side over real HTTP, so that "it took the order and then the line dropped" can be shown, not mocked.

A simulator checks a create as strictly as the supplier's documents allow, keeps a ledger of what it took, and can be
told to fail. It knows nothing of our side: mistakes of ours must show as refusals here.
"""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar

from aiohttp import web

from providers.simulators.server import Server, parsed
from providers.simulators.shelf import Shelf

MASK = "***"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Fault(StrEnum):
    """A way to fail, a no or no answer at all; "taken" means that the order is in the ledger."""

    REFUSE = "refuse"  # a documented refusal, not taken
    DELAY = "delay"  # a late answer, also when the client has given up meanwhile
    HANG = "hang"  # taken, no answer
    ERROR_BEFORE = "error_before"  # 500, not taken
    ERROR_AFTER = "error_after"  # taken, then 500
    DROP_BEFORE = "drop_before"  # line cut, not taken
    DROP_AFTER = "drop_after"  # taken, then line cut
    GARBAGE = "garbage"  # taken, 200 with bytes that are not JSON
    EMPTY = "empty"  # taken, 200 without a body
    TRUNCATED = "truncated"  # taken, line cut in the middle of the answer
    NO_NUMBER = "no_number"  # taken, the usual answer lacks the order number
    LATE = "late"  # line cut at once, taken when `take_late` is called
    ANOTHER_AFTER = "another_after"  # taken, the answer of the order before
    ANOTHER_BEFORE = "another_before"  # not taken, the answer of the order before


BEFORE = frozenset({Fault.REFUSE, Fault.ERROR_BEFORE, Fault.DROP_BEFORE})
"""Faults of creates that are not taken."""
OF_ANOTHER = frozenset({Fault.ANOTHER_AFTER, Fault.ANOTHER_BEFORE})
"""Faults that need an earlier order, as of a proxy that keeps answers or of a guard against double clicks."""
OF_READS = frozenset({Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.HANG, Fault.GARBAGE, Fault.EMPTY})
"""Faults that a read can have."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order that was taken: its `number` for people, the `body` that asked for it, and the usual `answer`."""

    number: str
    body: dict[str, Any]
    taken_at: datetime
    answer: dict[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Received:
    """One request at a create address and what became of it.

    `headers` have lower-case names and masked credentials. `body` is the parsed JSON, or the text if it is none.
    `outcome` is "placed", "refused <code>" or "fault <fault>".
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    outcome: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A yes: the order's number, and the answer that says so; `kept` is False for a yes that nothing follows."""

    number: str
    answer: dict[str, Any]
    status: int = 200
    kept: bool = True


class Refusal(Exception):  # noqa: N818  the supplier's no is no error of ours
    """A supplier's no: the HTTP status and JSON body of its answer, and our short `code` for it."""

    def __init__(self, code: str, status: int, answer: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.answer = answer


@dataclass(slots=True)
class _Plan:
    fault: Fault
    code: str
    times: int | None
    seconds: float


class Simulator(Server):
    """One supplier on loopback; `async with` starts and stops it. The ledger survives a stop and a new start.

    `on_change` is called after each received create. `now` gives aware datetimes. `shelf` is what it sells.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    """Its name for people."""
    create_path: ClassVar[str]
    further_create_paths: ClassVar[frozenset[str]] = frozenset()
    """The addresses where orders of other kinds are made, if not all at `create_path`."""
    refusals: ClassVar[tuple[str, ...]]
    """The documented errors that `fail(Fault.REFUSE, code=...)` can be told; the first is the default."""
    refusal_words: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """The words of the documents for those of them whose code alone says little."""
    secret_headers: ClassVar[frozenset[str]]
    """Lower-case names of headers whose values are credentials."""
    shelf: Shelf
    examples: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Texts as people send them for its orders, of what is on its shelf, by what they are."""
    example_rows: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """A sheet of the same, its headings first; none for an empty one."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__()
        self.now = now
        self.ledger: list[Order] = []
        self.received: list[Received] = []
        self.on_change: Callable[[], None] | None = None
        self._plan: _Plan | None = None
        self._late: list[dict[str, Any]] = []
        self._failing_reads: dict[str, Fault] = {}

    @abstractmethod
    def account(self) -> dict[str, Any]:
        """The settings of an account that this simulator accepts."""

    @abstractmethod
    def status_of(self, order: Order) -> str:
        """The supplier's word for how far an order of the ledger is by its clock, as its own panel shows it."""

    @abstractmethod
    def examine(self, request: web.Request, raw: bytes) -> dict[str, Any]:
        """The body of an acceptable create. Raises Refusal; changes nothing."""

    @abstractmethod
    def take(self, body: dict[str, Any]) -> Taken:
        """Accept an examined order and keep what it costs."""

    @abstractmethod
    def without_number(self, answer: dict[str, Any]) -> dict[str, Any]:
        """`answer` as `take` made it, without the order number."""

    @abstractmethod
    def refusal(self, code: str, body: Any) -> Refusal:
        """The documented answer for one of `refusals`; `body` is what the client sent."""

    def reads(self) -> dict[tuple[str, str], Handler]:
        """The further addresses, by method and exact path; each handler may raise Refusal."""
        return {}

    def wrong_method(self) -> Refusal:
        """The answer to another method than the documented one."""
        return Refusal("wrong_method", 405, None)

    async def elsewhere(self, request: web.Request) -> web.StreamResponse:
        """The answer at an address that the documents don't name."""
        del request
        return self.reply(404, None)

    def fail(self, fault: Fault, *, code: str = "", times: int | None = 1, seconds: float = 0) -> None:
        """Make the next `times` creates fail, or all until `heal()` if None; a new plan replaces the old one.

        A fault that needs a taken order passes over requests that are refused anyway, and is not spent by them; nor is
        one that answers with an earlier order as long as there is none.
        Raises ValueError for a code that is not one of `refusals`.
        """
        if fault is Fault.REFUSE:
            code = code or self.refusals[0]
            if code not in self.refusals:
                raise ValueError(f"{self.name} has no refusal {code!r}; it knows {', '.join(self.refusals)}")
        self._plan = _Plan(fault, code, times, seconds)

    @property
    def failing(self) -> Fault | None:
        """The fault that awaits the next create."""
        return self._plan.fault if self._plan else None

    def fail_reads(self, fault: Fault, path: str = "") -> None:
        """Make all reads fail until `heal()`, or only those of one `path`.

        ERROR_BEFORE answers 500, DROP_BEFORE cuts the line, HANG leaves without an answer, GARBAGE and EMPTY answer
        200 with bytes that are not JSON or with none. Raises ValueError for another fault.
        """
        if fault not in OF_READS:
            raise ValueError(f"a read can't fail by {fault}")
        self._failing_reads[path] = fault

    def take_late(self) -> None:
        """Take the orders whose line was cut by LATE, as a supplier does that was slow and went on."""
        late, self._late = self._late, []
        for body in late:
            if self.still_takes(body):
                self._keep(body)

    def still_takes(self, body: dict[str, Any]) -> bool:
        """True when an order that was examined before may be taken by now."""
        del body
        return True

    def take_elsewhere(self, body: dict[str, Any]) -> Order:
        """An order that somebody else made, in the supplier's own panel for instance."""
        self._keep(body)
        return self.ledger[-1]

    def heal(self) -> None:
        """End all faults; requests that hang or are delayed are answered now."""
        self._plan = None
        self._failing_reads.clear()
        self.release()

    async def dispatch(self, request: web.Request) -> web.StreamResponse:
        if request.path == self.create_path or request.path in self.further_create_paths:
            return await self._create(request)
        reads = self.reads()
        handler = reads.get((request.method, request.path))
        try:
            if handler is not None:
                fault = self._failing_reads.get(request.path) or self._failing_reads.get("")
                return await (handler(request) if fault is None else self._fail_read(fault, request))
            if any(path == request.path for _, path in reads):
                raise self.wrong_method()
        except Refusal as no:
            return self.reply(no.status, no.answer)
        return await self.elsewhere(request)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        plan = self._plan
        try:
            if request.method != "POST":
                raise self.wrong_method()
            if plan and plan.fault in BEFORE:
                return self._fail_before(plan, request, raw)
            if plan and plan.fault is Fault.DELAY:
                self._spend(plan)
                await self.wait(plan.seconds)
            if self.stopping:
                self.record(request, raw, f"fault {Fault.DELAY}")
                return self.cut(request)
            body = self.examine(request, raw)
        except Refusal as no:
            self.record(request, raw, f"refused {no.code}")
            return self.reply(no.status, no.answer)
        if plan is not None and plan.fault is Fault.LATE:
            self._spend(plan)
            self._late.append(body)
            self.record(request, raw, f"fault {Fault.LATE}")
            return self.cut(request)
        return await self._decide(plan, request, raw, body)

    async def _decide(
        self, plan: _Plan | None, request: web.Request, raw: bytes, body: dict[str, Any]
    ) -> web.StreamResponse:
        """Take an examined order and answer, as the plan has it."""
        if plan is not None and plan.fault in OF_ANOTHER:
            if self.ledger:
                return self._answer_for_another(plan, request, raw, body)
            plan = None
        taken = self._keep(body)
        if plan is None or plan.fault is Fault.DELAY:
            self.record(request, raw, "placed")
            return self.reply(taken.status, taken.answer)
        self._spend(plan)
        self.record(request, raw, f"fault {plan.fault}")
        return await self._fail_after(plan.fault, request, taken)

    def _answer_for_another(
        self, plan: _Plan, request: web.Request, raw: bytes, body: dict[str, Any]
    ) -> web.StreamResponse:
        self._spend(plan)
        before = self.ledger[-1]
        if plan.fault is Fault.ANOTHER_AFTER:
            self._keep(body)
        self.record(request, raw, f"fault {plan.fault}")
        return self.reply(before.status, before.answer)

    def _keep(self, body: dict[str, Any]) -> Taken:
        taken = self.take(body)
        if taken.kept:
            self.ledger.append(Order(taken.number, body, self.now(), taken.answer, taken.status))
        return taken

    async def _fail_read(self, fault: Fault, request: web.Request) -> web.StreamResponse:
        match fault:
            case Fault.ERROR_BEFORE:
                return self.broken()
            case Fault.GARBAGE:
                return self.garbage()
            case Fault.EMPTY:
                return web.Response()
            case Fault.HANG:
                await self.wait()
        return self.cut(request)

    def _fail_before(self, plan: _Plan, request: web.Request, raw: bytes) -> web.StreamResponse:
        self._spend(plan)
        if plan.fault is Fault.REFUSE:
            raise self.refusal(plan.code, _body(raw))
        self.record(request, raw, f"fault {plan.fault}")
        return self.broken() if plan.fault is Fault.ERROR_BEFORE else self.cut(request)

    async def _fail_after(self, fault: Fault, request: web.Request, taken: Taken) -> web.StreamResponse:
        instead = {Fault.ERROR_AFTER: self.broken, Fault.GARBAGE: self.garbage, Fault.EMPTY: web.Response}
        if fault in instead:
            return instead[fault]()
        usual = self.reply(taken.status, taken.answer)
        match fault:
            case Fault.HANG:
                await self.wait()
                return self.cut(request) if self.stopping else usual
            case Fault.TRUNCATED:
                return self.cut_within(request, usual)
            case Fault.NO_NUMBER:
                return self.reply(taken.status, self.without_number(taken.answer))
            case _:
                return self.cut(request)

    def record(self, request: web.Request, raw: bytes, outcome: str) -> None:
        """Note one received create and say so."""
        headers = {
            name.lower(): MASK if name.lower() in self.secret_headers else value
            for name, value in request.headers.items()
        }
        self.received.append(Received(request.method, request.path, headers, _body(raw), outcome))
        if self.on_change is not None:
            self.on_change()

    def _spend(self, plan: _Plan) -> None:
        if plan.times is not None:
            plan.times -= 1
            if plan.times <= 0 and self._plan is plan:
                self._plan = None


def _body(raw: bytes) -> Any:
    try:
        return parsed(raw)
    except ValueError:
        return raw.decode(errors="replace")
