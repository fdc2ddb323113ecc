"""Who calls the API: a logged-in session (its writes with a CSRF token), or the owner of a key `gt_…`."""

from __future__ import annotations

import hmac
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from guatu.kernel.errors import Forbidden
from guatu.kernel.models import ApiToken, User

#: A key's last use is noted at most this often, so that reading does not write every time.
NOTED_EVERY = timedelta(minutes=5)


class Token(HttpBearer):
    """Authorization: Bearer gt_… The key is looked up by its SHA-256, so timing tells nothing about other keys."""

    def authenticate(self, request, token: str) -> User | None:
        digest = ApiToken.digest_of(token.strip())
        kept = ApiToken.objects.select_related("user").filter(digest=digest, revoked_at=None).first()
        if kept is None or not hmac.compare_digest(kept.digest, digest) or not may_call(kept.user):
            return None
        now = timezone.now()
        ApiToken.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY), pk=kept.pk).update(
            last_used_at=now
        )
        request.user = kept.user
        return kept.user


class Session(APIKeyCookie):
    """The cookie of a logged-in page."""

    param_name = "sessionid"

    def __init__(self):
        super().__init__(csrf=False)  # checked below, so that its refusal is a sentence

    def authenticate(self, request, key) -> User | None:
        if not request.user.is_authenticated or not may_call(request.user):
            return None
        if check_csrf(request):
            raise Forbidden(
                "csrf", _("The request lacks the CSRF token of its session. Send it as X-CSRFToken, or use a key.")
            )
        return request.user


def may_call(user: User) -> bool:
    return user.is_active and not user.withdrawn


def new_key(user: User, name: str) -> str:
    """Makes a key for `user` and returns it: the only time it can be read."""
    _token, key = ApiToken.new(user, name)
    return key
