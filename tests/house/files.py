"""What holds for every file of the repository: its length, its opening sentence, and what it never mentions.

The checks read a root given from outside, so that a small tree with an offender can show that they see it.
"""

import ast
import re
import subprocess
from pathlib import Path

LONGEST = 500
MAY_BE_LONGER = {
    "bot/conversation/events.py": "a vocabulary: every event that there is, and nothing else",
    "bot/conversation/replies.py": "a vocabulary: every reply that there is, and nothing else",
}
SOURCES = frozenset({".py", ".js", ".css", ".html", ".sql", ".sh"})
PACKAGES = ("bot", "providers", "storage")

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
        and (lines := len(path.read_bytes().splitlines())) > LONGEST
    ]


def without_a_why(root: Path) -> list[str]:
    """One line per module with code in it that does not open with a sentence."""
    found = []
    for path in files(root):
        where = path.relative_to(root)
        if path.suffix == ".py" and where.parts[0] in PACKAGES:
            module = ast.parse(path.read_text("utf-8"))
            if module.body and not is_sentence(ast.get_docstring(module) or ""):
                found.append(str(where))
    return found


def is_sentence(text: str) -> bool:
    """Whether the first paragraph ends like a sentence and has at least five words; a brand may begin it small."""
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
