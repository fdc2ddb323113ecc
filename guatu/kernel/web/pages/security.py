"""What is unsafe in this installation, and what an administrator does about people's logins."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from guatu.kernel import account as accounts
from guatu.kernel.doors import inspection, lockout, pace, passwords, sessions
from guatu.kernel.errors import Forbidden
from guatu.kernel.registry import resource
from guatu.kernel.scope import EVERYWHERE
from guatu.kernel.web.session import actor_of, scope_of


def administers_all(request) -> bool:
    return scope_of(request).reach("users", "administer") == EVERYWHERE


def require_administrator(request) -> None:
    """Raises Forbidden for whoever is no administrator of the whole installation: accounts know no zones."""
    if not administers_all(request):
        raise Forbidden("forbidden", _("Only an administrator of the whole installation may open this page."))


@require_GET
def security(request):
    require_administrator(request)
    findings = inspection.inspect(request)
    context = {
        "findings": [(finding, inspection.state_words(finding.state)) for finding in findings],
        "counts": [(state, inspection.state_words(state), sum(one.state == state for one in findings))
                   for state in (inspection.UNSAFE, inspection.ATTENTION, inspection.OK)],
        "locks": lockout.locks(),
        "guessers": [(address, count) for address, count, _at in pace.guessers()
                     if settings.GUATU_TOKEN_FAILURES and count >= settings.GUATU_TOKEN_FAILURES],
        "people": resource("users").rows(scope_of(request)).filter(is_active=True).order_by("username")[:500],
    }
    return render(request, "kernel/security.html", context)


@require_POST
def unlock(request):
    """Unlocks a user name, an address, or the two together."""
    require_administrator(request)
    username, address = request.POST.get("username", "")[:255], request.POST.get("address", "")[:45]
    lockout.unlock(username, address)
    if address and not username:
        pace.forget_guesses(address)
    user = resource("users").rows(scope_of(request)).filter(username=username).first() if username else None
    if user is not None:
        accounts.deed(actor_of(request), user, "login_unlocked")
    messages.success(request, _("“%s” may try to log in again.") % " · ".join(filter(None, (username, address))))
    return redirect("/security/")


def _person(request, pk: int):
    require_administrator(request)
    return resource("users").find(scope_of(request), pk)


@require_GET
def person(request, pk: int):
    return _person_page(request, _person(request, pk))


def _person_page(request, user, errors: list[str] = (), status: int = 200):
    context = {
        "person": user,
        "sessions": sessions.sessions_of(user, request.session.session_key),
        "tokens": accounts.tokens_of(user),
        "rules": passwords.rules_sentence(),
        "due": passwords.due(user),
        "locked": lockout.is_locked(user.username),
        "errors": errors,
    }
    return render(request, "kernel/security_person.html", context, status=status)


@require_POST
def end_sessions(request, pk: int):
    user = _person(request, pk)
    count = accounts.end_sessions(actor_of(request), user)
    messages.success(request, ngettext("%d session was ended.", "%d sessions were ended.", count) % count)
    return redirect(f"/security/people/{pk}/")


@require_POST
def revoke_tokens(request, pk: int):
    """Revokes one token of a person's (`token`), or all."""
    user = _person(request, pk)
    chosen = request.POST.get("token", "")
    count = accounts.revoke_tokens(
        actor_of(request), user, int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else None)
    messages.success(request, ngettext("%d token was revoked.", "%d tokens were revoked.", count) % count)
    return redirect(f"/security/people/{pk}/")


@sensitive_post_parameters()
@require_POST
def give_password(request, pk: int):
    """Sets an initial password, which the person must change at the next login."""
    user = _person(request, pk)
    password = request.POST.get("password", "")
    try:
        passwords.check(password, user)
    except ValidationError as fault:
        return _person_page(request, user, fault.messages, 422)
    accounts.give_password(actor_of(request), user, password)
    messages.success(request, _("The password of “%s” is set. It must be changed at the next login.") % user.username)
    return redirect("/login/" if user.pk == request.user.pk else f"/security/people/{pk}/")
