"""What the tests of hostile guests share: two zones full of rows, and that nothing they send is written."""

import pytest

from guatu.kernel.recording import head


@pytest.fixture(scope="module")
def zones(django_db_setup, django_db_blocker):
    """Two zones that must know nothing of one another; made once for a module, whose tests are rolled back."""
    from tests.guests import two_zones

    yield from two_zones.kept(django_db_blocker)


class Expected:
    """Set `moves` where the history may grow."""

    moves = False

    def __init__(self, hash: str):
        self.hash = hash


@pytest.fixture
def no_change(db, zones):
    """Whatever a test sends leaves the history as it was, unless it sets `moves`."""
    expected = Expected(head().hash)
    yield expected
    if not expected.moves:
        assert head().hash == expected.hash
