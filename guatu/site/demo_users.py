"""One demo user for each role, and the demo offices they belong to. Never made in production."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from guatu.kernel import account, actions
from guatu.kernel.changes import Change
from guatu.kernel.errors import Misconfigured
from guatu.kernel.models import Membership, Organisation, User
from guatu.kernel.rules.passwords import weaknesses
from guatu.kernel.scope import Actor, roles

#: Where each role's demo user has the role; every other role has it at HOME.
PLACES = {
    "administrator": "qd",
    "inspector": "qd",
    "chain_office": "qda",
    "investment_officer": "qda",
    "project_officer": "qda",
    "department_handler": "qda",
    "park_manager": "qda",
}
HOME = "xha"

#: Offices to name as responsible unit or team: code, name, kind, parent. Not facts, and named as such.
OFFICES = [
    ("demo-qda-team", "演示·开发区项目专班", "team", "qda"),
    ("demo-qda-dept", "演示·开发区投资促进部", "department", "qda"),
    ("demo-xha-supervision", "演示·新区督查室", "department", "xha"),
]


def file() -> Path:
    """Where the passwords of this installation's demo users are kept, readable by its owner only."""
    return settings.GUATU_HOME / "demo-users.json"


def refuse_production() -> None:
    if settings.GUATU_MODE == "production":
        raise Misconfigured(
            "demo_in_production",
            _(
                "GUATU_MODE is production, and demo users with printed passwords have no "
                "place there. Run `guatu setup`, or use another GUATU_MODE."
            ),
        )


def make(actor: Actor) -> list[dict]:
    """Makes the demo users that do not exist yet; returns all of them with their first passwords.

    The same passwords come out every time: they are drawn once for an installation. Raises Misconfigured in
    production.
    """
    refuse_production()
    users = _drawn()
    nodes = {code: pk for code, pk in Organisation.everything.filter(withdrawn=False).values_list("code", "pk")}
    offices = [
        Change(
            "create",
            Organisation,
            {"code": code, "name": name, "kind": kind, "parent": nodes[parent], "note": "演示数据，不是事实"},
        )
        for code, name, kind, parent in OFFICES
        if code not in nodes
    ]
    if offices:
        actions.write(actor, offices, note=_("demo offices"))
    present = set(User.everything.values_list("username", flat=True))
    changes = []
    for user in users:
        if user["username"] not in present:
            person = Change("create", User, {"username": user["username"], "name": user["name"]})
            changes += [
                person,
                Change(
                    "create",
                    Membership,
                    {"user": person, "organisation": nodes[user["organisation"]], "role": user["role"]},
                ),
            ]
    if changes:
        actions.write(actor, changes, note=_("demo users"))
        passwords = {user["username"]: user["password"] for user in users}
        for change in changes:
            if change.model is User:
                account.set_password(change.written, passwords[change.written.username], "demo")
    return users


def _password() -> str:
    """Twelve letters and digits that cannot be mistaken for one another when read aloud or copied by hand, such as the
    house's own rules allow."""
    while True:
        drawn = "-".join(
            "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _place in range(4)) for _group in range(3)
        )
        if not weaknesses(drawn, []):
            return drawn


def _drawn() -> list[dict]:
    try:
        kept = {user["username"]: user["password"] for user in json.loads(file().read_text(encoding="utf-8"))}
    except (OSError, ValueError, KeyError, TypeError):
        kept = {}
    users = [
        {
            "username": role.code,
            "name": f"演示·{role.label_zh}",
            "role": role.code,
            "organisation": PLACES.get(role.code, HOME),
            "password": kept.get(role.code) or _password(),
        }
        for role in roles().values()
    ]
    if {user["username"]: user["password"] for user in users} != kept:
        file().touch(mode=0o600)
        file().chmod(0o600)
        file().write_text(json.dumps(users, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return users
