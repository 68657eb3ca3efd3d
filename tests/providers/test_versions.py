"""The versions of the suppliers' forms are in stored drafts: with another one every open draft is asked again."""

import pytest

from bot.conversation.questions import version
from providers.registry import names, provider_class

VERSIONS = {
    "anqicms": "6f63fba1c5a9",
    "citiesocial": "f0ba8c1d961d",
    "damaijia": "4a1231a2819d",
    "guoguo": "857ab1887669",
}
"""As the program of commit cac564b reckoned them. A docstring counts too, unless the model says which words do."""


@pytest.mark.parametrize("provider", names())
def test_a_form_that_asks_the_same_has_the_version_that_drafts_have_in_storage(provider: str) -> None:
    assert version(provider_class(provider).form) == VERSIONS[provider]
