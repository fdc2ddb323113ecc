"""One's own account: logging in, password, API tokens, notifications."""

from __future__ import annotations

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
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guatu.kernel import account as accounts
from guatu.kernel import notify
from guatu.kernel.registry import resource_of_subject
from guatu.kernel.web.middleware import public
from guatu.kernel.web.pages.lists import next_page
from guatu.kernel.web.session import scope_of
from guatu.kernel.web.tokens import new_key


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
        return super().get_context_data(**kwargs) | {"is_demo": settings.GUATU_MODE == "demo"}

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


login = public(Login.as_view())
logout = public(LogoutView.as_view(next_page="/login/"))


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request):
    form = PasswordChangeForm(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        accounts.set_password(request.user, form.cleaned_data["new_password1"])
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your password was changed."))
        return redirect("/password/")
    return render(request, "kernel/password.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def tokens(request):
    """Lists own tokens; a new one is shown this once, since only its digest is kept."""
    made, error = "", ""
    if request.method == "POST":
        name = request.POST.get("name", "").strip()[:100]
        if name:
            made = new_key(request.user, name)
        else:
            error = _("Give the token a name, so that you know later what it is for.")
    context = {"tokens": accounts.tokens_of(request.user), "made": made, "error": error}
    response = render(request, "kernel/tokens.html", context, status=422 if error else 200)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def revoke(request, pk: int):
    accounts.revoke_token(request.user, pk)
    messages.success(request, _("The token was revoked. Programs that used it are refused from now on."))
    return redirect("/tokens/")


@require_GET
def notifications(request):
    scope = scope_of(request)
    context = {
        "unread_notices": [(notice, address(notice)) for notice in notify.unread_of(request.user, scope)],
        "read_notices": [(notice, address(notice)) for notice in notify.read_of(request.user, scope)[:50]],
    }
    return render(request, "kernel/notifications.html", context)


def address(notice: notify.Notice) -> str:
    """The page of what the notification is about."""
    if notice.subject_type == notify.JOB:
        return f"/jobs/{notice.subject_id}/"
    return f"/r/{resource_of_subject(notice.subject_type).name}/{notice.subject_id}/"


@require_POST
def mark_read(request):
    """Marks the notification named as read, or all of them; goes on to what it is about."""
    which = request.POST.get("notification", "")
    notify.mark_read(request.user, [int(which)] if which.isascii() and which.isdigit() and len(which) < 19 else None)
    return redirect(next_page(request, "/notifications/"))
