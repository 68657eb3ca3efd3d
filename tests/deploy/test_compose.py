"""The compose files keep to the specification, and to what the image and the program need."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.app import LAST_MESSAGES
from bot.settings.model import OrdersSettings
from tests.deploy.compose import BindMount, Compose, Service, read, seconds

ROOT = Path(__file__).parents[2]
OPERATORS_OWN = {"./orderbot.toml", "./certificate.pem"}
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
        assert [name for name in mounted if name not in OPERATORS_OWN and not (ROOT / name).is_file()] == []

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


class TestTheLargerCase:
    """Replicas of a bot on PostgreSQL, behind the proxy."""

    @pytest.fixture
    def compose(self) -> Compose:
        return read(ROOT / "compose.scale.yaml")

    def test_each_bot_is_one_that_the_proxy_knows(self, compose: Compose) -> None:
        listens = [
            f"{name}:{service.environment['ORDERBOT_TELEGRAM__LISTEN'].rpartition(':')[2]}"
            for name, service in compose.services.items()
            if service.build is not None
        ]
        proxy = compose.services["proxy"].environment
        assert [value for key, value in proxy.items() if key.startswith("ORDERBOT_BOT_")] == listens

    def test_replicas_are_alike_and_are_started_again(self, compose: Compose) -> None:
        first, second = bots(compose)
        assert first == second
        assert first.restart == "unless-stopped"

    def test_only_the_proxy_is_reached_from_outside_and_nobody_but_bots_reaches_the_database(
        self, compose: Compose
    ) -> None:
        assert {name for name, service in compose.services.items() if service.ports} == {"proxy"}
        assert compose.services["database"].networks == ["inside"]
        assert "inside" not in compose.services["proxy"].networks
        inside = compose.networks["inside"]
        assert inside is not None
        assert inside.internal

    def test_the_proxy_listens_where_its_port_leads_and_reads_what_is_mounted(self, compose: Compose) -> None:
        proxy = compose.services["proxy"]
        configuration = (ROOT / "deploy" / "haproxy.cfg").read_text("utf-8")
        assert [port.partition(":")[2] for port in proxy.ports] == ["8443"]
        assert "presetenv ORDERBOT_LISTEN :8443\n" in configuration
        targets = {mount.target for mount in proxy.volumes if isinstance(mount, BindMount)}
        assert f"presetenv ORDERBOT_CERTIFICATE {min(targets)}\n" in configuration

    def test_images_of_others_are_of_one_major_version(self, compose: Compose) -> None:
        images = [service.image for service in compose.services.values() if service.image is not None]
        assert [image for image in images if not re.fullmatch(r"[a-z]+:\d+(\.\d+)*-[a-z]+", image)] == []


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
