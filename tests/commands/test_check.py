"""`orderbot check` against suppliers on loopback: every fault is a line, and once it is mended all is well."""

from pathlib import Path

import pytest

from bot.commands.check import in_clear, warnings
from bot.settings.model import Settings
from providers.simulators.anqicms.simulator import AnqiCmsSimulator
from providers.simulators.citiesocial.simulator import CitiesocialSimulator
from providers.simulators.damaijia.simulator import DamaijiaSimulator
from providers.simulators.guoguo.simulator import GuoGuoSimulator
from storage.migrate import shipped
from tests.commands.program import orderbot, settings, write


async def test_all_is_well_with_four_accounts_and_nothing_is_ordered(tmp_path: Path) -> None:
    async with (
        GuoGuoSimulator() as guoguo,
        CitiesocialSimulator() as citiesocial,
        DamaijiaSimulator() as damaijia,
        AnqiCmsSimulator() as shop,
    ):
        accounts = {"guoguo": guoguo, "citiesocial": citiesocial, "gifts": damaijia, "shop": shop}
        write(tmp_path, settings(tmp_path, accounts={name: one.account() for name, one in accounts.items()}))
        await orderbot("migrate", cwd=tmp_path)
        done = await orderbot("check", cwd=tmp_path)
        assert [one.received for one in accounts.values()] == [[], [], [], []]
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "settings: ok",
        "database: ok",
        "guoguo: ok",
        "citiesocial: credentials can't be checked",
        "gifts: ok",
        "shop: ok",
    ]


async def test_a_shop_that_keeps_its_catalogue_closed_is_a_warning_and_no_fault(tmp_path: Path) -> None:
    async with AnqiCmsSimulator() as shop:
        shop.api_closed = True
        write(tmp_path, settings(tmp_path, accounts={"shop": shop.account()}))
        await orderbot("migrate", cwd=tmp_path)
        done = await orderbot("check", cwd=tmp_path)
        assert (done.code, done.err) == (0, "")
        ok, warning = done.out.splitlines()[-2:]
        assert ok == "shop: ok"
        assert warning.startswith("warning: shop: no catalogue: The shop's products could not be read.")
        assert "API interface function is not open" in warning
        shop.api_closed = False
        mended = await orderbot("check", cwd=tmp_path)
    assert (mended.code, mended.out.splitlines()[-1]) == (0, "shop: ok")


async def test_denied_credentials_are_a_line_each_without_the_credentials_until_they_are_mended(tmp_path: Path) -> None:
    async with GuoGuoSimulator() as guoguo, DamaijiaSimulator() as damaijia, AnqiCmsSimulator() as shop:
        good = {"guoguo": guoguo.account(), "gifts": damaijia.account(), "shop": shop.account("login")}
        bad = {
            "guoguo": good["guoguo"] | {"api_key": "CANARY-1"},
            "gifts": good["gifts"] | {"access_token": "CANARY-2"},
            "shop": good["shop"] | {"password": "CANARY-3"},
        }
        write(tmp_path, settings(tmp_path, accounts=bad))
        done = await orderbot("check", cwd=tmp_path)
        assert done.code == 1
        assert [line.split(":")[0] for line in done.err.splitlines()] == ["guoguo", "gifts", "shop"]
        assert "guoguo: GuoGuo does not accept our private key." in done.err
        assert "settings: ok" in done.out
        assert "CANARY" not in done.out + done.err

        write(tmp_path, settings(tmp_path, accounts=good))
        mended = await orderbot("check", cwd=tmp_path)
        assert (mended.code, mended.err) == (0, "")


async def test_a_supplier_out_of_reach_is_a_fault_that_speaks_of_no_order_and_hides_no_other_account(
    tmp_path: Path,
) -> None:
    guoguo = GuoGuoSimulator()
    await guoguo.start()
    gone = guoguo.account()
    await guoguo.stop()
    async with AnqiCmsSimulator() as shop:
        write(tmp_path, settings(tmp_path, accounts={"guoguo": gone, "shop": shop.account()}))
        done = await orderbot("check", cwd=tmp_path)
    assert (done.code, done.err) == (1, "guoguo: GuoGuo could not be reached.\n")
    assert "shop: ok" in done.out.splitlines()


async def test_a_database_that_cannot_be_opened_is_a_fault_and_the_accounts_are_checked_all_the_same(
    tmp_path: Path,
) -> None:
    async with GuoGuoSimulator() as guoguo:
        content = settings(tmp_path, accounts={"guoguo": guoguo.account()})
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


async def test_an_address_in_clear_is_a_warning_of_what_crosses_the_network_and_no_fault(tmp_path: Path) -> None:
    account = {"provider": "citiesocial", "base_url": "http://citiesocial.example"}
    telegram = {"token": "123456:CANARY-token", "api_url": "http://telegram.example"}
    write(tmp_path, settings(tmp_path, accounts={"c": account}, telegram=telegram))
    done = await orderbot("check", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    clear = "is http, so anybody on the way can read and change what is sent"
    assert [line for line in done.out.splitlines() if line.startswith("warning")] == [
        f"warning: telegram.api_url {clear}: the bot's token and everything that staff and the bot say",
        f"warning: accounts.c.base_url {clear}: its credentials, and who gets what and where",
    ]


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
