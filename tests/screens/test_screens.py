"""The page of screens has what the bot says, in every language."""

from bot.words.catalogue import catalogues
from bot.words.message import Button, Message, Style
from tests.screens.page import page
from tests.screens.recording import Screen, all_screens
from tests.transcripts.test_transcripts import DIALOGUES

ORDER = [path for path in DIALOGUES if path.stem == "guoguo-order"]


async def test_the_screens_of_a_dialogue_are_said_in_every_language() -> None:
    screens = await all_screens(ORDER)
    assert {"Asked", "Summarised", "SendingShown", "OutcomeShown"} <= {screen.kind for screen in screens}
    assert all(list(screen.messages) == list(catalogues()) for screen in screens)
    assert all(screen.messages[code] for screen in screens for code in catalogues())


async def test_the_page_shows_each_screen_once_with_its_buttons() -> None:
    screens = await all_screens(ORDER)
    names = {code: words.say("language.name") for code, words in catalogues().items()}
    shown = page(screens, names)
    assert shown.count("<section>") == len(screens)
    summary, *_ = [screen for screen in screens if screen.kind == "Summarised"]
    for message in summary.messages["en"]:
        assert message.html in shown
        assert all(button.text in shown for row in message.rows for button in row)


def test_a_colour_is_a_class_of_the_button_and_marks_are_no_markup() -> None:
    said = [Message("plain", ((Button("<b>", "x", style=Style.DANGER),),))]
    shown = page([Screen("Kind", "dialogue", {"en": said})], {"en": "English"})
    assert '<span class="key danger">&lt;b&gt;</span>' in shown
