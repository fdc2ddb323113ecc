"""Long work outside the request: started by a page or the command line, run by the worker, its progress always visible.

A job's row and the queue lie in the progress database, so that how far an import has come can be read while the record
database is being written. Whose rights count is asked when the job runs, not when it was started.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from django_tasks import task

from guatu.kernel import notify
from guatu.kernel.changes import Refusals
from guatu.kernel.errors import Forbidden, Refused
from guatu.kernel.models import Job, User
from guatu.kernel.scope import Actor

log = logging.getLogger(__name__)

#: Words for the stages that `Progress.update` is given.
STAGES = {
    "opening": gettext_lazy("opening the file"),
    "reading": gettext_lazy("reading the rows"),
    "checking": gettext_lazy("checking the rows"),
    "writing": gettext_lazy("writing"),
    "preparing": gettext_lazy("working out what follows"),
    "exporting": gettext_lazy("writing the file"),
}
notify.tells("jobs", gettext_lazy("jobs that have ended"), {
    "job_done": gettext_lazy("“%(title)s” is finished."),
    "job_refused": gettext_lazy("“%(title)s” was refused; nothing was written. The job says why."),
    "job_failed": gettext_lazy("“%(title)s” failed. Try again, and tell the administrator if it fails again."),
}, usual=notify.NEVER, is_own=True)

MINUTE = 60
_handlers: dict[str, Callable[[Progress, Actor, dict], dict]] = {}


class Progress:
    """How far a job has come, written at most four times a second and at each new stage."""

    INTERVAL = 0.25

    def __init__(self, job: Job):
        self.job = job
        self._last = 0.0
        self._stage = ""

    def update(self, done: int, total: int, stage: str = "") -> None:
        now = time.monotonic()
        if stage == self._stage and done < total and now - self._last < self.INTERVAL:
            return
        self._last, self._stage = now, stage
        Job.objects.filter(pk=self.job.pk).update(done=max(done, 0), total=max(total, 0), stage=stage[:60])


def handler(kind: str):
    """Decorator: `fn(progress, actor, arguments) -> result` does the work of jobs of this kind. The result is JSON; one
    with `"ok": false` and `"refused": true` leaves the job refused."""

    def keep(function):
        _handlers[kind] = function
        return function

    return keep


def start(kind: str, title: str, user, arguments: dict) -> Job:
    """Puts a job into the queue. `user` is None for the system operator; `arguments` are plain JSON values."""
    _load_handlers()
    if kind not in _handlers:
        raise RuntimeError(f"No handler is registered for jobs of kind {kind!r}.")
    job = Job.objects.create(
        kind=kind, title=str(title)[:300], user_id=None if user is None else user.pk,
        arguments={"language": get_language() or settings.LANGUAGE_CODE, **arguments},
    )
    run_job.enqueue(job.pk)
    return job


def _load_handlers() -> None:
    from guatu.kernel import sheet_jobs  # noqa: F401  (registers the handlers of imports and exports)


@task()
def run_job(job_id: int) -> None:
    """Runs one job to its end and records how it ended. Raises nothing."""
    _load_handlers()
    job = Job.objects.get(pk=job_id)
    if Job.objects.filter(pk=job_id, state="waiting").update(state="running", started_at=timezone.now()) == 0:
        return
    with override(job.arguments.get("language") or settings.LANGUAGE_CODE):
        try:
            result = _handlers[job.kind](Progress(job), _actor(job), job.arguments)
            state = "refused" if result.get("refused") else "done"
        except Refused as refused:
            state, result = "refused", said(refused)
        except Exception:
            log.exception("Job %d (%s) failed.", job.pk, job.kind)
            state, result = "failed", {"ok": False, "message": _(
                "The program failed on this work; nothing half-done was left. The administrator finds the cause in the "
                "log under job %d.") % job.pk}
        _end(job, state, result)


def _actor(job: Job) -> Actor:
    if job.user_id is None:
        return Actor.system("job")
    user = User.everything.filter(pk=job.user_id, withdrawn=False, is_active=True).first()
    if user is None:
        raise Forbidden("no_user", _("The person who started this work may not log in any more, so it was not done."))
    return Actor.of(user, "job")


def said(refused: Refused) -> dict:
    """A refusal as a job's result: its sentences, with row and field where they concern one."""
    problems = refused.problems if isinstance(refused, Refusals) else []
    errors = [{"row": problem.change.place or 0, "column": problem.refused.field or "", "message": str(problem.refused)}
              for problem in problems]
    return {"ok": False, "refused": True, "code": refused.code, "message": str(refused),
            "errors": errors or [{"row": 0, "column": refused.field or "", "message": str(refused)}]}


