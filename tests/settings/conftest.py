"""Every test of the settings has a folder and an environment of its own, since both are looked at."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _a_folder_and_an_environment_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("ORDERBOT_"):
            monkeypatch.delenv(name)
