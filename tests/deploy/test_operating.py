"""docs/operating.md is what an operator goes by, so it is gone by: every command in it is run, in its order."""

import os
import re
import shutil
import subprocess
import tomllib
from itertools import takewhile
from pathlib import Path

import pytest
import typer

from bot.__main__ import main
from bot.settings.model import load_settings
from tests import postgres
from tests.deploy.compose import read
from tests.deploy.operator import SITUATIONS, operator, placeholders
from tests.deploy.papers import Block, blocks, commands, unsaid
from tests.end_to_end.config import as_toml
from tests.end_to_end.house import world

ROOT = Path(__file__).parents[2]
PAPER = ROOT / "docs" / "operating.md"
PAPERS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NEEDED = {
    "PostgreSQL": (postgres.programs(),),
    "Replicas": (postgres.programs(), shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")),
}
"""Sections with what they need: a test machine without it goes by the rest of the paper."""
NEVER_RUN = 8
"""Blocks that no test can run, at most."""
DOCKER = {
    "up": {"--detach", "--build"},
    "stop": set(),
    "down": set(),
    "logs": {"--follow"},
    "run": {"--build", "--rm"},
}
"""What is used of `docker compose`, by its documentation. Source: its pages "docker compose up" and so on."""


async def test_a_person_who_goes_by_it_gets_what_it_says(tmp_path: Path) -> None:
    async with world(tmp_path) as house, operator(tmp_path, house) as person:
        for block in blocks(PAPER.read_text("utf-8")):
            if not block.not_run and all(NEEDED.get(block.section, ())):
                await person.follow(block)
        await person.stop()
        assert len(house.guoguo.ledger) == len(person.references)


def test_few_blocks_are_left_out_and_each_says_why() -> None:
    left_out = [block for block in blocks(PAPER.read_text("utf-8")) if block.not_run]
    assert len(left_out) <= NEVER_RUN
    assert [block.line for block in left_out if not re.match(r"needs (Docker|root)", block.not_run)] == []


def test_every_block_asks_for_what_an_operator_can_bring_about() -> None:
    asked = {situation for block in blocks(PAPER.read_text("utf-8")) for situation in block.first}
    assert asked == set(SITUATIONS)


def test_a_reader_has_to_put_in_two_words_only() -> None:
    assert {word for block in blocks(PAPER.read_text("utf-8")) for word in placeholders(block.text)} == {
        "ADDRESS",
        "PASSWORD",
    }


def strangeness(command: list[str]) -> str | None:
    """The reason why a command can't be meant, or None."""
    match command:
        case ["orderbot" | "/opt/orderbot/bin/orderbot", *words]:
            return strange_words_of_ours(words)
        case ["docker", "compose", *words]:
            return strange_words_of_compose(words)
        case ["systemctl", *words]:
            return strange_flags(command) or strange_verb(words)
        case ["journalctl" | "useradd" | "install" | "curl" | "chown", *_]:
            return strange_flags(command)
        case _:
            return None


def strange_words_of_ours(words: list[str]) -> str | None:
    command = typer.main.get_command(main)
    group = getattr(command, "commands", {})
    if not words or words[0].startswith("-"):
        return None
    if words[0] not in group:
        return f"orderbot has no command {words[0]}"
    options = {option for parameter in group[words[0]].params for option in parameter.opts} | {"--help"}
    unknown = [word for word in words[1:] if word.startswith("-") and word.partition("=")[0] not in options]
    return f"orderbot {words[0]} has no {unknown}" if unknown else None


def strange_words_of_compose(words: list[str]) -> str | None:
    file = ROOT / "compose.yaml"
    if words and words[0] == "--file":
        file, words = ROOT / words[1], words[2:]
    if not file.is_file():
        return f"there is no {file.name}"
    if words[0] not in DOCKER:
        return f"docker compose {words[0]} isn't known here"
    given = list(takewhile(lambda word: word.startswith("-"), words[1:]))
    if not set(given) <= DOCKER[words[0]]:
        return f"docker compose {words[0]} has other flags than {given}"
    rest = words[1 + len(given) :]
    if rest and rest[0] not in read(file).services:
        return f"{file.name} has no service {rest[0]}"
    return strange_words_of_ours(rest[1:]) if words[0] == "run" else None


def strange_verb(words: list[str]) -> str | None:
    told = help_of("systemctl")
    verb, *units = [word for word in words if not word.startswith("-")]
    if not re.search(rf"(?m)^  {re.escape(verb)}\b", told):
        return f"systemctl has no {verb}"
    named = [unit.partition("@")[0] for unit in units if unit != "haproxy"]
    without = [unit for unit in named if not (ROOT / "deploy" / f"{unit}.service").is_file()]
    return f"there is no unit {without}" if without else None


def strange_flags(command: list[str]) -> str | None:
    if shutil.which(command[0]) is None:
        return None
    told = help_of(command[0])
    flags = [word.partition("=")[0] for word in command[1:] if word.startswith("--")]
    unknown = [flag for flag in flags if not re.search(rf"{flag}\b", told)]
    return f"{command[0]} has no {unknown}" if unknown else None


def help_of(program: str) -> str:
    words = [program, "--help", "all"] if program == "curl" else [program, "--help"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_command_is_one_that_there_is(paper: Path) -> None:
    found = [(command, strange) for command in commands(paper.read_text("utf-8")) if (strange := strangeness(command))]
    assert found == []


@pytest.mark.parametrize(
    "command",
    [
        "orderbot backups FILE",
        "orderbot restore --try FILE",
        "docker compose up --detached",
        "docker compose run --rm orderbot backups",
        "docker compose logs bot",
        "docker compose --file compose.none.yaml up",
        "systemctl begin orderbot",
        "systemctl start orderbots",
        "journalctl --units orderbot",
    ],
)
def test_a_command_that_there_is_not_is_seen(command: str) -> None:
    assert strangeness(command.split()) is not None


def test_every_file_that_a_block_installs_is_there() -> None:
    text = "\n".join(block.text for block in blocks(PAPER.read_text("utf-8")))
    named = re.findall(r"(?:program/)?((?:deploy/)?[\w.-]+\.(?:txt|toml|service|yaml))\b", text)
    made = {"orderbot.toml", "orderbot.service"}
    assert {"deploy/requirements.txt", "deploy/orderbot.service", "orderbot.example.toml"} <= set(named)
    assert [name for name in named if name not in made and not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_setting_that_is_shown_is_one(paper: Path, tmp_path: Path) -> None:
    account = {"accounts": {"guoguo": {"provider": "guoguo", "api_key": "..."}}}
    for example in re.findall(r"(?ms)^ *```toml\n(.*?)^ *```", paper.read_text("utf-8")):
        shown = tomllib.loads(re.sub(r"(?m)^ +", "", example))
        settings = {"telegram": {"token": "123456:ABC"}} | account | shown
        file = tmp_path / "orderbot.toml"
        file.write_text(as_toml(settings).replace('"..."', '"mine"').replace("123456:ABC", "1:mine"), "utf-8")
        load_settings(file)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_link_leads_somewhere(paper: Path) -> None:
    for path, _, place in re.findall(r"\]\(([\w./-]*)(#([\w-]+))?\)", paper.read_text("utf-8")):
        target = (paper.parent / path).resolve() if path else paper
        assert target.exists(), path
        if place:
            headings = re.findall(r"(?m)^#+ (.+)$", target.read_text("utf-8"))
            assert place in {re.sub(r"[^\w -]", "", one).strip().lower().replace(" ", "-") for one in headings}


class TestPapers:
    def test_a_block_has_what_stands_before_and_after_it(self) -> None:
        paper = "<!-- first: rain -->\n```sh\na\nb\n```\n\n```text\nwet\n```\n"
        assert blocks(paper) == [Block(2, "a\nb", first=("rain",), says=("wet",))]

    def test_a_block_within_a_list_loses_its_indent(self) -> None:
        assert blocks("1. so\n\n   ```sh\n   a \\\n     b\n   ```\n") == [Block(3, "a \\\n  b")]

    def test_a_comment_that_belongs_to_no_block_is_a_fault(self) -> None:
        with pytest.raises(ValueError, match="no block of shell follows"):
            blocks("<!-- not run: tired -->\nwords\n\n```sh\na\n```\n")

    def test_what_is_printed_may_have_more_lines_and_other_words(self) -> None:
        assert unsaid("one\ntwo 2\nthree", ("one", "two ...")) == []
        assert unsaid("one\ntwo 2\nthree", ("two ...", "one")) == ["one"]

    def test_commands_are_found_in_blocks_and_amid_the_text(self) -> None:
        paper = "Do `sudo -u x env A=b orderbot check`.\n\n```sh\nls | head\n```\n"
        assert commands(paper) == [["ls"], ["head"], ["orderbot", "check"]]
