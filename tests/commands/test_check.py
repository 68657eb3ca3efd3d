"""`orderbot check` against Telegram and suppliers on loopback: every fault is a line, and once mended all is well."""

import json
import re
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from babel.messages.pofile import read_po

from bot.commands.check import in_clear, warnings
from bot.commands.unreached import reason
from bot.sandbox.standin import StandIn
from bot.settings.model import Settings
from bot.words.catalogue import catalogue_for
from providers.simulators.anqicms.simulator import AnqiCmsSimulator
from providers.simulators.citiesocial.simulator import CitiesocialSimulator
from providers.simulators.damaijia.simulator import DamaijiaSimulator
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from storage.migrate import shipped
from tests.commands.program import ROOT, Done, orderbot, settings, write
from tests.providers.stranger import answering, http_answer

TELEGRAM_OK = "telegram: ok, the bot is @orderbot_sandbox_bot"


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[StandIn]:
    async with StandIn() as standin:
        yield standin


def at(telegram: StandIn, token: str = "") -> dict[str, str]:
    return {"token": token or telegram.token, "api_url": telegram.url}


def with_guoguo(folder: Path, guoguo: GuoGuoSimulator, telegram: StandIn, **changes: Any) -> dict[str, Any]:
    return settings(folder, accounts={"guoguo": guoguo.account()}, telegram=at(telegram)) | changes


async def all_is_well(folder: Path) -> Done:
    done = await orderbot("check", cwd=folder)
    assert (done.code, done.err) == (0, "")
    assert TELEGRAM_OK in done.out.splitlines()
    return done


async def test_all_is_well_with_four_accounts_and_nothing_is_ordered(tmp_path: Path, telegram: StandIn) -> None:
    async with (
        GuoGuoSimulator() as guoguo,
        CitiesocialSimulator() as citiesocial,
        DamaijiaSimulator() as damaijia,
        AnqiCmsSimulator() as shop,
    ):
        accounts = {"guoguo": guoguo, "citiesocial": citiesocial, "gifts": damaijia, "shop": shop}
        given = {name: one.account() for name, one in accounts.items()}
        write(tmp_path, settings(tmp_path, accounts=given, telegram=at(telegram)))
        await orderbot("migrate", cwd=tmp_path)
        done = await orderbot("check", cwd=tmp_path)
        assert [one.received for one in accounts.values()] == [[], [], [], []]
    assert (done.code, done.err) == (0, "")
    assert [call.method for call in telegram.calls] == ["getMe"]
    assert done.out.splitlines() == [
        "settings: ok",
        "database: ok",
        TELEGRAM_OK,
        "guoguo: ok",
        "citiesocial: credentials can't be checked",
        "gifts: ok",
        "shop: ok",
    ]


async def test_a_shop_that_keeps_its_catalogue_closed_is_a_warning_and_no_fault(
    tmp_path: Path, telegram: StandIn
) -> None:
    async with AnqiCmsSimulator() as shop:
        shop.api_closed = True
        write(tmp_path, settings(tmp_path, accounts={"shop": shop.account()}, telegram=at(telegram)))
        await orderbot("migrate", cwd=tmp_path)
        done = await orderbot("check", cwd=tmp_path)
        assert (done.code, done.err) == (0, "")
        ok, warning = done.out.splitlines()[-2:]
        assert ok == "shop: ok"
        assert warning.startswith("warning: shop: no catalogue: AnqiCMS's products could not be read.")
        assert "API interface function is not open" in warning
        shop.api_closed = False
        mended = await orderbot("check", cwd=tmp_path)
    assert (mended.code, mended.out.splitlines()[-1]) == (0, "shop: ok")


