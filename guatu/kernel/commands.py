"""Commands of the kernel: working days, import, export, audit of the history, rebuilding, backup, passwords."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.kernel.command_line import Call, command, day_of, instant_of, table, user_called
from guatu.kernel.doors import commands  # noqa: F401  (declares the commands of the doors)
from guatu.kernel.errors import Faulty, Forbidden, Refused

# -- working days ------------------------------------------------------------------------------------------------------


def _count_arguments(parser) -> None:
    parser.add_argument("date", metavar="DATE", help=_("day to count from; itself never counted"))
    parser.add_argument("n", metavar="N", type=int, help=_("number of working days"))


@command("workdays", "add", help=gettext_lazy("the N-th working day after a day"), arguments=_count_arguments)
def workdays_add(call: Call) -> int:
    return _counted(call, call.n)


@command("workdays", "subtract", help=gettext_lazy("the N-th working day before a day"), arguments=_count_arguments)
def workdays_subtract(call: Call) -> int:
    return _counted(call, -call.n)


def _counted(call: Call, n: int) -> int:
    from guatu.kernel.queries import calendar

    counted = calendar().add_workdays(day_of(call.date, "DATE"), n)
    return call.answer(
        {"date": counted.day, "provisional": counted.provisional},
        [counted.day.isoformat() + _mark(counted.provisional)],
    )


def _between_arguments(parser) -> None:
    parser.add_argument("first", metavar="D1", help=_("day after which is counted"))
    parser.add_argument("last", metavar="D2", help=_("last day counted"))


@command(
    "workdays", "between", help=gettext_lazy("how many working days lie in (D1, D2]"), arguments=_between_arguments
)
def workdays_between(call: Call) -> int:
    from guatu.kernel.queries import calendar

    counted = calendar().workdays_between(day_of(call.first, "D1"), day_of(call.last, "D2"))
    return call.answer(
        {"days": counted.days, "provisional": counted.provisional}, [str(counted.days) + _mark(counted.provisional)]
    )


def _mark(provisional: bool) -> str:
    return "  " + _("(provisional: the notice of that year is not loaded)") if provisional else ""


# -- sheets ------------------------------------------------------------------------------------------------------------


def _import_arguments(parser) -> None:
    parser.add_argument("resource", metavar="RESOURCE", help=_("what the sheet lists, for instance projects"))
    parser.add_argument("file", metavar="FILE", help=_("an Excel or CSV file"))
    parser.add_argument("--dry-run", action="store_true", help=_("say what would change, and change nothing"))
    parser.add_argument("--valid-on", metavar="DATE", help=_("day from which changed values hold (default: today)"))
    parser.add_argument(
        "--correction", action="store_true", help=_("the values were always so: correct, do not change")
    )
    parser.add_argument("--reason", default="", help=_("why, where the change needs a reason"))
    parser.add_argument("--approver", default="", help=_("who approved it, where the change needs an approver"))


@command("import", help=gettext_lazy("read rows from a sheet: all of them, or none"), arguments=_import_arguments)
def import_sheet(call: Call) -> int:
    from guatu.kernel import imports
    from guatu.kernel.registry import resource

    path = readable(call.file)
    result = imports.run(
        call.actor.through("import"),
        resource(call.resource),
        path,
        path.name,
        dry_run=call.dry_run,
        valid_on=day_of(call.valid_on, "--valid-on") if call.valid_on else None,
        correction=call.correction,
        reason=call.reason,
        approver=call.approver,
    )
    lines = [_("created %(created)d, updated %(updated)d, unchanged %(unchanged)d") % result]
    if call.dry_run and result["ok"]:
        lines.append(_("Dry run: nothing was written."))
    if result.get("ignored_columns"):
        lines.append(_("Columns that were not read: %s.") % "、".join(map(str, result["ignored_columns"])))
    lines += [
        _("Row %(row)s: %(message)s") % {"row": warning["row"], "message": warning["message"]}
        for warning in result.get("warnings", [])[:200]
    ]
    call.answer(result, lines if result["ok"] else [])
    for error in result["errors"][:200] if not result["ok"] else []:
        place = ", ".join(
            filter(None, [_("row %s") % error["row"] if error.get("row") else "", str(error.get("column") or "")])
        )
        call.say(f"{place}: {error['message']}" if place else error["message"])
    if not result["ok"]:
        call.say(_("Nothing was written: %d faults. Correct them and import the file again.") % len(result["errors"]))
    return 0 if result["ok"] else 1


def readable(name: str) -> Path:
    """The file to read. Raises Faulty when there is none."""
    path = Path(name)
    if not path.is_file() or not os.access(path, os.R_OK):
        raise Faulty("file", _("There is no file “%s” that can be read. Check the name.") % name, "file")
    return path


def _export_arguments(parser) -> None:
    parser.add_argument("resource", metavar="RESOURCE", help=_("what to list, for instance projects"))
    parser.add_argument("--format", choices=["csv", "xlsx", "json"], default="csv", help=_("kind of file"))
    parser.add_argument("--as-of", metavar="D", help=_("values as of this day (default: as they stand)"))
    parser.add_argument("--known-at", metavar="T", help=_("as known at this instant (default: now)"))
    parser.add_argument("--out", metavar="F", help=_("file to write (default: standard output, csv and json only)"))


@command("export", help=gettext_lazy("write the rows of a resource to a file"), arguments=_export_arguments)
def export(call: Call) -> int:
    from guatu.kernel import exports
    from guatu.kernel.recording import resolve
    from guatu.kernel.registry import resource

    taken = resource(call.resource)
    call.actor.scope.require(taken.name, "export")
    options = {}
    if call.as_of:
        options["as_of"] = day_of(call.as_of, "--as-of")
    if call.known_at:
        options["known_at"] = resolve(instant_of(call.known_at, "--known-at"))[0]
    if call.out is None or call.arguments.out is None:
        if call.format == "xlsx":
            raise Faulty("out", _("A workbook needs a file to be written to. Give --out."), "out")
        exports.write(taken, call.actor.scope, call.format, sys.stdout.buffer, **options)
        return 0
    path = Path(call.arguments.out)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as out:
            rows = exports.write(taken, call.actor.scope, call.format, out, **options)
        beside.replace(path)
    except OSError as fault:
        raise Faulty(
            "file", _("“%(path)s” cannot be written: %(why)s.") % {"path": path, "why": fault.strerror or fault}, "out"
        ) from None
    finally:
        beside.unlink(missing_ok=True)
    return call.answer(
        {"rows": rows, "file": str(path)}, [_("%(rows)d rows written to %(file)s") % {"rows": rows, "file": path}]
    )


# -- the record --------------------------------------------------------------------------------------------------------


@command("audit", "verify", help=gettext_lazy("recompute the chain of history and compare every fact with it"))
def audit_verify(call: Call) -> int:
    from guatu.kernel import audit
    from guatu.kernel.doors import inspection_record

    result = audit.verify()
    inspection_record.note_audit(result)
    if result["ok"]:
        return call.answer(result, [_("The history is whole: %d recordings, nothing altered.") % result["records"]])
    call.answer(result)
    call.say(_("The history has been altered: %s") % audit.sentence(result["first_bad"]))
    return 1


@command("rebuild", help=gettext_lazy("remake the derived rows from the facts"))
def rebuild(call: Call) -> int:
    from guatu.kernel.registry import projections

    found = {projection.model._meta.label_lower: projection.rebuild() for projection in projections()}
    rows = [[label, result["subjects"], result["missing"], result["wrong"]] for label, result in found.items()]
    return call.answer(found, table([_("table"), _("subjects"), _("rows added"), _("rows removed")], rows))


# -- backup ------------------------------------------------------------------------------------------------------------


def _backup_arguments(parser) -> None:
    parser.add_argument("--out", metavar="F", required=True, help=_("file to write; a former backup is written over"))


@command(
    "backup",
    help=gettext_lazy("write all records and documents into one file, while others work"),
    arguments=_backup_arguments,
)
def backup(call: Call) -> int:
    from guatu.kernel.backup.making import make
    from guatu.kernel.scope import EVERYWHERE

    if call.actor.scope.reach("users", "administer") != EVERYWHERE:
        raise Forbidden("forbidden", _("Only an administrator of the whole installation may back it up."))
    made = make(Path(call.arguments.out), call.say)
    for digest in made["missing_documents"]:
        call.say(_("The file of a document is gone or altered, so it is not in the backup: %s") % digest)
    return call.answer(made, [
        _("The records up to recording %(number)d and %(documents)d documents are in %(file)s (%(size)s MB).") % {
            "number": made["head"]["number"], "documents": made["documents"], "file": made["file"],
            "size": f"{made['bytes'] / 1e6:,.1f}"},
        _("Head of the history: %s") % made["head"]["hash"],
    ])


def _restore_arguments(parser) -> None:
    parser.add_argument("file", metavar="F", help=_("a file that guatu backup wrote"))
    parser.add_argument(
        "--replace", metavar="WORDS", default="", help=_("put aside what is there; the refusal says the words")
    )


@command(
    "restore", help=gettext_lazy("put a backup in place of an empty installation: whole, or not at all"),
    arguments=_restore_arguments, ready=False,
)
def restore(call: Call) -> int:
    from guatu.kernel.backup.restoring import restore as put_back

    if call.arguments.actor is not None:
        raise Forbidden("forbidden", _("A restore is done by whoever runs the machine. Leave --as out."))
    done = put_back(Path(call.file), call.replace, call.say)
    lines = [
        _("The backup of %(when)s is in place: recordings up to %(number)d, %(rows)d rows, %(documents)d documents.") % {
            "when": timezone.localtime(done["made_at"]).strftime("%Y-%m-%d %H:%M"), "number": done["head"]["number"],
            "rows": sum(done["rows"].values()), "documents": done["documents"]},
        _("The history is whole: %d recordings, nothing altered.") % done["audit"]["records"],
        _("Everybody logs in again. Keys, passwords and rights are those of that day: take back again what was taken "
          "back since."),
    ]
    if done["kept"]:
        lines.append(_("What was there before is kept as %s.") % done["kept"])
    if done["missing_documents"]:
        lines.append(_("Files of %d documents were missing already when the backup was made.")
                     % len(done["missing_documents"]))
    return call.answer(done, lines)


# -- people ------------------------------------------------------------------------------------------------------------


def _password_arguments(parser) -> None:
    parser.add_argument("user", metavar="USER", help=_("user name"))


@command(
    "users",
    "password",
    help=gettext_lazy("set a user's password, asked for or read from standard input"),
    arguments=_password_arguments,
)
def users_password(call: Call) -> int:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from guatu.kernel import account

    call.actor.scope.require("users", "change")
    user = user_called(call.user)
    password = _asked_twice() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    try:
        validate_password(password, user)
    except ValidationError as fault:
        raise Faulty("password", " ".join(fault.messages), "password") from None
    if not call.actor.scope.everything and not call.actor.scope.may("users", "administer"):
        raise Forbidden("forbidden", _("Only an administrator may set another user's password."))
    account.give_password(call.actor, user, password)
    return call.answer({"user": user.username, "ok": True}, [_("The password of “%s” is set.") % user.username])


def _asked_twice() -> str:
    password = getpass.getpass(_("New password: "))
    if getpass.getpass(_("Once more: ")) != password:
        raise Refused("password_differs", _("The two passwords differ. Nothing was changed; start again."))
    return password
