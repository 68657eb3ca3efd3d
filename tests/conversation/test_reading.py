"""Answers as people write them: what each is read as, what is asked about it, and what is refused with which reason."""

from typing import Any

import pytest

from bot.conversation import events, replies
from bot.conversation.state import Phase, loaded, stored
from tests.conversation.chat import Chat
from tests.conversation.kinds import FAILED, PRODUCT, Kind
from tests.conversation.kinds import KINDS as ASKED_FOR
from tests.words.reading import as_read, labels, said

KINDS = ASKED_FOR | {
    "minutes": Kind("guoguo", (PRODUCT, FAILED, "Link", "https://example.com/p", "10", "2"), "Interval (minutes)", "30")
}
READ: list[tuple[str, str, Any]] = [
    *(("integer", text, 1000) for text in ("1k", "1K", "1千", "一千", "1仟", "1,000", "1 000", "１，０００")),
    *(("integer", text, 1000) for text in ("1000 個", "x1000", "1000pcs")),
    ("integer", "2 萬", 20000),
    ("integer", "1.5k", 1500),
    ("integer", "一千二", 1200),
    ("integer", "一百零二", 102),
    ("integer", "1万500", 10500),
    ("integer", "10 pcs", 10),
    *(("integer", text, 1000) for text in ("1000。", "1000.", "「1,000」", "1000！", "1,000,", "“1k”", "1000💪")),
    *(("integer", text, 500) for text in ("500粉", "500個讚", "500 likes", "500盒")),
    ("integer", "一〇五", 105),
    ("integer", "廿五", 25),
    *(("minutes", text, 30) for text in ("半小時", "0.5h", "30分鐘。")),
    ("minutes", "1.5小時", 90),
    *(("amount", text, 1190) for text in ("1190", "1,190", "NT$1,190", "1190元", "1,190.00", "新台幣 1190 元")),
    ("number as id", "1,888", 1888),
    ("any id", "450–000", "450-000"),
    *(("any id", text, "450000") for text in ("450000。", "「450000」", "450000;", "📮 450000")),
    ("number as id", "614。", 614),
    *(("e-mail", text, "a@b.co") for text in ("a@b.co。", "「a@b.co」", "a@b.co,")),
    *(("phone of any length", text, "13800000000") for text in ("13800000000。", "📱13800000000", "13800000000.")),
    ("phone of any length", "☎️ 010-12345678-801;", "010-12345678-801"),
    *(("phone of ten digits", text, "0912345678") for text in ("0912-345-678，", "“0912345678”")),
    ("UUID as id", "9c07a89a‑0994‑4f35‑98a7‑1b922b5c8331", "9c07a89a-0994-4f35-98a7-1b922b5c8331"),
    ("text", "\u200b王小明\u200e ", "王小明"),
    ("text", "👨\u200d👩\u200d👧 ❤️", "👨\u200d👩\u200d👧 ❤️"),
    *(("e-mail", text, "a@b.co") for text in ("mailto:a@b.co", "mailto:a@b.co?subject=x", "<a@b.co>", "ａ@b.co")),
    ("Postcode", "100588", "100"),
    ("Postcode", "100-58", "10058"),
    ("Postcode", "100 058", "100"),
    ("phone of any length", "138-0000-0000", "13800000000"),
    ("phone of any length", "+86 138 0000 0000", "+8613800000000"),
    *(
        (kind, text, text)
        for kind in ("phone of any length", "mobile, perhaps masked")
        for text in (
            "13800000000-7804",
            "13800000000转1234",
            "13800000000[2568]",
            "010-12345678-801",
            "138****0000",
            "02-2700-1234#12",
            "138 0000 0000 ext 5",
        )
    ),
    ("phone of ten digits", "0912‑345‑678", "0912345678"),
    *(("phone of any length", text, text) for text in ("0931-8765432", "+13105550123", "010-12345678", "138****000")),
    ("URL", "instagram.com/p/x", "https://instagram.com/p/x"),
    ("URL", "www.example.com", "https://www.example.com"),
    ("URL", "“https://example.com/p”", "https://example.com/p"),
    ("URL", "\u200bhttps://example.com/p\ufeff", "https://example.com/p"),
    ("URL", "https：//example.com/p", "https://example.com/p"),
    ("URL", "https://en.wikipedia.org/wiki/A_(b)", "https://en.wikipedia.org/wiki/A_(b)"),
    *(
        ("URL", text, text)
        for text in (
            "https://www.facebook.com/ABC美髮沙龍",
            "https://www.youtube.com/@小陳",
            "https://x.com/search?q=小陳",
            "https://www.facebook.com/小陳的店/posts/1",
        )
    ),
    *(
        ("username", text, "sample_user")
        for text in (
            "@sample_user",
            "instagram.com/sample_user",
            "https://www.instagram.com/sample_user/?hl=en",
            "https://instagram.com/stories/sample_user/123/",
            "https://www.tiktok.com/@sample_user",
            "@ sample_user",
            "sample_user，",
            "「@sample_user」",
            "sample_user✨",
        )
    ),
]
DOUBTED: list[tuple[str, str, str, tuple[str, ...], bool]] = [
    ("integer", "1.000", "number_two_ways", ("1,000", "1"), False),
    ("integer", "1k5", "number_two_ways", ("1,500", "1,005"), False),
    ("amount", "1.190", "number_two_ways", ("1,190",), False),
    ("text", "王小明 13800000000", "name_with_phone", ("王小明",), True),
    ("text", "王小明 浙江省杭州市余杭区文一路1号", "name_with_address", ("王小明",), True),
    ("text", "上海市浦东新区好公司", "name_with_address", (), True),
    ("phone of any length", "王 13800000000", "phone_with_words", ("13800000000",), True),
    ("mobile, perhaps masked", "13800000000 / 13900000000", "two_phones", ("13800000000", "13900000000"), True),
    ("phone of ten digits", "0912345678#12", "phone_extension", ("0912345678",), False),
    ("text", "小明（0912345678）", "name_with_phone", ("小明",), True),
    *(
        ("text", f"小明 {phone}", "name_with_phone", ("小明",), True)
        for phone in ("１３８００００００００", "138–0000–0000", "(02)2720-8889", "+852 6123 4567", "0912.345.678")
    ),
    ("text", "小明 ａ＠ｂ．ｃｏ", "name_with_email", ("小明",), True),
    ("phone of any length", "1⃣3800000000", "phone_with_words", (), True),
    ("phone of any length", "➕13800000000", "phone_with_words", ("13800000000",), True),
    ("text", "收件人：王小明 0912345678", "name_with_phone", ("王小明",), True),
    ("text", "小明 a@b.co", "name_with_email", ("小明",), True),
    ("text", "收件人：王小明", "name_with_label", ("王小明",), True),
    *(
        (kind, text, "phone_length", (), True)
        for kind in ("phone of any length", "mobile, perhaps masked")
        for text in ("1380000000", "138-0000-00000", "+86 138 0000 000", "091234567")
    ),
    ("phone of any length", "1380000000 13900000000", "two_phones", ("1380000000", "13900000000"), False),
    ("e-mail", "a@b.co, c@d.co", "two_emails", ("a@b.co", "c@d.co"), False),
    ("e-mail", "王小明 a@b.co", "email_among_words", ("a@b.co",), False),
    ("URL", "https://example.com/p。", "link_end", ("https://example.com/p",), True),
    ("URL", "https://example.com/p)", "link_end", ("https://example.com/p",), True),
    ("URL", "https://instagram.com/p/x謝謝", "link_end", ("https://instagram.com/p/x",), True),
    ("URL", "https://instagram.com/p/x/数量100", "link_end", ("https://instagram.com/p/x/",), True),
    ("URL", "https://example.com/p👍", "link_end", ("https://example.com/p",), True),
    ("URL", "看 instagram.com/p/x 谢谢", "link_among_words", ("https://instagram.com/p/x",), False),
    ("URL", "a.com/1 b.com/2", "several_links", ("https://a.com/1", "https://b.com/2"), False),
    ("URL", "https://a.com/1https://b.com/2", "second_link", ("https://a.com/1", "https://b.com/2"), True),
    ("URL", "看看 https://example.com/p 谢谢", "link_among_words", ("https://example.com/p",), False),
    ("URL", "https://example.com/a b", "link_among_words", ("https://example.com/a",), False),
    ("URL", "https://a.com/1 https://b.com/2", "several_links", ("https://a.com/1", "https://b.com/2"), False),
    ("URL", "看 https://a.com/1 和 https://b.com/2", "several_links", ("https://a.com/1", "https://b.com/2"), False),
]
REFUSED: list[tuple[str, str, str, dict[str, str]]] = [
    ("integer", "0", "greater_than_equal", {"ge": "1"}),
    ("integer", "1,5", "int_parsing", {}),
    ("integer", "10 20", "int_parsing", {}),
    ("integer", "一二", "int_parsing", {}),
    ("integer", "2打", "int_parsing", {}),
    ("integer", "9" * 40, "less_than_equal", {"le": "1000000"}),
    ("number as id", "1k", "digits_only", {}),
    ("number as id", "-5", "digits_only", {}),
    ("integer", "-5", "greater_than_equal", {"ge": "1"}),
    ("amount", "-188", "greater_than_equal", {"ge": "0"}),
    ("integer", "200萬5", "less_than_equal", {"le": "1000000"}),
    ("e-mail", "someone", "email_sign", {}),
    ("e-mail", "a@@b", "email_signs", {}),
    ("e-mail", "a@b, c@d", "email_signs", {}),
    ("e-mail", "a b@example", "email_space", {}),
    ("e-mail", "staff@", "email_half", {}),
    ("e-mail", "staff@example", "email_dot", {"domain": "example"}),
    ("text", "王\u200b小明", "hidden_mark", {"mark": "space", "code": "U+200B"}),
    ("text", "王\u202e小明", "hidden_mark", {"mark": "direction", "code": "U+202E"}),
    ("text", "\u200b", "nothing_to_see", {}),
    ("long text", "a\x1bb", "hidden_mark", {"mark": "control", "code": "U+001B"}),
    ("phone of any length", "-----", "phone_digits", {"least": "5"}),
    ("mobile, perhaps masked", "*****", "phone_digits", {"least": "5"}),
    ("phone of any length", "1" * 21, "too_long", {"max_length": "20"}),
    ("Postcode", "1005", "taiwan_zip", {}),
    ("URL", "https://example.com/\u200bp", "hidden_mark", {"mark": "space", "code": "U+200B"}),
    ("URL", "https://exa mple", "link_space", {}),
    ("URL", "ftp://example.com/a", "link_scheme", {"scheme": "ftp"}),
    ("URL", "example.com", "link", {}),
    ("username", "two words", "username", {}),
    ("username", "instagram.com/p/abc", "username_address", {}),
    ("username", "https://www.instagram.com/stories/highlights/17991234/", "username_address", {}),
    ("username", "a-b", "username_letters", {"sign": "-"}),
    ("username", "a" * 31, "username_long", {"longest": "30"}),
    ("username", "a..b", "username_dots", {}),
]


