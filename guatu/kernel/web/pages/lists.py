"""The list of a resource, its columns to choose, suggestions for references, and the first page."""

from __future__ import annotations

from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guatu.kernel.errors import NotFound
from guatu.kernel.registry import resource as resource_named
from guatu.kernel.registry import resources
from guatu.kernel.web.forms import RowLookup
from guatu.kernel.web.listing import all_columns, asked_of, read_list
from guatu.kernel.web.session import scope_of

#: How many suggestions a reference field shows at once.
SUGGESTIONS = 12


def verbs_of(scope, resource) -> dict[str, bool]:
    """What this reader may do with the resource at all, by verb, for buttons."""
    made_by_hand = getattr(resource, "made_by_hand", True)
    return {
        verb: scope.may(resource.name, verb) and (made_by_hand or verb not in ("add", "import"))
        for verb in ("add", "change", "withdraw", "bulk", "import", "export", "history")
    }


@require_GET
def first(request):
    """Whoever works through a queue lands in it; else the wall where projects may be seen, else a list."""
    scope = scope_of(request)
    if scope.lands_in_queue:
        return redirect("/my/")
    if scope.may("projects"):
        return redirect("/wall/")
    name = next((name for name in resources() if scope.may(name)), None)
    return redirect(f"/r/{name}/") if name else render(request, "kernel/nothing.html")


@require_GET
def list_page(request, name: str):
    resource, scope = resource_named(name), scope_of(request)
    scope.require(name, "view")
    asked = asked_of(resource, request.GET)
    chosen = request.session.get(f"columns:{name}")
    page = read_list(resource, scope, asked, chosen)
    shown = {head.name for head in page.heads}
    context = {
        "resource": resource,
        "page": page,
        "may": verbs_of(scope, resource),
        "all_columns": [(column.name, str(column.label), column.name in shown) for column in all_columns(resource)],
        "asked": asked,
        "formats": [("xlsx", "Excel (xlsx)"), ("csv", "CSV"), ("json", "JSON")],
        "query": request.GET.urlencode(),
    }
    part = request.htmx and request.htmx.target == "rows"
    return render(request, "kernel/_rows.html" if part else "kernel/list.html", context)


@require_POST
def choose_columns(request, name: str):
    """Remembers which columns this person wants to see of the list, until they log out."""
    resource = resource_named(name)
    scope_of(request).require(name, "view")
    known = [column.name for column in all_columns(resource)]
    names = [column for column in known if column in request.POST.getlist("column")]
    if "default" in request.POST or not names:
        request.session.pop(f"columns:{name}", None)
    else:
        request.session[f"columns:{name}"] = names
    return redirect(next_page(request, f"/r/{name}/"))


@require_GET
def pick(request, name: str):
    """Rows to refer to, found while typing."""
    resource, scope = resource_named(name), scope_of(request)
    scope.require(name, "view")
    if resource.reference not in {field.name for field in resource.model.value_fields()}:
        raise NotFound("no_pick", _("Nothing refers to “%s” by name, so there is nothing to choose from.")
                       % resource.label_plural)
    text = request.GET.get("q", "").strip()[:100]
    rows = list(resource.sorted(resource.searched(resource.rows(scope), text), "")[:SUGGESTIONS])
    lookup = RowLookup(scope)
    options = [(lookup.text_of(resource, row), str(row), str(getattr(row, resource.key_field))) for row in rows]
    return render(request, "kernel/_picks.html", {"options": options, "name": name, "text": text})


def next_page(request, default: str) -> str:
    """Where to go on: the page named by `next` when it is one of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    ours = url_has_allowed_host_and_scheme(target, allowed_hosts=hosts, require_https=request.is_secure())
    return target if ours else default
