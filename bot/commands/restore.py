"""`orderbot restore`: a copy takes the database's place, and it is said what that means for the orders since then.

It is rehearsed first: what is wrong with the copy, and what is in it, is known before anything is changed.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from pydantic import ValidationError

from bot.commands.starting import FAILED, Config, end, finish, settings_from
from bot.commands.terminal import show
from bot.conversation.state import Conversation, KeptDraft
from bot.settings.model import Settings
from storage import prune, sending, unknown
from storage.database import Reader
from storage.errors import StorageError
from storage.opening import alone, put_in_its_place, rehearse_restore

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Open:
    """The numbers of what is not finished in a database: orders of unknown outcome or under way, and drafts."""

    unknown: int
    under_way: int
    drafts: int


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy that `orderbot backup` made.")],
    *,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Only check FILE and say what is in it, also beside a running bot."),
    ] = False,
    even_empty: Annotated[
        bool, typer.Option("--even-empty", help="Also a copy without orders, where the database has some.")
    ] = False,
    config: Config = None,
) -> None:
    """Put the copy FILE in the database's place and keep what was there. A running bot has to be stopped before."""
    settings = settings_from(config)
    finish(_rehearse(settings, file) if dry_run else _restore(settings, file, even_empty=even_empty))


async def _restore(settings: Settings, file: Path, *, even_empty: bool) -> None:
    async with alone(settings.storage.url):
        lacking = await _examine(settings, file)
        if lacking is not None and not even_empty:
            end(FAILED, lacking)
        restored = await put_in_its_place(settings.storage.url, file, time.time_ns() // 1000)
    show(f"restored: {file}, {restored.held.orders} orders")
    if restored.kept is not None:
        show(f"kept the database as it was before in {restored.kept}")
    show("nothing that waits in it is sent by itself: the bot asks about each such order when it starts")
    show("orders confirmed after the copy was made are not in it: look for them in the suppliers' panels")


async def _rehearse(settings: Settings, file: Path) -> None:
    lacking = await _examine(settings, file)
    show("only rehearsed: nothing is changed")
    if lacking is not None:
        show(lacking)


async def _examine(settings: Settings, file: Path) -> str | None:
    """Check the copy and say what is in it; returns the reason for which it isn't taken without being told twice."""
    examined = await rehearse_restore(settings.storage.url, file, time.time_ns() // 1000, _look)
    held, rehearsal, zone = examined.held, examined.rehearsal, settings.zone
    newest = "" if held.newest is None else f", the newest confirmed {_when(held.newest, zone)}"
    show(f"{file} has {held.orders} orders{newest}")
    source = "the copy was made" if held.marked else "the copy doesn't say when it was made; by its file's time"
    show(f"{source} {_when(held.made_at, zone)}")
    seen = rehearsal.seen
    show(f"open in it: {seen.unknown} orders of unknown outcome, {seen.under_way} under way, {seen.drafts} drafts")
    if rehearsal.tried:
        show(f"the next start brings it up to date, which was tried: {', '.join(rehearsal.tried)}")
    if examined.lacks is None or examined.lacks[0] == 0:
        return None
    number, newest_lacking = examined.lacks
    named = ", ".join(newest_lacking) + (" and earlier ones" if number > len(newest_lacking) else "")
    show(f"{number} orders of the present database are not in it: {named}")
    if held.orders == 0:
        return f"the copy {file} has no orders, and the database has {number}: with --even-empty it takes its place"
    return None


def _look(reader: Reader) -> _Open:
    """Read what the conversations are at as the bot will. Raises StorageError when it could not."""
    try:
        drafts = [Conversation.model_validate_json(state).draft for state in prune.states(reader)]
        drafts += [KeptDraft.model_validate_json(kept).draft for kept in prune.parked(reader)]
    except ValidationError as error:
        raise StorageError("this program can't read the conversations in the copy") from error
    return _Open(unknown.count(reader), sending.count(reader), sum(draft is not None for draft in drafts))


def _when(microseconds: int, zone: ZoneInfo) -> str:
    return (_EPOCH + timedelta(microseconds=microseconds)).astimezone(zone).isoformat(sep=" ", timespec="seconds")
