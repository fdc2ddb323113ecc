"""Fixtures of the whole suite; its environment is set in `guatu.site.testing`."""

import pytest


@pytest.fixture
def system():
    """The system operator, as the command line acts."""
    from guatu.kernel.scope import Actor

    return Actor.system("setup")