async def test_a_suppliers_words_cannot_steer_the_terminal(tmp_path: Path, telegram: StandIn) -> None:
    said = json.dumps({"status": 200, "msg": "\x1b[1A\x1b[2Kgifts: ok\x07 \u202eko\u0085"}).encode()
    async with DamaijiaSimulator() as damaijia:
        account = damaijia.account()
        async with answering(http_answer(200, said)) as stranger:
            write(
                tmp_path,
                settings(tmp_path, accounts={"gifts": account | {"base_url": stranger.url}}, telegram=at(telegram)),
            )
            await orderbot("migrate", cwd=tmp_path)
            done = await orderbot("check", cwd=tmp_path)
        assert done.code == 1
        assert all(line.isprintable() for line in (done.out + done.err).split("\n"))
        assert len(done.err.splitlines()) == 1
        assert "<U+001B>[1A<U+001B>[2Kgifts: ok<U+0007> <U+202E>ko" in done.err

        write(tmp_path, settings(tmp_path, accounts={"gifts": account}, telegram=at(telegram)))
        assert (await orderbot("check", cwd=tmp_path)).code == 0


async def test_denied_credentials_are_a_line_each_without_the_credentials_until_they_are_mended(
    tmp_path: Path, telegram: StandIn
) -> None:
    async with GuoGuoSimulator() as guoguo, DamaijiaSimulator() as damaijia, AnqiCmsSimulator() as shop:
        good = {"guoguo": guoguo.account(), "gifts": damaijia.account(), "shop": shop.account("login")}
        bad = {
            "guoguo": good["guoguo"] | {"api_key": "CANARY-1"},
            "gifts": good["gifts"] | {"access_token": "CANARY-2"},
            "shop": good["shop"] | {"password": "CANARY-3"},
        }
        write(tmp_path, settings(tmp_path, accounts=bad, telegram=at(telegram)))
        done = await orderbot("check", cwd=tmp_path)
        assert done.code == 1
        assert [line.split(":")[0] for line in done.err.splitlines()] == ["guoguo", "gifts", "shop"]
        assert "guoguo: GuoGuo does not accept our key." in done.err
        assert "settings: ok" in done.out
        assert "CANARY" not in done.out + done.err

        write(tmp_path, settings(tmp_path, accounts=good, telegram=at(telegram)))
        await all_is_well(tmp_path)


async def test_a_supplier_out_of_reach_is_a_fault_that_speaks_of_no_order_and_hides_no_other_account(
    tmp_path: Path, telegram: StandIn
) -> None:
    guoguo = GuoGuoSimulator()
    await guoguo.start()
    gone = guoguo.account()
    await guoguo.stop()
    async with AnqiCmsSimulator() as shop:
        given = {"guoguo": gone, "shop": shop.account()}
        write(tmp_path, settings(tmp_path, accounts=given, telegram=at(telegram)))
        done = await orderbot("check", cwd=tmp_path)
    host = str(gone["base_url"]).removeprefix("http://")
    line = f"guoguo: GuoGuo at {host} could not be reached: connection refused.\n"
    assert (done.code, done.err) == (1, line)
    assert "shop: ok" in done.out.splitlines()


async def test_a_database_that_cannot_be_opened_is_a_fault_and_the_accounts_are_checked_all_the_same(
    tmp_path: Path, telegram: StandIn
) -> None:
    async with GuoGuoSimulator() as guoguo:
        content = with_guoguo(tmp_path, guoguo, telegram)
        write(tmp_path, content | {"storage": {"url": "sqlite:///nowhere/orders.db"}})
        done = await orderbot("check", cwd=tmp_path)
        assert done.code == 1
        assert done.err.splitlines() == [
            "database: the database nowhere/orders.db cannot be opened: there is no directory nowhere"
        ]
        assert "guoguo: ok" in done.out.splitlines()

        (tmp_path / "nowhere").mkdir()
        mended = await orderbot("check", cwd=tmp_path)
        assert mended.code == 0
        assert f"database: to be migrated: {', '.join(one.name for one in shipped())}" in mended.out.splitlines()


