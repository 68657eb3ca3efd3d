"""Our secrets are taken out of what a supplier says however it quotes them, and honest answers stay as they are."""

import base64
import html
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

from providers.escapes import stages
from providers.http import Answer
from providers.redaction import LONGEST, MASK, MOST_ESCAPES, MOST_TEXTS, Redaction, secrets_in

SECRET = 'canary-key/+"%41<&>\\7Q'
WAYS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "json": json.dumps,
    "json in json": lambda text: json.dumps(json.dumps(text)),
    "escaped slashes": lambda text: json.dumps(text).replace("/", "\\/"),
    "code points": lambda text: "".join(f"\\u{ord(letter):04x}" for letter in text),
    "address": quote,
    "lower-case address": lambda text: re.sub("%..", lambda escape: escape[0].lower(), quote(text, safe="")),
    "form": quote_plus,
    "address in address": lambda text: quote(quote(text)),
    "html": html.escape,
    "html numbers": lambda text: "".join(f"&#{ord(letter)};" for letter in text),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64 in lines": lambda text: base64.encodebytes((text * 9).encode()).decode(),
}


def held(text: str) -> str:
    """All letters and digits of what is left, with escaping undone as far as it goes."""
    for undo in (html.unescape, lambda t: t.replace("\\", ""), str):
        text = undo(text)
    return text


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("before", ["", "a", "ab"])
def test_a_secret_is_found_however_it_is_quoted(way: str, before: str) -> None:
    said = f"key not valid: {WAYS[way](f'{before}x-api-key: {SECRET}, Accept')}"
    left = Redaction([SECRET]).sentence(said)
    assert "canary-key" not in left
    assert "41<&>" not in held(left)
    assert "7Q" not in left
    assert left.startswith(("key not valid:", MASK))
    assert MASK in left


PIECES = st.lists(
    st.sampled_from(["", "a", " ", "&", "%", "\\", "+", "&#", "%4", "王", '"', "&lt", "\\u00"]), max_size=6
)
SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=12, max_size=40).filter(
    lambda secret: not secret.isdigit() and len(set(secret)) > 6
)


@given(SECRETS, PIECES, PIECES, st.lists(st.sampled_from(sorted(WAYS)), max_size=1))
def test_no_secret_survives_whatever_stands_around_it(
    secret: str, before: list[str], after: list[str], ways: list[str]
) -> None:
    quoted = secret
    for way in ways:
        quoted = WAYS[way](quoted)
    redaction = Redaction([secret])
    said = f"{''.join(before)} {quoted} {''.join(after)}"
    for left in (redaction.sentence(said), str(redaction.value({"a": [said]}))):
        assert quoted not in left
        assert secret not in left
        assert all(secret not in stage for stage in stages(left))


@given(SECRETS, st.integers(LONGEST - 60, LONGEST + 60), st.sampled_from(sorted(WAYS)))
@settings(max_examples=40, deadline=None)
def test_a_long_text_is_cut_without_leaving_a_piece_of_a_secret(secret: str, before: int, way: str) -> None:
    quoted = WAYS[way](secret)
    said = "x" * before + quoted + "y" * 100
    redaction = Redaction([secret])
    for left in (
        redaction.sentence(said),
        redaction.value(said),
        Answer(500, {}, said.encode(), redaction).text(10**6),
    ):
        assert len(left) <= LONGEST
        assert set(left) <= {"x", "*"}


def test_a_text_full_of_escapes_is_hidden_rather_than_looked_through() -> None:
    redaction = Redaction([SECRET])
    assert redaction.value("%41 " * (MOST_ESCAPES + 1)) == MASK
    assert redaction.value("%41 " * MOST_ESCAPES) == "%41 " * MOST_ESCAPES


def test_texts_with_escapes_beyond_many_are_hidden_rather_than_looked_through() -> None:
    redaction = Redaction([SECRET])
    many = ["%41 and more", "without any", *["%42 and more"] * (MOST_TEXTS - 1), "%43 and more", f"plain {SECRET}"]
    assert redaction.value(many) == [*many[:-2], MASK, MASK]


def test_numbers_of_html_that_no_character_has_are_no_fault() -> None:
    said = f"&#{'9' * 5000}; &#x{'f' * 5000}; &nosuch; &#; {quote(SECRET)}"
    assert "canary" not in Redaction([SECRET]).sentence(said)


