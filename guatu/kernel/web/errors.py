"""Pages that say no: refusals, missing pages, faults. Never a traceback."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from guatu.kernel.errors import Forbidden, NotFound, Refused


def refusal_page(request, refused: Refused):
    """The sentence of a refusal as a page, in the shell for those logged in and bare for everybody else."""
    inside = getattr(request, "user", None) is not None and request.user.is_authenticated
    template = "kernel/refusal.html" if inside else "kernel/refusal_bare.html"
    context = {"refused": refused, "title": title_of(refused.status)}
    return _with_retry(render(request, template, context, status=refused.status), refused)


def refusal_response(request, refused: Refused):
    """A refusal as whoever asks can read it: JSON for the API, a page for everybody else."""
    if not request.path.startswith("/api/"):
        return refusal_page(request, refused)
    body = {"code": refused.code, "message": str(refused), "field": refused.field}
    return _with_retry(JsonResponse(body, status=refused.status, json_dumps_params={"ensure_ascii": False}), refused)


def _with_retry(response, refused: Refused):
    if retry_after := getattr(refused, "retry_after", None):
        response["Retry-After"] = str(retry_after)
    return response


def title_of(status: int) -> str:
    return {
        403: _("This is not open to you"),
        404: _("Nothing is here"),
        409: _("Somebody was quicker"),
        413: _("This is too large"),
        429: _("Please wait"),
        500: _("The program failed"),
    }.get(status, _("This cannot be done"))


def not_found(request, exception=None):
    return refusal_page(
        request, NotFound("no_page", _("There is no page at this address. Go back, or start from the first page."))
    )


def bad_request(request, exception=None):
    refused = Refused("bad_request", _(
        "This request cannot be answered: it is damaged, has too many fields, or names a host that is not served here. "
        "Go back and try again."))
    refused.status = 400
    # What is wrong may be the host or the cookies, so this page asks nothing of them.
    context = {"refused": refused, "title": title_of(400), "product": settings.GUATU_PRODUCT_NAME, "theme": "light"}
    return HttpResponse(render_to_string("kernel/refusal_bare.html", context), status=400)


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
