"""The commands menu (Bot API, "BotCommand", "BotCommandScope"): what a bot says that it understands."""

import json
import re
from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.parameters import Parameters

MOST_COMMANDS = 100
LONGEST_DESCRIPTION = 256
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
"""Two letters, or none for everybody. Source: Bot API, "setMyCommands"."""
_DEFAULT_SCOPE = {"type": "default"}


class CommandMenus:
    """One list of commands per scope and language; `{"type": "default"}` without a language is the one for all."""

    def __init__(self) -> None:
        self._menus: dict[tuple[str, str], list[dict[str, str]]] = {}

    def put(self, given: Parameters) -> bool:
        commands = given.structure("commands", "list of bot commands")
        if not isinstance(commands, list):
            raise bad_request("can't parse list of bot commands: expected an Array")
        if len(commands) > MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        self._menus[_key(given)] = [_checked(command) for command in commands]
        return True

    def get(self, given: Parameters) -> list[dict[str, str]]:
        return self._menus.get(_key(given), [])

    def shown(self, language: str = "", chat_id: int = 0) -> list[dict[str, str]]:
        """The menu of a person with this language in a chat: the chat's own, else that for all.

        Source: Bot API, "Determining list of commands".
        """
        scopes = [{"type": "chat", "chat_id": chat_id}, _DEFAULT_SCOPE]
        keys = [(json.dumps(scope, sort_keys=True), code) for scope in scopes for code in (language[:2], "")]
        return next((self._menus[key] for key in keys if self._menus.get(key)), [])


def _key(given: Parameters) -> tuple[str, str]:
    scope = given.structure("scope", "bot command scope") or _DEFAULT_SCOPE
    if isinstance(scope, dict) and str(scope.get("chat_id", "")).lstrip("-").isdigit():
        scope = scope | {"chat_id": int(scope["chat_id"])}
    language = given.text("language_code")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return json.dumps(scope, sort_keys=True), language


def _checked(command: Any) -> dict[str, str]:
    if not isinstance(command, dict) or command.keys() != {"command", "description"}:
        raise bad_request("can't parse BotCommand: expected an Object with command and description")
    name = str(command["command"]).removeprefix("/")
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    description = str(command["description"]).strip()
    if not 1 <= len(description) <= LONGEST_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}