def test_an_address_in_clear_is_a_warning_of_what_crosses_the_network_and_no_fault() -> None:
    account = {"provider": "citiesocial", "base_url": "http://citiesocial.invalid"}
    telegram = {"token": "123456:CANARY-token", "api_url": "http://telegram.invalid"}
    checked = Settings.model_validate(settings(Path(), accounts={"c": account}, telegram=telegram))
    clear = "is http, so anybody on the way can read and change what is sent"
    assert [(finding.line, finding.fault) for finding in warnings(checked)] == [
        (f"warning: telegram.api_url {clear}: the bot's token and everything that staff and the bot say", False),
        (f"warning: accounts.c.base_url {clear}: its credentials, and who gets what and where", False),
    ]


def test_an_address_of_the_example_is_a_fault() -> None:
    account = {"provider": "citiesocial", "base_url": "https://citiesocial.example"}
    checked = Settings.model_validate(settings(Path(), accounts={"c": account}))
    assert [(finding.line, finding.fault) for finding in warnings(checked)] == [
        ("accounts.c.base_url: is still the example's: put your own here", True)
    ]


async def test_a_wrong_token_is_a_fault_until_it_is_mended(tmp_path: Path, telegram: StandIn) -> None:
    async with GuoGuoSimulator() as guoguo:
        write(tmp_path, with_guoguo(tmp_path, guoguo, telegram) | {"telegram": at(telegram, "1:CANARY")})
        done = await orderbot("check", cwd=tmp_path)
        assert (done.code, done.err) == (1, "telegram.token: Telegram does not accept this token\n")
        assert "guoguo: ok" in done.out.splitlines()
        write(tmp_path, with_guoguo(tmp_path, guoguo, telegram))
        await all_is_well(tmp_path)


