"""The rules for every file of the repository: its length, its opening words, and what it never mentions.

The checks read a root given from outside, so that a small tree with an offender can show that they see it.
"""

import ast
import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.house.sources import documented, nodes, parsed

LONGEST = 500
MAY_BE_LONGER = {
    "bot/conversation/events.py": "a vocabulary: every event that there is, and nothing else",
    "bot/conversation/replies.py": "a vocabulary: every reply that there is, and nothing else",
}
SHORTEST = 40
SHORT_BECAUSE = {
    "bot/reading/characters.py": "the one reading of a file of pairs, for pasted texts and for searches",
    "storage/portions.py": "the one way to ask for many keys in few statements, whatever noun they are of",
    "storage/searches.py": "a noun of its own: one small table and its statements",
    "bot/buttons/account_buttons.py": "each kind of button has a file of its own, with both directions in it",
    "bot/buttons/tray_buttons.py": "each kind of button has a file of its own, with both directions in it",
    "bot/buttons/batch_buttons.py": "each kind of button has a file of its own, with both directions in it",
    "bot/monitoring/context.py": "the one place for what the log says of the work under way",
    "bot/monitoring/measures.py": "the vocabulary of notes, apart from the library that keeps them",
    "bot/telegram/hearing.py": "the one judgement of whether updates come in",
    "bot/telegram/fetch.py": "the one way to a file for whoever may not know Telegram",
    "bot/desk/sheet_replies.py": "what the desk's ways out need to know of sheets, without what makes them",
    "bot/sheets/keys.py": "what is known of a row outside of sheets too, and nothing else of them",
    "bot/buttons/sheet_buttons.py": "each kind of button has a file of its own, with both directions in it",
    "bot/words/spellings.py": "the one way from words in all languages back to a form's own",
    "bot/words/tracking.py": "cards, answers and news say it, and the first two are not to import each other",
    "bot/catalogue/nearly.py": "one search beside the others, which alone compares in memory",
    "bot/conversation/slips.py": "the one measure of mistyped names, for commands and accounts alike",
    "bot/words/accounts.py": "the words of one kind of reply, as each kind has its file",
    "bot/commands/backup.py": "a command of the command line: each has its file",
    "bot/commands/run.py": "a command of the command line: each has its file",
    "bot/commands/sandbox.py": "a command of the command line: each has its file",
    "bot/commands/copy.py": "a command of the command line: each has its file",
    "storage/postgres/dialect.py": "the one list of what differs from SQLite, in statements and in values",
    "storage/sqlite/scrub.py": "one act on a whole file, which needs the lock and a connection of its own",
    "bot/commands/terminal.py": "the one way to a terminal, for every command and the log",
    "bot/conversation/cached.py": "stands for one of the standard library, until Python 3.12 is our oldest",
    "bot/sandbox/errors.py": "a tree of errors, raised by all of the stand-in",
    "bot/sandbox/page/clock.js": "a part of the page: what can be done to the clock",
    "bot/sandbox/page/tries.js": "a part of the page: texts to try",
    "bot/sandbox/page/elements.js": "shared by all parts of the page",
    "bot/sandbox/page/telegram.css": "a part of the page: how Telegram behaves",
    "bot/sandbox/page/telegram.js": "a part of the page: how Telegram behaves",
    "bot/sandbox/page/json.js": "shared by the parts of the page that send",
    "bot/sandbox/payloads.py": "data: samples of Telegram's JSON, beside code that they would hide",
    "bot/staff/access.py": "the one gate: who may do what",
    "bot/words/balance.py": "each kind of reply has a file of its own",
    "providers/cleaning/__init__.py": "the words that all suppliers use of its modules, and nothing else",
    "providers/citiesocial/answer.py": "a room that every supplier has, and this one's answers say little",
    "providers/damaijia/answer.py": "a room that every supplier has, and this one's answers say little",
    "providers/registry.py": "the list of providers, edited with each new supplier",
    "providers/simulators/registry.py": "the list of simulators, edited with each new supplier",
    "storage/alarms.py": "a noun of its own: what was told, and its statements",
    "storage/balances.py": "the statements of one table: each has its file",
    "storage/errors.py": "a tree of errors, for whoever uses any storage",
    "storage/order_cards.py": "the statements of one table: each has its file",
    "storage/nearest.py": "a search of its own, whose cost is measured",
    "storage/sqlite/copied.py": "shared by what makes copies and what puts them back",
    "storage/sqlite/placeholders.py": "a rewriting of statements, pure and tested by itself",
    "storage/updates.py": "the statements of one table: each has its file",
}
"""A file of fewer lines, and why it is one: its concept is as small, and at home in no other file."""
SOURCES = frozenset({".py", ".js", ".css", ".html", ".sql", ".sh"})
PACKAGES = ("bot", "providers", "storage")
NO_OPENING = frozenset(
    {"what", "whatever", "whether", "who", "whoever", "whose", "which", "how", "where", "when", "why", "that"}
)
"""A docstring that begins like this is a clause; a noun phrase or an imperative names the thing."""

