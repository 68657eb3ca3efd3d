"""Who may import whom, as one table, and the reading of source trees that it is held against.

The checks read a root given from outside, so that a small tree with an offender can show that they see it.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.house.sources import nodes

PACKAGES = ("bot", "providers", "storage")
SHARED_BY_SUPPLIERS = tuple(
    f"providers.{name}"
    for name in ("orders", "products", "errors", "base", "http", "fields", "login", "cleaning", "echo")
)
IMPURE = frozenset(
    {
        *(
            "asyncio",
            "concurrent",
            "http",
            "logging",
            "multiprocessing",
            "os",
            "random",
            "secrets",
            "select",
            "selectors",
        ),
        *("signal", "socket", "sqlite3", "ssl", "subprocess", "threading", "time", "urllib.request", "uuid"),
    }
)
CLOCKS_AND_DICE = frozenset(
    {
        *("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "now", "utcnow", "today", "uuid1", "uuid4"),
        *("random", "randint", "randrange", "choice", "choices", "shuffle", "sample", "token_bytes", "token_hex"),
        *("token_urlsafe", "urandom"),
    }
)
ENVIRONMENT = frozenset({"environ", "environb", "getenv", "getenvb", "putenv"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What the modules of the package `who` may import.

    `ours` and `outside` list all that is allowed of the house and of other libraries (None: anything); `never` lists
    what is forbidden whatever the other two say. A name stands for the module and all below it.
    """

    who: str
    ours: tuple[str, ...] | None = None
    outside: tuple[str, ...] | None = None
    never: frozenset[str] = frozenset()


RULES = (
    Rule("bot", ours=("bot", "providers", "storage")),
    Rule("providers", ours=("providers",)),
    Rule("storage", ours=("storage",), outside=("aiosqlite", "psycopg", "psycopg_pool")),
    Rule(
        "bot.conversation",
        ours=("bot.conversation", "providers.orders", "providers.products", "providers.fields", "providers.cleaning"),
        outside=("pydantic", "pydantic_core", "annotated_types", "rapidfuzz"),
        never=IMPURE,
    ),
    Rule(
        "bot.reading",
        ours=("bot.reading", "bot.conversation", "providers.products", "providers.fields", "providers.cleaning"),
        outside=("pydantic",),
        never=IMPURE,
    ),
    Rule(
        "bot.sheets",
        ours=(
            "bot.sheets",
            "bot.reading",
            "bot.conversation",
            "providers.products",
            "providers.fields",
            "providers.cleaning",
        ),
        outside=("pydantic", "python_calamine", "xlsxwriter"),
        never=IMPURE,
    ),
    Rule("bot.buttons", ours=("bot.buttons", "bot.conversation")),
    Rule("bot.words", ours=("bot.words", "bot.buttons", "bot.conversation", "providers.orders")),
    Rule("bot.staff", ours=("bot.staff", "bot.conversation", "storage")),
    Rule("bot.monitoring", ours=("bot.monitoring", "storage"), outside=("aiohttp", "prometheus_client")),
    Rule("bot.journal", never=frozenset({"bot.desk", "bot.workers", "bot.telegram", "bot.words"})),
    Rule("bot.catalogue", never=frozenset({"bot.desk", "bot.workers", "bot.telegram", "bot.words"})),
    Rule("bot.desk", never=frozenset({"bot.workers", "bot.telegram"})),
    Rule("bot.workers", never=frozenset({"bot.telegram"})),
    Rule("bot.telegram", never=frozenset({"bot.workers"})),
    Rule("providers.simulators", ours=("providers.simulators",)),
)

ONLY_BY = {
    "telegram": ("bot.telegram", "bot.sandbox", "bot.app"),
    "httpx": ("providers.http",),
    "aiosqlite": ("storage",),
    "psycopg": ("storage",),
    "psycopg_pool": ("storage",),
    "sqlite3": ("storage",),
    "python_calamine": ("bot.sheets",),
    "xlsxwriter": ("bot.sheets",),
    "prometheus_client": ("bot.monitoring",),
    "pypinyin": ("bot.catalogue.pinyin",),
    "aiohttp": ("bot.telegram", "bot.sandbox", "bot.monitoring", "providers.simulators"),
    "providers.simulators": ("bot.sandbox", "providers.simulators"),
}
"""A library or module, and the only ones that may import it."""


@dataclass(frozen=True, slots=True)
class Import:
    who: str
    what: str
    line: int

    def __str__(self) -> str:
        return f"{self.who}:{self.line} imports {self.what}"


def within(name: str, package: str) -> bool:
    """`bot.words.text` is within `bot.words` and `bot`, and not within `bot.word`."""
    return name == package or name.startswith(package + ".")


