"""What kernels share."""

from __future__ import annotations

import gc
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """For a kernel that remembers hundreds of thousands of small tuples, none of which refers back: the collector of cycles
    would walk all of them again and again and find nothing."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def workers() -> int:
    """How many processes run a kernel: one for each processor this process may use."""
    return len(os.sched_getaffinity(0))


def peak_mb() -> int:
    """The most memory that this process and its workers have held, in MB; each worker is taken as large as the largest was."""
    own, largest = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    # Linux counts in KB, macOS in bytes.
    return (own + workers() * largest) // 1024 // (1024 if sys.platform == "darwin" else 1)
