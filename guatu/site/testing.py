"""The pytest plugin that gives the suite its environment before Django's settings are read (see pyproject.toml).

SQLite by default; with GUATU_TEST_DB=postgresql the tests run on a PostgreSQL that `tools.postgres` provides, and the
run fails when none can be had. Tests marked `both` are the record tests that `make test` runs on both.
"""

import atexit
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

os.environ["GUATU_HOME"] = tempfile.mkdtemp(prefix="guatu-test-")
os.environ["GUATU_MODE"] = "test"
os.environ["DJANGO_SETTINGS_MODULE"] = "guatu.site.settings"
if os.environ.get("GUATU_TEST_DB") == "postgresql":
    sys.path.insert(0, str(ROOT))
    from tools import postgres

    _url, _stop = postgres.start()
    os.environ["DATABASE_URL"] = _url
    atexit.register(_stop)
else:
    os.environ.pop("DATABASE_URL", None)
