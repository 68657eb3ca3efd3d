"""What the tests with a real bot share."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.end_to_end import house
from tests.end_to_end.nursing import Nursing, nursery


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module that says `ON_EACH_DATABASE = True` is run on each."""
    if getattr(metafunc.module, "ON_EACH_DATABASE", False):
        metafunc.fixturenames.append("kind_of_database")
        metafunc.parametrize("kind_of_database", house.KINDS, indirect=True)


@pytest.fixture
def kind_of_database(request: pytest.FixtureRequest) -> Iterator[None]:
    house.KIND = request.param
    yield
    house.KIND = "sqlite"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def nursing() -> AsyncIterator[Nursing]:
    """For tests with `pytest.mark.asyncio(loop_scope="module")`: a nursery takes longer to start than many bots."""
    async with nursery() as ready:
        yield ready
