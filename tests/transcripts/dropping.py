"""Sheets in a dialogue: those that a person drops, made and read as files, and those of the bot as lines to be read."""

from bot.conversation.events import SheetSent
from bot.sheets.read import read
from storage.files import KeptFile
from tests.sheets.making import xlsx
from tests.sheets.test_read import is_heading
from tests.transcripts.script import Drops


def dropped(files: dict[str, bytes], step: Drops) -> SheetSent:
    """The event of a sheet that a person drops; its content is put to the `files` that can be fetched."""
    file = f"file {len(files) + 1}"
    files[file] = content = xlsx(step.rows)
    return SheetSent(file, step.name, len(content))


def as_lines(file: KeptFile) -> list[str]:
    """A sheet of the bot as it stands in a dialogue."""
    sheet = read(file.content, file.name, is_heading)
    rows = [row.cells for row in sheet.rows]
    table = [sheet.headings, *rows] if sheet.heading else rows
    return [f"file: {file.name}", *(" | ".join(cells).rstrip() for cells in table)]
