"""Unique texts in place of everything that is secret or personal, and the search for them in whatever was written."""

import base64
import html
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote, quote_plus

from pydantic import BaseModel, SecretStr, ValidationError

from bot.settings.model import TelegramSettings
from providers.registry import names, provider_class
from tests.end_to_end.dialogues import DIALOGUES, Dialogue, Turn

STRANGE = '-/+"%41<&>\\7Q'
"""Characters that look different wherever they are quoted."""

PERSONAL = {
    "https://example.com/posts/abc123": "https://example.com/canary-link-77",
    "staff@example.com": "canary.mail.77@example.com",
    "小明": "金絲雀名",
    "王": "金絲雀姓",
    "八德路一段1號": "金絲雀路77號",
    "0912 345 678": "0977 077 077",
    "易碎": "金丝雀备注",
    "测试": "金丝雀收",
    "15000000007-0123": "15077000077-0770",
    "梦想大道108号": "金丝雀大道77号",
    "李小红": "金丝雀寄",
    "13900000000": "13977000077",
    "王小明": "金丝雀客",
    "138 0000 0000": "138 7700 0077",
    "建设路1号": "金丝雀胡同77号",
}
"""The answers of the dialogues that are about people, and what is said instead."""
AS_SENT = {"0977077077", "13877000077"}
"""The same as suppliers get them."""


def personal(dialogue: Dialogue) -> Dialogue:
    """The same dialogue about people who don't exist anywhere else."""
    turns = tuple(replace(turn, does=PERSONAL.get(turn.does, turn.does)) for turn in dialogue.turns)
    remarked = (
        Turn("金丝雀留言" if _skips_remark(turns, i) else t.does, t.first, t.buttons) for i, t in enumerate(turns)
    )
    return replace(dialogue, turns=tuple(remarked))


def _skips_remark(turns: tuple[Turn, ...], i: int) -> bool:
    return i > 0 and turns[i].does == "[Skip]" and turns[i - 1].first.startswith("Note")


PEOPLE = {*PERSONAL.values(), *AS_SENT, "金丝雀留言"}
PERSONAL_DIALOGUES = {account: personal(dialogue) for account, dialogue in DIALOGUES.items()}


def holds_secrets(annotation: Any) -> bool:
    return annotation is SecretStr or any(holds_secrets(inner) for inner in get_args(annotation))


def secret_fields(model: type[BaseModel]) -> list[str]:
    return [name for name, field in model.model_fields.items() if holds_secrets(field.annotation)]


def telegram_secrets() -> dict[str, str]:
    """By the name of the setting; they have only letters, digits, dashes and underscores, as Telegram wants them."""
    planted = {name: f"canary-telegram-{name}_77117711771177" for name in secret_fields(TelegramSettings)}
    return planted | {"token": "771177:canary_telegram-token_77117711771177"}


def planted(base_url: str) -> dict[str, dict[str, Any]]:
    """Accounts in which every secret of every provider stands once: one account for each way in that is accepted."""
    accounts: dict[str, dict[str, Any]] = {}
    for provider in names():
        model = provider_class(provider).settings_model
        secrets = secret_fields(model)
        plain = {"provider": provider, "base_url": base_url, "timeout": 20}
        ways = [way for n in range(1, len(secrets) + 1) for way in combinations(secrets, n)]
        for way in ways:
            given = {name: _value(model, provider, name) for name in way}
            for more in ({}, {"user_name": "staff"}):
                account = plain | given | more
                if _accepted(model, account):
                    accounts[f"{provider}_{len(accounts)}"] = account | {"title": f"{provider} {' '.join(way)}"}
                    break
    return accounts


def _value(model: type[BaseModel], provider: str, name: str) -> Any:
    canary = f"canary-{provider}-{name}{STRANGE}"
    is_table = "dict" in str(model.model_fields[name].annotation)
    return {"X-Shop-Key": canary, "Authorization": f"Bearer {canary}-too"} if is_table else canary


def _accepted(model: type[BaseModel], account: dict[str, Any]) -> bool:
    try:
        model.model_validate(account)
    except ValidationError:
        return False
    return True


def forms(canary: str) -> Iterator[bytes]:
    """How a canary may look in what was written."""
    yield canary.encode()
    for quoted in (quote(canary), quote(canary, safe=""), quote_plus(canary)):
        yield quoted.encode()
        yield quoted.lower().encode()
    yield json.dumps(canary)[1:-1].encode()
    yield json.dumps(json.dumps(canary))[3:-3].encode()
    yield html.escape(canary).encode()
    for before in range(3):
        # Without its ends, which depend on what stands around it.
        encoded = base64.b64encode(b"\0" * before + canary.encode())[4:-4]
        yield encoded
        yield encoded.replace(b"+", b"-").replace(b"/", b"_")


def found(canaries: Iterable[str], written: dict[str, bytes]) -> list[tuple[str, str]]:
    """Where canaries are: pairs of a canary and the name of what holds it."""
    return [
        (canary, name)
        for canary in canaries
        for name, content in written.items()
        if any(form in content for form in forms(canary))
    ]


def files(folder: Path, *, but: str = "") -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.name != but}