@given(st.integers(0, 400))
def test_a_text_that_is_cut_never_shows_a_piece_of_a_secret(before: int) -> None:
    body = f"{'x' * before} {SECRET} and more".encode()
    assert "canary" not in Answer(500, {}, body, Redaction([SECRET])).text()


@pytest.mark.parametrize("length", range(8, len(SECRET)))
def test_a_text_that_breaks_off_within_a_secret_loses_its_beginning(length: int) -> None:
    assert Redaction([SECRET]).sentence(f"denied: {SECRET[:length]}") == f"denied: {MASK}"


def test_the_words_of_a_header_and_what_basic_encodes_are_secrets_of_their_own() -> None:
    assert Redaction(["Bearer canary-token"]).sentence("no token canary-token here") == f"no token {MASK} here"
    basic = Redaction([f"Basic {base64.b64encode(b'staff:canary-pass').decode()}"])
    assert basic.sentence("no user staff:canary-pass") == f"no user {MASK}"
    assert basic.sentence("wrong password canary-pass") == f"wrong password {MASK}"


def test_values_at_any_depth_and_names_are_covered() -> None:
    given = {"err": [{SECRET: {"headers": [f"k: {SECRET}", 12, None, True]}}], "token": SECRET}
    assert Redaction([SECRET]).value(given) == {
        "err": [{MASK: {"headers": [f"k: {MASK}", 12, None, True]}}],
        "token": MASK,
    }


def test_a_token_that_is_handed_out_is_kept_where_suppliers_do_so_and_nowhere_else() -> None:
    token = "app-1234567.c2lnbmVk"
    answer = {"data": {"token": token}, "access_token": token, "err": {"token": token}}
    kept = Redaction(["app-1234567"]).value(answer)
    assert kept == {"data": {"token": token}, "access_token": token, "err": {"token": f"{MASK}.c2lnbmVk"}}


def test_an_id_of_digits_is_no_piece_of_a_longer_number() -> None:
    redaction = Redaction(["20240101"])
    assert redaction.value({"order_sn": "2024010112345", "n": 2024010112345}) == {
        "order_sn": "2024010112345",
        "n": 2024010112345,
    }
    assert redaction.value({"app": "20240101", "n": 20240101}) == {"app": MASK, "n": MASK}


def test_a_short_secret_is_taken_out_of_sentences_only() -> None:
    redaction = Redaction(["hunter2", "abc"])
    assert redaction.value({"msg": "no: hunter2!", "id": "hunter2"}) == {"msg": f"no: {MASK}!", "id": "hunter2"}
    assert redaction.sentence("hunter22 abc") == "hunter22 abc"


HONEST: list[Any] = [
    {"order_number": "GG-1", "message": "ok, 100% & <b>fine</b> \\ +1"},
    ["王小明", 12.5, None, False, {"a": {"b": []}}],
    "Unable to claim inventory",
]


@pytest.mark.parametrize("answer", HONEST)
def test_an_honest_answer_stays_as_it_is(answer: Any) -> None:
    redaction = Redaction([SECRET, "app-1234567", "12345678", "hunter2"])
    assert Answer(200, {}, json.dumps(answer).encode(), redaction).json() == answer


def test_what_a_document_says_stays_readable_beside_what_is_hidden() -> None:
    said = f"Unable to claim inventory: {json.dumps(json.dumps(SECRET))} of 12"
    assert Redaction([SECRET]).sentence(said) == f"Unable to claim inventory: {MASK} of 12"


def test_neither_an_answer_nor_what_redacts_it_shows_anything() -> None:
    answer = Answer(500, {"x-echo": SECRET}, SECRET.encode(), Redaction([SECRET]))
    assert "canary" not in repr(answer) + repr(answer.redaction)


class _Inner(BaseModel):
    deep: tuple[SecretStr, ...] = (SecretStr("two"), SecretStr("three"))
    open: str = "not this"


class _Settings(BaseModel):
    one: SecretStr = SecretStr("one")
    none: SecretStr | None = None
    table: dict[str, SecretStr] = {"a": SecretStr("four")}
    inner: _Inner = _Inner()


def test_all_secrets_of_settings_are_found_by_their_type() -> None:
    assert set(secrets_in(_Settings())) == {"one", "two", "three", "four"}
