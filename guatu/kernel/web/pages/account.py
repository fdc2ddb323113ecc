"""One's own account: logging in, password, API tokens, notifications."""

from __future__ import annotations

import time

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from guatu.kernel import account as accounts
from guatu.kernel.doors import pace, passwords, sessions
from guatu.kernel.doors.address import counted_address
from guatu.kernel.doors.session_store import DOOR, digest_of
from guatu.kernel.web.errors import refusal_page
from guatu.kernel.web.middleware import public


class LoginForm(AuthenticationForm):
    error_messages = {
        "invalid_login": gettext_lazy("User name and password do not match. Check both; capitals count."),
        "inactive": gettext_lazy("This account is shut. Ask the administrator to open it."),
    }
    username = forms.CharField(max_length=60)

    def confirm_login_allowed(self, user):
        super().confirm_login_allowed(user)
        if user.withdrawn:
            raise ValidationError(self.error_messages["inactive"], code="inactive")


class Login(LoginView):
    template_name = "kernel/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "is_demo": settings.GUATU_MODE == "demo",
            "oidc": settings.GUATU_OIDC,
            "ended": sessions.ended_sentence(self.request.GET.get("ended", "")),
        }

    def post(self, request, *args, **kwargs):
        pace.take("guest", f"address {counted_address(request)}")
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


login = public(Login.as_view())
logout = public(LogoutView.as_view(next_page="/login/"))


#: Wrong tries at one's own present password within a quarter of an hour.
OLD_PASSWORD_TRIES, OLD_PASSWORD_SECONDS = 10, 900


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request):
    """One's own password; whoever has one that is due comes here from every page."""
    form = PasswordChangeForm(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        tries = f"password {request.user.pk}"
        wait = pace.take_slowly(tries, OLD_PASSWORD_TRIES, OLD_PASSWORD_SECONDS)
        if wait:
            return refusal_page(request, pace.TooMany("too_many_requests", _(
                "You tried too often to change your password. Wait %d minutes and try again.") % (wait // 60 + 1), wait))
        if form.is_valid() or "old_password" not in form.errors:
            pace.forget(tries)
        if form.is_valid():
            accounts.set_password(request.user, form.cleaned_data["new_password1"])
            update_session_auth_hash(request, request.user)
            request.session[DOOR] = {**request.session[DOOR], "due": ""}
            pace.note_seen(digest_of(request.session.session_key), time.time())
            messages.success(request, _("Your password was changed. Your other sessions have ended."))
            return redirect("/password/")
    context = {
        "form": form, "rules": passwords.rules_sentence(),
        "due": passwords.due_sentence(request.session.get(DOOR, {}).get("due", "")),
    }
    return render(request, "kernel/password.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def tokens(request):
    """Lists own tokens; a new one is shown this once, since only its digest is kept."""
    made, error = "", ""
    offered = {"" if days is None else str(days): days for days in accounts.TOKEN_DAYS}
    if request.method == "POST":
        name = request.POST.get("name", "").strip()[:100]
        days = request.POST.get("days", "90")
        if not name:
            error = _("Give the token a name, so that you know later what it is for.")
        elif days not in offered:
            error = _("Choose for how long the token shall hold.")
        else:
            made = accounts.new_token(request.user, name, offered[days])
    context = {
        "tokens": accounts.tokens_of(request.user), "made": made, "error": error,
        "offered": [(code, token_days(days)) for code, days in offered.items()],
    }
    response = render(request, "kernel/tokens.html", context, status=422 if error else 200)
    response["Cache-Control"] = "no-store"
    return response


def token_days(days: int | None) -> str:
    return _("without end") if days is None else _("%d days") % days


@require_POST
def revoke(request, pk: int):
    accounts.revoke_token(request.user, pk)
    messages.success(request, _("The token was revoked. Programs that used it are refused from now on."))
    return redirect("/tokens/")
