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
        f"try:\n    raise OSError('https://api.telegram.org/bot{TOKEN}/getMe')\n"
        f"except OSError:\n    logging.getLogger('bot').exception('failed at {TOKEN}')"
    )
    assert "canary" not in done.stderr
    assert "https://api.telegram.org/bot<token>/getMe" in done.stderr


def test_what_only_looks_a_little_like_a_token_stays() -> None:
    done = logged("logging.getLogger('bot').info('http://10.0.0.123:8080/ at 12:30:00')")
    assert "http://10.0.0.123:8080/ at 12:30:00" in done.stderr


def test_a_trace_tells_where_and_what_kind_but_not_whom_it_was_about() -> None:
    done = logged(
        "try:\n    try:\n        int('canary 0912')\n    except ValueError:\n        {}['canary name']\n"
        "except KeyError:\n    logging.getLogger('bot').exception('it failed')"
    )
    assert "canary" not in done.stderr
    assert 'File "<string>", line 6, in <module>' in done.stderr
    kinds = [line.split(":")[0] for line in done.stderr.splitlines() if "Error" in line and "ERROR" not in line]
    assert kinds == ["ValueError", "KeyError"]
    assert "and then:" in done.stderr


def test_a_cause_is_told_and_what_an_error_leaves_out_is_not() -> None:
    within = "try:\n  try:\n    {}['canary']\n  except KeyError as error:\n    raise OSError('the disk failed') from "
    after = "\nexcept OSError:\n    logging.exception('it failed')"
    given, left_out = logged(f"{within}error{after}"), logged(f"{within}None{after}")
    assert "KeyError" in given.stderr
    assert "KeyError" not in left_out.stderr
    assert "canary" not in given.stderr + left_out.stderr
    assert given.stderr.endswith("\nOSError: the disk failed\n")
    assert left_out.stderr.endswith("\nOSError: the disk failed\n")


def test_all_errors_of_a_group_are_told() -> None:
    done = logged(
        "try:\n    raise ExceptionGroup('canary', [ValueError('canary'), OSError('the disk failed')])\n"
        "except ExceptionGroup:\n    logging.exception('')"
    )
    assert "canary" not in done.stderr
    assert "ValueError: (not shown" in done.stderr
    assert "OSError: the disk failed" in done.stderr


def test_what_ends_the_program_is_logged_in_the_same_way() -> None:
    start = "from bot.logs import start_logging\nstart_logging()\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{start}raise ValueError('canary')"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Z CRITICAL bot.logs: the program ends\n" in done.stderr
    assert "canary" not in done.stderr.replace("raise ValueError('canary')", "")
