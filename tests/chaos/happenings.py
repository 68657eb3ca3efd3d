"""What staff, suppliers, Telegram and operators can do, one thing at a time, in a house that a test has opened."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from providers.orders import Outcome
from providers.simulators.anqicms.bodies import Booked
from providers.simulators.base import OF_ANOTHER, Fault
from providers.simulators.damaijia.orders import RICH
from tests.bench import GUOGUO_ANSWERS
from tests.chaos.drafts import RECIPES, TOO, first_name, recipe, token_of
from tests.chaos.mutants import Mutant, mutated
from tests.chaos.people import Staff
from tests.chaos.stage import LAG, LONG, Stage, stage
from tests.chaos.tally import Tally
from tests.end_to_end.dying import Death, Kind, When
from tests.end_to_end.house import ADMIN, COLLEAGUE

PEOPLE = st.sampled_from([ADMIN, COLLEAGUE])
ACCOUNTS = st.sampled_from(sorted(RECIPES))
FAULTS = st.sampled_from([None, None, *Fault])
DEATHS = st.sampled_from([None, None, *(Death(kind, when) for kind in Kind for when in When)])
LOST_ANSWERS = sorted(set(Fault) - {Fault.REFUSE})
READ_FAULTS = st.sampled_from([Fault.ERROR_BEFORE, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.EMPTY])
TELEGRAM = st.sampled_from(["retry_after", "error", "drop_before", "drop_after"])
ANY = st.integers(0, 1000)
A_DAY, EVER = timedelta(days=1), timedelta(days=10_000)
PAUSES = st.sampled_from([1.0, 3.0, 16.0, 120.0, LAG + 120.0, 5 * 3600.0])
ELSEWHERE: dict[str, Callable[[str], dict[str, Any]]] = {
    "guoguo": lambda link: {"product_id": GUOGUO_ANSWERS["product_id"], "link": link, "quantity": 100},
    "shop": lambda remark: Booked({"type": "goods", "goods_id": 188, "quantity": 1, "remark": remark}, 1000),
}
"""What somebody orders in the supplier's own panel, around a word of his own."""
TAPPED = st.sampled_from(
    [
        "stop:",
        "reopen:",
        "look:",
        "resend:",
        "unname",
        "x:",
        "batch:pause:",
        "batch:goon:",
        "batch:stop:",
        "batch:again:",
    ]
)


