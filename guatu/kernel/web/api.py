"""The JSON API: the same endpoints for every resource, and those which apps declare. See /api/openapi.json.

Every row goes through the caller's scope, every write through `actions`. What is refused is answered as
{"code", "message", "field"}, with "problems" when there are several.
"""

from __future__ import annotations

import json
from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError

from guatu import __version__
from guatu.kernel.changes import Refusals
from guatu.kernel.errors import Refused
from guatu.kernel.registry import resources
from guatu.kernel.rules.refusals import TEMPLATES, Refusal
from guatu.kernel.web.endpoints import add_resource, audit
from guatu.kernel.web.routers import routers
from guatu.kernel.web.tokens import Session, Token


def logged_in(view):
    """The description of the API is shown to those who may call it."""

    def shown(request, *args, **kwargs):
        for way in ways:
            try:
                if way(request):
                    return view(request, *args, **kwargs)
            except Refused:
                break
        return answer(AuthenticationError(), 401)

    shown.csrf_exempt = True
    return shown


class Described(NinjaAPI):
    """The API, its description worked out once for each language: it takes about a second."""

    def get_openapi_schema(self, *, path_prefix=None, path_params=None):
        key = (get_language(), path_prefix)
        if key not in _descriptions:
            _descriptions[key] = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        return _descriptions[key]


_descriptions: dict[tuple, dict] = {}
ways = [Token(), Session()]
api = Described(
    title="Guatu 挂图",
    version=__version__,
    auth=ways,
    docs_url=None,
    openapi_url="/openapi.json",
    docs_decorator=logged_in,
    urls_namespace="api",
)


def answer(
    fault: Exception, status: int, code: str = "", message: str = "", field: str | None = None, problems=None
) -> HttpResponse:
    body = {"code": code, "message": message, "field": field}
    if isinstance(fault, AuthenticationError):
        body |= {"code": "not_logged_in", "message": _("Log in first, or send a key: Authorization: Bearer gt_….")}
    if problems:
        body["problems"] = problems
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/json", status=status)


@api.exception_handler(AuthenticationError)
def _not_logged_in(request, fault):
    response = answer(fault, 401)
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(Refusals)
def _refusals(request, fault):
    problems = [
        {"code": problem.refused.code, "message": str(problem.refused), "field": problem.refused.field}
        for problem in fault.problems
    ]
    return answer(fault, fault.status, fault.code, str(fault), fault.field, problems)


@api.exception_handler(Refused)
def _refused(request, fault):
    response = answer(fault, fault.status, fault.code, str(fault), fault.field)
    if retry_after := getattr(fault, "retry_after", None):
        response["Retry-After"] = str(retry_after)
    return response


@api.exception_handler(Refusal)
def _rule(request, fault):
    return answer(fault, 422, fault.code, _(TEMPLATES[fault.code]) % fault.params)


@api.exception_handler(ValidationError)
def _invalid(request, fault):
    problems = [
        {
            "code": error["type"],
            "field": ".".join(str(part) for part in error["loc"][1:] if part != "body"),
            "message": _("“%(field)s”: %(what)s.")
            % {"field": ".".join(str(part) for part in error["loc"][1:]), "what": error["msg"]},
        }
        for error in fault.errors[:100]
    ]
    return answer(fault, 422, "invalid", problems[0]["message"], problems[0]["field"], problems)


@api.exception_handler(HttpError)
def _http(request, fault):
    message = _("The body of the request is not JSON that can be read.") if fault.status_code == 400 else str(fault)
    return answer(fault, fault.status_code, HTTPStatus(fault.status_code).phrase.lower().replace(" ", "_"), message)


@api.exception_handler(Http404)
def _not_found(request, fault):
    return answer(fault, 404, "not_found", _("There is nothing at this address."))


for prefix, declared in routers().items():
    api.add_router(f"/{prefix}/", declared)
api.add_router("/audit/", audit)
for resource in resources().values():
    add_resource(api, resource)

# Added last: whatever no endpoint above has taken is answered in JSON too, and to nobody who is not logged in.
nothing = Router()
api.add_router("", nothing)


@nothing.api_operation(["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:address}", include_in_schema=False)
def no_such_address(request, address: str):
    raise Http404(address)
