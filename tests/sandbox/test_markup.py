import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.formatted import Entity, plain
from bot.sandbox.markup import MarkupError, parse_html

SURROGATES = (
    "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("🏟 🏟&lt;<abacaba", "Unclosed start tag at byte offset 13"),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("é<script>x</script>", 'Unsupported start tag "script" at byte offset 2'),
        ("<b/>x", 'Unsupported start tag "b/" at byte offset 0'),
        ("<i =x>a</i>", 'Empty attribute name in the tag "i" at byte offset 0'),
        ("<i a = ", 'Unclosed start tag "i" at byte offset 0'),
        ("<i a", 'Unclosed start tag "i" at byte offset 0'),
        ("<a href=x/>y</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b>x</strong>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</strong>"'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>x</i>", 'Can\'t find end tag corresponding to start tag "b"'),
        (
            "&#xDFDF;",
            SURROGATES,
        ),
    ],
)
def test_wrong_html_is_refused_in_telegrams_words(source: str, reason: str) -> None:
    with pytest.raises(MarkupError) as refused:
        parse_html(source)
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"),
        ("strong", "bold"),
        ("i", "italic"),
        ("em", "italic"),
        ("u", "underline"),
        ("ins", "underline"),
        ("s", "strikethrough"),
        ("strike", "strikethrough"),
        ("del", "strikethrough"),
        ("code", "code"),
        ("pre", "pre"),
        ("tg-spoiler", "spoiler"),
        ("blockquote", "blockquote"),
        ("B", "bold"),
    ],
)
def test_every_documented_tag_becomes_an_entity(tag: str, kind: str) -> None:
    read = parse_html(f"x <{tag}>y</{tag}>")
    assert read.text == "x y"
    assert read.entities == (Entity(kind, 2, 1),)


def test_a_span_with_the_spoiler_class_is_a_spoiler() -> None:
    assert parse_html('<span class="tg-spoiler">x</span>').entities == (Entity("spoiler", 0, 1),)


def test_offsets_are_utf16_units_and_outer_entities_come_first() -> None:
    read = parse_html("🏟 🏟<i>🏟 &gt;<b>&lt🏟</b></i>")
    assert read.text == "🏟 🏟🏟 ><🏟"
    assert read.entities == (Entity("italic", 5, 7), Entity("bold", 9, 3))


def test_only_four_named_references_are_known() -> None:
    assert parse_html("&lt;&gt;&amp;&quot;&#65;&#x42;").text == '<>&"AB'
    assert parse_html("&nbsp;&laquo;&apos; & &#12345678; &#0;").text == "&nbsp;&laquo;&apos; & &#12345678; &#0;"


def test_a_link_keeps_its_address_and_a_link_to_nowhere_is_only_text() -> None:
    address = "https://example.com/?a=1&b=2"
    read = parse_html(f"<a href='{html.escape(address)}'>x</a> <a>y</a> <a href=example.com>z</a>")
    assert read.text == "x y z"
    assert read.entities == (
        Entity("text_link", 0, 1, address),
        Entity("text_link", 4, 1, "http://example.com"),
    )


def test_text_is_cleaned_and_trimmed_with_its_entities() -> None:
    read = parse_html("\n <b> a\x00b\r\u202e </b> \n")
    assert read.text == "a b"
    assert read.entities == (Entity("bold", 0, 3),)
    assert parse_html("<b> </b>").entities == ()
    assert parse_html("a&#1;b&#8238;c").text == "a bc"


def test_rendered_html_has_only_our_tags_and_attributes() -> None:
    read = parse_html('<b onclick="alert(1)">x &lt;i&gt;</b> <a href="https://example.com/?q=%22&quot;" id=1>y</a>')
    assert read.as_html() == '<b>x &lt;i&gt;</b> <a href="https://example.com/?q=%22&quot;">y</a>'


def test_rendering_nests_as_it_was_written() -> None:
    source = "a<b>b<i>🏟</i></b><code>d</code><i><b>e</b></i>"
    assert parse_html(source).as_html() == source


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_text_always_parses_to_itself(text: str) -> None:
    read = parse_html(html.escape(text))
    assert read == plain(text)
    assert parse_html(f"<b>{html.escape(text)}</b>").text == plain(text).text
    assert read.as_html() == html.escape(plain(text).text, quote=False)


@given(st.text(alphabet="<>/b i&;=\"'a#x1🏟"))
def test_any_text_is_read_or_refused_and_nothing_else(source: str) -> None:
    try:
        read = parse_html(source)
    except MarkupError:
        return
    assert parse_html(read.as_html()).text == read.text
