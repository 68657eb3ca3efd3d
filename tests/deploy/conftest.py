"""What is deployed is tried with the real programs where they are there, and always in CI."""

import pytest

from tests.chromium import must_be_here
from tests.deploy.programs import missing, what_to_install

collect_ignore = [program.tests for program in missing()]

if missing() and must_be_here():
    raise pytest.UsageError(f"CI leaves nothing out. {what_to_install(missing())}")
