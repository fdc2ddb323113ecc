"""A child process that writes through pages until it is killed: prints a code once its write is confirmed.

    python -m tests.kill.writer write PREFIX    posts new organisations, and changes each of them once
    python -m tests.kill.writer report          prints what stands: [[code, name], …], entries of history, statements, the audit
"""

import json
import sys

import django

django.setup()

from django.test import Client  # noqa: E402

from guatu.kernel import actions, audit  # noqa: E402
from guatu.kernel.models import HistoryEntry, Membership, Organisation, Statement, User  # noqa: E402
from guatu.kernel.scope import Actor  # noqa: E402


def administrator() -> User:
    found = User.everything.filter(username="kill").first()
    if found is None:
        system = Actor.system("setup")
        city = actions.create(system, Organisation, {"code": "root", "name": "市", "kind": "city"})
        found = actions.create(system, User, {"username": "kill", "name": "写手"})
        actions.create(system, Membership, {"user": found.pk, "organisation": city.pk, "role": "administrator"})
    return User.everything.get(pk=found.pk)


def write(prefix: str) -> None:
    client = Client()
    client.force_login(administrator())
    root = str(Organisation.everything.get(code="root").code)
    print("ready", flush=True)
    for n in range(100_000):
        code = f"{prefix}-{n}"
        new = {"code": code, "name": "甲", "kind": "department", "parent": root, "note": "", "source": ""}
        answer = client.post("/r/organisations/new/", new)
        if answer.status_code != 302:
            raise SystemExit(f"{answer.status_code}: {answer.content.decode()[:2000]}")
        print(json.dumps(["added", code]), flush=True)
        answer = client.post(answer["Location"] + "edit/", {**new, "name": "乙"})
        if answer.status_code != 302:
            raise SystemExit(f"{answer.status_code}: {answer.content.decode()[:2000]}")
        print(json.dumps(["changed", code]), flush=True)


def report() -> None:
    print(json.dumps({
        "rows": list(Organisation.everything.values_list("code", "name")),
        "entries": HistoryEntry.objects.filter(subject_type="kernel.organisation").count(),
        "audit": audit.verify(),
        "statements": Statement.objects.filter(subject_type="kernel.organisation").count(),
    }))


if __name__ == "__main__":
    write(sys.argv[2]) if sys.argv[1] == "write" else report()
