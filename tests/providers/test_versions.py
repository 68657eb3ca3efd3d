"""The versions of the suppliers' forms are in stored drafts: with another one every open draft is asked again."""

import pytest

from bot.conversation.questions import version
from providers.registry import names, provider_class

VERSIONS = {
    "anqicms": "538c4539baee",
    "citiesocial": "60976aa477fd",
    "damaijia": "4d14207ea776",
    "guoguo": "283a93982927",
}
"""As this program reckons them: by names, kinds and limits, and by no words."""


@pytest.mark.parametrize("provider", names())
def test_a_form_that_asks_the_same_has_the_version_that_drafts_have_in_storage(provider: str) -> None:
    assert version(provider_class(provider).form) == VERSIONS[provider]
