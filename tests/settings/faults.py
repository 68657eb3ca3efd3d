"""Settings with something wrong in them, and what loading them says about it. No fault shows a value."""

from pathlib import Path
from typing import Any

import pytest

from bot.settings.faults import SettingsError
from bot.settings.model import load_settings
from tests.commands.program import settings

CANARY = "CANARY"


def faults(path: Path | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(path)
    assert CANARY not in str(caught.value) + repr(caught.value)
    return caught.value.faults


def changed(folder: Path, where: str, value: Any) -> dict[str, Any]:
    """Good settings with one value changed, or removed if it is None; `where` is dotted."""
    good = settings(folder)
    *tables, key = where.split(".")
    table = good
    for name in tables:
        table = table.setdefault(name, {})
    table[key] = value
    if value is None:
        del table[key]
    return good
