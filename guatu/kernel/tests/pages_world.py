"""A small house for the tests of pages: two zones, and one person for each role that matters."""

from __future__ import annotations

from dataclasses import dataclass

from django.test import Client

from guatu.kernel import actions
from guatu.kernel.models import Membership, Organisation, Source, User
from guatu.kernel.scope import Actor

PASSWORD = "a-long-password-1"


@dataclass
class House:
    city: Organisation
    north: Organisation
    south: Organisation
    source: Source

    def client(self, role: str = "administrator", at: Organisation | None = None) -> Client:
        """A logged-in browser of a person with this role at `at` (None: the city)."""
        user = self.person(role, at)
        client = Client()
        client.force_login(user)
        client.user = user
        client.cookies["django_language"] = "en"
        return client

    def person(self, role: str, at: Organisation | None = None) -> User:
        system = Actor.system("setup")
        name = f"{role}-{User.everything.count()}"
        user = actions.create(system, User, {"username": name, "name": name.title()})
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        if role:
            place = at or self.city
            actions.create(system, Membership, {"user": user.pk, "organisation": place.pk, "role": role})
        return user


def build() -> House:
    system = Actor.system("setup")

    def organisation(code, name, kind, parent=None):
        values = {"code": code, "name": name, "kind": kind, "parent": parent.pk if parent else None}
        return actions.create(system, Organisation, values)

    city = organisation("city", "测试市", "city")
    return House(
        city=city,
        north=organisation("north", "北区", "development_zone", city),
        south=organisation("south", "南区", "development_zone", city),
        source=actions.create(system, Source, {"code": "s1", "title": "一篇报道", "kind": "article"}),
    )
