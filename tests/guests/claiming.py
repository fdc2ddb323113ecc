"""Ten teams with a key each, for the test of many claims at once; run inside an installation, prints {team: key} as JSON."""

import json

import django

django.setup()

from guatu.kernel import account, actions  # noqa: E402
from guatu.kernel.changes import Change  # noqa: E402
from guatu.kernel.models import Membership, Organisation, User  # noqa: E402
from guatu.kernel.scope import Actor  # noqa: E402

TEAMS = 10


def make() -> dict[str, str]:
    """Teams below one city, an officer and a key of each."""
    system, changes, people = Actor.system("setup"), [], {}
    city = Change("create", Organisation, {"code": "claim-city", "name": "市", "kind": "city"})
    for n in range(TEAMS):
        team = Change("create", Organisation, {"code": f"team{n}", "name": f"招商{n}部", "kind": "team", "parent": city})
        user = people[f"招商{n}部"] = Change("create", User, {"username": f"claimer{n}", "name": f"招商员{n}"})
        held = Change("create", Membership, {"user": user, "organisation": team, "role": "investment_officer"})
        changes += [team, user, held]
    actions.write(system, [city, *changes])
    return {team: account.new_token(User.everything.get(pk=change.written.pk), "claims", 1) for team, change in people.items()}


if __name__ == "__main__":
    print(json.dumps(make(), ensure_ascii=False))
