"""Settings of the test suite.

SQLite by default; with GUATU_TEST_DB=postgresql every test runs on a PostgreSQL that `tools.postgres` provides, and the
run fails when none can be had. Tests marked `both` are the record tests that `make test` runs on both.
"""

import atexit
import os
import tempfile

os.environ["GUATU_HOME"] = tempfile.mkdtemp(prefix="guatu-test-")
os.environ["GUATU_MODE"] = "test"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guatu.site.settings")
if os.environ.get("GUATU_TEST_DB") == "postgresql":
    from tools import postgres

    url, stop = postgres.start()
    os.environ["DATABASE_URL"] = url
    atexit.register(stop)
else:
    os.environ.pop("DATABASE_URL", None)

import pytest  # noqa: E402


@pytest.fixture
def system():
    """The system operator, as the command line acts."""
    from guatu.kernel.scope import Actor

    return Actor.system("setup")
