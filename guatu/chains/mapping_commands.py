"""The command `guatu chains map`."""

from __future__ import annotations

import time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.kernel.command_line import Call, command
from guatu.kernel.warehouse.engines import NAMES


def _arguments(parser) -> None:
    parser.add_argument("--engine", choices=NAMES, help=_(
        "what reads the warehouse (default: Spark where GUATU_SPARK is set, else DuckDB)"))


@command("chains", "map", help=gettext_lazy("map every enterprise of the register onto the chains"), arguments=_arguments)
def map_register(call: Call) -> int:
    from guatu.chains.actions import map_register
    from guatu.kernel.warehouse import engine

    last = time.monotonic()

    def told(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= 2:
            last = time.monotonic()
            call.say(_("%(done)s of %(total)s enterprises read") % {"done": f"{done:,}", "total": f"{total:,}"})

    found = map_register(call.actor, engine(call.arguments.engine), told)
    return call.answer(found.as_data(), [
        _("%(enterprises)d enterprises read in %(seconds)s s (%(rows_per_second)d a second, %(peak_mb)d MB): %(mapped)d stand on "
          "a chain, at %(mappings)d nodes.") % found.as_data()])
