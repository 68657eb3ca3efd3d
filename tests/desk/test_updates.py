"""An update takes effect once and as a whole, and only for staff."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.buttons.data import order_with, read
from bot.conversation import events
from bot.conversation.state import ConversationKey
from bot.staff.access import QUIET
from providers.simulators.guoguo.products import FANS
from storage.errors import StorageError
from tests.bench import Bench, bench, locked
from tests.end_to_end.house import ADMIN, COLLEAGUE, STRANGER
from tests.storage.direct import reading
from tests.words.reading import WORDS

GROUP = -500


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


async def test_a_repeated_update_changes_nothing_and_says_nothing(house: Bench) -> None:
    await house.does(events.OrderRequested("shop"))
    said, state = house.outbox(), reading(house.database).fetch("SELECT * FROM conversations")
    house.updates -= 1
    house.clock.advance(60)
    assert await house.does(events.OrderRequested("shop")) == ""
    assert house.outbox() == said
    assert reading(house.database).fetch("SELECT * FROM conversations") == state


async def test_what_an_update_causes_is_committed_before_workers_hear_of_it(house: Bench) -> None:
    await house.does(events.OrderRequested("guoguo"))
    await house.does(events.Answered(FANS))
    (key, request), *more = house.workers.wanted_look_ups
    assert not more
    assert key == ConversationKey(ADMIN, ADMIN)
    assert request.value == FANS
    row = reading(house.database).fetchrow("SELECT waiting FROM conversations WHERE waiting <> ''")
    assert row is not None


async def test_an_update_that_storage_cannot_take_leaves_nothing_and_works_later(tmp_path: Path) -> None:
    async with bench(tmp_path, busy_timeout=0) as house:
        async with locked(house.path):
            with pytest.raises(StorageError):
                await house.does(events.OrderRequested("shop"))
        assert house.outbox() == []
        assert house.workers.messages == 0
        house.updates -= 1
        await house.does(events.OrderRequested("shop"))
        assert len(house.outbox()) == 1


async def test_a_stranger_is_told_once_a_day_with_his_own_id(house: Bench) -> None:
    assert QUIET == 24 * 3600 * 1_000_000
    await house.does(events.Started(), STRANGER)
    await house.does(events.OrderRequested("shop"), STRANGER)
    await house.does(read(order_with("shop")), STRANGER, tapped=1)
    house.clock.now += QUIET - 1
    await house.does(events.Answered("1207"), STRANGER)
    (told,) = house.outbox(STRANGER)
    assert str(STRANGER) in told
    house.clock.now += 1
    await house.does(events.Answered("1207"), STRANGER)
    assert house.outbox(STRANGER) == [told, told]


@pytest.mark.parametrize(
    "event", [events.Started(), events.OrdersRequested(), events.StatusRequested("1"), events.LanguageChosen("en")]
)
async def test_nothing_is_kept_of_a_stranger_but_when_he_was_told(house: Bench, event: events.Event) -> None:
    assert await house.does(event, STRANGER) == ""
    assert reading(house.database).fetch("SELECT * FROM people") == []
    assert reading(house.database).fetch("SELECT * FROM conversations") == []
    assert len(reading(house.database).fetch("SELECT * FROM strangers")) == 1


async def test_two_people_in_one_group_have_a_draft_each(house: Bench) -> None:
    await house.does(events.OrderRequested("shop"), ADMIN, chat=GROUP)
    await house.does(events.OrderRequested("guoguo"), COLLEAGUE, chat=GROUP)
    rows = reading(house.database).fetch("SELECT user_id, state FROM conversations ORDER BY user_id")
    assert [("shop" in row["state"], "guoguo" in row["state"]) for row in rows] == [(True, False), (False, True)]


async def test_another_persons_button_changes_nothing_for_either(house: Bench) -> None:
    await house.does(events.OrderRequested("shop"), ADMIN, chat=GROUP)
    await house.does(read(house.button("goods", GROUP)), ADMIN, chat=GROUP)
    cancel = read(house.button("Cancel", GROUP))
    before, said = reading(house.database).fetch("SELECT * FROM conversations"), house.outbox(GROUP)
    assert await house.does(cancel, COLLEAGUE, chat=GROUP, tapped=7) == WORDS.say("toast.stale")
    assert reading(house.database).fetch("SELECT * FROM conversations") == before
    assert house.outbox(GROUP) == said


async def test_a_turned_page_changes_its_message_and_an_old_one_is_answered_below(house: Bench) -> None:
    for event in (events.OrderRequested("shop"), events.Answered("goods")):
        await house.does(event)
    for _ in range(9):
        await house.does(events.Answered("188"))
        await house.does(events.Answered("1"))
        await house.does(read(house.button("Add another")))
    await house.does(events.Answered("188"))
    await house.does(events.Answered("1"))
    await house.does(read(house.button("Change")))
    turned = read(house.button("Next ›"))
    await house.does(turned, tapped=70)
    await house.does(turned, tapped=70)
    rows = reading(house.database).fetch("SELECT body FROM outbox ORDER BY id DESC LIMIT 3")
    # Where it is said anew, the one of before is closed.
    assert ['"closes": true' in row["body"] for row in rows] == [True, False, False]
    assert ['"message_id": 70' in row["body"] for row in rows] == [False, False, True]


async def test_an_update_put_aside_is_kept_and_the_person_is_told(house: Bench) -> None:
    await house.desk.put_aside(7, '{"raw": 1}', "KeyError: x", ConversationKey(ADMIN, ADMIN))
    (kept,) = reading(house.database).fetch("SELECT * FROM failed_updates")
    assert (kept["update_id"], kept["raw"], kept["error"]) == (7, '{"raw": 1}', "KeyError: x")
    (told,) = house.outbox()
    assert "Nothing was changed" in told
    assert house.workers.messages == 1


async def test_an_update_put_aside_never_takes_effect_afterwards(house: Bench) -> None:
    await house.desk.put_aside(house.updates + 1, "{}", "KeyError: x", ConversationKey(ADMIN, ADMIN))
    await house.does(events.OrderRequested("shop"))
    assert len(house.outbox()) == 1
    await house.desk.put_aside(house.updates, "{}", "KeyError: x", ConversationKey(ADMIN, ADMIN))
    assert len(house.outbox()) == 1


async def test_an_update_that_took_effect_is_not_called_a_failure(house: Bench) -> None:
    await house.does(events.OrderRequested("shop"))
    await house.desk.put_aside(house.updates, "{}", "KeyError: x", ConversationKey(ADMIN, ADMIN))
    assert reading(house.database).fetch("SELECT * FROM failed_updates") == []
    assert len(house.outbox()) == 1


@pytest.mark.parametrize("key", [None, ConversationKey(STRANGER, STRANGER)])
async def test_only_staff_hear_of_an_update_that_was_put_aside(house: Bench, key: ConversationKey | None) -> None:
    await house.desk.put_aside(7, "{}", "KeyError: x", key)
    assert reading(house.database).fetch("SELECT * FROM outbox") == []
    assert len(reading(house.database).fetch("SELECT * FROM failed_updates")) == 1


async def test_look_ups_that_are_waited_for_are_asked_again_after_a_restart(tmp_path: Path) -> None:
    async with bench(tmp_path) as house:
        await house.does(events.OrderRequested("guoguo"))
        await house.does(events.Answered(FANS))
        asked = house.workers.wanted_look_ups
    async with bench(tmp_path) as house:
        await house.desk.resume()
        assert house.workers.wanted_look_ups == asked
        (key, request), *_ = asked
        await house.desk.report(key, events.LookedUp(request.draft, request.revision, events.LookUpResult.FAILED))
        assert "Target" in house.outbox()[-1]
        again = len(house.outbox())
        await house.desk.resume()
        assert house.workers.wanted_look_ups == asked
        await house.desk.report(key, events.LookedUp(request.draft, request.revision, events.LookUpResult.FAILED))
        assert len(house.outbox()) == again


async def test_what_is_typed_during_a_look_up_is_said_not_to_be_taken(house: Bench) -> None:
    await house.does(events.OrderRequested("guoguo"))
    await house.does(events.Answered(FANS))
    await house.does(events.Answered("100"))
    assert house.outbox()[-1].startswith("Not taken: <code>100</code>\nThe last answer is still being checked.")
