"""One HTML page with every screen in each language side by side, so that somebody can read them all in one go."""

import html
from collections.abc import Iterable, Mapping
from typing import Final

from bot.words.message import Button, Message
from tests.screens.recording import Screen

_STYLE: Final = """
* { box-sizing: border-box }
body { margin: 0; background: #dfe7ec; color: #111; font: 15px/1.4 "Noto Sans", "Noto Sans CJK TC", sans-serif }
header { padding: 1rem 1.5rem; background: #fff; border-bottom: 1px solid #c8d2d9 }
h1 { margin: 0; font-size: 1.2rem } h2 { margin: 2rem 1.5rem .5rem; font-size: 1.1rem }
nav { columns: 16rem; margin-top: .5rem; font-size: .85rem }
section { display: grid; grid-template-columns: repeat(3, minmax(0, 24rem)); gap: 1rem; padding: .4rem 1.5rem }
h3 { grid-column: 1 / -1; margin: .4rem 0 0; font-size: .8rem; font-weight: normal; color: #567 }
.said { background: #fff; border-radius: 12px; padding: .5rem .75rem; overflow-wrap: anywhere; white-space: pre-wrap }
.row { display: flex; gap: 4px; margin-top: 4px }
.key { flex: 1 1 0; min-width: 0; padding: .4rem .5rem; border-radius: 8px; background: #7d95a5; color: #fff;
  text-align: center; font-size: .9rem; overflow-wrap: anywhere }
.primary { background: #2b7de0 } .success { background: #2f9e58 } .danger { background: #cf4b43 }
code { font: inherit; color: #1a66b8 }
@media (max-width: 700px) { section { grid-template-columns: minmax(0, 1fr); padding: .4rem .5rem }
  h2 { margin-left: .5rem } }
"""


def page(screens: Iterable[Screen], names: Mapping[str, str]) -> str:
    """The page; `names` are the languages by their code, in the order of the columns."""
    by_dialogue: dict[str, list[Screen]] = {}
    for screen in screens:
        by_dialogue.setdefault(screen.dialogue, []).append(screen)
    count = sum(map(len, by_dialogue.values()))
    links = "".join(f'<div><a href="#{one}">{one}</a> {len(found)}</div>' for one, found in by_dialogue.items())
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Screens</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{_STYLE}</style><header><h1>{count} screens: {html.escape(' · '.join(names.values()))}</h1>",
        f"<nav>{links}</nav></header>",
    ]
    for dialogue, found in by_dialogue.items():
        parts.append(f'<h2 id="{dialogue}">{dialogue}</h2>')
        parts += [_screen(screen, names) for screen in found]
    return "\n".join(parts)


def _screen(screen: Screen, names: Mapping[str, str]) -> str:
    columns = "".join(f'<div lang="{code}">{_messages(screen.messages[code])}</div>' for code in names)
    return f"<section><h3>{screen.kind}</h3>{columns}</section>"


def _messages(messages: list[Message]) -> str:
    return "".join(f'<div class="said">{one.html}</div>{"".join(map(_row, one.rows))}' for one in messages)


def _row(row: tuple[Button, ...]) -> str:
    return f'<div class="row">{"".join(map(_key, row))}</div>'


def _key(button: Button) -> str:
    return f'<span class="key {html.escape(button.style)}">{html.escape(button.text)}</span>'
