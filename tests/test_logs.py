"""The log goes to stderr and has no bot token in it, whoever quotes the address."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOKEN = "123456:AAH-canary_0123456789abcdefghijkl"


def logged(code: str) -> subprocess.CompletedProcess[str]:
    start = "import logging\nfrom bot.logs import start_logging\nstart_logging()\n"
    return subprocess.run([sys.executable, "-c", start + code], cwd=ROOT, capture_output=True, text=True, check=True)


def test_our_own_lines_are_on_stderr_from_info_on() -> None:
    done = logged("logging.getLogger('bot').info('hello')\nlogging.getLogger('bot').debug('hush')")
    assert done.stdout == ""
    assert done.stderr.endswith("Z INFO bot: hello\n")
    assert len(done.stderr.splitlines()) == 1


def test_libraries_that_log_addresses_are_heard_from_warning_on() -> None:
    names = ["httpx", "httpcore", "telegram", "telegram.ext"]
    done = logged(f"for name in {names}: logging.getLogger(name).info('address')")
    assert done.stderr == ""


def test_a_token_is_hidden_in_lines_and_in_traces() -> None:
    done = logged(
        f"try:\n    raise ValueError('https://api.telegram.org/bot{TOKEN}/getMe')\n"
        f"except ValueError:\n    logging.getLogger('bot').exception('failed at {TOKEN}')"
    )
    assert "canary" not in done.stderr
    assert "https://api.telegram.org/bot<token>/getMe" in done.stderr


def test_what_only_looks_a_little_like_a_token_stays() -> None:
    done = logged("logging.getLogger('bot').info('http://10.0.0.123:8080/ at 12:30:00')")
    assert "http://10.0.0.123:8080/ at 12:30:00" in done.stderr