# Written so that no pattern finds itself here.
NEVER_MENTIONED = tuple(
    re.compile(pattern)
    for pattern in (
        r"pypi\.or[g]/simple",
        r"files\.pythonhoste[d]",
        r"registry\.npmj[s]",
        r"--(extra-)?index-ur[l]",
        r"--find-link[s]",
        r"(?<![\w.])/(work|root|Users|home/\w+|opt/wheel[s])/",
    )
)
"""Addresses of package registries, and places that exist on one machine only."""

_MADE = frozenset({".git", ".venv", "build", "dist", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"})


def files(root: Path) -> list[Path]:
    """The files that are or may be committed; without git, all that no tool has made."""
    listing = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(listing, capture_output=True, check=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        return sorted(path for path in root.rglob("*") if path.is_file() and not _was_made(path.relative_to(root)))
    return sorted(root / name for name in set(listed) if (root / name).is_file())


def _was_made(path: Path) -> bool:
    return any(part in _MADE or part == "__pycache__" or part.endswith(".egg-info") for part in path.parts)


def too_long(root: Path) -> list[str]:
    """One line per source file of more than 500 lines."""
    return [
        f"{path.relative_to(root)} has {lines} lines"
        for path in files(root)
        if path.suffix in SOURCES
        and str(path.relative_to(root)) not in MAY_BE_LONGER
        and (lines := _lines(path)) > LONGEST
    ]


def needlessly_excused(root: Path, may_be_longer: Iterable[str] = MAY_BE_LONGER) -> list[str]:
    """One line per file that is allowed to be longer and isn't, or is gone."""
    return [name for name in may_be_longer if not (root / name).is_file() or _lines(root / name) <= LONGEST]


def too_short(root: Path, short_because: Mapping[str, str] = SHORT_BECAUSE) -> list[str]:
    """One line per source file of fewer than 40 lines without a reason, and per reason that nothing needs.

    An empty file needs none, and a migration is as long as what it changes.
    """
    short = {
        str(path.relative_to(root)): lines
        for path in files(root)
        if path.suffix in SOURCES - {".sql"} and _is_source(path, root) and 0 < (lines := _lines(path)) < SHORTEST
    }
    without = [f"{name} has {lines} lines" for name, lines in short.items() if not short_because.get(name)]
    return [*without, *(f"{name} needs no reason" for name in short_because if name not in short)]


def _lines(path: Path) -> int:
    return len(path.read_bytes().splitlines())


def _is_source(path: Path, root: Path) -> bool:
    return path.relative_to(root).parts[0] in PACKAGES


def badly_opened(root: Path) -> list[str]:
    """One line per docstring of a module, class or function that opens with a clause instead of a name."""
    return [
        f"{path.relative_to(root)}:{line} {name}: {text.split()[0]}"
        for path in files(root)
        if path.suffix == ".py" and _is_source(path, root)
        for line, name, text in documented(path)
        if _first_word(text) in NO_OPENING or text.startswith("Everything that")
    ]


def _first_word(text: str) -> str:
    found = re.match(r"[A-Za-z]+", text)
    return found.group().lower() if found else ""


def one_letter_aliases(root: Path) -> list[str]:
    """One line per import whose alias is a single letter: a name that nobody can look for."""
    return [
        f"{path.relative_to(root)}:{node.lineno} imports {alias.name} as {alias.asname}"
        for path in files(root)
        if path.suffix == ".py" and path.relative_to(root).parts[0] in (*PACKAGES, "tests")
        for node in nodes(path)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if len(alias.asname or "long") == 1
    ]


def without_a_why(root: Path) -> list[str]:
    """One line per module with code in it that does not open with a sentence."""
    found = []
    for path in files(root):
        where = path.relative_to(root)
        if path.suffix == ".py" and where.parts[0] in PACKAGES:
            module = parsed(path)
            if module.body and not is_sentence(ast.get_docstring(module) or ""):
                found.append(str(where))
    return found


def is_sentence(text: str) -> bool:
    """True if the first paragraph ends like a sentence and has at least five words; a brand may begin it small."""
    first = " ".join(text.partition("\n\n")[0].split())
    return len(first.split()) >= 5 and first.endswith((".", "!", "?", ":"))


def mentions(root: Path) -> list[str]:
    """One line per line of a text file that mentions what no file may."""
    found = []
    for path in files(root):
        try:
            lines = path.read_text("utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # a picture
        found += [
            f"{path.relative_to(root)}:{number} mentions {hit.group()}"
            for number, line in enumerate(lines, 1)
            for pattern in NEVER_MENTIONED
            if (hit := pattern.search(line))
        ]
    return found
