"""Jobs: queued, run with the rights of the moment, their progress and end visible, and told to who started them."""

import json
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.translation import gettext_lazy

from guatu.kernel import actions, jobs, mailing, notify
from guatu.kernel.errors import Faulty
from guatu.kernel.models import Job, Notification
from guatu.kernel.scope import Scope
from guatu.projects.models import Project
from guatu.projects.tests.world import build, member

pytestmark = [pytest.mark.django_db(databases=["default", "progress"]), pytest.mark.both]


@pytest.fixture
def world(system):
    return build(system, 4)


@pytest.fixture
def officer(system, world):
    return member(system, "office1", "chain_office", world.zones[0])


@pytest.fixture
def upload(tmp_path):
    def put(text):
        path = tmp_path / "upload.csv"
        path.write_text(text, encoding="utf-8")
        return {"resource": "projects", "path": str(path), "file_name": "项目.csv"}
    return put


@pytest.fixture
def kinds():
    before = dict(jobs._handlers)
    yield
    jobs._handlers.clear()
    jobs._handlers.update(before)


def run(job: Job) -> Job:
    assert jobs.run_pending() >= 1
    job.refresh_from_db()
    return job


def test_an_import_is_planned_and_applied_as_jobs(system, world, officer, upload):
    arguments = upload("code,name,zone,jobs\np00,项目0,z1,12\nn1,新,z1,3\n")
    planned = jobs.start("import_plan", "导入项目", officer, arguments)
    assert (planned.state, planned.user_id) == ("waiting", officer.pk)
    planned = run(planned)
    assert (planned.state, planned.stage, planned.percent) == ("done", "checking", 100)
    assert (planned.result["ok"], planned.result["created"], planned.result["updated"]) == (True, 1, 1)
    assert planned.result["previews"][0]["changes"][-1][2] == "12"
    assert not Project.everything.filter(code="n1").exists()
    applied = run(jobs.start("import_apply", "导入项目", officer, {
        **arguments, "planned_at": planned.result["planned_at"], "sha256": planned.result["sha256"]}))
    assert (applied.state, applied.result["created"]) == ("done", 1)
    assert Project.everything.get(code="p00").jobs == 12
    told = notify.unread_of(officer, Scope.of(officer))
    assert [notice.code for notice in told] == ["job_done", "job_done"] and "导入项目" in told[0].text


def test_rows_changed_since_the_agreed_plan_refuse_the_apply(system, world, officer, upload):
    arguments = upload("code,jobs\np00,12\n")
    planned = run(jobs.start("import_plan", "x", officer, arguments))
    actions.change(system, Project.everything.get(code="p00"), {"jobs": 5})
    applied = run(jobs.start("import_apply", "x", officer, {**arguments, "planned_at": planned.result["planned_at"]}))
    assert (applied.state, applied.result["ok"]) == ("refused", False)
    assert applied.result["errors"][0]["message"] == applied.result["message"]
    assert Project.everything.get(code="p00").jobs == 5


def test_another_file_than_the_one_agreed_to_is_refused(system, world, officer, upload):
    job = run(jobs.start("import_apply", "x", officer, {**upload("code,jobs\np00,12\n"), "sha256": "0" * 64}))
    assert (job.state, job.result["code"]) == ("refused", "file_changed")


def test_rights_are_those_of_the_moment_the_job_runs(system, world, officer, upload):
    job = jobs.start("import_plan", "x", officer, upload("code,jobs\np00,12\n"))
    actions.change(system, officer, {"is_active": False})
    job = run(job)
    assert (job.state, job.result["code"]) == ("refused", "no_user")


def test_an_export_leaves_its_file(system, world, officer):
    job = run(jobs.start("export", "x", officer, {"resource": "projects", "format": "json", "search": "项目"}))
    assert (job.state, job.result["rows"]) == ("done", 2)
    with open(job.result["path"], encoding="utf-8") as file:
        assert [row["code"] for row in json.load(file)] == ["p00", "p02"]


