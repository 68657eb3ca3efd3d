"""Everything that staff, suppliers, Telegram and operators can do, in any order, as a Hypothesis state machine."""

import asyncio
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from providers.simulators.base import Fault
from tests.chaos.drafts import RECIPES, TOO, first_name, token_of
from tests.chaos.happenings import ACCOUNTS, ANY, ELSEWHERE, LOST_ANSWERS, PAUSES, PEOPLE, Happenings
from tests.chaos.stage import LAG
from tests.end_to_end.house import ADMIN, COLLEAGUE

LOST_OR_WAITING = st.sampled_from([None, *LOST_ANSWERS])
SELDOM = 900.0
"""Seconds until the next look, where what is held to be not placed has been looked for often."""
PATIENTLY = 40
"""How often staff go round until everything is decided and said."""


class Chaos(Happenings):
    """One house, from its opening to the evening when everything was put right.

    What hardly comes together by chance, and matters, is a thing of its own here.
    """

    @rule(account=ACCOUNTS, fault=st.sampled_from([Fault.ANOTHER_AFTER, Fault.ANOTHER_BEFORE]))
    def answer_is_anothers(self, account: str, fault: Fault) -> None:
        """As of a proxy that keeps answers."""
        self.order(ADMIN, account, None, None, 1, 0)
        self.order(ADMIN, account, fault, None, 1, 0)

    @rule(account=ACCOUNTS, fault=st.sampled_from([Fault.HANG, Fault.DELAY]))
    def answer_is_that_of_one_beside(self, account: str, fault: Fault) -> None:
        """That one has none yet."""
        self.order(ADMIN, account, fault, None, 1, 0)
        self.order(COLLEAGUE, account, Fault.ANOTHER_AFTER, None, 1, 0)
        self.supplier_is_back(account)

    @rule(account=ACCOUNTS)
    def account_is_renamed_over_an_order(self, account: str) -> None:
        """What was ordered by a name that is gone is ordered again."""
        if account not in self.stage.twice:
            self.account_is_named_twice(account)
        self.wake_up()
        token = self.staff.token()
        for name in (f"{account}{TOO}", account):
            self.do(self.staff.fill_in(ADMIN, name, token))
            self.do(self.staff.confirms(ADMIN))
            if account in self.stage.twice:
                self.account_is_named_twice(account)

    @rule(who=PEOPLE, account=ACCOUNTS)
    def supplier_takes_its_time(self, who: int, account: str) -> None:
        """Until long after the lists have to have an order."""
        self.stage.takes_its_time()
        self.order(who, account, Fault.LATE, None, 1, 0)
        self.do(self.stage.passes(LAG + 120.0))

    @rule(who=PEOPLE, account=st.sampled_from(sorted(ELSEWHERE)))
    def it_is_ordered_again_when_it_has_come(self, who: int, account: str) -> None:
        """What a list lacked is in it by now, and nobody has looked since."""
        self.supplier_takes_its_time(who, account)
        for _ in range(PATIENTLY):
            self.do(self.stage.looks_are_over())
            if (left := self.stage.next_look()) > SELDOM:
                break
            self.do(self.stage.passes(left + 1))
        self.do(self.stage.late_orders())
        held = [order for order in self.stage.books.journal.orders() if order.inferred]
        held = [order for order in held if first_name(order.account) == account]
        if held and self.alive:
            self.order_again(who, held[-1])

    def order_hangs(self, who: int, account: str, fault: Fault | None) -> None:
        """Order something whose answer is lost, or, without a fault, something that waits for its supplier."""
        self.wake_up()
        if fault is None:
            self.supplier_is_gone(account)
        self.order(who, account, fault, None, 1, 0)

    @rule(who=PEOPLE, account=ACCOUNTS, fault=LOST_OR_WAITING)
    def settings_change_over_an_order(self, who: int, account: str, fault: Fault | None) -> None:
        self.order_hangs(who, account, fault)
        self.settings_change(account)

    @rule(who=PEOPLE, account=ACCOUNTS, fault=LOST_OR_WAITING, seconds=PAUSES)
    def a_copy_is_put_back_over_an_order(self, who: int, account: str, fault: Fault | None, seconds: float) -> None:
        """And what went on meanwhile is not in it."""
        self.order_hangs(who, account, fault)
        self.a_copy_is_made()
        self.supplier_is_back(account)
        self.time_passes(seconds)
        self.the_copy_is_put_back()

    @rule(who=PEOPLE, account=ACCOUNTS, fault=LOST_OR_WAITING, seconds=st.sampled_from([3600.0, -3600.0]))
    def the_clock_is_set_over_an_order(self, who: int, account: str, fault: Fault | None, seconds: float) -> None:
        """It was wrong when the order was sent, and is put right."""
        self.the_clock_is_set(seconds)
        self.order_hangs(who, account, fault)
        self.the_clock_is_set(-seconds)
        self.supplier_is_back(account)
        self.time_passes(16.0)

    @rule(account=ACCOUNTS, fault=LOST_OR_WAITING)
    def somebody_leaves_over_an_order(self, account: str, fault: Fault | None) -> None:
        self.order_hangs(COLLEAGUE, account, fault)
        self.somebody_leaves()

    @rule(who=PEOPLE, account=ACCOUNTS, seconds=PAUSES)
    def bot_is_away_over_an_order(self, who: int, account: str, seconds: float) -> None:
        self.order_hangs(who, account, None)
        self.kill()
        self.supplier_is_back(account)
        self.time_passes(seconds)
        self.restart(softly=False)

    @rule(who=PEOPLE, n=ANY)
    def decide_wrongly(self, who: int, n: int) -> None:
        """That an order was not placed, whatever there is; then it is ordered all the same."""
        self.wake_up()
        order = self.order_of(n)
        if order is None:
            return
        self.do(self.staff.insists(who, order))
        if self.alive:
            self.order_again(who, order)

    def order_again(self, who: int, order: Any) -> None:
        """Just the same, by whoever is told that."""
        self.do(self.staff.fill_in(who, order.account, token_of(order.answers)))
        self.do(self.staff.confirms(who))

    @invariant()
    def every_promise_holds(self) -> None:
        if self.opened:
            self.stage.check()

    def teardown(self) -> None:
        try:
            if self.opened:
                self.do(self.evening())
        finally:
            if self.opened:
                self.stage.count()
            self.do(self.things.aclose())
            # Lines that were cut are closed in the loop's next turns.
            self.do(asyncio.sleep(0.01))
            self.do(self.loop.shutdown_default_executor())
            self.loop.close()

    async def evening(self) -> None:
        """Everything works again, everybody is there, and staff decide what is open."""
        # Where a promise is broken already, nobody needs to wait for what can't be put right any more.
        self.stage.check()
        house = self.stage.house
        house.telegram.heal()
        for who in (ADMIN, COLLEAGUE):
            house.telegram.unblock(who)
        for account in RECIPES:
            await self.stage.open(account)
        await self.stage.late_orders()
        if self.stage.staff != {ADMIN, COLLEAGUE}:
            await self.stage.employ(ADMIN, COLLEAGUE)
        if self.stage.twice != self.stage.ever_twice:
            await self.stage.name_twice(*self.stage.ever_twice)
        await self.everything_is_decided()
        for moves in self.stage.looked_for():
            # What is there after all is found within the hour, as long as its account leads there.
            if moves is not None:
                await self.stage.move(moves)
            await self.stage.passes(3700)
            await self.everything_is_decided()
        self.stage.check()
        self.stage.audit.check_in_the_end()
        assert not self.stage.audit.wrong, "\n".join(self.stage.audit.wrong)

    async def everything_is_decided(self) -> None:
        for _ in range(PATIENTLY):
            if not self.alive:
                await self.stage.restart()
            await self.stage.passes(20)
            await self.staff.everybody_is_asked(ADMIN)
            if self.alive and not self.is_anything_open():
                break

    def is_anything_open(self) -> bool:
        waiting = self.stage.books.journal.rows("SELECT count(*) FROM outbox WHERE state = 'waiting'")[0][0]
        return bool(waiting) or any(o.outcome in {None, "unknown"} for o in self.stage.books.journal.orders())
