"""The pytest plugin that gives the suite its environment before Django's settings are read (see pyproject.toml).

SQLite by default; with GUATU_TEST_DB=postgresql the tests run on a PostgreSQL that `tools.postgres` provides, and the
run fails when none can be had. Tests marked `both` are the record tests that `make test` runs on both. The workers of a
run share that server, and the folder GUATU_TEST_SHARED, in which `tests.guests.installation` keeps what is slow to make.
"""

import atexit
import itertools
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

os.environ["GUATU_HOME"] = tempfile.mkdtemp(prefix="guatu-test-")
atexit.register(shutil.rmtree, os.environ["GUATU_HOME"], ignore_errors=True)
os.environ["GUATU_MODE"] = "test"
# Tests ask far more often than people do; those about the limits set them themselves.
for _limit in ("API", "EXPORT", "UPLOAD", "GUEST"):
    os.environ[f"GUATU_LIMIT_{_limit}"] = "0"
os.environ["DJANGO_SETTINGS_MODULE"] = "guatu.site.settings"
if "GUATU_TEST_SHARED" not in os.environ:
    os.environ["GUATU_TEST_SHARED"] = tempfile.mkdtemp(prefix="guatu-shared-")
    atexit.register(shutil.rmtree, os.environ["GUATU_TEST_SHARED"], ignore_errors=True)
if os.environ.get("GUATU_TEST_DB") == "postgresql":
    sys.path.insert(0, str(ROOT))
    from tools import postgres

    _url, _stop = postgres.start()
    os.environ["DATABASE_URL"] = os.environ["GUATU_TEST_DATABASE_URL"] = _url
    atexit.register(_stop)
else:
    os.environ.pop("DATABASE_URL", None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Every test that may use the database may use both: each login asks the progress database who is locked out."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker is not None and "databases" not in marker.kwargs and not marker.args:
            item.add_marker(
                pytest.mark.django_db(**{**marker.kwargs, "databases": ["default", "progress"]}), append=False)
    items[:] = _long_first(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1)))


def _long_first(items: list, workers: int) -> list:
    """Each worker is handed an equal part of the list: every part begins with whole files marked `long`, so that no
    worker ends with a long one while the others have nothing left to do."""
    long = [item for item in items if item.get_closest_marker("long")]
    rest = iter([item for item in items if not item.get_closest_marker("long")])
    # What drives a browser shares a served zone and a Chromium, so it stays with one worker.
    files = [list(found) for _path, found in itertools.groupby(
        long, key=lambda item: item.path.parent if item.get_closest_marker("browser") else item.path)]
    ordered = []
    for worker in range(workers):
        own = [item for found in files[worker::workers] for item in found]
        size = len(items) * (worker + 1) // workers - len(ordered)
        ordered += own + list(itertools.islice(rest, max(0, size - len(own))))
    return ordered + list(rest)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords():
    """A password of a person takes most of a second to check, on purpose; what the tests ask does not hang on that."""
    from django.conf import settings

    kept = settings.PASSWORD_HASHERS
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *kept]
    yield
    settings.PASSWORD_HASHERS = kept


@pytest.fixture(autouse=True)
def forget_pace(request):
    """What the doors counted in one test is nothing to the next."""
    yield
    if "django.conf" in sys.modules:
        from guatu.kernel.doors import pace

        pace.forget_everything()
