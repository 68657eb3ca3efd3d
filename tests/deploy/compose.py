"""The part of the compose specification that our files use, strictly: a key or a value beside it is a fault.

Docker itself isn't needed to see a slip of the pen. Source: the specification's pages "Services" and "Volumes".
"""

import re
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

SECONDS = {"s": 1, "m": 60}


def seconds(duration: str) -> int:
    """A duration of the specification, such as `1m30s`. Raises ValueError for anything else."""
    if not re.fullmatch(r"(\d+m)?(\d+s)?", duration) or not duration:
        raise ValueError(f"{duration} is no duration")
    return sum(int(number) * SECONDS[unit] for number, unit in re.findall(r"(\d+)([ms])", duration))


Duration = Annotated[str, AfterValidator(lambda value: f"{seconds(value)}s")]
Absolute = Annotated[str, Field(pattern=r"^/")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Bind(Strict):
    create_host_path: bool


class BindMount(Strict):
    type: Literal["bind"]
    source: Annotated[str, Field(pattern=r"^\./")]
    target: Absolute
    read_only: Literal[True]
    bind: Bind


class HealthCheck(Strict):
    test: list[str]
    interval: Duration
    timeout: Duration
    retries: int
    start_period: Duration = "0s"


class Waiting(Strict):
    condition: Literal["service_started", "service_healthy"]


class Logging(Strict):
    driver: Literal["local"]


class Service(Strict):
    build: str | None = None
    image: str | None = None
    command: list[str] | None = None
    restart: Literal["unless-stopped"]
    stop_grace_period: Duration = "10s"
    depends_on: dict[str, Waiting] = {}
    environment: dict[str, str] = {}
    ports: list[Annotated[str, Field(pattern=r"^\d+:\d+(/udp)?$")]] = []
    expose: list[str] = []
    volumes: list[BindMount | str] = []
    secrets: list[str] = []
    networks: list[str] = []
    read_only: bool = False
    tmpfs: list[Absolute] = []
    user: str | None = None
    shm_size: str | None = None
    cap_drop: list[Literal["ALL"]] = []
    cap_add: list[str] = []
    security_opt: list[Literal["no-new-privileges:true"]] = []
    healthcheck: HealthCheck | None = None
    logging: Logging

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.build is None) == (self.image is None):
            raise ValueError("a service is either built or fetched")
        return self


class Secret(Strict):
    file: Annotated[str, Field(pattern=r"^\./")]


class Network(Strict):
    internal: bool = False


class Compose(Strict):
    services: dict[str, Service]
    volumes: dict[str, None] = {}
    secrets: dict[str, Secret] = {}
    networks: dict[str, Network | None] = {}

    @model_validator(mode="after")
    def _names_are_there(self) -> Self:
        for name, service in self.services.items():
            named = [one.partition(":")[0] for one in service.volumes if isinstance(one, str)]
            for kind, wanted, there in (
                ("volume", named, self.volumes),
                ("secret", service.secrets, self.secrets),
                ("network", service.networks, self.networks),
                ("service", service.depends_on, self.services),
            ):
                if unknown := set(wanted) - set(there):
                    raise ValueError(f"{name} names no {kind}: {', '.join(sorted(unknown))}")
        return self


def read(file: Path) -> Compose:
    """A file of ours. Keys that begin with `x-` are the specification's place for what several services share."""
    found = yaml.safe_load(file.read_text("utf-8"))
    return Compose.model_validate({key: value for key, value in found.items() if not key.startswith("x-")})
