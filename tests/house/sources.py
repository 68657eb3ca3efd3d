"""The source files of the house, parsed. Each is parsed once per session, as most checks read all of them."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file as it is now."""
    return _read(path)[0]


def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file as it is now, in the order of `ast.walk`."""
    return _read(path)[1]


def documented(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line, name and docstring of a module, its classes and functions, where there is one; a module has no name."""
    for node in nodes(path):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield (1, "", text) if isinstance(node, ast.Module) else (node.lineno, node.name, text)


def _read(path: Path) -> tuple[ast.Module, tuple[ast.AST, ...]]:
    state = path.stat()
    return _read_once(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=2048)
def _read_once(path: Path, _changed: int, _size: int) -> tuple[ast.Module, tuple[ast.AST, ...]]:
    module = ast.parse(path.read_text("utf-8"))
    return module, tuple(ast.walk(module))