def _end(job: Job, state: str, result: dict) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, result=result, ended_at=timezone.now())
    if job.user_id is not None and User.everything.filter(pk=job.user_id).exists():
        notify.notify([job.user_id], f"job_{state}", {"title": job.title}, notify.JOB, job.pk)


# -- the worker ----------------------------------------------------------------------------------------------------


def worker(stop_event, interval: float = 0.5) -> None:
    """Runs waiting jobs until `stop_event` is set, and every minute what the clock asks for. One worker runs per
    installation; a second one waits until the first has ended."""
    from guatu.kernel import housekeeping

    with _only_worker(stop_event) as chosen:
        if not chosen:
            return
        recover()
        last = None
        while not stop_event.is_set():
            try:
                ran = run_pending(1)
                if last is None or time.monotonic() - last >= MINUTE:
                    last = time.monotonic()
                    housekeeping.every_minute()
            except Exception:  # the database may be away for a while; the worker outlives it
                log.exception("The worker met a fault and goes on.")
                ran = 0
            close_old_connections()
            if not ran:
                stop_event.wait(interval)


def run_pending(most: int | None = None) -> int:
    """Runs waiting jobs in this thread, `most` of them or all; returns how many."""
    from django_tasks_db.management.commands.db_worker import Worker

    # The worker's own loop closes the thread's connections, which the caller may be in the midst of using.
    queue = Worker(queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
                   worker_id=get_random_string(32), excluded_queue_names=[])
    ran = 0
    while (most is None or ran < most) and (waiting := _claim(queue.worker_id)) is not None:
        queue.run_task(waiting)
        ran += 1
    return ran


def _claim(worker_id: str):
    """The next waiting entry of the queue, taken so that no other worker runs it; None when there is none."""
    from django_tasks_db.models import DBTaskResult
    from django_tasks_db.utils import exclusive_transaction

    ready = DBTaskResult.objects.ready()
    if not ready.exists():
        return None
    with exclusive_transaction(ready.db):
        waiting = ready.all().get_locked()
        if waiting is not None:
            waiting.claim(worker_id)
        return waiting


def recover() -> int:
    """Ends jobs that were running when the former worker was killed; returns how many. Asked only by the one worker."""
    from django_tasks_db.models import DBTaskResult

    DBTaskResult.objects.filter(status="RUNNING").update(status="FAILED", finished_at=timezone.now())
    cut_off = list(Job.objects.filter(state="running"))
    for job in cut_off:
        with override(job.arguments.get("language") or settings.LANGUAGE_CODE):
            _end(job, "failed", {"ok": False, "message": _(
                "The program ended while this work was under way. An import is written whole or not at all: start it "
                "again; what was written already stays unchanged.")})
    for job in Job.objects.filter(state="waiting"):
        if not DBTaskResult.objects.ready().filter(args_kwargs__args=[job.pk]).exists():
            run_job.enqueue(job.pk)
    return len(cut_off)


@contextmanager
def _only_worker(stop_event):
    """Holds the installation's worker lock; gives False when told to stop before it was free."""
    import fcntl

    path = Path(settings.GUATU_HOME) / "worker.lock"
    with path.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if stop_event.wait(1):
                    yield False
                    return
        yield True
