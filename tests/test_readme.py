"""README is what a newcomer goes by, so what it says is tried."""

import re
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings.model import load_settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_it_is_short_enough_to_be_read() -> None:
    assert len(README.splitlines()) <= 250


def test_its_settings_are_accepted_once_the_secrets_are_put_in(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    file = tmp_path / "orderbot.toml"
    file.write_text(example.replace('"..."', '"mine"').replace("123456:ABC", "1:mine"), encoding="utf-8")
    assert list(load_settings(file).accounts) == ["guoguo", "shop"]


def test_its_two_commands_are_tasks_of_make() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"^\$ make (\w+)", README, re.MULTILINE))
    assert named == {"sandbox", "test"}
    assert all(re.search(rf"^{task}:", makefile, re.MULTILINE) for task in named)


def test_it_names_every_command_of_the_program() -> None:
    commands = {command.name or command.callback.__name__ for command in main.registered_commands if command.callback}
    assert commands == set(re.findall(r"^\| `orderbot (\w+)[^`]*` \|", README, re.MULTILINE))


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([\w./]+)\)", README))))
def test_what_it_links_to_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:bot|providers|storage|tests)/[\w./]*)`", README))))
def test_the_places_it_names_exist(path: str) -> None:
    assert (ROOT / path).exists()
