"""Commands of reference data: loading a working calendar."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.kernel.command_line import Call, command


def _arguments(parser) -> None:
    parser.add_argument("file", metavar="FILE", help=_("the notice as JSON: year, title, holidays, workdays"))


@command(
    "calendar",
    "load",
    help=gettext_lazy("load a year's notice of holidays and make-up working days"),
    arguments=_arguments,
)
def calendar_load(call: Call) -> int:
    from guatu.reference.calendars import load_notice

    done = load_notice(call.actor, call.file)
    text = (
        _("The calendar of %d is recorded.")
        if done["created"]
        else (
            _("The calendar of %d is corrected.") if done["changed"] else _("The calendar of %d was the same already.")
        )
    )
    return call.answer(done, [text % done["year"]])
