"""A child process that imports until it is killed: prints a prefix once its import is confirmed.

    python -m guatu.projects.tests.import_until_killed import PREFIX FOLDER    imports one sheet of 2,000 projects after another
    python -m guatu.projects.tests.import_until_killed report                  prints what stands, table by table, and the audit
"""

import json
import sys
from collections import Counter
from pathlib import Path

import django

django.setup()

from guatu.kernel import actions, audit, imports  # noqa: E402
from guatu.kernel.models import HistoryEntry, Organisation, Recording, Statement  # noqa: E402
from guatu.kernel.models.history import recording_number  # noqa: E402
from guatu.kernel.registry import projections, resource  # noqa: E402
from guatu.kernel.scope import Actor  # noqa: E402
from guatu.projects.models import Project, ProjectState  # noqa: E402

ROWS = 2000


def import_on_and_on(prefix: str, folder: Path) -> None:
    system = Actor.system("cli")
    if not Organisation.everything.filter(code="z").exists():
        actions.create(system, Organisation, {"code": "z", "name": "区", "kind": "city"})

    def tell(done: int, total: int, stage: str) -> None:
        if stage == "writing" and done == 0:
            print("writing", flush=True)

    print("ready", flush=True)
    for n in range(1000):
        path = folder / f"{prefix}-{n}.csv"
        path.write_text("code,name,zone,investment（亿元）,note\n" + "".join(
            f"{prefix}-{n}-{row},项目{row},z,{row}.5,备注{row}\n" for row in range(ROWS)), encoding="utf-8")
        said = imports.run(system, resource("projects"), path, path.name, on_progress=tell)
        if said["created"] != ROWS:
            raise SystemExit(json.dumps(said)[:2000])
        print(json.dumps(f"{prefix}-{n}"), flush=True)


def report() -> None:
    codes = Project.everything.values_list("code", "id")
    imported = set(Recording.objects.filter(channel="import").values_list("number", flat=True))
    print(json.dumps({
        "rows": Counter(code.rsplit("-", 1)[0] for code, _pk in codes),
        "strays": sum(recording_number(pk) not in imported for _code, pk in codes),
        "entries": HistoryEntry.objects.filter(subject_type="projects.project").count(),
        "statements": Statement.objects.filter(subject_type="projects.project").count(),
        "states": ProjectState.objects.count(),
    }))


def verify() -> None:
    print(json.dumps({"audit": audit.verify(), "projections": [projection.rebuild() for projection in projections()]}))


if __name__ == "__main__":
    if sys.argv[1] == "import":
        import_on_and_on(sys.argv[2], Path(sys.argv[3]))
    else:
        {"report": report, "verify": verify}[sys.argv[1]]()
