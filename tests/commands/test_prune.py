"""`orderbot prune` on the database of a real bot, stopped and running: what was personal is in no file afterwards."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.buttons.order_buttons import reopen
from bot.workers.personal_data import details_without_people
from providers.simulators.base import Fault
from tests.bench import until
from tests.commands.program import Done, orderbot, settings, write
from tests.end_to_end.dialogues import Dialogue, confirm, fill_in, order, reference_in
from tests.end_to_end.house import ADMIN, World, world
from tests.end_to_end.program import running
from tests.privacy.canaries import PEOPLE, PERSONAL_DIALOGUES, files, found

CONFIG = "orderbot.toml"
YEAR = 366 * 86400 * 1_000_000
GIFTS, SHOP = PERSONAL_DIALOGUES["gifts"], PERSONAL_DIALOGUES["shop"]


async def a_year_passes(house: World, but: str = "") -> None:
    """Everything in the database is a year older, except the order `but`; all was said before, closed questions too."""
    await until(lambda: not house.has_more_to_say())
    with closing(sqlite3.connect(house.database, timeout=20)) as connection, connection:
        connection.execute("UPDATE orders SET settled_at = settled_at - ? WHERE reference <> ?", (YEAR, but))
        connection.execute("UPDATE outbox SET done_at = done_at - ?", (YEAR,))
        connection.execute("UPDATE conversations SET changed_at = changed_at - ?", (YEAR,))


async def pruned(house: World, *options: str) -> Done:
    done = await orderbot("prune", *options, cwd=house.folder)
    assert (done.code, done.err) == (0, "")
    return done


def people_in(house: World) -> set[str]:
    return {canary for canary, _ in found(PEOPLE, files(house.folder, but=CONFIG))}


async def place_one_each(house: World) -> dict[str, str]:
    """References by the account."""
    references = {}
    for account, dialogue in PERSONAL_DIALOGUES.items():
        references[account] = await order(house, dialogue)
        await house.reads("Placed")
    return references


async def refuse(house: World, dialogue: Dialogue, code: str) -> str:
    """A refused order whose draft is open again. Returns its reference."""
    house.suppliers[dialogue.account].fail(Fault.REFUSE, code=code)
    await fill_in(house, dialogue)
    reference = await confirm(house, dialogue)
    await house.reads("Not placed")
    await house.reads("Summary")
    return reference


async def give_up(house: World) -> None:
    house.tap("Cancel")
    await house.reads("Cancelled")


@pytest.mark.parametrize("beside", [False, True], ids=["stopped", "running"])
async def test_old_orders_lose_what_is_personal_everywhere_and_keep_the_rest(tmp_path: Path, beside: bool) -> None:  # noqa: FBT001  pytest's way
    async with world(tmp_path) as house:
        async with running(house.config()) as program:
            references = await place_one_each(house)
            refused = await refuse(house, GIFTS, "209")
            await give_up(house)
            await house.all_said()
            before = await orderbot("orders", "--csv", cwd=tmp_path)
            assert people_in(house)
            await a_year_passes(house)
            if not beside:
                assert await program.stop() == 0
            assert (await pruned(house)).out == "pruned 5 orders older than 365 days\n"
            assert people_in(house) == set()
            assert (await pruned(house)).out == "pruned 0 orders older than 365 days\n"
        assert house.rows("SELECT DISTINCT answers FROM orders") == [("{}",)]
        after = await orderbot("orders", "--csv", cwd=tmp_path)
        settled = [(was.rsplit(",", 4), now.rsplit(",", 4)) for was, now in zip(*_lines(before, after), strict=True)]
        assert [was[0] for was, _ in settled] == [now[0] for _, now in settled]
        async with running(house.config()):
            for account, reference in references.items():
                house.say(f"/status {reference}")
                assert f"Status: {PERSONAL_DIALOGUES[account].status}" in (await house.reads("Order ·")).text
            house.say("/orders")
            assert "not placed" in (await house.reads("Latest orders")).text
            house.say(f"/status {refused}")
            shown = (await house.reads("Order ·")).text
            assert f"Reference: {refused}" in shown
            await order(house, SHOP)
            await house.reads("Placed")


def _lines(*done: Done) -> list[list[str]]:
    return [one.out.splitlines() for one in done]


async def test_an_order_waits_for_the_draft_that_came_of_it_and_is_not_reopened_once_it_is_pruned(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as house, running(house.config()):
        reference = await refuse(house, GIFTS, "209")
        await a_year_passes(house)
        with closing(sqlite3.connect(house.database, timeout=20)) as connection, connection:
            connection.execute("UPDATE conversations SET changed_at = changed_at + ?", (YEAR,))
        assert (await pruned(house, "--older-than", "30")).out == "pruned 0 orders older than 30 days\n"
        await give_up(house)
        assert (await pruned(house, "--older-than", "30")).out == "pruned 1 orders older than 30 days\n"
        card = await house.card("Not placed")
        house.telegram.tap(ADMIN, card.message_id, reopen(reference), forged=True)
        assert reference_in((await house.reads("Order ·")).text) == reference


async def test_a_draft_that_was_cancelled_long_ago_goes_where_its_conversation_has_gone_on(tmp_path: Path) -> None:
    async with world(tmp_path) as house:
        async with running(house.config()):
            await fill_in(house, GIFTS)
            await give_up(house)
            assert people_in(house)
        with closing(sqlite3.connect(house.database, timeout=20)) as connection, connection:
            connection.execute("UPDATE outbox SET done_at = done_at - ?", (YEAR,))
            connection.execute(
                "UPDATE conversations SET state ="
                " json_set(state, '$.cancelled.at', json_extract(state, '$.cancelled.at') - ?)",
                (YEAR,),
            )
        assert "浙江省" in str(house.rows("SELECT state FROM conversations"))
        await pruned(house)
        assert "浙江省" not in str(house.rows("SELECT state FROM conversations"))


async def test_a_draft_that_was_kept_for_later_long_ago_goes_and_a_young_one_stays(tmp_path: Path) -> None:
    async with world(tmp_path) as house:
        async with running(house.config()):
            await fill_in(house, GIFTS)
            house.say("/order shop")
            await house.reads("Open draft")
            house.tap("Keep it for later")
            await house.reads("Kept for later")
            await until(lambda: not house.has_more_to_say())
        assert (await pruned(house)).code == 0
        assert "浙江省" in str(house.rows("SELECT kept FROM parked_drafts"))
        with closing(sqlite3.connect(house.database, timeout=20)) as connection, connection:
            connection.execute("UPDATE parked_drafts SET parked_at = parked_at - ?", (YEAR,))
            connection.execute("UPDATE outbox SET done_at = done_at - ?", (YEAR,))
        await pruned(house)
        assert house.rows("SELECT kept FROM parked_drafts") == []
        assert people_in(house) == set()


async def test_an_order_waits_for_a_kept_draft_too(tmp_path: Path) -> None:
    async with world(tmp_path) as house, running(house.config()):
        await refuse(house, GIFTS, "209")
        house.say("/order shop")
        await house.reads("Open draft")
        house.tap("Keep it for later")
        await house.reads("Kept for later")
        await a_year_passes(house)
        assert (await pruned(house, "--older-than", "30")).out == "pruned 0 orders older than 30 days\n"


async def test_an_unknown_outcome_and_a_young_order_keep_everything(tmp_path: Path) -> None:
    async with world(tmp_path) as house, running(house.config()):
        house.citiesocial.fail(Fault.DROP_AFTER)
        unknown = await order(house, PERSONAL_DIALOGUES["citiesocial"])
        await house.reads("Outcome unknown")
        await house.reads("Please check an order")
        young = await order(house, SHOP)
        await house.reads("Placed")
        await house.all_said()
        before = house.rows("SELECT * FROM orders")
        await a_year_passes(house, but=young)
        assert (await pruned(house)).out == "pruned 0 orders older than 365 days\n"
        answers = "SELECT reference, answers FROM orders"
        assert dict(house.rows(answers)) == {row[0]: row[6] for row in before}
        house.say("/unknown")
        assert unknown in (await house.reads("Outcome unknown · 1")).text
        await house.opens("It was not placed")
        house.tap("It was not placed")
        await house.reads("Not placed")


async def test_the_age_is_the_settings_unless_it_is_given(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path) | {"orders": {"keep_days": 30}})
    (tmp_path / "orders.db").touch(0o600)
    missing = await orderbot("prune", cwd=tmp_path)
    assert (missing.code, missing.out) == (1, "")
    assert missing.err.endswith(": run orderbot migrate first\n")
    await orderbot("migrate", cwd=tmp_path)
    for options, days in (((), 30), (("--older-than", "7"), 7)):
        done = await orderbot("prune", *options, cwd=tmp_path)
        assert (done.code, done.out, done.err) == (0, f"pruned 0 orders older than {days} days\n", "")
    assert (await orderbot("prune", "--older-than", "0", cwd=tmp_path)).code == 2


async def test_a_journal_file_that_somebody_reads_is_told_of_and_emptied_the_next_time(tmp_path: Path) -> None:
    write(tmp_path, settings(tmp_path))
    await orderbot("migrate", cwd=tmp_path)
    with closing(sqlite3.connect(tmp_path / "orders.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM orders").fetchall()
        with closing(sqlite3.connect(tmp_path / "orders.db")) as writer, writer:
            writer.execute("INSERT INTO strangers (user_id, told_at) VALUES (1, 1)")
        told = await orderbot("prune", cwd=tmp_path)
        reader.execute("COMMIT")
        assert told.code == 0, told
        assert told.out.splitlines()[1:] == [
            "the database is being read: what was removed may be in the file beside it until the next prune"
        ]
        assert (await orderbot("prune", cwd=tmp_path)).out == "pruned 0 orders older than 365 days\n"


def test_codes_stay_and_what_was_said_goes() -> None:
    details = (
        '{"code": "invalid", "said": "金丝雀收", "params": {"a": "b"}, "fields": ["recipients.0.mobile"], "remarks":'
        ' [{"code": "recipient_refused", "params": {"recipient": "金丝雀收"}}, {"code": "found_again", "params": {}}]}'
    )
    kept = '{"code": "invalid", "fields": ["recipients.0.mobile"], "remarks": [{"code": "found_again"}]}'
    assert details_without_people(details) == kept
    assert details_without_people("{}") == '{"code": "", "fields": [], "remarks": []}'


async def test_orders_of_a_paste_that_was_never_confirmed_go_after_a_year_and_younger_ones_stay(tmp_path: Path) -> None:
    where = "13977000077 浙江省杭州市余杭区金丝雀大道77号 614 x1"
    async with world(tmp_path) as house:
        async with running(house.config()):
            house.say(f"/order gifts 金丝雀收 {where}\n金丝雀客 {where}")
            await house.reads("None of 2 orders ready yet")
            await pruned(house)
            assert house.rows("SELECT 1 FROM trays")
            await a_year_passes(house)
        with closing(sqlite3.connect(house.database, timeout=20)) as connection, connection:
            connection.execute("UPDATE trays SET changed_at = changed_at - ?", (YEAR,))
        assert people_in(house)
        await pruned(house)
        assert people_in(house) == set()
        assert not house.rows("SELECT 1 FROM trays")
