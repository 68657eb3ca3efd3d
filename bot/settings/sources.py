"""The sources of the settings: a TOML file and the environment, both as plain tables that nobody has checked yet."""

import json
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict

from bot.settings.faults import SettingsError, not_a_setting, one_line

PREFIX = "ORDERBOT_"
WITHIN = "__"
_CONFIG = "config"


@dataclass(frozen=True, slots=True)
class Environment:
    """`settings` is a table as the file might hold it, `config` the file that is named, `faults` one line each."""

    settings: dict[str, Any]
    config: Path | None
    faults: list[str]


class _Source(EnvSettingsSource):
    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        """Lists and tables are JSON; all else stays text, so that a key of digits is not taken for a number.

        A list or table that is no JSON stays text too, and is faulted by its name when it is checked.
        """
        del field_name, field
        if value.lstrip()[:1] in {"[", "{"}:
            with suppress(ValueError, RecursionError):
                return json.loads(value)
        return value


def read_environment(model: type[BaseModel]) -> Environment:
    """`ORDERBOT_TELEGRAM__TOKEN` is the key `token` of the table `telegram`; names are not case-sensitive."""
    source = _Source(_named(model))
    prefix = PREFIX.lower()
    given = [name.removeprefix(prefix) for name in source.env_vars if name.startswith(prefix)]
    # Only names with a table in them: container platforms add ORDERBOT_PORT and the like for a service of our name.
    strange = [name for name in given if WITHIN in name and name.partition(WITHIN)[0] not in model.model_fields]
    config = source.env_vars.get(prefix + _CONFIG)
    return Environment(
        settings=source(),
        config=Path(config) if config else None,
        faults=[one_line(f"{PREFIX}{name.upper()}: {_meant(name, model)}") for name in strange],
    )


@cache
def _named(model: type[BaseModel]) -> type[BaseSettings]:
    """The model with names of the environment; kept, since to make a class of it takes longer than to read it."""

    class Named(model, BaseSettings):  # type: ignore[valid-type,misc]  # the model is known at run time only
        model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter=WITHIN)

    return Named


def _meant(name: str, model: type[BaseModel]) -> str:
    table, within, rest = name.partition(WITHIN)
    close = get_close_matches(table, list(model.model_fields), 1)
    return not_a_setting(f"{PREFIX}{close[0]}{within}{rest}".upper() if close else "")


def read_file(path: Path, *, hint: str = "") -> dict[str, Any]:
    """The tables of a TOML file. Raises SettingsError with one line, which ends in `hint` if the file is missing."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        fault = f"there is no such file{hint}"
    except (OSError, ValueError, RecursionError) as error:
        fault = _reason(error)
    raise SettingsError([one_line(f"{path}: {fault}")])


def _reason(error: Exception) -> str:
    match error:
        case UnicodeDecodeError():
            return "is not UTF-8 text"
        case tomllib.TOMLDecodeError():
            # The rest of its message may quote the file, and so a secret.
            place = re.search(r"at line \d+, column \d+|at end of document", str(error))
            return f"is not TOML ({place[0]})" if place else "is not TOML"
        case OSError():
            return f"can't be read: {error.strerror or type(error).__name__}"
        case _:
            return "can't be read"


def with_overrides(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Both tables in one; where both have a key, `above` wins, and a table within is joined in the same way.

    Keys are the same whatever their case: names in the environment are usually upper case, those of headers any.
    """
    joined = dict(below)
    spelled = {key.lower(): key for key in below}
    for key, value in above.items():
        under = joined.pop(spelled.get(key.lower(), key), None)
        both = isinstance(under, Mapping) and isinstance(value, Mapping)
        joined[key] = with_overrides(under, value) if both else value
    return joined