@pytest.mark.parametrize(("kind", "text", "value"), READ)
def test_an_answer_is_read_in_any_spelling_that_means_only_one(kind: str, text: str, value: Any) -> None:
    chat = KINDS[kind].reached()
    before = chat.draft.at
    chat.say(text)
    assert chat.draft.at != before or chat.phase is Phase.CHECKING
    assert KINDS[kind].value(text) == value


def doubting(kind: str, text: str) -> Chat:
    chat = KINDS[kind].reached()
    chat.say(text)
    return chat


@pytest.mark.parametrize(("kind", "text", "code", "readings", "as_sent"), DOUBTED)
def test_what_may_mean_two_things_is_asked_and_each_reading_is_a_button(
    kind: str,
    text: str,
    code: str,
    readings: tuple[str, ...],
    as_sent: bool,  # noqa: FBT001  a table
) -> None:
    chat = doubting(kind, text)
    asked, at = chat.reply(replies.Asked), chat.draft.at
    assert (chat.asked, chat.problem, asked.readings, asked.insist) == (KINDS[kind].title, code, readings, as_sent)
    (message,) = said(asked, chat.state)
    first, second, third, *_ = as_read(message).split("\n")
    assert first.startswith(KINDS[kind].title)
    assert second.startswith("Please check: ")
    assert third == f"You sent: {text}"
    assert ("Use it anyway" in labels(message)) is as_sent
    for place, _ in enumerate(readings):
        chat = doubting(kind, text)
        chat.tap(events.Chose, place)
        assert chat.draft.at != at
        assert chat.draft.doubted is None


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, text, *_, as_sent in DOUBTED if as_sent])
def test_a_doubtful_answer_sent_again_is_used_and_so_it_is_by_its_button_after_a_restart(kind: str, text: str) -> None:
    again, button = doubting(kind, text), doubting(kind, text)
    at = again.draft.at
    again.say(text)
    button.state = loaded(stored(button.state))
    button.send(events.CommandUnknown("/x"))
    assert button.reply(replies.Asked).readings is not None
    button.tap(events.UsedAnyway)
    assert again.draft.at == button.draft.at != at


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, text, *_, as_sent in DOUBTED if not as_sent])
def test_what_can_not_be_sent_as_it_is_is_refused_when_it_is_sent_again(kind: str, text: str) -> None:
    chat = doubting(kind, text)
    at = chat.draft.at
    chat.tap(events.UsedAnyway)
    assert (chat.draft.at, chat.draft.doubted) == (at, text)
    chat.say(text)
    assert (chat.draft.at, chat.reply(replies.Asked).readings) == (at, None)
    chat.say(KINDS[kind].good)
    assert chat.draft.at != at


@pytest.mark.parametrize(("kind", "text", "code", "params"), REFUSED)
def test_a_refusal_names_the_reason_and_what_was_sent(kind: str, text: str, code: str, params: dict[str, str]) -> None:
    chat = KINDS[kind].reached()
    chat.say(text)
    problem = chat.reply(replies.Asked).problem
    assert problem is not None
    assert (problem.code, {key: problem.params[key] for key in params}) == (code, params)
    assert chat.reply(replies.Asked).sent
    chat.say(KINDS[kind].good)
    assert chat.draft.at != problem.path


def test_marks_that_nobody_sees_are_made_visible_in_a_refusal() -> None:
    chat = KINDS["text"].reached()
    chat.say("王\u200b小明")
    (message,) = said(chat.reply(replies.Asked), chat.state)
    assert "You sent: 王⟨U+200B⟩小明" in as_read(message)


def test_a_number_of_another_spelling_is_shown_as_it_was_read_on_the_next_screen() -> None:
    chat = KINDS["integer"].reached()
    chat.say("2 萬")
    assert chat.reply(replies.Asked).read == replies.Line("Quantity", "20,000")
    chat = KINDS["integer"].reached()
    chat.say("20000")
    assert chat.reply(replies.Asked).read is None
