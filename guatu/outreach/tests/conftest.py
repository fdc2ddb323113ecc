"""Spark for the tests of outreach: Sail, which speaks Spark Connect without Java."""

import sys

import pytest


@pytest.fixture(scope="session", autouse=True)
def main_module_with_a_file():
    """PySpark takes a main module without a file, as a worker of xdist has, for a run of its doctests and ends it."""
    main = sys.modules["__main__"]
    if not hasattr(main, "__file__"):
        main.__file__ = __file__


@pytest.fixture(scope="module")
def sail():
    pytest.importorskip("pyspark", reason="PySpark is not installed; the extra `spark` has it")
    server_module = pytest.importorskip("pysail.spark", reason="Sail is not installed; the development requirements have it")
    from guatu.kernel.warehouse.spark import Spark

    server = server_module.SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    _host, port = server.listening_address
    yield Spark(f"sc://127.0.0.1:{port}")
    server.stop()
