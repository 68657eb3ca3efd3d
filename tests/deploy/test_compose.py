"""The compose files keep to the specification, and to what the image and the program need."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.app import LAST_MESSAGES
from bot.settings.model import OrdersSettings
from tests.deploy.compose import BindMount, Compose, Service, read, seconds

ROOT = Path(__file__).parents[2]
FILES = sorted(ROOT.glob("compose*.yaml"))


def bots(compose: Compose) -> list[Service]:
    return [service for service in compose.services.values() if service.build is not None]


def test_there_is_one_for_the_simple_case() -> None:
    compose = read(ROOT / "compose.yaml")
    assert list(compose.services) == ["orderbot"]
    assert compose.services["orderbot"].ports == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
class TestEveryFile:
    def test_it_keeps_to_the_specification(self, file: Path) -> None:
        assert bots(read(file))

    def test_what_it_mounts_of_this_repository_is_there(self, file: Path) -> None:
        services = read(file).services.values()
        mounted = [mount.source for service in services for mount in service.volumes if isinstance(mount, BindMount)]
        assert [name for name in mounted if name != "./orderbot.toml" and not (ROOT / name).is_file()] == []

    def test_a_bot_has_time_to_end_what_is_on_the_wire(self, file: Path) -> None:
        for bot in bots(read(file)):
            assert seconds(bot.stop_grace_period) >= 2 * (OrdersSettings().grace + LAST_MESSAGES)

    def test_a_bot_may_do_nothing_but_its_work(self, file: Path) -> None:
        for bot in bots(read(file)):
            assert bot.read_only
            assert bot.tmpfs == ["/tmp"]  # noqa: S108  the container's own
            assert bot.cap_drop == ["ALL"]
            assert bot.cap_add == []
            assert bot.security_opt == ["no-new-privileges:true"]
            assert bot.user is None, "the image has one without rights"

    def test_a_bot_reads_the_settings_that_are_mounted(self, file: Path) -> None:
        for bot in bots(read(file)):
            targets = [mount.target for mount in bot.volumes if isinstance(mount, BindMount)]
            assert bot.environment["ORDERBOT_CONFIG"] in targets

    def test_it_holds_no_secret(self, file: Path) -> None:
        for service in read(file).services.values():
            said = {key: value for key, value in service.environment.items() if "PASSWORD" in key or "TOKEN" in key}
            assert [key for key, value in said.items() if not value.startswith(("/run/secrets/", "${"))] == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("    read_only: true\n    tmpfs", "    read-only: true\n    tmpfs"),
        ("restart: unless-stopped", "restart: sometimes"),
        ("stop_grace_period: 60s", "stop_grace_period: a minute"),
        ("- data:/data", "- dat:/data"),
        ("build: .", "build: .\n    image: orderbot"),
        ("create_host_path: false", "create_host_path: 'false'"),
    ],
)
def test_a_slip_of_the_pen_is_seen(right: str, wrong: str, tmp_path: Path) -> None:
    text = (ROOT / "compose.yaml").read_text("utf-8")
    assert right in text
    file = tmp_path / "compose.yaml"
    file.write_text(text.replace(right, wrong), "utf-8")
    with pytest.raises(ValidationError):
        read(file)


def test_a_duration_is_counted_in_seconds() -> None:
    assert [seconds(duration) for duration in ("30s", "2m", "1m30s")] == [30, 120, 90]
