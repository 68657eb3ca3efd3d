"""Settings as the text of a file, since the program reads nothing else."""

import json
from typing import Any


def as_toml(value: dict[str, Any], prefix: str = "") -> str:
    """Tables of the settings; an account's headers are written inline."""
    plain = [f"{key} = {_value(inner)}" for key, inner in value.items() if not _is_table(prefix, key, inner)]
    lines = [f"[{prefix}]", *plain] if prefix else plain
    for key, inner in value.items():
        if _is_table(prefix, key, inner):
            lines.append(as_toml(inner, f"{prefix}.{key}" if prefix else key))
    return "\n".join(lines)


def _is_table(prefix: str, key: str, value: object) -> bool:
    return isinstance(value, dict) and prefix in {"", "accounts"} and key != "headers"


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + " }"
    return json.dumps(value)
