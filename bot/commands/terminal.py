"""The one way to a terminal: nothing that is printed can steer it or change the order in which it is read.

Suppliers and people choose words that end up here, and a terminal obeys some of them: it moves the cursor, hides a
line, shows digits backwards, or takes a text as typed. Such marks are shown as what they are.
"""

import unicodedata

import typer


def visible(text: str) -> str:
    """The text in one line, with each mark that a terminal would obey written as `<U+001B>`."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(letter: str) -> str:
    if letter.isprintable():
        return letter
    # Spaces of all widths and the tab are spaces; the rest that can't be printed steers, or is nothing that one knows.
    return " " if letter == "\t" or unicodedata.category(letter) == "Zs" else f"<U+{ord(letter):04X}>"


def show(line: str, *, fault: bool = False) -> None:
    """Print one line, on stderr when it is a `fault`."""
    typer.echo(visible(line), err=fault)
