"""Fixtures of the whole suite; its environment is set in `guatu.site.testing`."""

import pytest


@pytest.fixture
def system():
    """The system operator, as the command line acts."""
    from guatu.kernel.scope import Actor

    return Actor.system("setup")


@pytest.fixture(autouse=True)
def forget_what_was_kept():
    """Rolled-back tests hand out the same identities again; what was kept by identity would be another test's."""
    yield
    from django.core.cache import cache

    from guatu.kernel import kept, queries

    queries._calendar.cache_clear()
    kept.forget()
    cache.clear()
