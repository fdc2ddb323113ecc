"""The clock and the world of the tests of the monthly dispatch."""

import pytest

from guatu.dispatch.tests.world import on, opened


@pytest.fixture(autouse=True)
def clock():
    """Noon of 20 November 2026."""
    with on("2026-11-20"):
        yield


@pytest.fixture
def world(system):
    """A zone whose month is open."""
    return opened(system)