class Happenings(RuleBasedStateMachine):
    """One house in which all this may happen; what has to hold then is said elsewhere."""

    tally: ClassVar[Tally] = Tally()
    mutant: ClassVar[Mutant | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.things = AsyncExitStack()
        self.opened = False
        self.turns = 0

    def do(self, work: Awaitable[Any]) -> Any:
        return self.loop.run_until_complete(_awaited(work))

    @initialize(
        marker=st.booleans(), reads_status=st.booleans(), rich=st.booleans(), many=st.booleans(), bare=st.booleans()
    )
    def open_the_house(self, *, marker: bool, reads_status: bool, rich: bool, many: bool, bare: bool) -> None:
        folder = self.things.enter_context(TemporaryDirectory())
        self.things.enter_context(mutated(self.mutant))
        shop = {"remark_marker": marker, "reads_in_5_minutes": 100_000}
        self.stage: Stage = self.do(self.things.enter_async_context(stage(Path(folder), self.tally, shop=shop)))
        self.staff = Staff(self.stage)
        self.opened = True
        house = self.stage.house
        house.guoguo.rows_tell = reads_status
        house.gifts_and_shops.list_has_details = many
        house.damaijia.names_ours = not bare
        if rich:
            house.damaijia.rows_carry = RICH
        for account, other in self.stage.others.items():
            for way in ("rows_tell", "list_has_details", "rows_carry", "names_ours"):
                if hasattr(other, way):
                    setattr(other, way, getattr(house.suppliers[account], way))

    @property
    def alive(self) -> bool:
        return self.opened and self.stage.alive

    def wake_up(self) -> None:
        """What follows needs a bot. Were it a precondition, what is drawn would hang on who was quicker."""
        if not self.alive:
            self.do(self.stage.restart())

    def name_of(self, account: str) -> str:
        """The account, or by turns its second name where it has one."""
        if account not in self.stage.twice:
            return account
        self.turns += 1
        return account if self.turns % 2 else f"{account}{TOO}"

    def order_of(self, n: int) -> Any:
        """Some order of unknown outcome, or None."""
        found = [order for order in self.stage.books.journal.orders() if order.outcome == Outcome.UNKNOWN]
        return found[n % len(found)] if found else None

    @rule(who=PEOPLE, account=ACCOUNTS, fault=FAULTS, death=DEATHS, times=st.sampled_from([1, 1, 2]), code=ANY)
    def order(self, who: int, account: str, fault: Fault | None, death: Death | None, times: int, code: int) -> None:
        self.wake_up()
        self.do(self.staff.fill_in(who, self.name_of(account), self.staff.token()))
        if fault is not None:
            supplier = self.stage.place(account)
            within = A_DAY if getattr(supplier, "names_ours", True) else EVER
            if fault in OF_ANOTHER and self.stage.books.newest_is_nobodys(supplier, within):
                # Of an order of just now that no journal has, nobody could tell that its number isn't ours.
                fault = Fault.DROP_AFTER
            refusal = supplier.refusals[code % len(supplier.refusals)] if fault is Fault.REFUSE else ""
            supplier.fail(fault, code=refusal, seconds=LONG)
        self.arm(death)
        self.do(self.staff.confirms(who, times))

    @rule(who=PEOPLE, account=ACCOUNTS, fault=st.sampled_from(LOST_ANSWERS))
    def answer_is_lost(self, who: int, account: str, fault: Fault) -> None:
        """Hypothesis leaves rules out at random; what matters most has two."""
        self.order(who, account, fault, None, 1, 0)

    @rule(account=ACCOUNTS)
    def bot_fails_over_an_answer(self, account: str) -> None:
        """By a fault of its own that nobody foresaw, as of an answer of another shape."""
        self.wake_up()
        if self.stage.life is not None:
            self.stage.life.stumbles = 1
        self.order(ADMIN, account, None, None, 1, 0)
        self.tally.faults["unforeseen"] += 1

    @rule(account=ACCOUNTS, death=st.sampled_from([Death(kind, when) for kind in Kind for when in When]))
    def bot_dies_over_an_order(self, account: str, death: Death) -> None:
        self.order(ADMIN, account, None, death, 1, 0)

    @rule(who=PEOPLE, account=ACCOUNTS, size=st.integers(2, 6), death=DEATHS, again=st.booleans(), n=ANY)
    def several_at_once(self, who: int, account: str, size: int, death: Death | None, n: int, *, again: bool) -> None:
        """A paste: a row is opened and put back, perhaps one stands there twice, and Confirm is tapped twice."""
        self.wake_up()
        tokens = [self.staff.token() for _ in range(size)]
        self.do(self.staff.collects(who, self.name_of(account), [*tokens, tokens[n % size]] if again else tokens))
        if n % 3 == 0 and (row := self.staff.found(who, "tray:open:")) is not None:
            self.do(self.staff.taps(who, *row))
            self.do(self.staff.confirms(who))
        if again and n % 2 and (more := self.staff.found(who, "tray:widen:")) is not None:
            self.do(self.staff.taps(who, *more))
        self.arm(death)
        if (found := self.staff.found(who, "tray:ok:")) is not None:
            self.do(self.staff.taps(who, *found, 2))

    @rule(account=ACCOUNTS, death=DEATHS)
    def two_order_the_same(self, account: str, death: Death | None) -> None:
        self.wake_up()
        token = self.staff.token()
        for who in (ADMIN, COLLEAGUE):
            self.do(self.staff.fill_in(who, self.name_of(account), token))
        found = [self.staff.found(who, "k:") for who in (ADMIN, COLLEAGUE)]
        self.arm(death)
        for who, shown in zip((ADMIN, COLLEAGUE), found, strict=True):
            if shown is not None and token in shown[0].text:
                self.staff.tap(who, *shown)
        self.do(self.stage.rest())

    @rule(who=PEOPLE, times=st.sampled_from([1, 2]), death=DEATHS)
    def confirm(self, who: int, times: int, death: Death | None) -> None:
        """Whatever can be confirmed: a re-opened draft, one that was ordered before."""
        self.arm(death)
        self.do(self.staff.confirms(who, times))

    @rule(who=PEOPLE, n=ANY)
    def tap_something(self, who: int, n: int) -> None:
        """Any button ever shown, also one that is gone by now."""
        shown = self.staff.ever_shown(who)
        if shown and self.staff.is_honest(shown[-1 - n % len(shown)][1]):
            self.do(self.staff.taps(who, *shown[-1 - n % len(shown)]))

    @rule(who=PEOPLE, verb=TAPPED)
    def tap_newest(self, who: int, verb: str) -> None:
        if (found := self.staff.found(who, verb)) is not None:
            self.do(self.staff.taps(who, *found))

    @rule(n=ANY)
    def deliver_again(self, n: int) -> None:
        """Telegram brings an update that it has brought before."""
        if self.staff.updates:
            self.stage.house.telegram.redeliver(self.staff.updates[n % len(self.staff.updates)])
            self.do(self.stage.rest())

    @rule(who=PEOPLE, text=st.sampled_from(["/unknown", "/orders", "/start", "/cancel", "hello", "/status 1"]))
    def say(self, who: int, text: str) -> None:
        self.do(self.staff.says(who, text))

    @rule(who=PEOPLE, n=ANY, how=st.sampled_from(["truth", "truth", "wrong", "taken", "begun", "resend", "resend"]))
    def decide(self, who: int, n: int, how: str) -> None:
        self.wake_up()
        order = self.order_of(n)
        if order is None:
            return
        if how == "truth":
            self.do(self.staff.decides(who, order))
            return
        self.do(self.staff.evidence(who, order))
        numbers = [entry.number for entry in self.stage.books.place_of(order).ledger]
        others = [number for number in numbers if number != self.staff.truth(order)]
        if how == "taken" and others and self.is_anothers(others[n % len(others)]):
            self.do(self.staff.names(who, order, others[n % len(others)], record=False))
        elif how == "resend":
            self.tap_newest(who, f"resend:{order.reference}")
        elif how == "wrong":
            self.do(self.staff.names(who, order, "nonsense", record=False))
        elif isinstance(truth := self.staff.truth(order), str):
            self.do(self.staff.names(who, order, truth, record=False))

    def is_anothers(self, number: str) -> bool:
        return any(order.number == number for order in self.stage.books.journal.orders())

    @rule(softly=st.booleans())
    def restart(self, *, softly: bool) -> None:
        self.do(self.stage.restart(softly=softly))

    @rule()
    def kill(self) -> None:
        self.do(self.stage.kill())

    def arm(self, death: Death | None) -> None:
        """The bot is to die at the next such moment."""
        if death is not None and self.alive and self.stage.life is not None:
            self.stage.life.deaths.add(death)

    @rule(seconds=PAUSES)
    def time_passes(self, seconds: float) -> None:
        self.do(self.stage.passes(seconds))

    @rule(account=ACCOUNTS)
    def supplier_is_gone(self, account: str) -> None:
        self.do(self.stage.shut(account))
        self.tally.faults["unreachable"] += 1

    @rule(account=ACCOUNTS, fault=READ_FAULTS)
    def reading_fails(self, account: str, fault: Fault) -> None:
        self.stage.place(account).fail_reads(fault)
        self.tally.faults["reads fail"] += 1

    @rule(account=ACCOUNTS)
    def supplier_is_back(self, account: str) -> None:
        self.do(self.stage.open(account))
        self.do(self.stage.heal(account))

    @rule(account=st.sampled_from(sorted(ELSEWHERE)))
    def somebody_orders_elsewhere(self, account: str) -> None:
        self.stage.books.take_elsewhere(self.stage.place(account), ELSEWHERE[account]("https://example.com/x"))

    @rule(account=st.sampled_from(sorted(ELSEWHERE)), n=ANY)
    def somebody_orders_the_same_elsewhere(self, account: str, n: int) -> None:
        """Just as we did, by chance."""
        orders = [one for one in self.stage.books.journal.orders() if first_name(one.account) == account]
        if orders:
            order = orders[-1 - n % len(orders)]
            word = recipe(account).answer(token_of(order.answers))
            self.stage.books.take_elsewhere(self.stage.books.place_of(order), ELSEWHERE[account](word))

    @rule(account=ACCOUNTS)
    def settings_change(self, account: str) -> None:
        """The account is another customer from now on, or the one that it was before."""
        self.do(self.stage.move(account))

    @rule(account=ACCOUNTS)
    def answer_redirects(self, account: str) -> None:
        """It is taken, and its answer says that it is to be sent once more."""
        self.stage.redirecting.add(id(self.stage.place(account)))
        self.order(ADMIN, account, None, None, 1, 0)
        self.tally.faults["redirected"] += 1

    @rule(account=ACCOUNTS)
    def account_is_named_twice(self, account: str) -> None:
        """One customer has two accounts in the settings from now on, or only the first of them."""
        self.do(self.stage.name_twice(*self.stage.twice ^ {account}))

    @rule()
    def a_copy_is_made(self) -> None:
        self.wake_up()
        self.do(self.stage.copy())

    @rule()
    def the_copy_is_put_back(self) -> None:
        self.do(self.stage.put_back())

    @rule(seconds=st.sampled_from([3600.0, -3600.0]))
    def the_clock_is_set(self, seconds: float) -> None:
        self.do(self.stage.set_clock(seconds))

    @rule()
    def somebody_leaves(self) -> None:
        self.do(self.stage.employ(ADMIN))

    @rule()
    def somebody_is_back(self) -> None:
        self.do(self.stage.employ(ADMIN, COLLEAGUE))

    @rule(fault=TELEGRAM, who=PEOPLE, method=st.sampled_from(["sendMessage", "editMessageText"]))
    def telegram_fails(self, fault: Any, who: int, method: str) -> None:
        self.stage.house.telegram.fail(method, fault, chat_id=who, retry_after=5)
        self.tally.faults[f"telegram {fault}"] += 1

    @rule()
    def bot_is_blocked(self) -> None:
        who = COLLEAGUE
        people = self.stage.house.telegram._chats.people
        if not people[who].blocked:
            self.stage.house.telegram.block(who)
            self.tally.faults["telegram 403"] += 1

    @rule()
    def bot_is_unblocked(self) -> None:
        self.stage.house.telegram.unblock(COLLEAGUE)


async def _awaited(work: Awaitable[Any]) -> Any:
    return await work
