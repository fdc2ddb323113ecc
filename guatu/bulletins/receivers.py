"""A new day may be a zone's drafting day."""

from django.db import transaction
from django.utils.translation import gettext as _

from guatu.bulletins.jobs import KIND, due
from guatu.kernel import jobs
from guatu.kernel.events import DayTurned, listen


@listen(DayTurned)
def draft_weekly(event: DayTurned) -> None:
    """Puts the drafting into the queue once the day's turn is written; the queue lies in another database."""
    if not due(event.former, event.day):
        return
    arguments = {"day": event.day.isoformat(), "former": event.former.isoformat() if event.former else ""}
    transaction.on_commit(lambda: jobs.start(KIND, _("Weekly bulletins"), None, arguments))
