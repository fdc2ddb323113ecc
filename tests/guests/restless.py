"""A child process that writes records, facts and documents until it is ended; prints the head after each write.

    python -m tests.guests.restless
"""

import io
import random
import secrets
from datetime import date, timedelta
from decimal import Decimal

import django

django.setup()

from guatu.kernel import actions, documents  # noqa: E402
from guatu.kernel.models import Source  # noqa: E402
from guatu.kernel.recording import head  # noqa: E402
from guatu.kernel.scope import Actor  # noqa: E402
from guatu.projects.models import Project, StageEvent  # noqa: E402


def upload() -> io.BytesIO:
    file = io.BytesIO(b"%PDF-1.4 " + secrets.token_bytes(20_000))
    file.name, file.size = "附件.pdf", len(file.getvalue())
    return file


def write_on_and_on() -> None:
    system, chance = Actor.system("cli"), random.Random(7)
    projects = list(Project.everything.filter(withdrawn=False).order_by("pk"))
    source = Source.everything.order_by("pk").first().pk
    while True:
        project = Project.everything.get(pk=chance.choice(projects).pk)
        day = date(2022, 1, 1) + timedelta(days=chance.randrange(360))
        actions.write(system, [
            actions.Change("change", Project, {"investment": Decimal(chance.randrange(10**9)), "note": "改\t了\\又\n改"}, row=project,
                           valid_on=day),
            actions.Change("create", StageEvent, {
                "project": project.pk, "event": chance.choice(["negotiating", "signed", "started"]), "valid_on": day,
                "basis": "history", "source": source, "note": secrets.token_hex(4)}),
        ])
        documents.attach(system, project, upload(), "附件", documents.kinds_for(Project)[0][0])
        print(head().number, flush=True)


if __name__ == "__main__":
    write_on_and_on()
