"""Everything that the real program writes while suppliers repeat our requests in all their answers."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from bot.settings.model import load_settings
from providers.redaction import secrets_in
from tests.commands.program import orderbot
from tests.end_to_end.config import as_toml
from tests.end_to_end.dialogues import Dialogue, Turn
from tests.end_to_end.house import ACCOUNT_OF, ADMIN, World, world
from tests.end_to_end.program import running
from tests.monitoring.asked import ask, free_port
from tests.privacy.canaries import PEOPLE, PERSONAL_DIALOGUES, files, found, planted, telegram_secrets
from tests.privacy.mirror import Mirror, Mode, mirror

CONFIG = "orderbot.toml"


def config(house: World, hostile: Mirror) -> Path:
    settings = house.settings() | {"accounts": planted(hostile.url), "catalogue": {"refresh_every": 1}}
    settings["telegram"] |= telegram_secrets()
    settings["metrics"] = {"listen": f"127.0.0.1:{free_port()}"}
    house.telegram.token = settings["telegram"]["token"]
    house.config_file.write_text(as_toml(settings), encoding="utf-8")
    return house.config_file


async def fill_in(house: World, dialogue: Dialogue, account: str) -> None:
    """Answer everything up to the summary, past whatever else is said meanwhile."""
    for turn in (replace(dialogue.turns[0], does=f"/order {account}"), *dialogue.turns[1:]):
        house.does(turn.does)
        await house.reads(turn.first.split(" · ")[0])


def of(provider: str) -> Dialogue:
    """The hostile supplier's catalogue can't be read, so that GuoGuo's product says nothing of its target."""
    dialogue = PERSONAL_DIALOGUES[ACCOUNT_OF[provider]]
    if provider != "guoguo":
        return dialogue
    order, product, *rest = dialogue.turns
    return replace(dialogue, turns=(order, replace(product, first="Target"), Turn("[Link]", "Link"), *rest))


async def ends(house: World, hostile: Mirror, mode: Mode, told: str) -> None:
    hostile.mode = mode
    house.tap("Confirm")
    await house.reads(told)
    hostile.mode = "yes"


async def orders_in_every_way(house: World, hostile: Mirror, account: str, dialogue: Dialogue) -> None:
    await fill_in(house, dialogue, account)
    await ends(house, hostile, "refuse", "Not placed")
    await house.reads("Summary")
    await ends(house, hostile, "deny", "Not placed")
    await house.reads("Summary")
    # A yes is believed only as long as no other order there is open.
    await ends(house, hostile, "yes", "Placed")
    for mode in ("error", "garbage", "lost"):
        await fill_in(house, dialogue, account)
        await ends(house, hostile, mode, "Outcome unknown")


async def asks_in_every_way(house: World, hostile: Mirror) -> None:
    """How far the newest order is, what is left on the accounts, and where an order is that nobody knows."""
    reference = next(
        line.removeprefix("Reference: ")
        for message in reversed(house.history[ADMIN])
        for line in message.text.splitlines()
        if line.startswith("Reference: ")
    )
    for mode in ("yes", "garbage", "error", "deny"):
        hostile.mode = mode
        # A hostile shop says yes to any number.
        elsewhere = "Order" if mode == "yes" else "Not found"
        for asked, told in ((f"/status {reference}", "Order"), ("/status 9876543", elsewhere)):
            house.say(asked)
            await house.reads(told)
            await house.all_said()
        said = len(house.history[ADMIN])
        house.say("/balance")
        await house.says_more(said)
    hostile.mode = "yes"


def break_down(house: World) -> None:
    """Let `/orders` come upon a row that no version of ours has written."""
    broken = json.dumps({"remarks": [dict.fromkeys(PEOPLE, "")]})
    with closing(sqlite3.connect(house.database)) as connection, connection:
        connection.execute("UPDATE orders SET details = ? WHERE outcome = 'placed'", (broken,))


async def commands(folder: Path) -> dict[str, bytes]:
    """What the other commands print, with good settings and with bad ones."""
    printed = {}
    for words in ("check", "orders", "orders --csv", "backup copy.db", "prune --older-than 1", "migrate"):
        done = await orderbot(*words.split(), cwd=folder)
        printed[f"orderbot {words}"] = (done.out + done.err).encode()
    assert (folder / "copy.db").exists()
    text = (folder / CONFIG).read_text()
    for n, (good, bad) in enumerate((("token = ", "token = ["), ("canary", "canary \\n"), ("provider", "prouider"))):
        (folder / "bad.toml").write_text(text.replace(good, bad))
        done = await orderbot("check", "--config", "bad.toml", cwd=folder)
        assert done.code == 2, done
        printed[f"bad settings {n}"] = (done.out + done.err).encode()
    (folder / "bad.toml").unlink()
    return printed


async def test_no_secret_is_written_anywhere_and_nobody_is_named_in_the_log(tmp_path: Path) -> None:
    async with world(tmp_path) as house, mirror() as hostile:
        path = config(house, hostile)
        async with running(path) as program:
            for account, given in planted(hostile.url).items():
                await orders_in_every_way(house, hostile, account, of(given["provider"]))
                await asks_in_every_way(house, hostile)
            house.say("/unknown")
            await house.reads("Outcome unknown · 18")
            break_down(house)
            house.say("/orders")
            await house.reads("Something went wrong")
            await house.all_said()
            hostile.mode = "deny"
            printed = await commands(tmp_path)
            metrics = load_settings(path).metrics
            assert metrics is not None
            port = metrics.address.port
            for asked in ("/metrics", "/readyz", "/healthz"):
                printed[asked] = (await ask(port, asked)).text.encode()
            assert b"orderbot_outcomes_total" in printed["/metrics"]
            beside = files(tmp_path, but=CONFIG)
            assert await program.stop() == 0
        said = "\n".join(message.text for chat in house.history.values() for message in chat).encode()
        log = {"log": program.log.read_bytes()}
        assert b"Traceback" in log["log"]
        settings = load_settings(path)
        secrets = {*secrets_in(settings), *hostile.handed_out}
        written = printed | beside | files(tmp_path, but=CONFIG) | log | {"chat": said}
        assert {"orderbot.db", "orderbot.db-wal", "copy.db"} <= written.keys()
        assert found(secrets, written) == []
        assert found(PEOPLE, printed | log) == []
        # The search finds what is there.
        assert len(secrets) >= 10
        assert {name for _, name in found(PEOPLE, written)} >= {"chat", "orderbot.db", "copy.db"}
        assert {canary for canary, _ in found(secrets, {CONFIG: path.read_bytes()})} >= {*secrets_in(settings)}
