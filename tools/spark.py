"""A Spark Connect server of real PySpark for `make test-all`, in an environment of its own beside `.venv`.

PySpark with its jars (400 MB) is no requirement of Guatu, whose client needs none of them; Java 17 must be on the machine.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / ".venv" / ".made" / "spark"


def installed() -> Path:
    """The folder of PySpark, of the client's version; installs it when it is not there."""
    home = PLACE / "pyspark"
    if not (home / "sbin" / "start-connect-server.sh").exists():
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(PLACE),
             f"pyspark=={version('pyspark-client')}"],
            check=True)
    return home


@contextmanager
def connect_server() -> Iterator[str]:
    """Its address, as GUATU_SPARK takes it. Its workers run this Python, which finds Guatu and its requirements."""
    if shutil.which("java") is None:
        raise RuntimeError("Real PySpark needs Java 17 on the machine; make test-all runs without it where Java is absent.")
    home = installed()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable, "PYTHONPATH": str(ROOT), "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_NO_DAEMONIZE": "1",
    }
    server = subprocess.Popen(
        [str(home / "bin" / "spark-submit"), "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
         "--master", "local[2]", "--conf", f"spark.connect.grpc.binding.port={port}",
         "--conf", "spark.ui.enabled=false", "spark-internal"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _attempt in range(120):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if server.poll() is not None:
                raise RuntimeError("The Spark Connect server ended before it was ready.")
            time.sleep(1)
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)
