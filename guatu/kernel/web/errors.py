"""Pages that say no: refusals, missing pages, faults. Never a traceback."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from guatu.kernel.errors import Forbidden, NotFound, Refused


def refusal_page(request, refused: Refused):
    """The sentence of a refusal as a page, in the shell for those logged in and bare for everybody else."""
    inside = getattr(request, "user", None) is not None and request.user.is_authenticated
    template = "kernel/refusal.html" if inside else "kernel/refusal_bare.html"
    return render(request, template, {"refused": refused, "title": title_of(refused.status)}, status=refused.status)


def title_of(status: int) -> str:
    return {
        403: _("This is not open to you"),
        404: _("Nothing is here"),
        409: _("Somebody was quicker"),
        500: _("The program failed"),
    }.get(status, _("This cannot be done"))


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
    # What failed may be the very thing that the shell needs, so this page asks nothing of the database.
    context = {"refused": refused, "title": title_of(500), "product": settings.GUATU_PRODUCT_NAME, "theme": "light"}
    return HttpResponse(render_to_string("kernel/refusal_bare.html", context), status=500)
