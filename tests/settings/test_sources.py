"""What is read from the file and the environment, which wins, and what is wrong with either in a line."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings.model import Settings, load_settings
from providers.guoguo.provider import GuoGuoSettings
from tests.commands.program import settings, write
from tests.settings.faults import faults


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"token = ", "orderbot.toml: is not TOML (at end of document)"),
        (b"a = 1\n[CANARY\nb = 2", "orderbot.toml: is not TOML (at line 2, column 8)"),
        (b"CANARY = 1\nCANARY = 2", "orderbot.toml: is not TOML (at end of document)"),
        (b"\xff\xfe", "orderbot.toml: is not UTF-8 text"),
        (b"a = " + b"[" * 5000, "orderbot.toml: can't be read"),
    ],
)
def test_what_is_no_toml_is_one_line(tmp_path: Path, content: bytes, fault: str) -> None:
    (tmp_path / "orderbot.toml").write_bytes(content)
    assert faults() == [fault]


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    path = write(tmp_path, settings(tmp_path))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_settings(path)


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    assert faults(tmp_path) == [f"{tmp_path}: can't be read: Is a directory"]


def test_without_a_file_and_without_an_environment_the_file_is_missed() -> None:
    assert faults() == ["orderbot.toml: there is no such file; name another with --config"]


def test_a_file_that_is_named_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERBOT_LANGUAGE", "en")
    assert faults(Path("mine.toml")) == ["mine.toml: there is no such file"]
    monkeypatch.setenv("ORDERBOT_CONFIG", "theirs.toml")
    assert faults() == ["theirs.toml: there is no such file"]


def test_the_file_is_the_one_that_is_named_then_the_environments_then_the_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, theirs, _ = (
        write(tmp_path, settings(tmp_path) | {"timezone": zone}, name)
        for zone, name in [("Asia/Taipei", "a.toml"), ("Asia/Tokyo", "b.toml"), ("Asia/Seoul", "orderbot.toml")]
    )
    assert load_settings(None).timezone == "Asia/Seoul"
    monkeypatch.setenv("ORDERBOT_CONFIG", str(theirs))
    assert load_settings(None).timezone == "Asia/Tokyo"
    assert load_settings(named).timezone == "Asia/Taipei"


def environment(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"ORDERBOT_{name}", value)


def test_everything_can_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    environment(
        monkeypatch,
        TELEGRAM__TOKEN="1:a",
        STAFF__ADMINS="[1, 2]",
        ACCOUNTS__SHOP__PROVIDER="anqicms",
        ACCOUNTS__SHOP__BASE_URL="https://shop.example",
        ACCOUNTS__SHOP__TOKEN="123456",
        ACCOUNTS__SHOP__REMARK_MARKER="true",
        ACCOUNTS__SHOP__TIMEOUT="5",
    )
    loaded = load_settings(None)
    assert loaded.staff.admins == (1, 2)
    shop = loaded.accounts["shop"].model_dump()
    assert shop["token"] == SecretStr("123456")
    assert (shop["remark_marker"], shop["timeout"]) == (True, 5)


def test_the_environment_wins_over_the_file_and_the_rest_of_the_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, settings(tmp_path))
    environment(monkeypatch, ACCOUNTS__GUOGUO__API_KEY="other", TELEGRAM__API_URL="http://127.0.0.1:1")
    loaded = load_settings(None)
    account = loaded.accounts["guoguo"]
    assert isinstance(account, GuoGuoSettings)
    assert account.api_key.get_secret_value() == "other"
    assert loaded.telegram.token.get_secret_value() == settings(tmp_path)["telegram"]["token"]
    assert loaded.telegram.api_url == "http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("name", "value"), [("HEADERS", '{"Authorization": "new"}'), ("HEADERS__AUTHORIZATION", "new")]
)
def test_a_header_of_the_environment_replaces_the_files_whatever_its_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    account = {
        "provider": "citiesocial",
        "base_url": "https://c.example",
        "headers": {"Authorization": "old", "X": "x"},
    }
    write(tmp_path, settings(tmp_path, accounts={"c": account}))
    environment(monkeypatch, **{f"ACCOUNTS__C__{name}": value})
    headers = load_settings(None).accounts["c"].model_dump()["headers"]
    assert {key.lower(): held.get_secret_value() for key, held in headers.items()} == {"authorization": "new", "x": "x"}


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("STAFF__ADMINS", "1", "staff.admins: must be a list, such as [1, 2]"),
        ("STAFF__ADMINS", "[CANARY", "staff.admins: must be a list, such as [1, 2]"),
        ("TELEGRAM", "CANARY", "telegram: must be a table"),
        ("TELEGRAM__TOKN", "CANARY", "telegram.tokn: is not a setting"),
        (
            "TELEGRAN__TOKEN",
            "CANARY",
            "ORDERBOT_TELEGRAN__TOKEN: is not a setting; did you mean ORDERBOT_TELEGRAM__TOKEN?",
        ),
        ("XXXX__TOKEN", "CANARY", "ORDERBOT_XXXX__TOKEN: is not a setting"),
        ("ACCOUNTS__GUOGUO__API_KEY", "...", "accounts.guoguo.api_key: is still the example's: put your own here"),
        ("ORDERS__LAG", "nan", "orders.lag: must be at least 0.0"),
        (
            "METRICS__LISTEN",
            "127.0.0.1",
            "metrics.listen: must be a host and a port, such as 127.0.0.1:9464 or [::1]:9464",
        ),
    ],
)
def test_a_fault_of_the_environment_is_named_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, fault: str
) -> None:
    write(tmp_path, settings(tmp_path))
    monkeypatch.setenv(f"ORDERBOT_{name}", value)
    assert faults() == [fault]
    monkeypatch.delenv(f"ORDERBOT_{name}")
    assert load_settings(None)


def test_what_a_container_platform_adds_for_a_service_of_our_name_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, settings(tmp_path))
    environment(monkeypatch, PORT="tcp://10.0.0.1:80", SERVICE_HOST="10.0.0.1")
    assert load_settings(None)


def test_a_program_can_make_settings_without_file_and_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(monkeypatch, TIMEZONE="Asia/Taipei")
    made = Settings.model_validate(json.loads(json.dumps(settings(tmp_path))))
    assert made.timezone == "UTC"
