"""One person's chat with the engine, for tests: what is sent goes in, what is said stands in `said`.

What must always hold is looked at after every step, whatever a test is about.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, TypeVar

from bot.conversation import events, replies, requests
from bot.conversation.engine import advance
from bot.conversation.known import Account
from bot.conversation.parking import MOST
from bot.conversation.state import IDLE, Conversation, Draft, KeptDraft, Phase
from bot.conversation.step import Step
from bot.conversation.tray import Tray
from bot.conversation.views import OrderView
from providers.orders import Outcome
from tests.conversation.forms import NOTE, TOY
from tests.conversation.knows import Knowledge, Knows

R = TypeVar("R", bound=replies.Reply)


def codes(step: Step) -> list[replies.HintCode]:
    return [reply.code for reply in step.replies if isinstance(reply, replies.Hint)]


class Chat:
    """`requests` are all that steps asked for, in order; `knows` is what there is to know beyond the chat."""

    def __init__(self, accounts: Iterable[Account] = (TOY, NOTE), state: Conversation = IDLE) -> None:
        self.accounts = {account.name: account for account in accounts}
        self.state = state
        self.said: tuple[replies.Reply, ...] = ()
        self.requests: list[requests.Request] = []
        self.knows = Knowledge()
        self.known = Knows(self.knows, self.accounts, "", "")
        # A draft that is there already has the id of another.
        self._ids = 0 if state is IDLE else 100

    def send(self, event: events.Event) -> Step:
        self._ids += 1
        self.known = Knows(self.knows, self.accounts, f"d{self._ids}", str(1000 + self._ids))
        before, parked = self.state, [kept.draft for kept in self.known.parked()]
        step = advance(before, event, self.known)
        self._must_hold(before, step)
        self.state, self.said = step.state, step.replies
        self.requests += step.requests
        for request in step.requests:
            if isinstance(request, requests.ParkDraft):
                self.knows.parked[request.draft] = KeptDraft.model_validate_json(request.kept)
            elif isinstance(request, requests.UnparkDraft):
                del self.knows.parked[request.draft]
            elif isinstance(request, requests.KeepTray):
                self.knows.trays[request.tray] = Tray.model_validate_json(request.kept), request.at
            elif isinstance(request, requests.DropTray):
                del self.knows.trays[request.tray]
        self._keeps_what_was_there(before, step, parked)
        return step

    def _keeps_what_was_there(self, before: Conversation, step: Step, parked: list[Draft]) -> None:
        """No draft with answers is lost: it is open, parked, could be brought back, or is an order now."""
        ordered = {request.draft for request in step.requests if isinstance(request, requests.PlaceOrder)}
        there = {*self.knows.parked, *ordered}
        if before.draft is not None and before.draft.row is not None and before.draft.row.tray in self.knows.trays:
            # A row goes back into its tray.
            there.add(before.draft.id)
        there |= {step.state.draft.id} if step.state.draft is not None else set()
        assert len(self.knows.parked) <= MOST
        assert step.state.draft is None or step.state.draft.id not in self.knows.parked
        if step.state.cancelled is not None:
            assert step.state.cancelled.draft.id not in there
            there.add(step.state.cancelled.draft.id)
        was = [before.draft, *parked]
        lost = [draft for draft in was if draft is not None and draft.answers and draft.id not in there]
        # Of an order that was placed meanwhile there is nothing left to be confirmed.
        assert not lost or replies.HintCode.NOT_REOPENABLE in codes(step), lost

    def _must_hold(self, before: Conversation, step: Step) -> None:
        after = step.state
        assert Conversation.model_validate_json(after.model_dump_json()) == after
        assert (after.phase is Phase.NAMING) == (after.naming is not None)
        going_on = after.naming.resumes if after.naming is not None else after.phase
        assert (going_on is Phase.IDLE) == (after.draft is None)
        # While an order is named the draft waits as it is, and its buttons still fit.
        waits = Phase.NAMING in {before.phase, after.phase} and before.draft == after.draft
        if before.draft and after.draft and before.draft.id == after.draft.id and before != after and not waits:
            # That it is to make room for another order leaves a draft at the moment where it is.
            still = before.draft == after.draft.model_copy(update={"anew": before.draft.anew})
            grown = after.draft.revision > before.draft.revision or still
            assert grown or before.draft.form_version != after.draft.form_version
        for reply in step.replies:
            if isinstance(reply, replies.Asked):
                assert 0 <= reply.progress.step <= reply.progress.steps
        for request in step.requests:
            json.dumps(asdict(request))

    @property
    def draft(self) -> Draft:
        assert self.state.draft is not None
        return self.state.draft

    @property
    def answers(self) -> dict[str, Any]:
        return self.draft.answers

    def answers_of_row(self, n: int) -> dict[str, Any]:
        """The answers of a row of the newest tray; rows count from 1."""
        tray, _ = max(self.knows.trays.values(), key=lambda one: one[1])
        return tray.rows[n - 1].answers

    @property
    def phase(self) -> Phase:
        return self.state.phase

    def order(self, account: str = "toy") -> None:
        self.send(events.OrderRequested(account))

    def say(self, *texts: str) -> None:
        for text in texts:
            self.send(events.Answered(text))

    def tap(self, kind: type[events.Tap], *argument: Any) -> events.Tap:
        """Taps a button of the newest message; returns the tap, to be tapped again."""
        event = kind(self.draft.id, self.draft.revision, *argument)
        self.send(event)
        return event

    def skip(self, times: int = 1) -> None:
        for _ in range(times):
            self.tap(events.Skipped)

    def back(self) -> None:
        self.tap(events.WentBack)

    def done(self) -> None:
        self.tap(events.ListDone)

    def find(self, result: events.LookUpResult = events.LookUpResult.FOUND, **facts: Any) -> None:
        self.send(events.LookedUp(self.draft.id, self.draft.revision, result, facts))

    def edit(self, *titles: str) -> None:
        """From the summary through the menus, by what their buttons say."""
        self.tap(events.EditAsked)
        for title in titles:
            self.pick(title)

    def pick(self, title: str) -> None:
        offered = self.reply(replies.Choices)
        while title not in [line.title for line in offered.entries]:
            assert offered.page + 1 < offered.pages, f"no {title}"
            self.tap(events.Paged, offered.page + 1)
            offered = self.reply(replies.Choices)
        index = offered.first + [line.title for line in offered.entries].index(title)
        self.tap(events.FieldPicked if offered.purpose == "edit" else events.ItemPicked, index)

    def reply(self, kind: type[R]) -> R:
        """The one reply of that kind to the newest event."""
        found = [reply for reply in self.said if isinstance(reply, kind)]
        assert len(found) == 1, self.said
        return found[0]

    @property
    def asked(self) -> str:
        """The title of the question that was just asked."""
        return self.reply(replies.Asked).question.title

    @property
    def problem(self) -> str:
        """The code of what was wrong with the answer just given, or an empty string."""
        problem = self.reply(replies.Asked).problem
        return problem.code if problem else ""

    def summary(self) -> dict[str, Any]:
        """The summary just shown: values by title, and how many items a list has."""
        parts = self.reply(replies.Summarised).parts
        return {p.title: p.value if isinstance(p, replies.Line) else len(p.items) + p.more for p in parts}

    @property
    def placed(self) -> list[requests.PlaceOrder]:
        return [request for request in self.requests if isinstance(request, requests.PlaceOrder)]

    def settle(self, outcome: Outcome, order: requests.PlaceOrder | None = None, **facts: Any) -> None:
        """The worker's report on an order, which the journal has too; the latest one unless another is given."""
        order = order or self.placed[-1]
        view = OrderView(order.reference, order.account, "toy", order.answers, outcome, **facts)
        self.knows.order(view)
        self.send(events.Settled(view))


FIRST_PART = ("A-1", "2")


def at_parts() -> Chat:
    """Kind and product are answered; the first part is asked."""
    chat = Chat()
    chat.order()
    chat.say("new", "P-1")
    chat.find(title="Robot")
    return chat


def listing() -> Chat:
    """One part is complete, and the list is shown."""
    chat = at_parts()
    chat.say(*FIRST_PART)
    chat.skip()
    return chat


def reviewing() -> Chat:
    """Everything is answered, with what can be skipped skipped."""
    chat = listing()
    chat.done()
    chat.skip()
    chat.say("Long Street 1", "Taipei")
    chat.skip()
    chat.say("5", "10")
    chat.skip()
    return chat