def modules(root: Path) -> dict[str, Path]:
    """Dotted names of the house's modules and where they are; a package goes by its `__init__.py`."""
    found = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def suppliers(root: Path) -> list[str]:
    return sorted(
        f"providers.{path.parent.name}"
        for path in (root / "providers").glob("*/__init__.py")
        if path.parent.name not in {"simulators", "cleaning"}
    )


def imports(root: Path) -> Iterator[Import]:
    """Every import of every module, wherever in the file it stands; `from a import b` is a.b where that is a module."""
    known = modules(root)
    for who, path in known.items():
        for node in nodes(path):
            if isinstance(node, ast.Import):
                yield from (Import(who, alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                source = _absolute(who, path, node)
                for alias in node.names:
                    full = f"{source}.{alias.name}"
                    yield Import(who, full if full in known or full in IMPURE else source, node.lineno)


def _absolute(who: str, path: Path, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = who.split(".")
    depth = len(parts) - node.level + (path.name == "__init__.py")
    return ".".join([*parts[:depth], *([node.module] if node.module else [])])


def offences(root: Path) -> list[str]:
    """One line per import that the table forbids."""
    everywhere = suppliers(root)
    rules = [*RULES, *(Rule(name, ours=(name, *SHARED_BY_SUPPLIERS)) for name in everywhere)]
    only_by = ONLY_BY | {name: (name, "providers.registry") for name in everywhere}
    return [str(found) for found in imports(root) if _forbidden(found, rules, only_by)]


def _forbidden(found: Import, rules: list[Rule], only_by: dict[str, tuple[str, ...]]) -> bool:
    def any_of(names: tuple[str, ...] | frozenset[str], name: str = found.what) -> bool:
        return any(within(name, one) for one in names)

    for rule in rules:
        if within(found.who, rule.who):
            if any_of((*PACKAGES, "tests")):
                allowed = rule.ours
            else:
                allowed = None if found.what.split(".")[0] in sys.stdlib_module_names else rule.outside
            if any_of(rule.never) or not (allowed is None or any_of(allowed)):
                return True
    return any(within(found.what, what) and not any_of(who, found.who) for what, who in only_by.items())


def circles(root: Path) -> list[str]:
    """One line per circle of modules that import each other, wherever in the file an import stands."""
    known = modules(root)
    imported: dict[str, set[str]] = {name: set() for name in known}
    for one in imports(root):
        if one.what in known and one.what != one.who:
            imported[one.who].add(one.what)
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        return [" -> ".join(error.args[1])]
    return []


def chain(root: Path, top: str, below: str = "bot") -> list[str]:
    """The longest chain of imports from the module `top` down, of modules within `below`. There must be no circle."""
    known = {name for name in modules(root) if within(name, below)}
    imported: dict[str, set[str]] = {name: set() for name in known}
    for one in imports(root):
        if one.who in known and one.what in known and one.what != one.who:
            imported[one.who].add(one.what)
    longest: dict[str, list[str]] = {}
    for name in TopologicalSorter(imported).static_order():
        longest[name] = [name, *max((longest[one] for one in imported[name]), key=len, default=[])]
    return longest[top]


def fan_out(root: Path, package: str) -> set[str]:
    """The modules of the house that a package imports, without its own."""
    known = modules(root)
    return {
        one.what
        for one in imports(root)
        if within(one.who, package) and one.what in known and not within(one.what, package)
    }


def same_class_names(root: Path, package: str = "bot") -> list[str]:
    """One line per name that two classes of a package have: one word is for one thing."""
    where: dict[str, list[str]] = {}
    for name, path in modules(root).items():
        if within(name, package):
            for node in nodes(path):
                if isinstance(node, ast.ClassDef):
                    where.setdefault(node.name, []).append(name)
    return [f"{name} is in {' and '.join(found)}" for name, found in sorted(where.items()) if len(found) > 1]


def clock_and_dice(root: Path, package: str = "bot.conversation") -> list[str]:
    """One line per call in `package` whose name is that of a clock or of chance, whatever object it is called on."""
    return [
        f"{who}:{node.lineno} calls {name}()"
        for who, path in modules(root).items()
        if within(who, package)
        for node in nodes(path)
        if isinstance(node, ast.Call) and (name := _last_name(node.func)) in CLOCKS_AND_DICE
    ]


def environment_reads(root: Path, allowed: str = "bot.settings") -> list[str]:
    """One line per mention of the process's environment outside `allowed`, a module or a package."""
    return [
        f"{who}:{node.lineno} reads the environment"
        for who, path in modules(root).items()
        if not within(who, allowed)
        for node in nodes(path)
        if (isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT)
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and ENVIRONMENT & {a.name for a in node.names})
    ]


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""
