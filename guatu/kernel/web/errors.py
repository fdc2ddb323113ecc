"""Pages that say no: refusals, missing pages, faults. Never a traceback."""

from django.shortcuts import render
from django.utils.translation import gettext as _

from guatu.kernel.errors import Forbidden, NotFound, Refused


def refusal_page(request, refused: Refused):
    return render(request, "kernel/refusal.html", {"refused": refused}, status=refused.status)


def not_found(request, exception=None):
    return refusal_page(
        request, NotFound("no_page", _("There is no page at this address. Go back, or start from the first page."))
    )


def forbidden(request, exception=None):
    return refusal_page(
        request,
        Forbidden("forbidden", _("You may not open this page. Ask an administrator for the role if you need it.")),
    )


def csrf_failure(request, reason=""):
    return refusal_page(
        request,
        Forbidden("csrf", _("This form has expired, or was sent from another site. Open the page again and repeat.")),
    )


def fault(request):
    refused = Refused(
        "fault",
        _(
            "Something went wrong inside the program, and nothing was changed. Please tell the administrator "
            "what you were doing; the log has the details."
        ),
    )
    refused.status = 500
    return refusal_page(request, refused)
