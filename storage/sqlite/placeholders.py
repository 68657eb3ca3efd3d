"""`$1` becomes `?1`: SQLite takes a bare `$2, $1` for names and binds them by first appearance, silently wrong."""

import re
from functools import lru_cache

# Whatever may hold a dollar sign that is no placeholder comes first, and is left as it is.
_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | (?<![\w$])\$(?P<number>[0-9]+)""",
    re.VERBOSE | re.DOTALL,
)


@lru_cache(maxsize=512)
def numbered(sql: str) -> str:
    """The statement with `?1` for `$1`; string literals, quoted names and comments are left alone."""
    return _TOKEN.sub(lambda token: f"?{token['number']}" if token["number"] else token[0], sql)
