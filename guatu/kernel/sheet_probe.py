"""Opens a workbook in a process of its own first, which may take only so much memory and time.

The reader lays every sheet out as a full rectangle, and a few kilobytes of XML can ask for one of thousands of millions
of cells. Where memory ends it does not raise but ends its process, so that process must not be ours.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

#: Room for a sheet of `sheets.MOST_CELLS` cells and as much text as `sheets.MOST_BYTES`.
MEMORY = 3 << 30
#: A million rows take about ten seconds.
SECONDS = 120

#: It sets its bounds itself: what runs between fork and exec would first run what libraries do in a forked child, and
#: gRPC ends a child whose parent talks to Spark.
_PROGRAM = (
    "import resource, sys\n"
    "memory, seconds = map(int, sys.argv[2:])\n"
    "resource.setrlimit(resource.RLIMIT_AS, (memory, memory))\n"
    "resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))\n"
    "resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n"
    "from python_calamine import CalamineError, SheetTypeEnum, load_workbook\n"
    "try:\n"
    "    with load_workbook(sys.argv[1]) as book:\n"
    "        for about in book.sheets_metadata:\n"
    "            if about.typ == SheetTypeEnum.WorkSheet:\n"
    "                book.get_sheet_by_name(about.name)\n"
    "except (CalamineError, OSError):\n"
    "    pass  # said by whoever reads it next, who need fear nothing from it\n"
)


def survives(path: Path) -> bool:
    """Whether the workbook can be read within bounds; a damaged one that is refused in time can."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(path), str(MEMORY), str(SECONDS)], timeout=2 * SECONDS,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