def test_refusals_and_faults_end_a_job_with_a_sentence(system, world, officer, kinds, caplog):
    @jobs.handler("says_no")
    def says_no(progress, actor, arguments):
        raise Faulty("no", "Not like this.", "code")

    @jobs.handler("breaks")
    def breaks(progress, actor, arguments):
        raise ZeroDivisionError("secret inner words")

    no, broken = jobs.start("says_no", "a", officer, {}), jobs.start("breaks", "b", officer, {})
    run(no)
    broken.refresh_from_db()
    assert (no.state, no.result["errors"]) == ("refused", [{"row": 0, "column": "code", "message": "Not like this."}])
    assert broken.state == "failed" and "secret" not in json.dumps(broken.result) and broken.result["message"]
    assert "secret inner words" in caplog.text
    assert broken.started_at and broken.ended_at


def test_progress_is_throttled_but_stages_and_ends_are_written(system, kinds, django_assert_num_queries):
    job = Job.objects.create(kind="x", title="x")
    progress = jobs.Progress(job)
    with django_assert_num_queries(3, using="progress"):
        for done in range(100):
            progress.update(done, 100, "reading")
        progress.update(0, 100, "writing")
        progress.update(100, 100, "writing")
    job.refresh_from_db()
    assert (job.done, job.total, job.stage) == (100, 100, "writing")


def test_jobs_cut_off_by_a_kill_are_ended_and_waiting_ones_run(system, world, officer, upload):
    cut = jobs.start("import_plan", "x", officer, upload("code,jobs\np00,12\n"))
    waiting = Job.objects.create(kind="import_plan", title="y", user_id=officer.pk, arguments=upload("code,jobs\np00,12\n"))
    Job.objects.filter(pk=cut.pk).update(state="running")
    assert jobs.recover() == 1
    jobs.run_pending()
    cut.refresh_from_db()
    waiting.refresh_from_db()
    assert (cut.state, waiting.state) == ("failed", "done")


def test_notices_are_shown_only_while_their_subject_is_in_reach(system, world, officer):
    notify.sentences["moved"] = gettext_lazy("“%(what)s” was moved.")
    near, far = world.projects[0], world.projects[1]
    label = Project._meta.label_lower
    assert notify.notify([officer.pk, officer.pk, None], "moved", {"what": near.name}, label, near.pk) == 1
    notify.notify([officer.pk], "moved", {"what": far.name}, label, far.pk)
    assert [notice.subject_id for notice in notify.unread_of(officer, Scope.of(officer))] == [near.pk]
    assert notify.unread_of(officer, Scope.nothing()) == []
    notify.mark_read(officer)
    assert notify.unread_of(officer, Scope.of(officer)) == []
    with pytest.raises(KeyError):
        notify.notify([officer.pk], "unheard_of", {}, label, near.pk)


def test_pending_notices_are_mailed_once_and_only_what_may_be_seen(system, world, officer, settings):
    notify.sentences["moved"] = gettext_lazy("“%(what)s” was moved.")
    actions.change(system, officer, {"email": "office@example.org"})
    mailing.choose(officer.pk, {"other": notify.AT_ONCE}, "zh-hans")
    label = Project._meta.label_lower
    for project in world.projects[:3]:
        notify.notify([officer.pk], "moved", {"what": project.name}, label, project.pk)
    Notification.objects.filter(subject_id=world.projects[2].pk).update(created_at=timezone.now() - timedelta(days=9))
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert mailing.mail_pending() == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mailing.mail_pending() == 1
    assert mail.outbox[0].to == ["office@example.org"] and "项目0" in mail.outbox[0].body
    assert "项目1" not in mail.outbox[0].body and "项目2" not in mail.outbox[0].body
    assert mailing.mail_pending() == 0


@pytest.mark.django_db(transaction=True, databases=["default", "progress"])
def test_the_worker_runs_until_stopped(system, kinds):
    stop = threading.Event()
    seen = []

    @jobs.handler("looks")
    def looks(progress, actor, arguments):
        seen.append(actor.name)
        stop.set()
        return {"ok": True}

    job = jobs.start("looks", "x", None, {})
    jobs.worker(stop, interval=0.01)
    job.refresh_from_db()
    assert seen == ["system"] and job.state == "done"