async def test_a_telegram_out_of_reach_is_a_fault_with_the_place_and_the_reason(
    tmp_path: Path, telegram: StandIn
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with GuoGuoSimulator() as guoguo:
        for address, line in (
            (f"http://127.0.0.1:{port}", f"telegram: 127.0.0.1:{port} could not be reached: connection refused."),
            ("http://telegram.invalid", "telegram: telegram.invalid could not be reached: "),
            (
                str(guoguo.account()["base_url"]),
                f"telegram: {str(guoguo.account()['base_url'])[7:]} answered, but not as Telegram does.",
            ),
        ):
            content = with_guoguo(tmp_path, guoguo, telegram)
            write(tmp_path, content | {"telegram": at(telegram) | {"api_url": address}})
            done = await orderbot("check", cwd=tmp_path)
            assert done.code == 1
            (said,) = done.err.splitlines()
            assert said.startswith(line)
            assert len(said) > len("telegram: telegram.invalid could not be reached: .")
            assert telegram.token not in said
        write(tmp_path, with_guoguo(tmp_path, guoguo, telegram))
        await all_is_well(tmp_path)


async def test_that_nobody_may_order_is_a_fault_that_says_how_to_go_on(tmp_path: Path, telegram: StandIn) -> None:
    async with GuoGuoSimulator() as guoguo:
        write(tmp_path, with_guoguo(tmp_path, guoguo, telegram, staff={}))
        done = await orderbot("check", cwd=tmp_path)
        assert done.code == 1
        (line,) = done.err.splitlines()
        assert line.startswith("staff.admins: nobody may order yet: run the bot, write to it in private")
        write(tmp_path, with_guoguo(tmp_path, guoguo, telegram))
        await all_is_well(tmp_path)


async def test_files_that_others_can_read_are_warned_of_with_the_way_to_close_them(
    tmp_path: Path, telegram: StandIn
) -> None:
    async with GuoGuoSimulator() as guoguo:
        path = write(tmp_path, with_guoguo(tmp_path, guoguo, telegram))
        await orderbot("migrate", cwd=tmp_path)
        path.chmod(0o640)
        (tmp_path / "orders.db").chmod(0o604)
        done = await all_is_well(tmp_path)
        reads = "and others than"
        assert [line for line in done.out.splitlines() if line.startswith("warning")] == [
            f"warning: orderbot.toml holds secrets {reads} its owner can read it: chmod 600 orderbot.toml",
            (
                f"warning: the database's files hold people's names and addresses {reads} their owner can read them"
                f" until the bot starts, or: chmod 600 {tmp_path}/orders.db"
            ),
        ]
        path.chmod(0o600)
        (tmp_path / "orders.db").chmod(0o600)
        assert "warning" not in (await all_is_well(tmp_path)).out
        # With all secrets in the environment the file may be read.
        bare = {"timezone": "UTC", "storage": {"url": f"sqlite:///{tmp_path}/orders.db"}, "staff": {"admins": [1]}}
        write(tmp_path, bare | {"telegram": {"api_url": telegram.url}, "accounts": {"guoguo": {"provider": "guoguo"}}})
        path.chmod(0o644)
        account = guoguo.account()
        secret = {
            "ORDERBOT_TELEGRAM__TOKEN": telegram.token,
            "ORDERBOT_ACCOUNTS__GUOGUO__API_KEY": str(account["api_key"]),
            "ORDERBOT_ACCOUNTS__GUOGUO__BASE_URL": str(account["base_url"]),
        }
        open_to_all = await orderbot("check", cwd=tmp_path, **secret)
        assert (open_to_all.code, open_to_all.err) == (0, "")
        assert "warning" not in open_to_all.out


def test_every_sentence_is_explained_in_the_paper_on_operating() -> None:
    paper = (ROOT / "docs" / "operating.md").read_text("utf-8")
    with (ROOT / "bot" / "words" / "locales" / "en" / "commands.po").open("rb") as file:
        said = {str(one.id): str(one.string) for one in read_po(file) if str(one.id).startswith("check.")}
    assert len(said) >= 7
    fragments = {
        part.strip()
        for key, sentence in said.items()
        if ".reason." not in key
        for part in re.split(r"\{\w+\}", sentence)
    }
    assert [part for part in fragments if part not in paper] == []


def wrapped(group: Exception) -> Exception:
    """The error as libraries hand it on."""
    outer = LookupError("CANARY")
    outer.__cause__ = group
    return outer


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "name or service not known"),
        (ConnectionRefusedError(111, "CANARY"), "connection refused"),
        (OSError(113, "CANARY"), "no route to host"),
        (TimeoutError(), "timed out"),
        (ssl.SSLError(1, "CANARY"), "no encrypted connection could be made"),
        (ValueError("CANARY"), "no usable answer came"),
    ],
)
def test_the_reason_is_the_systems_however_deep_it_is_and_quotes_no_error(error: Exception, words: str) -> None:
    assert reason(wrapped(ExceptionGroup("CANARY", [error])), catalogue_for("en")) == words


def test_the_documented_address_of_damaijia_is_warned_of_and_those_of_others_are_not() -> None:
    accounts = {
        "gifts": {"provider": "damaijia", "access_token": "CANARY-token"},
        "guoguo": {"provider": "guoguo", "api_key": "CANARY-key"},
    }
    checked = Settings.model_validate(settings(Path(), accounts=accounts))
    [warning] = [finding.line for finding in warnings(checked)]
    assert warning.startswith("warning: accounts.gifts.base_url is http")
    assert "credentials" in warning
    assert "CANARY" not in warning


@pytest.mark.parametrize("address", ["http://a.example", "http://10.0.0.1:80/x", "http://localhost.example"])
def test_http_to_another_machine_is_in_clear(address: str) -> None:
    assert in_clear(address)


@pytest.mark.parametrize(
    "address", ["https://a.example", "http://127.0.0.1:8081", "http://[::1]/", "http://localhost", "http://[a"]
)
def test_https_and_this_machine_are_not_in_clear(address: str) -> None:
    assert not in_clear(address)
