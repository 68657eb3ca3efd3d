"""The reason why something could not be reached, in the system's words, from the errors that ended in a fault.

Each library wraps what the system said in errors of its own; the operator needs to know which of name, line and
certificate to look at.
"""

import os
import socket
import ssl
from collections.abc import Iterator

from bot.words.catalogue import Catalogue


def reason(error: BaseException, words: Catalogue) -> str:
    """Such as `connection refused`; never an address, which may hold a secret."""
    behind = list(_behind(error, set()))
    for one in behind:
        if isinstance(one, ssl.SSLCertVerificationError):
            return words.say("check.reason.certificate", said=one.verify_message)
        if isinstance(one, socket.gaierror) and one.strerror:
            return _small(one.strerror)
    if any(isinstance(one, TimeoutError) for one in behind):
        return words.say("check.reason.timeout")
    for one in behind:
        if isinstance(one, ssl.SSLError):
            return words.say("check.reason.tls")
        if isinstance(one, OSError) and one.errno is not None and one.errno > 0:
            return _small(os.strerror(one.errno))
    return words.say("check.reason.other")


def _behind(error: BaseException, seen: set[int]) -> Iterator[BaseException]:
    """The error, and all that led to it."""
    if id(error) in seen:
        return
    seen.add(id(error))
    yield error
    before = (error.__cause__, error.__context__, *(error.exceptions if isinstance(error, BaseExceptionGroup) else ()))
    for one in before:
        if one is not None:
            yield from _behind(one, seen)


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
