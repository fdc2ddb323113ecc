"""Django's sessions in a table that says whose they are, under the digest of their key (settings.SESSION_ENGINE)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core.exceptions import SuspiciousOperation
from django.utils import timezone

#: Where a session keeps when and how it was begun; see `doors.sessions.begin`.
DOOR = "door"


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls):
        from guatu.kernel.models import LoginSession

        return LoginSession

    def _get_session_from_db(self):
        try:
            return self.model.objects.get(session_key=digest_of(self.session_key), expire_date__gt=timezone.now())
        except (self.model.DoesNotExist, SuspiciousOperation):
            self._session_key = None

    def exists(self, session_key):
        return self.model.objects.filter(session_key=digest_of(session_key)).exists()

    def create_model_instance(self, data):
        door = data.get(DOOR) or {}
        user = data.get("_auth_user_id")
        return self.model(
            session_key=digest_of(self._get_or_create_session_key()),
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=int(user) if user is not None else None,
            began_at=datetime.fromtimestamp(door["at"], UTC) if "at" in door else timezone.now(),
            address=door.get("address"),
            browser=door.get("browser", "")[:300],
        )

    def delete(self, session_key=None):
        key = self.session_key if session_key is None else session_key
        if key is not None:
            self.model.objects.filter(session_key=digest_of(key)).delete()
