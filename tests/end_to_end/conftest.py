"""What the tests with a real bot share."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.end_to_end.nursing import Nursing, nursery


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def nursing() -> AsyncIterator[Nursing]:
    """For tests with `pytest.mark.asyncio(loop_scope="module")`: a nursery takes longer to start than many bots."""
    async with nursery() as ready:
        yield ready
