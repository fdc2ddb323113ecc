"""Who calls the API: a logged-in session (its writes with a CSRF token), or the owner of a key `gt_…`."""

from __future__ import annotations

import hmac
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from guatu.kernel.doors import pace
from guatu.kernel.doors.address import counted_address
from guatu.kernel.errors import Forbidden, Refused
from guatu.kernel.models import ApiToken, User

#: A key's last use is noted at most this often, so that reading does not write every time.
NOTED_EVERY = timedelta(minutes=5)


class NotAnswered(Refused):
    status = 401


class Token(HttpBearer):
    """Authorization: Bearer gt_… The key is looked up by its SHA-256, so timing tells nothing about other keys.

    Raises TooMany for an address from which too many wrong keys came, and for a key that calls too often.
    """

    def authenticate(self, request, token: str) -> User | None:
        address = counted_address(request)
        pace.refuse_guesser(address)
        digest = ApiToken.digest_of(token.strip())
        kept = ApiToken.objects.select_related("user").filter(digest=digest, revoked_at=None).first()
        if kept is None or not hmac.compare_digest(kept.digest, digest) or not may_call(kept.user):
            if kept is None:
                pace.note_guess(address, token)
            pace.take("guest", f"address {address}")
            return None
        if kept.is_expired:
            raise NotAnswered("token_expired", _("This key has expired. Make a new one on the page of your API tokens."))
        pace.take("api", f"token {kept.pk}")
        now = timezone.now()
        if kept.last_used_at is None or kept.last_used_at < now - NOTED_EVERY:
            ApiToken.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY), pk=kept.pk).update(
                last_used_at=now
            )
        request.user = kept.user
        return kept.user


class Session(APIKeyCookie):
    """The cookie of a logged-in page."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self):
        super().__init__(csrf=False)  # checked below, so that its refusal is a sentence

    def authenticate(self, request, key) -> User | None:
        if not request.user.is_authenticated or not may_call(request.user):
            return None
        if check_csrf(request):
            raise Forbidden(
                "csrf", _("The request lacks the CSRF token of its session. Send it as X-CSRFToken, or use a key.")
            )
        pace.take("api", f"user {request.user.pk}")
        return request.user


def may_call(user: User) -> bool:
    return user.is_active and not user.withdrawn
