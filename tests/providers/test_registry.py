"""Every provider is found by its name, and a broken one breaks nothing but itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from providers.base import Provider
from providers.registry import names, provider_class

ROOT = Path(__file__).parents[2]


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def test_there_is_an_entry_for_every_suppliers_folder() -> None:
    folders = {path.parent.name for path in (ROOT / "providers").glob("*/provider.py")}
    assert set(names()) == folders


@pytest.mark.parametrize("name", names())
def test_a_provider_is_found_by_its_own_name(name: str) -> None:
    found = provider_class(name)
    assert issubclass(found, Provider)
    assert found.name == name


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(LookupError, match=", ".join(names())):
        provider_class("nobody")


def test_only_the_provider_that_is_asked_for_is_loaded() -> None:
    done = python(
        "import sys\nfrom providers.registry import provider_class\nprovider_class('guoguo')\n"
        "print(sorted(name for name in sys.modules if name.startswith('providers.') and name.endswith('.provider')))"
    )
    assert done.stdout.strip() == "['providers.guoguo.provider']"


def test_a_provider_that_cannot_be_imported_says_why_and_stops_no_other() -> None:
    done = python(
        "import sys\nfrom providers.registry import provider_class\nsys.modules['providers.anqicms.form'] = None\n"
        "print(provider_class('guoguo').name)\nprovider_class('anqicms')"
    )
    assert done.stdout.strip() == "guoguo"
    assert "providers.anqicms.form" in done.stderr.splitlines()[-1]
